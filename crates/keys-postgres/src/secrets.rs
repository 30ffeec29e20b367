//! Secrets of the servers of a log, which they must all have alike.

use envelope::KeysError;
use tokio_postgres::types::Type;

use crate::PostgresKeys;

impl PostgresKeys {
    /// The secret of that name; `None`: nobody has kept one.
    pub fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, KeysError> {
        self.ask(async |client| {
            let select = "SELECT bytes FROM waymark_keys.secret WHERE name = $1";
            let rows = client.query_typed(select, &[(&name, Type::TEXT)]).await?;
            Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
        })
    }

    /// Keeps a secret unless there is one of that name. Of several servers that keep one at once, one
    /// does; it is on disk before this returns.
    pub fn keep_secret(&self, name: &str, bytes: &[u8]) -> Result<(), KeysError> {
        self.ask(async |client| {
            client.batch_execute("BEGIN; SET LOCAL synchronous_commit TO on").await?;
            let insert = "INSERT INTO waymark_keys.secret VALUES ($1, $2) ON CONFLICT DO NOTHING";
            client.execute_typed(insert, &[(&name, Type::TEXT), (&bytes, Type::BYTEA)]).await?;
            Ok(client.batch_execute("COMMIT").await?)
        })
    }
}
