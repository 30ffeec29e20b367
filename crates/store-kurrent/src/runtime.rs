//! The threads that the client and all that speaks with it live on, whoever calls.

use std::num::NonZero;

use tokio::runtime::{Builder, Handle, Runtime};

const THREADS: std::ops::RangeInclusive<usize> = 2..=4;

/// A runtime that may be dropped anywhere.
pub(crate) struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// A thread for each processor, up to four; two at least, so that one that is held up by a call of the
    /// client leaves another to count the time.
    pub(crate) fn start() -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.clamp(*THREADS.start(), *THREADS.end()))
            .thread_name("event-store")
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Where tasks are put; none once it is being dropped.
    pub(crate) fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A runtime that waits for its threads may not be dropped by another.
            runtime.shutdown_background();
        }
    }
}
