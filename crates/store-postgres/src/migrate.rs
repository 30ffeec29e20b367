//! The log's schema, brought forward.

use postgres_lines::{MigrateError, Migrations};
use tokio_postgres::Client;

use crate::open::Problem;

/// What was done to the schema, in order. Added to, never changed.
const EVENTS: Migrations = Migrations {
    room: "events",
    files: &[include_str!("../../../schema/sql/postgres/events_0001_create_log.sql")],
};

/// The format this build reads and writes.
pub(crate) fn format() -> i32 {
    EVENTS.format()
}

/// Brings the schema to the present format. Whoever finds it there needs no right to change it.
pub(crate) async fn migrate(client: &mut Client) -> Result<(), Problem> {
    EVENTS.bring_forward(client).await.map_err(|error| match error {
        MigrateError::Newer { found, .. } => Problem::Format(found),
        MigrateError::MayNot { source, .. } => Problem::MayNotMigrate(source.into()),
        MigrateError::Failed(fault) => Problem::Fault(fault.into()),
    })
}
