//! What the loop, the builds and the handle share: the store, the files, the clock and the status.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use event_store::{EventStore, NowMicros, Position, StoredEvent};
use leases::Leases;
use tokio::sync::{Mutex, watch};

use crate::database::ViewDatabase;
use crate::engine::Slot;
use crate::live::is_other;
use crate::postgres::Standing;
use crate::status::{self, Progress, State, Status, ViewStatus};

/// Told of everything in the log that is not about pathways, in order, before the views move on.
///
/// At least once: a page that had to be tried again is told again.
pub type OnOther = Arc<dyn Fn(&[StoredEvent]) + Send + Sync>;

/// Shared by all parts of one projector.
pub(crate) struct Context {
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) database: Arc<dyn ViewDatabase>,
    pub(crate) now: NowMicros,
    pub(crate) on_other: Option<OnOther>,
    pub(crate) page_events: usize,
    pub(crate) cache_steps: usize,
    pub(crate) status: watch::Sender<Status>,
    /// One build at a time.
    pub(crate) building: Arc<Mutex<()>>,
    /// The last position that this process knows to be in the log.
    pub(crate) seen: watch::Sender<Position>,
    /// The views that are written here, where other servers write others.
    pub(crate) held: watch::Sender<BTreeSet<&'static str>>,
    /// Who writes which view, where other servers write there too.
    pub(crate) leases: Option<Arc<Leases>>,
}

impl Context {
    pub(crate) fn tell_others(&self, events: &[StoredEvent]) {
        let Some(on_other) = &self.on_other else { return };
        let others: Vec<StoredEvent> =
            events.iter().filter(|event| is_other(event)).cloned().collect();
        if others.is_empty() {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| on_other(&others))).is_err() {
            tracing::error!("what is told of other streams panicked");
            metrics::counter!("projector_other_panics_total").increment(1);
        }
    }

    /// Remembers how far the log is known to go.
    pub(crate) fn has_seen(&self, page: &[StoredEvent]) {
        let Some(last) = page.last() else { return };
        self.seen.send_if_modified(|seen| {
            let further = last.position > *seen;
            *seen = last.position.max(*seen);
            further
        });
    }

    /// Whether the view is ours to write.
    pub(crate) fn is_ours(&self, view: &str) -> bool {
        self.leases.as_ref().is_none_or(|leases| leases.epoch(view).is_some())
    }

    /// Says how far a view is that another server writes.
    pub(crate) fn followed(&self, slot: usize, standing: &Standing) {
        self.change(slot, |view| {
            view.state = State::Live;
            view.position = standing.position;
            view.dead_letters = standing.dead.count;
            view.trouble = None;
        });
    }

    /// Says why a view is built anew.
    pub(crate) fn refused(&self, slot: usize, why: &str) {
        self.change(slot, |view| view.refused = Some(why.to_owned()));
    }

    /// Says how far each view is.
    pub(crate) fn report(&self, slots: &[Slot], long_histories: usize) {
        let dense = self.store.capabilities().dense_positions;
        let mut held = BTreeSet::new();
        self.status.send_modify(|status| {
            status.long_histories = long_histories;
            for (view, slot) in status.views.iter_mut().zip(slots) {
                let Some(file) = &slot.file else { continue };
                held.insert(view.view);
                if dense {
                    status::check_nothing_skipped(view.view, file);
                }
                view.state = State::Live;
                view.position = file.position();
                view.dead_letters = file.dead().len();
                view.trouble = None;
            }
        });
        self.held.send_if_modified(|known| {
            let is_other = *known != held;
            *known = held;
            is_other
        });
    }

    /// Says what is wrong with all views, until the next page is taken.
    pub(crate) fn trouble(&self, what: &str) {
        self.status.send_modify(|status| {
            for view in &mut status.views {
                view.trouble = Some(what.to_owned());
            }
        });
    }

    /// Says what is wrong with one view.
    pub(crate) fn trouble_of(&self, slot: usize, what: &str) {
        self.change(slot, |view| view.trouble = Some(what.to_owned()));
    }

    /// Says how far a build is.
    pub(crate) fn building(&self, slot: usize, done: u64, of: u64) {
        self.change(slot, |view| {
            status::building(view.view, done, of);
            view.progress = Some(Progress { done, of });
        });
    }

    /// A build came to its end, whatever that was.
    pub(crate) fn built(&self, slot: usize) {
        self.change(slot, |view| view.progress = None);
    }

    fn change(&self, slot: usize, change: impl FnOnce(&mut ViewStatus)) {
        self.status.send_modify(|status| {
            if let Some(view) = status.views.get_mut(slot) {
                change(view);
            }
        });
    }

    /// Asks how far the log is and says how far behind it each view is.
    pub(crate) async fn measure(&self, page: &[StoredEvent]) {
        let Ok(head) = self.store.head().await else { return };
        let recorded = page.last().map(|event| event.recorded_at_micros);
        self.lags(head, recorded);
    }

    pub(crate) fn lags(&self, head: Position, recorded_micros: Option<i64>) {
        let now = (self.now)();
        self.status.send_modify(|status| {
            status.head = head;
            for view in &status.views {
                let positions = head.0.saturating_sub(view.position.0);
                let micros = recorded_micros.filter(|_| positions > 0).map_or(0, |at| now - at);
                status::lag(view.view, positions, micros.max(0));
            }
        });
    }
}
