//! Places and the shelf in PostgreSQL, for several servers.

mod shelf;

use std::sync::Arc;

use postgres_lines::{Connect, Migrations, Pool, PostgresFault, wait};
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::{CabinetError, Fence, Places};

/// What was done to the schema, in order. Added to, never changed.
const WORK: Migrations = Migrations {
    room: "work",
    files: &[include_str!("../../../schema/sql/postgres/work_0001_create_places.sql")],
};

/// The place that says of which log the others are.
const OWNER: &str = "log.id";

/// Connections of one server at once.
const CONNECTIONS_MAX: usize = 2;

/// Acknowledged is on disk, whatever the database is set to.
const BEGIN: &str = "BEGIN; SET LOCAL synchronous_commit TO on; SET LOCAL lock_timeout TO '30s'";

type Told<'a> = (&'a (dyn ToSql + Sync), Type);

/// What the servers of one log share.
pub(crate) struct InDatabase(Arc<Pool>);

impl InDatabase {
    /// Over connections that `connect` makes; the schema is brought to its present format. The first log
    /// whose places are kept here has them for itself.
    pub(crate) fn open(connect: Connect, log_id: Uuid) -> Result<Self, CabinetError> {
        let pool =
            Pool::new(connect, CONNECTIONS_MAX).map_err(|_no_thread| PostgresFault::closed())?;
        let mut client = pool.apart()?;
        wait(WORK.bring_forward(&mut client))?;
        drop(client);
        let owner = pool.ask(async |client| belongs_to(client, log_id).await)?;
        if owner == log_id.as_bytes() { Ok(Self(pool)) } else { Err(CabinetError::OfAnother) }
    }

    /// Writes one statement, on disk before this returns, and nothing where the fence no longer holds.
    fn write(
        &self,
        fence: Option<&Fence>,
        sql: &str,
        told: &[Told<'_>],
    ) -> Result<(), CabinetError> {
        let is_written = self.0.ask(async |client| written(client, fence, sql, told).await)?;
        match fence {
            Some(fence) if !is_written => Err(CabinetError::Fenced(fence.work.clone())),
            _ => Ok(()),
        }
    }
}

/// Whose log the places are of, which is this one unless it was said before.
async fn belongs_to(client: &Client, log_id: Uuid) -> Result<Vec<u8>, PostgresFault> {
    let claim = "INSERT INTO waymark_work.place VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let id = log_id.as_bytes().as_slice();
    client.execute_typed(claim, &[(&OWNER, Type::TEXT), (&id, Type::BYTEA)]).await?;
    let select = "SELECT value FROM waymark_work.place WHERE name = $1";
    let rows = client.query_typed(select, &[(&OWNER, Type::TEXT)]).await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default())
}

async fn written(
    client: &Client,
    fence: Option<&Fence>,
    sql: &str,
    told: &[Told<'_>],
) -> Result<bool, PostgresFault> {
    client.batch_execute(BEGIN).await?;
    if let Some(Fence { work, owner, epoch }) = fence {
        let held: [Told<'_>; 3] = [(work, Type::TEXT), (owner, Type::UUID), (epoch, Type::INT8)];
        if client.query_typed(leases::FENCE, &held).await?.is_empty() {
            client.batch_execute("ROLLBACK").await?;
            return Ok(false);
        }
    }
    client.execute_typed(sql, told).await?;
    client.batch_execute("COMMIT").await?;
    Ok(true)
}

impl Places for InDatabase {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CabinetError> {
        let select = "SELECT value FROM waymark_work.place WHERE name = $1";
        let found = self.0.ask(async |client| {
            let rows = client.query_typed(select, &[(&name, Type::TEXT)]).await?;
            Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
        });
        Ok(found?)
    }

    fn put(&self, name: &str, value: &[u8], fence: Option<&Fence>) -> Result<(), CabinetError> {
        let sql = "INSERT INTO waymark_work.place VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value";
        self.write(fence, sql, &[(&name, Type::TEXT), (&value, Type::BYTEA)])
    }

    fn shown(&self, name: &str) -> String {
        format!("the place {name} in the database")
    }
}
