//! Read-only connections: a few for everybody, and as many as they like for those with own threads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use event_store::ReadError;
use tokio::sync::Semaphore;

use crate::damage::Met;
use crate::open::open_reader;
use crate::reader::Reader;

/// Keeps idle readers and opens another where none is idle.
pub(crate) struct Pool {
    file: PathBuf,
    idle: Mutex<Vec<Reader>>,
    idle_max: usize,
    permits: Arc<Semaphore>,
    damage: Met,
}

impl Pool {
    pub(crate) fn new(file: PathBuf, readers: usize) -> Self {
        let permits = Arc::new(Semaphore::new(readers));
        Self {
            file,
            idle: Mutex::new(Vec::new()),
            idle_max: readers,
            permits,
            damage: Met::default(),
        }
    }

    /// Works on this thread, which may block.
    pub(crate) fn blocking<T>(
        &self,
        work: impl FnOnce(&mut Reader) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let idle = self.idle().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader::new(open_reader(&self.file).map_err(ReadError::unavailable)?),
        };
        let answer = work(&mut reader);
        // A connection that failed is not used again: the next one finds a database come back.
        if answer.is_ok() {
            let mut idle = self.idle();
            if idle.len() < self.idle_max {
                idle.push(reader);
            }
        }
        answer.map_err(|error| self.damage.look(error, &self.file, || open_reader(&self.file).ok()))
    }

    /// What is wrong with the file, if a read has met anything.
    pub(crate) fn damage(&self) -> Option<String> {
        self.damage.told()
    }

    /// Works on a thread that may block, with at most so many at once as there are readers.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Reader) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(ReadError::unavailable)?;
        let pool = Arc::clone(self);
        let answer = tokio::task::spawn_blocking(move || {
            let answer = pool.blocking(work);
            drop(permit);
            answer
        });
        answer.await.map_err(ReadError::unavailable)?
    }

    #[cfg(test)]
    pub(crate) fn file(&self) -> &std::path::Path {
        &self.file
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
