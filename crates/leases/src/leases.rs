//! The leases of one process: renewed in the background, asked by whoever is about to work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use postgres_lines::{Connect, ConnectError, MigrateError, PostgresFault};
use tokio::sync::{Mutex as Turn, watch};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::round::{self, EVERY, Known, Party, TTL, millis};
use crate::row;

/// The works in our hands, each with its epoch.
pub type Held = BTreeMap<String, i64>;

/// As what a process takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has its share of the work as long as it is there.
    Server,
    /// It is there for a while: it works only where no server is, or where it [claims](Leases::claim).
    Guest,
}

/// Why leases could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The database refused, or the way to it was lost.
    #[error("the leases of this server's work cannot be kept")]
    Database(#[from] PostgresFault),
    /// Their tables could not be made.
    #[error(transparent)]
    Schema(#[from] MigrateError),
    /// There is no way to it.
    #[error("the database of leases cannot be reached")]
    Unreachable(#[source] ConnectError),
    /// Work that was claimed could not be taken up here in time.
    #[error("the work could not be taken over from the server that does it: try again")]
    NotTaken,
    /// It did not answer.
    #[error("the database of leases did not answer within {} s", TTL.as_secs() / 2)]
    Silent,
}

/// The leases of one process. Ended by [`Leases::end`]; dropped, they run out.
pub struct Leases {
    party: Party,
    connect: Connect,
    held: watch::Sender<Arc<Held>>,
    pinned: Mutex<BTreeSet<String>>,
    /// What nobody else took.
    left: Mutex<BTreeMap<String, Vec<Uuid>>>,
    /// One round at a time, by the connection that is kept between them.
    client: Turn<Option<Client>>,
    /// When the last round that succeeded began.
    renewed: Mutex<Instant>,
    ended: AtomicBool,
}

impl Leases {
    /// Makes the tables where they are missing, takes what is ours, and renews it from now on.
    ///
    /// All servers are to name the same works: whose turn each is follows from its place.
    pub async fn begin(
        connect: Connect,
        id: Uuid,
        works: Vec<String>,
        standing: Standing,
    ) -> Result<Arc<Self>, LeaseError> {
        let leases = Arc::new(Self {
            party: Party { id, works, standing },
            connect,
            held: watch::Sender::default(),
            pinned: Mutex::default(),
            left: Mutex::default(),
            client: Turn::default(),
            renewed: Mutex::new(Instant::now()),
            ended: AtomicBool::new(false),
        });
        let mut client = leases.connected().await?;
        row::TABLES.bring_forward(&mut client).await?;
        *leases.client.lock().await = Some(client);
        leases.round().await?;
        tokio::spawn(renew(Arc::downgrade(&leases)));
        Ok(leases)
    }

    /// Who we are to the others.
    pub const fn id(&self) -> Uuid {
        self.party.id
    }

    /// The epoch under which a work is ours now; none where it is not, or where it could not be renewed
    /// in time.
    pub fn epoch(&self, work: &str) -> Option<i64> {
        let is_renewed = self.renewed().elapsed() < TTL;
        self.held.borrow().get(work).copied().filter(|_epoch| is_renewed)
    }

    /// What is ours, now and whenever that changes.
    pub fn held(&self) -> watch::Receiver<Arc<Held>> {
        self.held.subscribe()
    }

    /// Takes works from whoever has them, and keeps them until [`Leases::unpin`].
    pub async fn claim(&self, works: &[&str]) -> Result<(), LeaseError> {
        self.pinned().extend(works.iter().map(|work| (*work).to_owned()));
        let claimed = self.claim_pinned(works).await;
        if claimed.is_err() {
            self.unpin(works);
        }
        claimed
    }

    async fn claim_pinned(&self, works: &[&str]) -> Result<(), LeaseError> {
        let begun = Instant::now();
        loop {
            let mut kept = self.client.lock().await;
            let client = self.usable(kept.take()).await?;
            let mut held = Held::clone(&self.held.borrow());
            for work in works.iter().filter(|work| !held.contains_key(**work)).collect::<Vec<_>>() {
                let taken = row::take(&client, (work, self.party.id), millis(TTL), true);
                let taken = tokio::time::timeout(TTL, taken).await;
                let taken =
                    taken.map_err(|_late| LeaseError::Silent)?.map_err(PostgresFault::from)?;
                held.extend(taken.map(|epoch| ((*work).to_owned(), epoch)));
            }
            let has_all = works.iter().all(|work| held.contains_key(*work));
            *kept = Some(client);
            self.publish(held);
            drop(kept);
            if has_all {
                return Ok(());
            }
            // Somebody holds a row at this moment.
            if begun.elapsed() > TTL {
                return Err(LeaseError::NotTaken);
            }
            tokio::time::sleep(EVERY / 10).await;
        }
    }

    /// Works that were claimed go to whoever's turn it is.
    pub fn unpin(&self, works: &[&str]) {
        self.pinned().retain(|work| !works.contains(&work.as_str()));
    }

    /// Gives everything back and takes no more.
    pub async fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        let mut client = self.client.lock().await;
        let held = Held::clone(&self.held.borrow());
        self.publish(Held::new());
        let Some(client) = client.take() else { return };
        let leave = async {
            for (work, epoch) in &held {
                row::give_back(&client, (work, self.party.id, *epoch)).await?;
            }
            row::sign_out(&client, self.party.id).await
        };
        if !matches!(tokio::time::timeout(TTL, leave).await, Ok(Ok(()))) {
            tracing::warn!("the leases could not be given back; they run out by themselves");
        }
    }

    async fn round(&self) -> Result<(), LeaseError> {
        let mut kept = self.client.lock().await;
        if self.ended.load(Ordering::SeqCst) {
            return Ok(());
        }
        let begun = Instant::now();
        let client = self.usable(kept.take()).await?;
        let mut known = Known {
            held: Held::clone(&self.held.borrow()),
            pinned: self.pinned().clone(),
            left: guard(&self.left).clone(),
        };
        let round = round::run(&client, &self.party, &mut known);
        let done = tokio::time::timeout(TTL / 2, round).await;
        done.map_err(|_late| LeaseError::Silent)?.map_err(PostgresFault::from)?;
        *kept = Some(client);
        *guard(&self.renewed) = begun;
        *guard(&self.left) = known.left;
        self.publish(known.held);
        Ok(())
    }

    async fn usable(&self, kept: Option<Client>) -> Result<Client, LeaseError> {
        match kept.filter(|client| !client.is_closed()) {
            Some(client) => Ok(client),
            None => self.connected().await,
        }
    }

    async fn connected(&self) -> Result<Client, LeaseError> {
        let made = tokio::time::timeout(TTL / 2, (self.connect)()).await;
        made.map_err(|_late| LeaseError::Silent)?.map_err(LeaseError::Unreachable)
    }

    fn publish(&self, after: Held) {
        self.held.send_if_modified(|held| {
            let is_other = **held != after;
            if is_other {
                tell(held, &after);
                *held = Arc::new(after);
            }
            is_other
        });
    }

    /// What could not be renewed in time is another's by now.
    fn lapse(&self) {
        if self.renewed().elapsed() >= TTL {
            self.publish(Held::new());
        }
    }

    fn renewed(&self) -> Instant {
        *guard(&self.renewed)
    }

    fn pinned(&self) -> MutexGuard<'_, BTreeSet<String>> {
        guard(&self.pinned)
    }
}

fn guard<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tell(before: &Held, after: &Held) {
    for (work, epoch) in after.iter().filter(|(work, epoch)| before.get(*work) != Some(epoch)) {
        tracing::info!(work, epoch, "this server does the work from now on");
        metrics::counter!("leases_taken_total", "work" => work.clone()).increment(1);
    }
    for work in before.keys().filter(|work| !after.contains_key(*work)) {
        tracing::info!(work, "this server no longer does the work");
    }
}

/// Renews as long as somebody holds the leases.
async fn renew(leases: Weak<Leases>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(leases) = leases.upgrade() else { return };
        if leases.ended.load(Ordering::SeqCst) {
            return;
        }
        if let Err(error) = or_lapse(&leases).await {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(cause, "{error}");
            leases.lapse();
        }
    }
}

/// A round; what could not be renewed by the time that it runs out is let go, however long that takes.
async fn or_lapse(leases: &Leases) -> Result<(), LeaseError> {
    let mut round = std::pin::pin!(leases.round());
    let left = TTL.saturating_sub(leases.renewed().elapsed());
    tokio::select! {
        done = &mut round => done,
        () = tokio::time::sleep(left) => {
            leases.lapse();
            round.await
        }
    }
}
