//! Opening: the schema in its present format, and the keys of the log that is opened.

use std::sync::Arc;

use postgres_lines::{Connect, MigrateError, Migrations, Pool, PostgresFault, wait};
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

/// What was done to the schema, in order. Added to, never changed.
const KEYS: Migrations = Migrations {
    room: "keys",
    files: &[include_str!("../../../schema/sql/postgres/keys_0001_create_keys.sql")],
};

/// Connections of one server that ask for keys at once.
const CONNECTIONS_MAX: usize = 4;

/// Why the keys could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database, or the way to it, failed.
    #[error("the database of the keys failed")]
    Failed(#[from] PostgresFault),
    /// The schema is not, and could not be made, what this build needs.
    #[error("the schema of the keys cannot be used")]
    Schema(#[from] MigrateError),
    /// The keys are those of another log.
    #[error("the keys there belong to another log: with them everything sealed would look erased")]
    OfAnother,
}

/// The keys of one log in a database that its servers share.
#[derive(Clone)]
pub struct PostgresKeys {
    pub(crate) pool: Arc<Pool>,
}

impl PostgresKeys {
    /// Opens them, or begins with none, over connections that `connect` makes.
    pub fn open(connect: Connect, log_id: Uuid) -> Result<Self, OpenError> {
        let pool =
            Pool::new(connect, CONNECTIONS_MAX).map_err(|_no_thread| PostgresFault::closed())?;
        let mut client = pool.apart()?;
        wait(KEYS.bring_forward(&mut client))?;
        drop(client);
        let owner = pool.ask(async |client| belongs_to(client, log_id).await)?;
        if owner == Some(log_id) { Ok(Self { pool }) } else { Err(OpenError::OfAnother) }
    }
}

/// Whose log the keys are of, which is this one unless it was said before.
async fn belongs_to(client: &Client, log_id: Uuid) -> Result<Option<Uuid>, PostgresFault> {
    let claim = "INSERT INTO waymark_keys.log VALUES (1, $1) ON CONFLICT DO NOTHING";
    client.execute_typed(claim, &[(&log_id, Type::UUID)]).await?;
    let rows = client.query_typed("SELECT log_id FROM waymark_keys.log", &[]).await?;
    Ok(rows.first().map(|row| row.get(0)))
}
