//! A way to a database, made anew as often as it is asked for.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio_postgres::{Client, NoTls};

/// A connection that is being made; the runtime it is made on serves it.
type Connecting =
    Pin<Box<dyn Future<Output = Result<Client, Box<dyn Error + Send + Sync>>> + Send>>;

/// Connections to an address, without TLS.
pub fn connect(address: &str) -> Arc<dyn Fn() -> Connecting + Send + Sync> {
    let address: Arc<str> = address.into();
    Arc::new(move || {
        let address = Arc::clone(&address);
        Box::pin(async move {
            let (client, connection) = tokio_postgres::connect(&address, NoTls).await?;
            tokio::spawn(connection);
            Ok(client)
        })
    })
}
