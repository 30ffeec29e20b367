//! What can be made to go wrong, from the same process.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::broadcast;

/// What a client sees of a request that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: no answer ever comes.
    Silently,
    /// Its call, or its whole stream of batches, ends as `Unavailable`.
    WithError,
    /// The same as `PermissionDenied`, as where the right to it was taken away meanwhile.
    Denied,
}

/// What becomes of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    /// Written, and the answer is lost.
    AnswerLost(Loss),
    /// Not written.
    Lost(Loss),
}

/// What befalls an open stream of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// It ends as if all had been said.
    End,
    /// It ends with an error.
    Cut,
    /// A subscription is told that it fell behind, and catches up.
    FallBehind,
}

/// What befalls the next few of a kind.
#[derive(Debug)]
struct Planned<T>(Mutex<Option<(u64, T)>>);

impl<T: Copy> Planned<T> {
    fn none() -> Self {
        Self(Mutex::new(None))
    }

    fn set(&self, count: u64, what: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((count, what));
    }

    fn next(&self) -> Option<T> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, what) = (*left)?;
        *left = (count > 1).then_some((count.saturating_sub(1), what));
        (count > 0).then_some(what)
    }
}

/// The faults of a cluster. Each method works on all its nodes, at once and until it is told otherwise.
#[derive(Debug)]
pub struct Chaos {
    delay_nanos: AtomicU64,
    duplicates: AtomicU64,
    answers: Planned<Loss>,
    appends: Planned<Loss>,
    /// After how many events reads are cut.
    reads: Planned<u64>,
    denies_all: AtomicBool,
    subscriptions: broadcast::Sender<Break>,
    batches: broadcast::Sender<Break>,
}

impl Chaos {
    pub(crate) fn none() -> Self {
        /// Breaks that one stream may be behind.
        const BACKLOG: usize = 16;
        Self {
            delay_nanos: AtomicU64::new(0),
            duplicates: AtomicU64::new(0),
            answers: Planned::none(),
            appends: Planned::none(),
            reads: Planned::none(),
            denies_all: AtomicBool::new(false),
            subscriptions: broadcast::Sender::new(BACKLOG),
            batches: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Answers of appends, batch appends and reads come that much later; zero for at once. What was
    /// appended stands in the log before the delay, so that a deadline within it leaves the caller in doubt.
    pub fn delay_answers(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.delay_nanos.store(nanos, Ordering::Relaxed);
    }

    /// The next `count` events that any subscription delivers come twice.
    pub fn duplicate(&self, count: u64) {
        self.duplicates.store(count, Ordering::Relaxed);
    }

    /// The next `count` appends are written and their answers lost.
    pub fn lose_answers(&self, count: u64, loss: Loss) {
        self.answers.set(count, loss);
    }

    /// The next `count` appends are lost before they are written.
    pub fn lose_appends(&self, count: u64, loss: Loss) {
        self.appends.set(count, loss);
    }

    /// The next `count` reads end as `Unavailable` once they have told `after` events. A read that has no
    /// more to tell ends well.
    pub fn cut_reads(&self, count: u64, after: u64) {
        self.reads.set(count, after);
    }

    /// Whether reads of `$all` and subscriptions to it are denied, as to a user without the right to it.
    pub fn deny_all(&self, denies: bool) {
        self.denies_all.store(denies, Ordering::Relaxed);
    }

    /// Every open subscription ends as if all had been said: OK, and no error.
    pub fn end_subscriptions(&self) {
        tell(&self.subscriptions, Break::End);
    }

    /// Every open subscription ends as `Unavailable`.
    pub fn cut_subscriptions(&self) {
        tell(&self.subscriptions, Break::Cut);
    }

    /// Every open subscription is told that it fell behind, and catches up again. (Servers up to 26
    /// know the message and do not send it.)
    pub fn fall_behind(&self) {
        tell(&self.subscriptions, Break::FallBehind);
    }

    /// Every open stream of batch appends ends as if all had been said; what waits is not answered.
    pub fn end_batches(&self) {
        tell(&self.batches, Break::End);
    }

    /// Every open stream of batch appends ends as `Unavailable`.
    pub fn cut_batches(&self) {
        tell(&self.batches, Break::Cut);
    }

    /// How many subscriptions are open.
    pub fn subscriptions_open(&self) -> usize {
        self.subscriptions.receiver_count()
    }

    /// How many streams of batch appends are open.
    pub fn batches_open(&self) -> usize {
        self.batches.receiver_count()
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_nanos(self.delay_nanos.load(Ordering::Relaxed))
    }

    /// Whether the event that is being delivered comes twice.
    pub(crate) fn is_duplicated(&self) -> bool {
        let one_less = |left: u64| left.checked_sub(1);
        self.duplicates.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    pub(crate) fn denies_all(&self) -> bool {
        self.denies_all.load(Ordering::Relaxed)
    }

    /// After how many events the read that begins now is cut.
    pub(crate) fn cut_of_read(&self) -> Option<u64> {
        self.reads.next()
    }

    pub(crate) fn fate(&self) -> Fate {
        match (self.appends.next(), || self.answers.next()) {
            (Some(loss), _) => Fate::Lost(loss),
            (None, answers) => answers().map_or(Fate::Answered, Fate::AnswerLost),
        }
    }

    pub(crate) fn breaks_of_subscriptions(&self) -> broadcast::Receiver<Break> {
        self.subscriptions.subscribe()
    }

    pub(crate) fn breaks_of_batches(&self) -> broadcast::Receiver<Break> {
        self.batches.subscribe()
    }
}

/// Tells all that are open; there may be none.
fn tell(open: &broadcast::Sender<Break>, what: Break) {
    open.send(what).ok();
}
