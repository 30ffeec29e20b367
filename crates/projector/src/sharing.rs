//! Several servers over one database of views: each view is written by whoever has its lease, and read
//! by all. What others write is followed here: by its checkpoint, and, for a view that is told of
//! commits, by the pathways that the log says were touched.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use event_store::Position;
use leases::{Held, LeaseError, Leases};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::builder::Builder;
use crate::context::Context;
use crate::counting::{is_far_behind, more_than};
use crate::errors::StartError;
use crate::live::{Command, Hold, TakeError, chain, stopped};
use crate::others::{Followed, Others};
use crate::postgres::{Schemas, Standing};
use crate::projector::{Limits, Projector};
use crate::reader::Shared;
use crate::start::{look, say_why};
use crate::view_file::ViewFile;
use crate::{Identity, View};

/// How soon what others write is looked at again while it moves, and how late when it does not.
const SOONEST: Duration = Duration::from_millis(15);
const LATEST: Duration = Duration::from_secs(1);
/// How long views that were claimed from another server may take to be held here.
const PATIENCE: Duration = Duration::from_secs(600);

/// One view, and whose it is.
pub(crate) struct Seat {
    pub(crate) view: Arc<dyn View>,
    pub(crate) shared: Arc<Shared>,
    /// The epoch under which it is ours; none while it is another's.
    epoch: Option<i64>,
    /// Where readers, and what the view remembers, stand; none where that is not known.
    pub(crate) told: Option<Standing>,
}

/// The task that takes views up and gives them away.
pub(crate) struct Sharing {
    context: Arc<Context>,
    leases: Arc<Leases>,
    commands: mpsc::Sender<Command>,
    others: Others,
    seats: Vec<Seat>,
    builds: JoinSet<()>,
    build_beyond: u64,
    stop: watch::Receiver<bool>,
}

/// What a sharing works with.
pub(crate) struct Shares {
    pub(crate) context: Arc<Context>,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) leases: Arc<Leases>,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) views: Vec<(Arc<dyn View>, Arc<Shared>)>,
    pub(crate) build_beyond: u64,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Projector {
    /// Takes up what is ours of the views that other servers write too, and goes on sharing.
    pub(crate) async fn share(&self, schemas: Arc<Schemas>, leases: Arc<Leases>, limits: &Limits) {
        let views = self.views.iter().cloned().zip(self.shared.iter().cloned());
        let mut sharing = Sharing::of(Shares {
            context: Arc::clone(&self.context),
            schemas,
            leases,
            commands: self.commands(),
            views: views.collect(),
            build_beyond: limits.build_beyond,
            stop: self.stopping(),
        });
        sharing.begin().await;
        let task = tokio::spawn(sharing.run());
        self.keep(task);
    }

    /// Has the views written here and nowhere else, until [`Projector::unpin`].
    pub(crate) async fn claim(&self, names: &[&str]) -> Result<(), LeaseError> {
        let Some(leases) = &self.context.leases else { return Ok(()) };
        leases.claim(names).await?;
        let mut held = self.context.held.subscribe();
        let all = |held: &BTreeSet<&'static str>| names.iter().all(|name| held.contains(name));
        // One that has no edition yet is built, and is held after that.
        if matches!(tokio::time::timeout(PATIENCE, held.wait_for(all)).await, Ok(Ok(_))) {
            return Ok(());
        }
        leases.unpin(names);
        Err(LeaseError::NotTaken)
    }

    pub(crate) fn unpin(&self, names: &[&str]) {
        if let Some(leases) = &self.context.leases {
            leases.unpin(names);
        }
    }
}

impl Sharing {
    pub(crate) fn of(shares: Shares) -> Self {
        let Shares { context, schemas, leases, commands, views, build_beyond, stop } = shares;
        let seat = |(view, shared)| Seat { view, shared, epoch: None, told: None };
        let seats = views.into_iter().map(seat).collect();
        let others = Others { context: Arc::clone(&context), schemas };
        let builds = JoinSet::new();
        Self { context, leases, commands, others, seats, builds, build_beyond, stop }
    }

    /// Takes up what is ours and reads what is not, once.
    pub(crate) async fn begin(&mut self) {
        let held = Arc::clone(&self.leases.held().borrow());
        self.settle(&held).await;
        self.follow().await;
    }

    /// Goes on until it is told to stop.
    pub(crate) async fn run(mut self) {
        let (mut held, mut seen) = (self.leases.held(), self.context.seen.subscribe());
        let (mut stop, mut pause) = (self.stop.clone(), SOONEST);
        loop {
            let ours = Arc::clone(&held.borrow_and_update());
            let settled = self.settle(&ours).await;
            let followed = self.follow().await;
            pause = match followed {
                Followed::All if settled => LATEST,
                Followed::Moved => SOONEST,
                Followed::All | Followed::Waiting => (pause * 2).min(LATEST),
            };
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                Ok(()) = held.changed() => pause = SOONEST,
                Ok(()) = seen.changed() => {
                    pause = SOONEST;
                    tokio::time::sleep(SOONEST).await;
                }
                () = tokio::time::sleep(pause) => {}
            }
        }
        while self.builds.join_next().await.is_some() {}
    }

    /// Gives away what is no longer ours and takes up what is; whether nothing is left to be tried again.
    async fn settle(&mut self, held: &Held) -> bool {
        let mut taken = Vec::new();
        for at in 0..self.seats.len() {
            let Some(seat) = self.seats.get_mut(at) else { continue };
            let epoch = held.get(seat.view.name()).copied();
            if seat.epoch == epoch {
                continue;
            }
            if seat.epoch.take().is_some() {
                seat.told = release(&self.commands, at).await;
            }
            if epoch.is_some() {
                taken.push((at, epoch));
            }
        }
        self.take_up(taken).await
    }

    /// Writes views from now on. Those that cannot be used as they are, are built together.
    async fn take_up(&mut self, taken: Vec<(usize, Option<i64>)>) -> bool {
        let (mut unbuilt, mut all_well) = (Vec::new(), true);
        for (at, epoch) in taken {
            let found = self.find(at).await;
            let Some(seat) = self.seats.get_mut(at) else { continue };
            match found {
                Ok(is_held) => {
                    seat.epoch = epoch;
                    if !is_held {
                        unbuilt.push((at, Arc::clone(&seat.view)));
                    }
                }
                Err(error) => {
                    all_well = false;
                    self.context.trouble_of(at, &chain(&error));
                }
            }
        }
        if !unbuilt.is_empty() {
            let (context, commands) = (Arc::clone(&self.context), self.commands.clone());
            let builder = Builder { context, slots: unbuilt, commands };
            self.builds.spawn(builder.until_built(self.stop.clone()));
        }
        while self.builds.try_join_next().is_some() {}
        all_well
    }

    /// Puts the edition in use into our hands, or an empty one where the log is short; false where it is
    /// to be built.
    async fn find(&mut self, at: usize) -> Result<bool, StartError> {
        let Some(seat) = self.seats.get_mut(at) else { return Ok(true) };
        let (store, database) = (self.context.store.as_ref(), &self.context.database);
        let head = store.head().await?;
        let file = match look(store, database, &seat.view).await? {
            Ok(file) => file,
            Err(reason) => {
                say_why(seat.view.name(), &reason);
                self.context.refused(at, &reason);
                if more_than(store, self.build_beyond, (Position::START, head)).await? {
                    return Ok(false);
                }
                let identity = Identity::of(seat.view.as_ref(), store.log_id());
                let (database, view) = (Arc::clone(database), Arc::clone(&seat.view));
                let made =
                    tokio::task::spawn_blocking(move || database.create(view.as_ref(), identity));
                made.await.map_err(|_panicked| StartError::CutShort)??
            }
        };
        let is_far = is_far_behind(store, self.build_beyond, (file.position(), head)).await?;
        self.others.catch_up(at, seat, file.standing()).await?;
        if is_far {
            return Ok(false);
        }
        hold(&self.commands, at, seat, file).await?;
        Ok(true)
    }

    /// Looks at what others have written.
    async fn follow(&mut self) -> Followed {
        let seats = self.seats.iter_mut().enumerate();
        let theirs = seats.filter(|(_at, seat)| seat.epoch.is_none()).collect();
        self.others.follow(theirs).await
    }
}

/// Waits until the loop has let the view go; where it stood then.
async fn release(commands: &mpsc::Sender<Command>, slot: usize) -> Option<Standing> {
    let (answer, answered) = oneshot::channel();
    commands.send(Command::Release(slot, answer)).await.ok()?;
    answered.await.ok()?
}

async fn hold(
    commands: &mpsc::Sender<Command>,
    slot: usize,
    seat: &Seat,
    file: ViewFile,
) -> Result<(), TakeError> {
    let is_told = seat.told.as_ref() == Some(&file.standing());
    let (answer, answered) = oneshot::channel();
    let hold = Command::Hold(Box::new(Hold { slot, file, is_told, answer }));
    commands.send(hold).await.map_err(|_stopped| TakeError::CutShort)?;
    answered.await.map_err(|_stopped| TakeError::CutShort)?
}
