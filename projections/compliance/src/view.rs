//! The view: a history's obligations under the packs it was made with.

use pathway::{History, clock::ClockPolicy};
use policy::{Packs, evaluate};
use projector::{Row, Table, Tally, View};
use steps::StepKind;

use crate::{concerns::moves_any_rule, row};

/// Which promises were made, and what became of them.
#[derive(Debug, Clone)]
pub struct ComplianceView {
    packs: Packs,
    clock: ClockPolicy,
    named: Vec<StepKind>,
}

impl ComplianceView {
    /// The view under these packs and settings of the clock; under others it is another view and is
    /// rebuilt.
    pub fn new(packs: Packs, clock: ClockPolicy) -> Self {
        let words = packs.named_words();
        let mut named: Vec<_> =
            words.iter().filter_map(|word| StepKind::from_name(&word.step)).collect();
        named.sort_unstable();
        named.dedup();
        Self { packs, clock, named }
    }

    /// The packs it judges by: titles, readings and sources of its rules.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }
}

impl View for ComplianceView {
    fn name(&self) -> &'static str {
        "compliance"
    }

    fn version(&self) -> u32 {
        6
    }

    fn rules_digest(&self) -> String {
        format!("{} {}", self.packs.digest(), self.clock.digest())
    }

    fn tables(&self) -> &'static [Table] {
        row::TABLES
    }

    fn tallies(&self) -> &'static [Tally] {
        row::TALLIES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        let moves_the_clock = self.packs.ask_the_clock() && pathway::clock::concerns(kind);
        moves_any_rule(kind) || moves_the_clock || self.named.binary_search(&kind).is_ok()
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        let obligations = evaluate(history, &self.packs, &self.clock);
        let numbered = obligations.iter().zip(0_u32..);
        numbered.map(|(one, seq)| Row { table: 0, seq, cells: row::cells(one) }).collect()
    }
}
