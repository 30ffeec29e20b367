//! The way to the database and back: connections are served by a thread of their own, so that whoever
//! waits for an answer may block, wherever they stand.

use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio_postgres::Client;

/// Whatever a connection failed for.
pub type ConnectError = Box<dyn std::error::Error + Send + Sync>;

/// Makes a connection and has it served by the runtime it is called on.
pub type Connect = Arc<dyn Fn() -> BoxFuture<'static, Result<Client, ConnectError>> + Send + Sync>;

/// What PostgreSQL refused, by its code, or how the way to it was lost.
///
/// What it says in detail may quote a row, and of bad values it quotes the value: both are dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct PostgresFault {
    what: String,
    is_lost: bool,
}

/// Classes of codes whose messages quote values: bad data, and broken constraints.
const QUOTING: [&str; 2] = ["22", "23"];
/// Classes of codes after which the connection is gone: its failures, and the server's going.
const LOSING: [&str; 2] = ["08", "57"];

impl PostgresFault {
    pub(crate) fn closed() -> Self {
        Self { what: "the connection is closed".to_owned(), is_lost: true }
    }

    pub(crate) fn unreachable(error: &ConnectError) -> Self {
        let what = match error.downcast_ref::<tokio_postgres::Error>() {
            Some(error) => Self::of(error).what,
            None => error.to_string(),
        };
        Self { what: format!("the database cannot be reached: {what}"), is_lost: false }
    }

    pub(crate) fn exhausted() -> Self {
        let what = "every connection of this process is in use".to_owned();
        Self { what, is_lost: false }
    }

    fn of(error: &tokio_postgres::Error) -> Self {
        let Some(refused) = error.as_db_error() else {
            return Self { what: error.to_string(), is_lost: error.is_closed() };
        };
        let code = refused.code().code();
        let is_of = |classes: [&str; 2]| classes.iter().any(|class| code.starts_with(class));
        let message = if is_of(QUOTING) { "it refused a value" } else { refused.message() };
        Self { what: format!("{message} ({code})"), is_lost: is_of(LOSING) }
    }

    /// Whether the connection is gone; another may be made at once.
    pub(crate) const fn is_lost(&self) -> bool {
        self.is_lost
    }
}

impl From<tokio_postgres::Error> for PostgresFault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::of(&error)
    }
}

/// The thread that serves connections.
pub(crate) struct Driver(Option<Runtime>);

impl Driver {
    pub(crate) fn start() -> std::io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("views-postgres").enable_all();
        builder.build().map(|runtime| Self(Some(runtime)))
    }

    pub(crate) fn connect(&self, connect: &Connect) -> Result<Client, PostgresFault> {
        let runtime = self.0.as_ref().ok_or_else(PostgresFault::closed)?;
        let connected = wait(runtime.spawn(connect()));
        let connected = connected.map_err(|_panicked| PostgresFault::closed())?;
        connected.map_err(|error| PostgresFault::unreachable(&error))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Waits for an answer on this thread.
pub(crate) fn wait<T>(answer: impl Future<Output = T>) -> T {
    blocking(|| futures::executor::block_on(answer))
}

/// Does what blocks this thread. A runtime that has others is told, so that they take over what is
/// queued here.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    let shared = |handle: Handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread;
    if Handle::try_current().is_ok_and(shared) { tokio::task::block_in_place(work) } else { work() }
}
