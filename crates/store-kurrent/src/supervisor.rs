//! The client in use. The official one never leaves a node that is gone, and its driver can die for
//! good; so it is replaced by a fresh one, by one caller at a time, with pauses that grow. Each lives on
//! threads of its own, for nothing else ends what it began.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eventstore::{Client, ClientSettings};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::chance::pause;
use crate::fault::{Fault, Remedy};
use crate::runtime::OwnRuntime;

const PAUSE_FIRST: Duration = Duration::from_millis(50);
const PAUSE_MOST: Duration = Duration::from_secs(2);
/// So long after a client was made no other is, whatever is said of it.
const LIFE_LEAST: Duration = Duration::from_millis(250);
/// A client that is given up before is as good as none: the next waits longer.
const LIFE_FAIR: Duration = Duration::from_secs(5);
/// So often one client may be told that its node is not the leader.
const MOVES_MAX: u32 = 200;

/// A client, and how many there were before it.
#[derive(Clone)]
pub(crate) struct Current {
    pub(crate) client: Client,
    pub(crate) generation: u64,
    pub(crate) life: Life,
}

/// The threads of one client. Its driver keeps itself and its connections alive; they end with these
/// threads, when the last who uses the client lets go of it.
#[derive(Clone)]
pub(crate) struct Life {
    handle: Handle,
    #[cfg_attr(not(test), expect(dead_code, reason = "held, to be dropped"))]
    runtime: Arc<OwnRuntime>,
}

/// Who has the client, and makes a new one when it is said to be lost.
pub(crate) struct Supervisor {
    settings: ClientSettings,
    runtime: Handle,
    /// How long a new client may take to find a node.
    patience: Duration,
    state: Mutex<State>,
    /// Held by the one who makes a client.
    making: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    generation: u64,
    /// Attempts ended, well or badly.
    attempts: u64,
    failures: u32,
    /// When the last client was made.
    made: Option<Instant>,
    /// How often the current client was told that its node is not the leader.
    moves: u32,
    last_fault: Option<Fault>,
}

impl Supervisor {
    pub(crate) fn new(settings: ClientSettings, runtime: Handle, patience: Duration) -> Self {
        let making = tokio::sync::Mutex::new(());
        Self { settings, runtime, patience, state: Mutex::default(), making }
    }

    /// The client in use; one is made where there is none.
    pub(crate) async fn current(&self) -> Result<Current, Fault> {
        let (current, attempts) = self.with(|state| (state.current.clone(), state.attempts));
        match current {
            Some(current) => Ok(current),
            None => self.make(attempts).await,
        }
    }

    /// Whether the client of a generation is the one in use.
    pub(crate) fn is_current(&self, generation: u64) -> bool {
        self.with(|state| state.is_current(generation))
    }

    /// Gives up the client of a generation, if it is still the one in use. The next who asks makes a
    /// fresh one.
    fn renew(&self, generation: u64) -> bool {
        self.with(|state| {
            let in_use = state.is_current(generation);
            if in_use {
                state.current = None;
            }
            in_use
        })
    }

    /// Gives the client up where that may help: at once, or when it was sent to the leader too often.
    pub(crate) fn blame(&self, generation: u64, fault: &Fault) {
        let lost = match fault.remedy() {
            Remedy::Renew => true,
            Remedy::Move => self.with(|state| state.moved(generation)) > MOVES_MAX,
            Remedy::Retry | Remedy::Nothing => false,
        };
        if lost && self.renew(generation) {
            tracing::warn!(generation, %fault, "the client of the cluster is made anew");
        }
    }

    /// What lives on that is ours and not beside a client.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The threads of the client in use, for what it shall send without crossing ours. They last until
    /// their life is dropped. Our own where there is no client.
    pub(crate) fn beside(&self) -> (Handle, Option<Life>) {
        let life = self.with(|state| state.current.as_ref().map(|current| current.life.clone()));
        let threads = life.as_ref().map_or(&self.runtime, |life| &life.handle);
        (threads.clone(), life)
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One makes; who waited meanwhile shares in what came of it.
    async fn make(&self, attempts_seen: u64) -> Result<Current, Fault> {
        let _one = self.making.lock().await;
        let (current, attempts, fault, pause) = self.with(|state| {
            let State { current, attempts, last_fault, .. } = state;
            (current.clone(), *attempts, last_fault.clone(), state.pause())
        });
        if let Some(current) = current {
            return Ok(current);
        }
        if let Some(fault) = fault.filter(|_| attempts > attempts_seen) {
            return Err(fault);
        }
        tokio::time::sleep(pause).await;
        let made = self.connected().await;
        self.with(|state| state.ended(made))
    }

    /// A fresh client that has found a node.
    async fn connected(&self) -> Result<(Client, Life), Fault> {
        let life = Life::begin()?;
        let (settings, runtime) = (self.settings.clone(), life.handle.clone());
        // It reads files of certificates.
        let making = self.runtime.spawn_blocking(move || {
            Client::with_runtime_handle(runtime, settings).map_err(|report| report.to_string())
        });
        let made = making.await.map_err(|error| Fault::broken(&error))?;
        let client = made.map_err(|said| Fault::refused(format!("no client: {said}")))?;
        let asking = client.clone();
        let asked = life.spawn(async move { asking.server_info().await.map(drop) });
        match timeout(self.patience, asked).await {
            Ok(Ok(found)) => found.map_err(Fault::from).map(|()| (client, life)),
            Ok(Err(error)) => Err(Fault::broken(&error)),
            Err(_late) => Err(Fault::silent(self.patience)),
        }
    }
}

impl Life {
    fn begin() -> Result<Self, Fault> {
        let none = || Fault::ended("there are no threads for a client of the cluster");
        let runtime = OwnRuntime::start().map_err(|_error| none())?;
        let handle = runtime.handle().cloned().ok_or_else(none)?;
        Ok(Self { handle, runtime: Arc::new(runtime) })
    }

    /// Whether it still goes on.
    #[cfg(test)]
    pub(crate) fn watch(&self) -> std::sync::Weak<OwnRuntime> {
        Arc::downgrade(&self.runtime)
    }

    /// Everything that asks the client something, and so what the client spawns for it.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn(work)
    }
}

impl State {
    fn is_current(&self, generation: u64) -> bool {
        self.current.as_ref().is_some_and(|current| current.generation == generation)
    }

    fn moved(&mut self, generation: u64) -> u32 {
        self.moves += u32::from(self.is_current(generation));
        self.moves
    }

    /// How long to wait before a client is made.
    fn pause(&self) -> Duration {
        let young =
            self.made.map_or(Duration::ZERO, |made| LIFE_LEAST.saturating_sub(made.elapsed()));
        match self.failures {
            0 => young,
            failures => young.max(pause(failures, PAUSE_FIRST, PAUSE_MOST)),
        }
    }

    fn ended(&mut self, made: Result<(Client, Life), Fault>) -> Result<Current, Fault> {
        self.attempts += 1;
        let (client, life) = made.inspect_err(|fault| {
            self.failures = self.failures.saturating_add(1);
            self.last_fault = Some(fault.clone());
        })?;
        let short_lived = self.made.is_some_and(|made| made.elapsed() < LIFE_FAIR);
        self.failures = if short_lived { self.failures.saturating_add(1) } else { 0 };
        self.moves = 0;
        self.last_fault = None;
        self.generation += 1;
        self.made = Some(Instant::now());
        let current = Current { client, generation: self.generation, life };
        self.current = Some(current.clone());
        Ok(current)
    }
}

/// Aborts a task when it is no longer wanted.
pub(crate) struct Leash(pub(crate) tokio::task::AbortHandle);

impl Drop for Leash {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Shared by everything that speaks with the cluster.
pub(crate) type Supervised = Arc<Supervisor>;
