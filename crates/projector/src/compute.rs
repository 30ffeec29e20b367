//! A history to the rows of a view, whatever the view does.
//!
//! Rows are of the longest beginning of the history that can be read and taken; what stopped there
//! is a fault of that pathway alone. Both follow from the stream only, so that live and rebuild
//! agree about broken pathways too.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use event_store::Position;
use pathway::{History, Told};
use steps::PathwayId;

use crate::histories::Steps;
use crate::{Row, Table, View};

/// How many steps are left out, one by one, to find what a view can still take.
const LEFT_OUT_MAX: usize = 64;

/// What stopped a pathway, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) position: Position,
    pub(crate) reason: String,
}

impl Fault {
    /// A store that leaves out a step must not make us answer from half a history.
    pub(crate) fn missing(position: Position) -> Self {
        Self { position, reason: "an earlier step of the pathway is missing".to_owned() }
    }

    pub(crate) fn unreadable(position: Position, bad: &envelope::BadEvent) -> Self {
        let cause = std::error::Error::source(bad).map(|cause| format!(": {cause}"));
        Self { position, reason: format!("{bad}{}", cause.unwrap_or_default()) }
    }
}

/// What one pathway comes to in one view.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) pathway: PathwayId,
    pub(crate) rows: Vec<Row>,
    pub(crate) fault: Option<Fault>,
}

/// The history of a pathway, made once for all views.
pub(crate) struct Made {
    pathway: PathwayId,
    /// None where it could not be made.
    history: Option<History>,
    broken: Option<Fault>,
}

impl Made {
    /// From steps that stay: they are copied.
    pub(crate) fn of(pathway: PathwayId, steps: &Steps) -> Self {
        Self::from(pathway, steps.told.clone(), steps.broken.clone())
    }

    /// From steps that go into the history.
    pub(crate) fn from(pathway: PathwayId, told: Vec<Told>, broken: Option<Fault>) -> Self {
        Self { pathway, history: history(pathway, told), broken }
    }

    /// The rows of the pathway, or of as much of it as the view can take; `steps` gives the steps
    /// again where that must be found out.
    pub(crate) fn outcome<'a>(
        &self,
        view: &dyn View,
        steps: impl FnOnce() -> Cow<'a, Steps>,
    ) -> Outcome {
        let pathway = self.pathway;
        match attempt(view, self.history.as_ref()) {
            Ok(rows) => Outcome { pathway, rows, fault: self.broken.clone() },
            Err(reason) => beginning(view, pathway, &steps(), reason),
        }
    }
}

fn history(pathway: PathwayId, told: Vec<Told>) -> Option<History> {
    catch_unwind(AssertUnwindSafe(|| History::of(pathway, told))).ok()
}

fn beginning(view: &dyn View, pathway: PathwayId, steps: &Steps, reason: &str) -> Outcome {
    for (left, position) in steps.positions.iter().enumerate().rev().take(LEFT_OUT_MAX) {
        let told = steps.told.get(..left).unwrap_or_default();
        if let Ok(rows) = attempt(view, history(pathway, told.to_vec()).as_ref()) {
            let fault = Fault { position: *position, reason: reason.to_owned() };
            return Outcome { pathway, rows, fault: Some(fault) };
        }
    }
    let position = steps.positions.first().copied().unwrap_or(Position::START);
    let fault = Fault { position, reason: reason.to_owned() };
    Outcome { pathway, rows: Vec::new(), fault: Some(fault) }
}

/// What the panic says is dropped: it may quote a value.
fn attempt(view: &dyn View, history: Option<&History>) -> Result<Vec<Row>, &'static str> {
    let history = history.ok_or("the history could not be made")?;
    let rows = catch_unwind(AssertUnwindSafe(|| view.rows(history)));
    let rows = rows.map_err(|_what_it_says| "the view panicked")?;
    if fits(view.tables(), &rows) { Ok(rows) } else { Err("the view's rows do not fit its tables") }
}

fn fits(tables: &[Table], rows: &[Row]) -> bool {
    let sorted = rows.is_sorted_by(|a, b| (a.table, a.seq) < (b.table, b.seq));
    sorted
        && rows.iter().all(|row| {
            tables.get(row.table).is_some_and(|table| {
                let columns = table.columns.iter().zip(&row.cells);
                table.columns.len() == row.cells.len() && { columns }
                    .all(|(column, cell)| column.kind.takes(cell))
            })
        })
}
