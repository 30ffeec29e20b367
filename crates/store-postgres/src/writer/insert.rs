//! The rows of a group as arrays, a column each, and the commit: all sent before any is answered.

use futures::future::join5;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::group::Failure;
use super::plan::{NewRow, Plan};
use crate::fault::Fault;
use crate::listen::CHANNEL;
use crate::reader::{Value, key};

const INSERT_STREAMS: &str = include_str!("../sql/insert_streams.sql");
const INSERT_KINDS: &str = include_str!("../sql/insert_kinds.sql");
const INSERT_EVENTS: &str = include_str!("../sql/insert_events.sql");

/// What the database makes of the columns, in their order.
const TYPES: [Type; 16] = [
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::UUID_ARRAY,
    Type::INT8_ARRAY,
    Type::UUID_ARRAY,
    Type::INT4_ARRAY,
    Type::INT4_ARRAY,
    Type::INT8_ARRAY,
    Type::BOOL_ARRAY,
    Type::INT8_ARRAY,
    Type::INT8_ARRAY,
    Type::BYTEA_ARRAY,
    Type::BYTEA_ARRAY,
    Type::UUID_ARRAY,
    Type::BYTEA_ARRAY,
];

/// Writes the plan. A refusal of the database by itself turns the commit into a rollback; a way that
/// breaks while the commit may be on it leaves all open.
pub(super) async fn insert_and_commit(client: &Client, plan: &Plan<'_>) -> Result<(), Failure> {
    let (streams, kinds, events, told, committed) = join5(
        insert_streams(client, &plan.new_streams),
        insert_kinds(client, &plan.new_kinds),
        insert_events(client, &plan.rows),
        tell(client, plan),
        commit(client),
    )
    .await;
    let inserted = [streams, kinds, events, told];
    let refused = inserted.iter().filter_map(|one| one.as_ref().err()).find(|one| one.is_refusal());
    if let Some(fault) = refused {
        return Err(Failure { fault: fault.clone(), maybe_committed: false });
    }
    let unsure = inserted.into_iter().chain([committed]).collect::<Result<Vec<()>, Fault>>();
    unsure.map(drop).map_err(|fault| Failure { fault, maybe_committed: true })
}

async fn insert_streams(
    client: &Client,
    streams: &[(i64, event_store::StreamId)],
) -> Result<(), Fault> {
    if streams.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = streams.iter().map(|(number, _)| *number).collect();
    let (categories, ids): (Vec<i16>, Vec<Uuid>) =
        streams.iter().map(|(_, stream)| key(*stream)).unzip();
    let values: [Value<'_>; 3] =
        [(&numbers, Type::INT8_ARRAY), (&categories, Type::INT2_ARRAY), (&ids, Type::UUID_ARRAY)];
    client.execute_typed(INSERT_STREAMS, &values).await?;
    Ok(())
}

async fn insert_kinds(client: &Client, kinds: &[(i32, &str)]) -> Result<(), Fault> {
    if kinds.is_empty() {
        return Ok(());
    }
    let (numbers, names): (Vec<i32>, Vec<&str>) = kinds.iter().copied().unzip();
    let values: [Value<'_>; 2] = [(&numbers, Type::INT4_ARRAY), (&names, Type::TEXT_ARRAY)];
    client.execute_typed(INSERT_KINDS, &values).await?;
    Ok(())
}

/// Whoever listens hears of it once it is committed, and never before.
async fn tell(client: &Client, plan: &Plan<'_>) -> Result<(), Fault> {
    let head = plan.last().map(|last| last.to_string()).unwrap_or_default();
    let values: [Value<'_>; 2] = [(&CHANNEL, Type::TEXT), (&head, Type::TEXT)];
    client.query_typed("SELECT pg_notify($1, $2)", &values).await?;
    Ok(())
}

async fn commit(client: &Client) -> Result<(), Fault> {
    client.batch_execute("COMMIT").await?;
    Ok(())
}

/// A column each; a row is what stands at one index in all of them.
#[derive(Default)]
struct Columns<'g> {
    positions: Vec<i64>,
    log_bytes: Vec<i64>,
    stream_numbers: Vec<i64>,
    stream_ids: Vec<Uuid>,
    revisions: Vec<i64>,
    event_ids: Vec<Uuid>,
    kind_numbers: Vec<i32>,
    versions: Vec<i32>,
    occurred: Vec<i64>,
    occurred_is_day: Vec<bool>,
    entered: Vec<Option<i64>>,
    recorded_at: Vec<i64>,
    metas: Vec<&'g [u8]>,
    payloads: Vec<&'g [u8]>,
    key_ids: Vec<Option<Uuid>>,
    sealed: Vec<Option<&'g [u8]>>,
}

impl<'g> Columns<'g> {
    fn push(&mut self, row: &NewRow<'g>) {
        let event = row.event;
        self.positions.push(row.tip.position);
        self.log_bytes.push(row.tip.log_bytes);
        self.stream_numbers.push(row.stream_no);
        self.stream_ids.push(row.stream.id);
        self.revisions.push(row.revision.0.cast_signed());
        self.event_ids.push(event.event_id);
        self.kind_numbers.push(row.kind_no);
        self.versions.push(i32::from(event.version));
        self.occurred.push(event.occurred_micros);
        self.occurred_is_day.push(event.occurred_is_day);
        self.entered.push(event.entered_in_source_micros);
        self.recorded_at.push(row.tip.recorded_at);
        self.metas.push(&event.meta);
        self.payloads.push(&event.payload);
        self.key_ids.push(event.sealed.as_ref().map(|part| part.key_id));
        self.sealed.push(event.sealed.as_ref().map(|part| part.ciphertext.as_slice()));
    }

    fn values(&self) -> Vec<Value<'_>> {
        let columns: [&(dyn tokio_postgres::types::ToSql + Sync); 16] = [
            &self.positions,
            &self.log_bytes,
            &self.stream_numbers,
            &self.stream_ids,
            &self.revisions,
            &self.event_ids,
            &self.kind_numbers,
            &self.versions,
            &self.occurred,
            &self.occurred_is_day,
            &self.entered,
            &self.recorded_at,
            &self.metas,
            &self.payloads,
            &self.key_ids,
            &self.sealed,
        ];
        columns.into_iter().zip(TYPES).collect()
    }
}

async fn insert_events(client: &Client, rows: &[NewRow<'_>]) -> Result<(), Fault> {
    let mut columns = Columns::default();
    for row in rows {
        columns.push(row);
    }
    client.execute_typed(INSERT_EVENTS, &columns.values()).await?;
    Ok(())
}
