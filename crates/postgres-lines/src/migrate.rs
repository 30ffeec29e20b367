//! A schema, brought forward: numbered files, each room's in its order, in one transaction, under a lock.
//!
//! Our own few lines rather than `refinery`: it takes no lock, so two servers that start together
//! would both begin the same file, and it is one more tree of crates for what is one statement.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use crate::PostgresFault;

/// The schema and the list of what was done in a database, by room.
const LIST: &str = "CREATE SCHEMA IF NOT EXISTS waymark;
    CREATE TABLE IF NOT EXISTS waymark.migrations (
        room text NOT NULL, number integer NOT NULL, PRIMARY KEY (room, number))";

/// One migrates at a time; whoever waited finds it done.
const ALONE: &str = "SET LOCAL lock_timeout = '30s';
    SELECT pg_advisory_xact_lock(1463898445, 0)";

/// What a room keeps in a database, from its beginning to the present.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// The room's name in the list `waymark.migrations`.
    pub room: &'static str,
    /// What was done, in order; a file's number is its place, from 1. Added to, never changed.
    pub files: &'static [&'static str],
}

/// Why a schema could not be brought forward.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// A later edition of the room has been here.
    #[error("the schema of `{room}` has format {found}, and this build knows format {known}")]
    Newer {
        /// Whose schema it is.
        room: &'static str,
        /// Its format.
        found: i32,
        /// The last format this build knows.
        known: i32,
    },
    /// The schema is not there or is older, and this role may not change it.
    #[error(
        "the schema of `{room}` is not in the present format, and this role may not change it: \
         start once as the owner of the database"
    )]
    MayNot {
        /// Whose schema it is.
        room: &'static str,
        /// What was refused.
        #[source]
        source: PostgresFault,
    },
    /// The database failed in another way.
    #[error("the schema could not be brought to the present format")]
    Failed(#[from] PostgresFault),
}

impl From<Error> for MigrateError {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Migrations {
    /// The format this build reads and writes: the number of its last file.
    pub fn format(&self) -> i32 {
        i32::try_from(self.files.len()).unwrap_or(i32::MAX)
    }

    /// Brings the schema to the present format. Whoever finds it there needs no right to change it.
    pub async fn bring_forward(&self, client: &mut Client) -> Result<(), MigrateError> {
        let (found, known) = (self.found(client).await?, self.format());
        if found > known {
            return Err(MigrateError::Newer { room: self.room, found, known });
        }
        if found == known {
            return Ok(());
        }
        let transaction = client.transaction().await?;
        transaction.batch_execute(ALONE).await?;
        transaction.batch_execute(LIST).await.map_err(|error| self.refused(error))?;
        let found = self.found(transaction.client()).await?;
        for (sql, number) in self.files.iter().zip(1_i32..).filter(|(_, number)| *number > found) {
            transaction.batch_execute(sql).await.map_err(|error| self.refused(error))?;
            let done = "INSERT INTO waymark.migrations VALUES ($1, $2)";
            let told = [(&self.room as _, Type::TEXT), (&number as _, Type::INT4)];
            transaction.execute_typed(done, &told).await.map_err(|error| self.refused(error))?;
        }
        Ok(transaction.commit().await?)
    }

    /// The format that is there; 0 where there is none.
    async fn found(&self, client: &Client) -> Result<i32, Error> {
        let listed = "SELECT to_regclass('waymark.migrations') IS NOT NULL";
        let rows = client.query_typed(listed, &[]).await?;
        if !rows.iter().any(|row| row.get::<_, bool>(0)) {
            return Ok(0);
        }
        let last = "SELECT coalesce(max(number), 0) FROM waymark.migrations WHERE room = $1";
        let rows = client.query_typed(last, &[(&self.room, Type::TEXT)]).await?;
        Ok(rows.first().map_or(0, |row| row.get(0)))
    }

    fn refused(&self, error: Error) -> MigrateError {
        if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            return MigrateError::MayNot { room: self.room, source: error.into() };
        }
        error.into()
    }
}
