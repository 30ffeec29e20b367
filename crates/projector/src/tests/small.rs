//! A small view: one row a pathway and one row a step, which can be told to misbehave.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use pathway::{History, london};
use steps::StepKind;

use crate::{Cell, Change, Column, ColumnKind, Index, Row, Table, Tally, View};

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "pathway",
        columns: &[
            column("pathway", ColumnKind::Id),
            column("steps", ColumnKind::Int),
            column("first", ColumnKind::Int),
            column("last", ColumnKind::Text),
        ],
        indexes: &[Index { name: "by_first", columns: &["first"], only: Some("steps > 1") }],
    },
    Table {
        name: "step",
        columns: &[
            column("kind", ColumnKind::Text),
            column("at", ColumnKind::Int),
            column("amended", ColumnKind::Int),
        ],
        indexes: &[Index { name: "by_kind", columns: &["kind", "at"], only: None }],
    },
];

pub(super) const TALLIES: &[Tally] = &[
    Tally { name: "step_tally", of: "step", columns: &["kind", "amended"] },
    Tally { name: "last_tally", of: "pathway", columns: &["last"] },
];

/// How the small view misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Flaw {
    None = 0,
    PanicsAtDna = 1,
    DoesNotFit = 2,
    CountsOneMore = 3,
    RemembersNothing = 4,
}

/// Rows by number, table and seq.
type Kept = BTreeMap<(i64, usize, u32), Row>;

/// One row a pathway and one row a step; arrivals do not concern it.
pub(super) struct Small {
    name: &'static str,
    pub(super) rules: &'static str,
    pub(super) flaw: AtomicU32,
    pub(super) computed: AtomicU64,
    memory: Mutex<Kept>,
    fresh: Mutex<Option<Kept>>,
}

impl Small {
    pub(super) fn new() -> Arc<Self> {
        Self::under("")
    }

    pub(super) fn named(name: &'static str) -> Arc<Self> {
        Self::made(name, "")
    }

    pub(super) fn under(rules: &'static str) -> Arc<Self> {
        Self::made("small", rules)
    }

    fn made(name: &'static str, rules: &'static str) -> Arc<Self> {
        Arc::new(Self {
            name,
            rules,
            flaw: AtomicU32::new(0),
            computed: AtomicU64::new(0),
            memory: Mutex::default(),
            fresh: Mutex::default(),
        })
    }

    pub(super) fn become_flawed(&self, flaw: Flaw) {
        self.flaw.store(flaw as u32, Ordering::SeqCst);
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw.load(Ordering::SeqCst) == flaw as u32
    }

    pub(super) fn memory(&self) -> Vec<Row> {
        self.memory.lock().unwrap().values().cloned().collect()
    }
}

impl View for Small {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> u32 {
        1
    }

    fn rules_digest(&self) -> String {
        self.rules.to_owned()
    }

    fn tables(&self) -> &'static [Table] {
        TABLES
    }

    fn tallies(&self) -> &'static [Tally] {
        TALLIES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        kind != StepKind::PatientArrived
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        self.computed.fetch_add(1, Ordering::SeqCst);
        let entries = history.entries().iter();
        let entries: Vec<_> = entries.filter(|entry| self.concerns(entry.step().kind())).collect();
        let micros = |at| london::bounds(at).0.timestamp_micros();
        let dna = entries.iter().any(|entry| entry.step().kind() == StepKind::DnaRecorded);
        assert!(!(dna && self.has(Flaw::PanicsAtDna)), "a secret value");
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Vec::new();
        };
        let more = i64::from(self.has(Flaw::CountsOneMore));
        let mut cells = vec![
            Cell::from(history.pathway_id().0),
            Cell::from(i64::try_from(entries.len()).unwrap() + more),
            Cell::from(micros(first.occurred_at())),
            Cell::from(last.step().kind().name()),
        ];
        if dna && self.has(Flaw::DoesNotFit) {
            cells.pop();
        }
        let mut rows = vec![Row { table: 0, seq: 0, cells }];
        for (seq, entry) in (0..).zip(&entries) {
            let cells = vec![
                Cell::from(entry.step().kind().name()),
                Cell::from(micros(entry.occurred_at())),
                Cell::from(entry.corrected_by.is_some()),
            ];
            rows.push(Row { table: 1, seq, cells });
        }
        rows
    }

    fn remembers(&self) -> bool {
        !self.has(Flaw::RemembersNothing)
    }

    fn committed(&self, changes: &[Change<'_>]) {
        let mut fresh = self.fresh.lock().unwrap();
        let mut memory = self.memory.lock().unwrap();
        let memory = fresh.as_mut().unwrap_or(&mut memory);
        for change in changes {
            for old in change.old.unwrap_or_default() {
                assert_eq!(memory.remove(&(change.no, old.table, old.seq)).as_ref(), Some(old));
            }
            if change.old.is_none() {
                memory.retain(|(no, ..), _row| *no != change.no);
            }
            for new in change.new {
                memory.insert((change.no, new.table, new.seq), new.clone());
            }
        }
    }

    fn reload_begins(&self) {
        *self.fresh.lock().unwrap() = Some(BTreeMap::new());
    }

    fn reload_ends(&self) {
        *self.memory.lock().unwrap() = self.fresh.lock().unwrap().take().unwrap();
    }
}
