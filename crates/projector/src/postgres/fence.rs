//! Whether a view is still ours to write, asked in the transaction that writes it.

use std::sync::Arc;

use leases::{FENCE, LOOK, Leases};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::PostgresFault;
use crate::SqlError;

/// The lease of one view.
pub(super) struct Fence {
    pub(super) leases: Arc<Leases>,
    pub(super) view: &'static str,
}

impl Fence {
    /// Refuses where the lease is another's, and keeps it ours until the transaction ends, which is soon.
    pub(super) async fn hold(&self, client: &Client) -> Result<(), SqlError> {
        self.ask(client, FENCE).await
    }

    /// Refuses where the lease is another's. Who takes it meanwhile finds another checkpoint.
    pub(super) async fn look(&self, client: &Client) -> Result<(), SqlError> {
        self.ask(client, LOOK).await
    }

    async fn ask(&self, client: &Client, sql: &str) -> Result<(), SqlError> {
        let epoch = self.leases.epoch(self.view).ok_or(SqlError::Fenced)?;
        let (work, owner) = (self.view, self.leases.id());
        let told: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
            [(&work, Type::TEXT), (&owner, Type::UUID), (&epoch, Type::INT8)];
        let found = client.query_typed(sql, &told).await.map_err(PostgresFault::from)?;
        if found.is_empty() { Err(SqlError::Fenced) } else { Ok(()) }
    }
}
