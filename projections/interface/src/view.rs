//! The view: what a history tells of concerns, work, leavings, a death and letters held back.

use pathway::History;
use policy::InterfaceRules;
use projector::{Cell, Row, Table, Tally, View};
use steps::StepKind;

use crate::{concern, concerns::concerns, examiner, held, leaving, work};

const TABLES: &[Table] =
    &[concern::TABLE, work::TABLE, leaving::TABLE, examiner::TABLE, held::TABLE];

const TALLIES: &[Tally] = &[
    Tally {
        name: "concern_tally",
        of: "concern",
        columns: &[
            "month",
            "category",
            "from_organisation",
            "to_organisation",
            "harm",
            "route",
            "standing",
            "outcome",
        ],
    },
    Tally {
        name: "work_tally",
        of: "work",
        columns: &["month", "category", "sender", "asked", "private", "standing"],
    },
    Tally {
        name: "leaving_tally",
        of: "leaving",
        columns: &["month", "kind", "provider", "reason", "alternative"],
    },
];

/// Concerns, work, leavings, deaths and letters held back, by the rules of the interface.
#[derive(Debug, Clone)]
pub struct InterfaceView {
    rules: InterfaceRules,
}

impl InterfaceView {
    /// The view under these rules; under others it is another view and is rebuilt.
    pub fn new(rules: InterfaceRules) -> Self {
        Self { rules }
    }
}

impl View for InterfaceView {
    fn name(&self) -> &'static str {
        "interface"
    }

    fn version(&self) -> u32 {
        2
    }

    fn rules_digest(&self) -> String {
        self.rules.digest().to_owned()
    }

    fn tables(&self) -> &'static [Table] {
        TABLES
    }

    fn tallies(&self) -> &'static [Tally] {
        TALLIES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        concerns(kind)
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        let told_of = |entry: &pathway::Entry| concerns(entry.step().kind());
        if !history.entries().iter().any(told_of) {
            return Vec::new();
        }
        let concerns = concern::concerns_in(history, &self.rules);
        let work = work::work_in(history);
        let leavings = leaving::leavings_in(history);
        let death = examiner::case_in(history, &self.rules);
        let mut rows = numbered(0, concerns.iter().map(concern::cells));
        rows.extend(numbered(1, work.iter().map(work::cells)));
        rows.extend(numbered(2, leavings.iter().map(leaving::cells)));
        rows.extend(numbered(3, death.iter().map(examiner::cells)));
        rows.extend(numbered(4, held::held_in(history).iter().map(held::cells)));
        rows
    }
}

fn numbered(table: usize, all: impl Iterator<Item = Vec<Cell>>) -> Vec<Row> {
    (0_u32..).zip(all).map(|(seq, cells)| Row { table, seq, cells }).collect()
}
