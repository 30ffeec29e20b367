//! A view that tells subscribers which pathways changed.

use std::sync::Arc;

use pathway::History;
use projector::{Change, Row, Table, Tally, View};
use steps::{PathwayId, StepKind};
use tokio::sync::broadcast;

/// A view and who is told of its commits.
pub(crate) struct Telling<V> {
    pub(crate) view: Arc<V>,
    pub(crate) changed: broadcast::Sender<PathwayId>,
}

impl<V: View> View for Telling<V> {
    fn name(&self) -> &'static str {
        self.view.name()
    }

    fn version(&self) -> u32 {
        self.view.version()
    }

    fn rules_digest(&self) -> String {
        self.view.rules_digest()
    }

    fn tables(&self) -> &'static [Table] {
        self.view.tables()
    }

    fn tallies(&self) -> &'static [Tally] {
        self.view.tallies()
    }

    fn concerns(&self, kind: StepKind) -> bool {
        self.view.concerns(kind)
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        self.view.rows(history)
    }

    fn remembers(&self) -> bool {
        self.view.remembers()
    }

    fn listens(&self) -> bool {
        self.view.listens() || self.changed.receiver_count() > 0
    }

    fn reload_begins(&self) {
        self.view.reload_begins();
    }

    fn reload_ends(&self) {
        self.view.reload_ends();
    }

    fn committed(&self, changes: &[Change<'_>]) {
        self.view.committed(changes);
        if self.changed.receiver_count() == 0 {
            return;
        }
        for change in changes {
            // Nobody listening any more is no fault.
            drop(self.changed.send(change.pathway_id));
        }
    }
}
