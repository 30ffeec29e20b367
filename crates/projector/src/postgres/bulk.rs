//! Writing a whole edition in one go: a schema of its own, rows poured in by `COPY` in the order of
//! their key, keys and indexes after. All of it is one transaction: what is not finished was never there.

use std::pin::pin;

use bytes::Bytes;
use futures::SinkExt as _;
use tokio_postgres::Client;

use super::rows::{write_dead_letter, write_first_checkpoint};
use super::{PostgresFault, wait};
use super::{schema_of, table};
use crate::database::{Bulk, KeepingError, Part};
use crate::place::Place;
use crate::table::{PATHWAYS_INDEX, create_indexes};
use crate::{Cell, Checkpoint, ColumnKind, Digest, SqlError, Table, Tally, View};

const PATHWAYS: [(&str, ColumnKind); 2] = [("no", ColumnKind::Int), ("id", ColumnKind::Id)];
/// What `COPY` in binary begins with: a signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
/// Whichever role has made an edition, the servers that are members of ours write it in turn.
const SHARED: &str = "DO $$ BEGIN \
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'waymark_app') THEN \
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO waymark_app', current_schema()); \
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I \
            TO waymark_app', current_schema()); \
    END IF; END $$";
/// So many bytes of one table are poured at once.
const POUR_BYTES: usize = 1 << 20;

/// An edition that is being built.
pub(super) struct SchemaBulk {
    client: Client,
    place: Place,
    tables: &'static [Table],
    tallies: &'static [Tally],
    pathways: Vec<u8>,
    rows: Vec<Vec<u8>>,
    last_no: i64,
    digest: Digest,
}

impl SchemaBulk {
    pub(super) fn create(
        client: Client,
        place: Place,
        view: &dyn View,
    ) -> Result<Self, PostgresFault> {
        let (tables, tallies) = (view.tables(), view.tallies());
        let schema = schema_of(&place);
        let begin = format!(
            "BEGIN; CREATE SCHEMA \"{schema}\"; SET LOCAL search_path TO \"{schema}\"; {}",
            create_tables(tables)
        );
        wait(client.batch_execute(&begin))?;
        let rows = tables.iter().map(|_table| Vec::new()).collect();
        let (pathways, last_no, digest) = (Vec::new(), 0, Digest::EMPTY);
        Ok(Self { client, place, tables, tallies, pathways, rows, last_no, digest })
    }

    fn number(&mut self, id: uuid::Uuid) {
        self.last_no += 1;
        tuple(2, &mut self.pathways);
        table::pour(&Cell::Int(self.last_no), &mut self.pathways);
        table::pour(&Cell::Id(id), &mut self.pathways);
    }

    fn keep(&mut self, row: &crate::Row) {
        let Some(into) = self.rows.get_mut(row.table) else { return };
        tuple(row.cells.len() + 2, into);
        table::pour(&Cell::Int(self.last_no), into);
        table::pour(&Cell::Int(i64::from(row.seq)), into);
        row.cells.iter().for_each(|cell| table::pour(cell, into));
    }

    #[cfg(feature = "twin")]
    pub(super) fn lay(&mut self, pathway: steps::PathwayId, rows: &[crate::Row]) {
        self.number(pathway.0);
        for row in rows {
            self.keep(row);
        }
    }

    async fn pour(&mut self, at_least: usize) -> Result<(), PostgresFault> {
        if self.pathways.len() > at_least {
            let rows = std::mem::take(&mut self.pathways);
            copy(&self.client, &table::copy("pathways", &PATHWAYS), rows).await?;
        }
        for (table, rows) in self.tables.iter().zip(&mut self.rows) {
            if rows.len() > at_least {
                let into = table::copy(table.name, &table::columns_with_key(table));
                copy(&self.client, &into, std::mem::take(rows)).await?;
            }
        }
        Ok(())
    }

    async fn end(&mut self, checkpoint: &Checkpoint) -> Result<(), PostgresFault> {
        self.pour(0).await?;
        write_first_checkpoint(&self.client, checkpoint).await?;
        self.client.batch_execute(&finish_tables(self.tables, self.tallies)).await?;
        self.client.batch_execute("COMMIT").await?;
        Ok(())
    }
}

impl Bulk for SchemaBulk {
    fn write(&mut self, part: &Part) -> Result<(), SqlError> {
        self.digest.add(part.digest);
        for outcome in &part.outcomes {
            if !outcome.rows.is_empty() {
                self.number(outcome.pathway.0);
            }
            outcome.rows.iter().for_each(|row| self.keep(row));
            if outcome.fault.is_some() {
                let fault = outcome.fault.as_ref();
                wait(write_dead_letter(&self.client, outcome.pathway.0, fault))?;
            }
        }
        Ok(wait(self.pour(POUR_BYTES))?)
    }

    fn finish(mut self: Box<Self>, mut checkpoint: Checkpoint) -> Result<Place, KeepingError> {
        checkpoint.digest = self.digest;
        wait(self.end(&checkpoint)).map_err(SqlError::from)?;
        Ok(self.place.clone())
    }
}

/// Every table of an edition, without keys.
pub(super) fn create_tables(tables: &[Table]) -> String {
    let ours = table::OWN_TABLES.to_owned();
    tables.iter().map(table::create).fold(ours, |all, table| format!("{all}{table};\n"))
}

/// The keys, indexes and counts of an edition, made from the rows that are there.
pub(super) fn finish_tables(tables: &[Table], tallies: &[Tally]) -> String {
    let mut all = vec!["ALTER TABLE pathways ADD PRIMARY KEY (no)".to_owned()];
    all.push(PATHWAYS_INDEX.to_owned());
    all.extend(tables.iter().map(table::create_key));
    all.extend(tables.iter().flat_map(create_indexes));
    all.extend(tallies.iter().filter_map(|tally| table::create_tally(tables, tally)));
    // Without this, plans are made as if the tables were empty until they are looked at by themselves.
    all.extend(tables.iter().map(|table| format!("ANALYZE \"{}\"", table.name)));
    all.push("ANALYZE pathways".to_owned());
    all.push(SHARED.to_owned());
    all.join(";\n")
}

fn tuple(columns: usize, into: &mut Vec<u8>) {
    let columns = i16::try_from(columns).unwrap_or(i16::MAX);
    into.extend_from_slice(&columns.to_be_bytes());
}

async fn copy(client: &Client, into: &str, rows: Vec<u8>) -> Result<(), PostgresFault> {
    let mut sink = pin!(client.copy_in::<str, Bytes>(into).await?);
    for bytes in [Bytes::from_static(HEADER), Bytes::from(rows), Bytes::copy_from_slice(&TRAILER)] {
        sink.send(bytes).await?;
    }
    sink.finish().await?;
    Ok(())
}
