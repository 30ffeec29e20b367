//! The view: a history's rows under the rules it was made with.

use pathway::History;
use policy::SafetyNet;
use projector::{Row, Table, Tally, View};
use steps::StepKind;

use crate::{concerns::is_read, row};

/// What should have come, how far each document came, how much came, and which alarms were raised.
#[derive(Debug, Clone)]
pub struct SafetyNetView {
    net: SafetyNet,
    named: Vec<StepKind>,
}

impl SafetyNetView {
    /// The view under these rules; under others it is another view and is rebuilt.
    pub fn new(net: SafetyNet) -> Self {
        let named = StepKind::ALL.iter().copied().filter(|kind| net.names(*kind)).collect();
        Self { net, named }
    }

    /// The rules it is made with.
    pub fn rules(&self) -> &SafetyNet {
        &self.net
    }
}

impl View for SafetyNetView {
    fn name(&self) -> &'static str {
        "safety-net"
    }

    fn version(&self) -> u32 {
        5
    }

    fn rules_digest(&self) -> String {
        self.net.digest().to_owned()
    }

    fn tables(&self) -> &'static [Table] {
        row::TABLES
    }

    fn tallies(&self) -> &'static [Tally] {
        row::TALLIES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        is_read(kind) || self.named.binary_search(&kind).is_ok()
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        row::rows(history, &self.net)
    }
}
