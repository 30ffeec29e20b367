//! A connection beside the log's own, for who keeps something else in the same database.

use tokio_postgres::{Client, NoTls};

use crate::address::Address;
use crate::fault::Fault;

impl Address {
    /// Makes a connection by the same way as the log's, TLS included. The runtime that this is called on
    /// serves it until its client is dropped.
    pub async fn connect(&self) -> Result<Client, Fault> {
        let connector = self.tls.connector().map_err(|cause| Fault::new(cause.to_string()))?;
        let Some(connector) = connector else {
            let (client, connection) = self.config.connect(NoTls).await?;
            tokio::spawn(connection);
            return Ok(client);
        };
        let (client, connection) = self.config.connect(connector).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}
