//! The store as others hold it: the ways in and out, and the port over them.

mod port;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event_store::{
    Append, AppendError, Appended, NowMicros, ReadError, Recorded, StoredEvent, StreamId,
};
use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use crate::address::Address;
use crate::chance::Nonces;
use crate::fault::Fault;
use crate::known::Known;
use crate::lanes::{Lane, Lanes};
use crate::locks::Locks;
use crate::moments::Moments;
use crate::open::{OpenError, check_version, identify};
use crate::options::Options;
use crate::reader::{Floor, Reader};
use crate::restore::Restorer;
use crate::room::{Closed, Place, Room};
use crate::runtime::OwnRuntime;
use crate::scan::Tallies;
use crate::stamps::Stamps;
use crate::supervisor::{Leash, Supervisor};
use crate::writer::{Writer, unavailable};

/// One log on one cluster, which other processes may use too. Dropping it answers what is waiting.
pub struct KurrentStore {
    reader: Arc<Reader>,
    writer: Arc<Writer>,
    restorer: Restorer,
    room: Room,
    moments: Arc<Moments>,
    tallies: Arc<Tallies>,
    trouble: Trouble,
    log_id: Uuid,
    append_bytes_max: usize,
    quiet: Duration,
    /// How long who closes waits for what is under way.
    closing: Duration,
    /// Whether nothing under way is waited for any more.
    over: watch::Sender<bool>,
    runtime: OwnRuntime,
}

/// Why the log could not be written last; none once it was.
#[derive(Clone, Default)]
struct Trouble(Arc<Mutex<Option<String>>>);

/// What opening makes.
struct Opened {
    reader: Arc<Reader>,
    writer: Arc<Writer>,
    restorer: Restorer,
    log_id: Uuid,
}

impl KurrentStore {
    /// Opens the log of a cluster, or begins one there, with the settings we ship.
    pub async fn open(address: &Address, now: NowMicros) -> Result<Self, OpenError> {
        Self::open_with(address, Options::new(now)).await
    }

    /// Opens the log of a cluster, or begins one there.
    pub async fn open_with(address: &Address, options: Options) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Failed { address: address.clone(), source };
        let runtime = OwnRuntime::start().map_err(|error| failed(error.into()))?;
        let handle = runtime.handle().cloned();
        let handle = handle.ok_or_else(|| failed(Fault::refused("there are no threads").into()))?;
        let opening = opened(address.clone(), options.clone(), handle.clone());
        let opened = handle.spawn(opening).await;
        let Opened { reader, writer, restorer, log_id } =
            opened.map_err(|error| failed(Fault::broken(&error).into()))??;
        Ok(Self {
            reader,
            writer,
            restorer,
            room: Room::new(options.appends_max, options.bytes_max),
            moments: Arc::default(),
            tallies: Arc::default(),
            trouble: Trouble::default(),
            log_id,
            append_bytes_max: options.append_bytes_max,
            quiet: options.quiet,
            closing: options.patience + options.silence,
            over: watch::Sender::new(false),
            runtime,
        })
    }

    /// Takes no more appends, and waits until those that wait are answered, as long as an append may
    /// take. What is not answered then is in doubt, and its caller is told so. Reads go on.
    pub fn close(&self) {
        self.room.close(self.closing);
        self.restorer.end();
        self.over.send_replace(true);
    }

    /// Why the log cannot be written now; none while it can. It holds what the cluster says and nothing
    /// of any event.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.told()
    }

    /// [`event_store::EventStore::read_streams`], waited for on this thread, whatever it is.
    pub fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        let (reader, streams) = (Arc::clone(&self.reader), streams.to_vec());
        self.wait_for(async move { reader.streams(&streams).await })
    }

    fn wait_for<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ReadError>> + Send + 'static,
    ) -> Result<T, ReadError> {
        let handle = self.handle().map_err(ReadError::unavailable)?;
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        handle.spawn(async move { drop(reply.send(work.await)) });
        answer.recv().map_err(ReadError::unavailable)?
    }

    /// On threads of our own: the client's tasks live where it is called.
    async fn reading<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ReadError>> + Send + 'static,
    ) -> Result<T, ReadError> {
        let handle = self.handle().map_err(ReadError::unavailable)?;
        let task = handle.spawn(work);
        // Whoever no longer waits wants nothing read.
        let _leash = Leash(task.abort_handle());
        task.await.map_err(|error| ReadError::unavailable(Fault::broken(&error)))?
    }

    fn handle(&self) -> Result<&Handle, Fault> {
        self.runtime.handle().ok_or_else(|| Fault::refused("the store was closed"))
    }

    /// Checks an append and finds a place for it.
    fn entered(&self, append: &Append) -> Result<Place, AppendError> {
        self.room.enter(append.check(self.append_bytes_max)?)
    }

    /// Under way once this returns, whether or not its answer is awaited.
    fn write(
        &self,
        append: Append,
    ) -> Result<impl Future<Output = Result<Appended, AppendError>> + Send + 'static, AppendError>
    {
        let place = self.entered(&append)?;
        let (writer, trouble) = (Arc::clone(&self.writer), self.trouble.clone());
        let mut over = self.over.subscribe();
        let (threads, life) = self.reader.supervisor.beside();
        let written = threads.spawn(async move {
            let answer = tokio::select! {
                biased;
                answer = writer.append(append) => answer,
                _closed = over.wait_for(|over| *over) => Err(unavailable(true, Closed)),
            };
            trouble.heard(&answer);
            drop((place, life));
            answer
        });
        Ok(async move {
            written.await.unwrap_or_else(|error| Err(unavailable(true, Fault::broken(&error))))
        })
    }

    /// In line once this returns.
    fn move_in(
        &self,
        append: Append,
        recorded: Recorded,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send + 'static {
        let place = self.entered(&append);
        let (called, trouble) = (self.restorer.call(append, recorded, place), self.trouble.clone());
        async move {
            let answer = called.await;
            trouble.heard(&answer);
            answer
        }
    }
}

impl Drop for KurrentStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl Trouble {
    fn told(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn heard(&self, answer: &Result<Appended, AppendError>) {
        let trouble = match answer {
            Err(AppendError::Unavailable { source, .. }) => Some(source.to_string()),
            _ => None,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

async fn opened(address: Address, options: Options, runtime: Handle) -> Result<Opened, OpenError> {
    let supervisor = Supervisor::new(address.settings(), runtime.clone(), options.connecting);
    let supervisor = Arc::new(supervisor);
    let reader = Arc::new(Reader {
        supervisor: Arc::clone(&supervisor),
        log: options.log,
        stamps: Arc::new(Stamps::default()),
        known: Arc::new(Known::new(options.ids_max)),
        patience: options.patience,
        silence: options.silence,
        search: options.search,
        floor: Floor::default(),
    });
    let lane = Lane::new(Arc::clone(&supervisor), options.silence, 1);
    let log_id = identify(&address, &reader, &lane).await?;
    check_version(&address, &supervisor, options.silence).await?;
    // What the last event says of time is taken in by reading it.
    let failed = |source| OpenError::Failed { address: address.clone(), source };
    reader.last().await.map_err(|error| failed(error.into()))?;
    let nonces = Nonces::begin().map_err(|error| failed(error.into()))?;
    let writer = Arc::new(Writer {
        reader: Arc::clone(&reader),
        lanes: Lanes::new(&supervisor, options.silence),
        locks: Locks::default(),
        nonces,
        now: options.now,
        patience: options.patience,
    });
    let restorer = Restorer::start(&runtime, Arc::clone(&writer), lane);
    Ok(Opened { reader, writer, restorer, log_id })
}

#[cfg(test)]
mod tests;
