//! The view that both sides build: a row a pathway, how many steps it has and when the last was.

use pathway::{History, london};
use projector::{Cell, Column, ColumnKind, Row, Table, View};
use steps::StepKind;

const TABLES: &[Table] = &[Table {
    name: "pathway",
    columns: &[
        Column { name: "pathway", kind: ColumnKind::Id },
        Column { name: "steps", kind: ColumnKind::Int },
        Column { name: "last", kind: ColumnKind::Int },
    ],
    indexes: &[],
}];

/// How many steps, and when the last was.
pub(crate) struct Last;

impl View for Last {
    fn name(&self) -> &'static str {
        "last"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [Table] {
        TABLES
    }

    fn concerns(&self, _kind: StepKind) -> bool {
        true
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        let Some(last) = history.entries().last() else { return Vec::new() };
        let steps = i64::try_from(history.entries().len()).unwrap_or(i64::MAX);
        let cells = vec![
            Cell::from(history.pathway_id().0),
            Cell::from(steps),
            Cell::from(london::bounds(last.occurred_at()).0.timestamp_micros()),
        ];
        vec![Row { table: 0, seq: 0, cells }]
    }
}
