//! What the projector says of itself: for health, for progress bars and for the metrics.

use event_store::Position;
use metrics::{counter, gauge};

use crate::view_file::ViewFile;

/// What a view is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is built from the whole log; until then nobody can read it, or they read the file before.
    Building,
    /// It follows the log.
    Live,
}

/// How much of the log a build has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// In a dense log the events read so far; in another, the position up to where pathways that began
    /// were read.
    pub done: u64,
    /// The position it is built to: in a dense log, about as many events are to be read.
    pub of: u64,
}

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewStatus {
    /// Its name.
    pub view: &'static str,
    /// Its version.
    pub version: u32,
    /// What it is doing.
    pub state: State,
    /// How far a build is, at start or beside the live view.
    pub progress: Option<Progress>,
    /// The last position in its rows.
    pub position: Position,
    /// Pathways that stand still in it.
    pub dead_letters: usize,
    /// Why it had to be built at start.
    pub refused: Option<String>,
    /// What is wrong now.
    pub trouble: Option<String>,
}

impl ViewStatus {
    /// Whether it follows the log and no pathway stands still.
    pub const fn is_healthy(&self) -> bool {
        matches!(self.state, State::Live) && self.dead_letters == 0 && self.trouble.is_none()
    }
}

/// Every view, and the end of the log when it was last asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// In the order they were given.
    pub views: Vec<ViewStatus>,
    /// The last position known to be in the log.
    pub head: Position,
    /// Pathways with more than 2,000 steps among those that a step came for since the start: an
    /// alarm, for a history is tens of steps, and each step of such a one is dear. They are kept and
    /// judged like any other.
    pub long_histories: usize,
}

impl Status {
    /// Whether every view is well.
    pub fn is_healthy(&self) -> bool {
        self.views.iter().all(ViewStatus::is_healthy)
    }

    /// Positions between the end of the log and the view that is furthest behind: as many events where
    /// positions are dense, else what the store counts by, which may be bytes.
    pub fn lag(&self) -> u64 {
        let behind = self.views.iter().map(|view| self.head.0.saturating_sub(view.position.0));
        behind.max().unwrap_or(0)
    }
}

/// Metrics of a page that a view has taken.
pub(crate) fn advanced(view: &'static str, file: &ViewFile, events: u64, now_micros: i64) {
    gauge!("projector_batch_events", "view" => view).set(float(events));
    gauge!("projector_last_advance_timestamp_seconds", "view" => view).set(seconds(now_micros));
    gauge!("projector_dead_letters", "view" => view).set(float(file.dead().len() as u64));
}

/// In a dense log every position is an event: fewer taken than the position says means one was missed.
pub(crate) fn check_nothing_skipped(view: &'static str, file: &ViewFile) {
    let checkpoint = file.checkpoint();
    if checkpoint.consumed != checkpoint.position.0 {
        let (position, consumed) = (checkpoint.position.0, checkpoint.consumed);
        tracing::error!(view, position, consumed, "the view has missed or repeated events");
        counter!("projector_gaps_total", "view" => view).increment(1);
    }
}

/// Two editions of a view at one position have taken as many events: more or fewer in the one that followed
/// the log means that one was missed or repeated. Where positions are not dense, only this shows it.
pub(crate) fn check_as_many(view: &'static str, followed: &ViewFile, built: &ViewFile) {
    let (followed, built) = (followed.checkpoint(), built.checkpoint());
    if followed.position == built.position && followed.consumed != built.consumed {
        let (position, consumed) = (followed.position.0, followed.consumed);
        let built = built.consumed;
        tracing::error!(view, position, consumed, built, "the view has missed or repeated events");
        counter!("projector_gaps_total", "view" => view).increment(1);
    }
}

/// How far behind a view is.
pub(crate) fn lag(view: &'static str, positions: u64, micros: i64) {
    gauge!("projector_lag_positions", "view" => view).set(float(positions));
    gauge!("projector_lag_seconds", "view" => view).set(seconds(micros));
}

/// How much of a rebuild is done, from 0 to 1.
pub(crate) fn building(view: &'static str, done: u64, of: u64) {
    gauge!("projector_rebuild_done_ratio", "view" => view).set(float(done) / float(of.max(1)));
}

fn seconds(micros: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a gauge; exact to the microsecond until 2255")]
    let micros = micros as f64;
    micros / 1_000_000.0
}

fn float(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a gauge; exact up to 2^53")]
    let number = number as f64;
    number
}
