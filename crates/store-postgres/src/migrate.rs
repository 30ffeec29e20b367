//! The schema, brought forward: numbered files, each in one transaction, under a lock.
//!
//! Our own few lines rather than `refinery`: it takes no lock, so two servers that start together
//! would both begin the same file, and it is one more tree of crates for what is one statement.

use tokio_postgres::Client;

use crate::fault::Fault;
use crate::open::Problem;

/// What was done to the schema, in order; a file's number is its place. Added to, never changed.
const MIGRATIONS: [&str; 1] =
    [include_str!("../../../schema/sql/postgres/events_0001_create_log.sql")];

/// The schema and the list of what was done to it, which views keep there too, in rooms of their own.
const LIST: &str = "CREATE SCHEMA IF NOT EXISTS waymark;
    CREATE TABLE IF NOT EXISTS waymark.migrations (
        room text NOT NULL, number integer NOT NULL, PRIMARY KEY (room, number))";

/// One migrates at a time; whoever waited finds it done.
const ALONE: &str = "SET LOCAL lock_timeout = '30s';
    SELECT pg_advisory_xact_lock(1463898445, 0)";

/// The format this build reads and writes.
#[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "a handful")]
pub(crate) const FORMAT: i32 = MIGRATIONS.len() as i32;

/// Brings the schema to the present format. Whoever finds it there needs no right to change it.
pub(crate) async fn migrate(client: &mut Client) -> Result<(), Problem> {
    let found = format(client).await?;
    if found == FORMAT {
        return Ok(());
    }
    if found > FORMAT {
        return Err(Problem::Format(found));
    }
    let transaction = client.transaction().await.map_err(Fault::from)?;
    transaction.batch_execute(ALONE).await.map_err(Fault::from)?;
    transaction.batch_execute(LIST).await.map_err(Problem::of_migration)?;
    let found = format(transaction.client()).await?;
    for (sql, number) in MIGRATIONS.iter().zip(1..).filter(|(_, number)| *number > found) {
        transaction.batch_execute(sql).await.map_err(Problem::of_migration)?;
        let done = format!("INSERT INTO waymark.migrations VALUES ('events', {number})");
        transaction.batch_execute(&done).await.map_err(Problem::of_migration)?;
    }
    transaction.commit().await.map_err(Fault::from)?;
    Ok(())
}

/// The format of the log that is there; 0 where there is none.
async fn format(client: &Client) -> Result<i32, Problem> {
    let listed = "SELECT to_regclass('waymark.migrations') IS NOT NULL";
    let rows = client.query_typed(listed, &[]).await.map_err(Fault::from)?;
    if !rows.iter().any(|row| row.get::<_, bool>(0)) {
        return Ok(0);
    }
    let last = "SELECT coalesce(max(number), 0) FROM waymark.migrations WHERE room = 'events'";
    let rows = client.query_typed(last, &[]).await.map_err(Fault::from)?;
    Ok(rows.first().map_or(0, |row| row.get(0)))
}
