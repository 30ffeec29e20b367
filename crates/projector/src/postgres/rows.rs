//! An edition in a schema, opened for writing: rows, dead letters and checkpoint in one transaction.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::changed::Changes;
use super::fence::Fence;
use super::{Pool, PostgresFault, wait};
use super::{arrays::Arrays, read, schema_of, table};
use crate::checkpoint::integer;
use crate::compute::Fault;
use crate::connection::Session;
use crate::database::{Reading, RowStore, Work, Written};
use crate::place::Place;
use crate::{Cell, Checkpoint, ColumnKind, Connection, SqlError, Table, Tally, View};

type Told<'a> = (&'a (dyn ToSql + Sync), Type);

/// The rows of an edition, with a connection that writes it.
pub(super) struct SchemaRows {
    pool: Arc<Pool>,
    schema: String,
    writing: Option<Client>,
    begin: String,
    tables: &'static [Table],
    tallies: &'static [Tally],
    fence: Option<Fence>,
}

impl SchemaRows {
    pub(super) fn of(
        pool: &Arc<Pool>,
        place: &Place,
        view: &dyn View,
        fence: Option<Fence>,
    ) -> Self {
        let schema = schema_of(place);
        let begin = format!(
            "BEGIN; SET LOCAL search_path TO \"{schema}\"; SET LOCAL lock_timeout TO '30s'; \
             SET LOCAL idle_in_transaction_session_timeout TO '20s'"
        );
        let (tables, tallies) = (view.tables(), view.tallies());
        let pool = Arc::clone(pool);
        Self { pool, schema, writing: None, begin, tables, tallies, fence }
    }
}

impl RowStore for SchemaRows {
    fn reading(&self) -> Result<Reading<'_>, SqlError> {
        Ok(Reading::Lent(Connection::from(Session::of(&self.pool, &self.schema)?)))
    }

    fn commit(&mut self, work: Work<'_>) -> Result<Written, SqlError> {
        let client = match self.writing.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => self.pool.apart()?,
        };
        let (tables, tallies, fence) = (self.tables, self.tallies, self.fence.as_ref());
        let commit = Commit { client: &client, tables, tallies, fence };
        let written = wait(commit.run(&self.begin, work));
        self.writing = Some(client);
        written
    }
}

struct Commit<'a> {
    client: &'a Client,
    tables: &'static [Table],
    tallies: &'static [Tally],
    fence: Option<&'a Fence>,
}

impl Commit<'_> {
    /// All or nothing. Where the way to the database is lost it cannot be told which: the next commit
    /// finds that the view has moved.
    async fn run(&self, begin: &str, work: Work<'_>) -> Result<Written, SqlError> {
        self.client.batch_execute(begin).await.map_err(PostgresFault::from)?;
        let done = self.write(work).await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.client.batch_execute(end).await.map_err(PostgresFault::from);
        let written = done?;
        ended?;
        Ok(written)
    }

    async fn write(&self, work: Work<'_>) -> Result<Written, SqlError> {
        if let Some(fence) = self.fence {
            fence.look(self.client).await?;
        }
        self.stand_where(work.before).await?;
        let ids: Vec<Uuid> = work.outcomes.iter().map(|outcome| outcome.pathway.0).collect();
        let mut numbers = read::numbers(self.client, &ids).await?;
        let old = read::rows(self.client, self.tables, &numbers).await?;
        let mut checkpoint = work.checkpoint.clone();
        let mut changes = Changes::new(self.tables, self.tallies, checkpoint.digest);
        let (mut next_no, mut places) = (work.next_no, Vec::new());
        let mut fresh = Arrays::of(&[("no", ColumnKind::Int), ("id", ColumnKind::Id)]);
        for outcome in work.outcomes {
            let id = outcome.pathway.0;
            let known = numbers.get(&id).copied();
            let was = known.and_then(|no| old.get(&no)).map(Vec::as_slice).unwrap_or_default();
            if was == outcome.rows {
                places.push(None);
                continue;
            }
            let no = known.unwrap_or(next_no);
            if known.is_none() {
                next_no += 1;
                numbers.insert(id, no);
                fresh.push(&[Cell::Int(no), Cell::Id(id)]);
            }
            changes.add(outcome.pathway, no, (was, &outcome.rows));
            places.push(Some((no, was.to_vec())));
        }
        if !fresh.is_empty() {
            let insert = "INSERT INTO pathways (no, id) SELECT * FROM unnest($1, $2)";
            self.run_typed(insert, &fresh.told()).await?;
        }
        self.write_changes(&changes).await?;
        self.write_faults(&work).await?;
        checkpoint.digest = changes.digest;
        self.write_checkpoint(&checkpoint).await?;
        Ok(Written { checkpoint, next_no, places })
    }

    /// Who writes after another has written would write over it.
    async fn stand_where(&self, before: &Checkpoint) -> Result<(), SqlError> {
        let select = "SELECT position, digest FROM checkpoint WHERE one = 1 FOR UPDATE";
        let rows = self.client.query_typed(select, &[]).await.map_err(PostgresFault::from)?;
        let here = rows.first().ok_or(SqlError::Unfinished)?;
        let digest = Uuid::from_bytes(before.digest.to_bytes());
        let same =
            here.get::<_, i64>(0) == integer(before.position.0) && here.get::<_, Uuid>(1) == digest;
        if same { Ok(()) } else { Err(SqlError::Moved) }
    }

    async fn write_changes(&self, changes: &Changes<'_>) -> Result<(), SqlError> {
        for (table, changed) in self.tables.iter().zip(&changes.by_table) {
            if !changed.deleted.is_empty() {
                self.run_typed(&table::delete(table), &changed.deleted.told()).await?;
            }
            for (columns, rows) in &changed.updated {
                self.run_typed(&table::update(table, *columns), &rows.told()).await?;
            }
            if !changed.inserted.is_empty() {
                self.run_typed(&table::insert(table), &changed.inserted.told()).await?;
            }
        }
        for (tally, counts) in self.tallies.iter().zip(&changes.by_tally) {
            self.write_counts(tally, counts).await?;
        }
        Ok(())
    }

    async fn write_counts(
        &self,
        tally: &Tally,
        counts: &FxHashMap<Vec<Cell>, i64>,
    ) -> Result<(), SqlError> {
        let Some(columns) = table::tallied(self.tables, tally) else { return Ok(()) };
        let mut more = Arrays::of(&[&columns[..], &[("n", ColumnKind::Int)]].concat());
        let mut fewer = Arrays::of(&columns);
        let mut changed: Vec<_> = counts.iter().filter(|(_kind, by)| **by != 0).collect();
        // In one order, whoever writes: two that wait for each other's counts would not end.
        changed.sort_by_cached_key(|(kind, _by)| format!("{kind:?}"));
        for (kind, by) in changed {
            more.push(kind.iter().chain(&[Cell::Int(*by)]));
            if *by < 0 {
                fewer.push(kind);
            }
        }
        if !more.is_empty() {
            self.run_typed(&table::count(tally, &columns), &more.told()).await?;
        }
        if !fewer.is_empty() {
            self.run_typed(&table::forget_none(tally, &columns), &fewer.told()).await?;
        }
        Ok(())
    }

    async fn write_faults(&self, work: &Work<'_>) -> Result<(), SqlError> {
        for (pathway, fault) in work.faults() {
            write_dead_letter(self.client, pathway.0, fault).await?;
        }
        Ok(())
    }

    async fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), SqlError> {
        let digest = Uuid::from_bytes(checkpoint.digest.to_bytes());
        let (position, consumed) = (integer(checkpoint.position.0), integer(checkpoint.consumed));
        let update = "UPDATE checkpoint SET position = $1, event_id = $2, consumed = $3, \
                      digest = $4 WHERE one = 1";
        let told: [Told<'_>; 4] = [
            (&position, Type::INT8),
            (&checkpoint.event_id, Type::UUID),
            (&consumed, Type::INT8),
            (&digest, Type::UUID),
        ];
        self.run_typed(update, &told).await
    }

    async fn run_typed(&self, sql: &str, told: &[Told<'_>]) -> Result<(), SqlError> {
        self.client.execute_typed(sql, told).await.map_err(PostgresFault::from)?;
        Ok(())
    }
}

/// Notes why a pathway stands still, or that it goes on.
pub(super) async fn write_dead_letter(
    client: &Client,
    pathway: Uuid,
    fault: Option<&Fault>,
) -> Result<(), PostgresFault> {
    let Some(fault) = fault else {
        let delete = "DELETE FROM dead_letter WHERE pathway_id = $1";
        client.execute_typed(delete, &[(&pathway, Type::UUID)]).await?;
        return Ok(());
    };
    let upsert = "INSERT INTO dead_letter (pathway_id, position, reason) VALUES ($1, $2, $3) \
                  ON CONFLICT (pathway_id) DO UPDATE \
                  SET position = EXCLUDED.position, reason = EXCLUDED.reason";
    let position = integer(fault.position.0);
    let told: [Told<'_>; 3] =
        [(&pathway, Type::UUID), (&position, Type::INT8), (&fault.reason, Type::TEXT)];
    client.execute_typed(upsert, &told).await?;
    Ok(())
}

/// Says what an edition is and how far, the first time.
pub(super) async fn write_first_checkpoint(
    client: &Client,
    checkpoint: &Checkpoint,
) -> Result<(), PostgresFault> {
    let identity = &checkpoint.identity;
    let insert = "INSERT INTO checkpoint (one, view, version, rules_digest, log_id, position, \
                  event_id, consumed, digest) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)";
    let (version, digest) =
        (i64::from(identity.version), Uuid::from_bytes(checkpoint.digest.to_bytes()));
    let (position, consumed) = (integer(checkpoint.position.0), integer(checkpoint.consumed));
    let told: [Told<'_>; 8] = [
        (&identity.view, Type::TEXT),
        (&version, Type::INT8),
        (&identity.rules_digest, Type::TEXT),
        (&identity.log_id, Type::UUID),
        (&position, Type::INT8),
        (&checkpoint.event_id, Type::UUID),
        (&consumed, Type::INT8),
        (&digest, Type::UUID),
    ];
    client.execute_typed(insert, &told).await?;
    Ok(())
}
