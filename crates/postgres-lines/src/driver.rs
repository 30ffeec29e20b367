//! The way to the database and back: connections are served by a thread of their own, so that whoever
//! waits for an answer may block, wherever they stand.

use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio_postgres::Client;

use crate::PostgresFault;

/// Whatever a connection failed for.
pub type ConnectError = Box<dyn std::error::Error + Send + Sync>;

/// Makes a connection and has it served by the runtime it is called on.
pub type Connect = Arc<dyn Fn() -> BoxFuture<'static, Result<Client, ConnectError>> + Send + Sync>;

/// The thread that serves connections.
pub(crate) struct Driver(Option<Runtime>);

impl Driver {
    pub(crate) fn start() -> std::io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("postgres-lines").enable_all();
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
pub fn wait<T>(answer: impl Future<Output = T>) -> T {
    blocking(|| futures::executor::block_on(answer))
}

/// Does what blocks this thread. A runtime that has others is told, so that they take over what is
/// queued here.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    let shared = |handle: Handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread;
    if Handle::try_current().is_ok_and(shared) { tokio::task::block_in_place(work) } else { work() }
}
