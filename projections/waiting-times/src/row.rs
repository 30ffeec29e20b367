//! The rows: one for each reported stretch of a waiting period.

use compact_str::CompactString;
use pathway::{Clock, clock::Period};
use projector::{Cell, Column, ColumnKind, Row, Table};
use steps::{OdsCode, ServiceId, UserRef, codes::Priority, named_by_rules::RemovalReason};

use crate::stretch::{Entered, Left, Lists, Stretch};

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Int }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Id }
}

/// Place of the columns that the copy in memory reads.
pub(crate) const PROVIDER: usize = 0;
const SITE: usize = 1;
const COMMISSIONER: usize = 2;
pub(crate) const FUNCTION: usize = 3;
const PRIORITY: usize = 5;
const CLOCK_START: usize = 6;
const LISTED_FROM: usize = 7;
const LISTED_TO: usize = 8;
const NULLIFIED: usize = 9;
const DECISION_TO_ADMIT: usize = 14;
const CLINICIAN: usize = 21;
const ENTERED_AS: usize = 22;
const LEFT_AS: usize = 23;

/// The one table. Dates are days since 1970-01-01; `listed_to` is the first day not waiting, and
/// null while the wait goes on. It has no index: lists are counted in memory, and a drill-down
/// walks the key.
pub(crate) const TABLES: &[Table] = &[Table {
    name: "waiting",
    columns: &[
        text("provider"),
        text("site"),
        text("commissioner"),
        text("function"),
        text("service"),
        text("priority"),
        int("clock_start"),
        int("listed_from"),
        int("listed_to"),
        int("nullified"),
        int("end_date"),
        text("end_status"),
        int("admitted"),
        int("provisional"),
        int("decision_to_admit"),
        int("queue_position"),
        int("period"),
        int("start_row"),
        id("start_event"),
        int("stop_row"),
        id("stop_event"),
        text("clinician"),
        int("entered"),
        int("left"),
    ],
    indexes: &[],
}];

/// The rows of a clock, in order of period and date.
pub(crate) fn rows_of(clock: &Clock, lists: &Lists<'_>) -> Vec<Row> {
    let periods = (0_i64..).zip(&clock.periods);
    let cells = periods.flat_map(|(number, period)| {
        let stretches = lists.stretches(period).into_iter();
        stretches.map(move |stretch| cells_of(number, period, &stretch))
    });
    (0_u32..).zip(cells).map(|(seq, cells)| Row { table: 0, seq, cells }).collect()
}

fn cells_of(number: i64, period: &Period, stretch: &Stretch<'_>) -> Vec<Cell> {
    let segment = stretch.segment;
    let end = period.end.as_ref();
    vec![
        segment.map(|segment| segment.provider.as_str()).into(),
        segment.and_then(|segment| segment.site.as_ref()).map(OdsCode::as_str).into(),
        segment.and_then(|segment| segment.commissioner.as_ref()).map(OdsCode::as_str).into(),
        segment.map(|segment| segment.function.as_str()).into(),
        segment.and_then(|segment| segment.service.as_ref()).map(ServiceId::as_str).into(),
        segment.and_then(|segment| segment.priority).map(priority_word).into(),
        period.start.date.into(),
        stretch.from.into(),
        stretch.to.into(),
        period.nullified.into(),
        end.map(|end| end.date).into(),
        end.and_then(|end| end.status.code()).into(),
        end.map(|end| end.admitted).into(),
        end.map(|end| end.provisional).into(),
        period.decision_to_admit.into(),
        period.queue_position.into(),
        number.into(),
        i64::from(period.start.row.number()).into(),
        period.start.event_id.0.into(),
        end.map(|end| i64::from(end.row.number())).into(),
        end.map(|end| end.event_id.0).into(),
        stretch.clinician.map(UserRef::as_str).into(),
        entered_number(stretch.entered).into(),
        stretch.left.map(left_number).into(),
    ]
}

/// How many ways in there are.
pub(crate) const WAYS_IN: usize = 4;
/// How many ways out there are.
pub(crate) const WAYS_OUT: usize = 10;

const ENTERED: [Entered; WAYS_IN] =
    [Entered::Started, Entered::TransferredIn, Entered::ReclassifiedIn, Entered::Returned];

/// By number, from 1 on; 0 is kept for a stretch that goes on.
const LEFT: [Left; WAYS_OUT] = [
    Left::StoppedAdmitted,
    Left::StoppedNonAdmitted,
    Left::TransferredOut,
    Left::ReclassifiedOut,
    Left::Removed(RemovalReason::TreatedElsewhere),
    Left::Removed(RemovalReason::PatientsWish),
    Left::Removed(RemovalReason::Validation),
    Left::Removed(RemovalReason::Died),
    Left::Removed(RemovalReason::Duplicate),
    Left::Removed(RemovalReason::NotGiven),
];

fn entered_number(entered: Entered) -> i64 {
    (0..).zip(ENTERED).find(|(_, one)| *one == entered).map_or(0, |(number, _)| number)
}

fn left_number(left: Left) -> i64 {
    (1..).zip(LEFT).find(|(_, one)| *one == left).map_or(0, |(number, _)| number)
}

/// The priority as GraphQL writes it.
pub(crate) const fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Routine => "ROUTINE",
        Priority::Urgent => "URGENT",
        Priority::UrgentSuspectedCancer => "URGENT_SUSPECTED_CANCER",
    }
}

/// What the copy in memory keeps of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listing<'a> {
    pub(crate) provider: &'a str,
    pub(crate) site: &'a str,
    pub(crate) commissioner: &'a str,
    pub(crate) function: &'a str,
    pub(crate) priority: &'a str,
    pub(crate) clinician: &'a str,
    pub(crate) clock_start: Option<i64>,
    pub(crate) listed_from: i64,
    pub(crate) listed_to: Option<i64>,
    pub(crate) decision_to_admit: Option<i64>,
    pub(crate) entered: Entered,
    pub(crate) left: Option<Left>,
}

impl<'a> Listing<'a> {
    /// The listing of a row; `None` where it counts nowhere.
    pub(crate) fn of(row: &'a Row) -> Option<Self> {
        if int_of(row, NULLIFIED) != Some(0) {
            return None;
        }
        Some(Self {
            provider: text_of(row, PROVIDER),
            site: text_of(row, SITE),
            commissioner: text_of(row, COMMISSIONER),
            function: text_of(row, FUNCTION),
            priority: text_of(row, PRIORITY),
            clinician: text_of(row, CLINICIAN),
            clock_start: int_of(row, CLOCK_START),
            listed_from: int_of(row, LISTED_FROM)?,
            listed_to: int_of(row, LISTED_TO),
            decision_to_admit: int_of(row, DECISION_TO_ADMIT),
            entered: entered_of(int_of(row, ENTERED_AS)?)?,
            left: int_of(row, LEFT_AS).and_then(left_of),
        })
    }
}

/// The number of a way in, as the copy in memory keeps it.
pub(crate) fn entered_code(entered: Entered) -> u8 {
    u8::try_from(entered_number(entered)).unwrap_or(0)
}

/// The number of a way out, as the copy in memory keeps it.
pub(crate) fn left_code(left: Left) -> u8 {
    u8::try_from(left_number(left)).unwrap_or(0)
}

/// How a stretch began, by its number in the table.
pub(crate) fn entered_of(number: i64) -> Option<Entered> {
    usize::try_from(number).ok().and_then(|number| ENTERED.get(number)).copied()
}

/// How a stretch ended, by its number in the table.
pub(crate) fn left_of(number: i64) -> Option<Left> {
    usize::try_from(number - 1).ok().and_then(|number| LEFT.get(number)).copied()
}

/// The text of a cell; empty where there is none.
pub(crate) fn text_of(row: &Row, place: usize) -> &str {
    match row.cells.get(place) {
        Some(Cell::Text(text)) => CompactString::as_str(text),
        Some(Cell::Null | Cell::Int(_) | Cell::Id(_)) | None => "",
    }
}

fn int_of(row: &Row, place: usize) -> Option<i64> {
    match row.cells.get(place) {
        Some(Cell::Int(number)) => Some(*number),
        Some(Cell::Null | Cell::Text(_) | Cell::Id(_)) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_the_table() {
        let names: Vec<_> = TABLES[0].columns.iter().map(|column| column.name).collect();
        let at = [
            (PROVIDER, "provider"),
            (COMMISSIONER, "commissioner"),
            (FUNCTION, "function"),
            (PRIORITY, "priority"),
            (CLOCK_START, "clock_start"),
            (LISTED_FROM, "listed_from"),
            (LISTED_TO, "listed_to"),
            (NULLIFIED, "nullified"),
            (SITE, "site"),
            (DECISION_TO_ADMIT, "decision_to_admit"),
            (CLINICIAN, "clinician"),
            (ENTERED_AS, "entered"),
            (LEFT_AS, "left"),
        ];
        for (place, name) in at {
            assert_eq!(names[place], name);
        }
    }

    #[test]
    fn every_way_in_and_out_comes_back_from_its_number() {
        for entered in ENTERED {
            assert_eq!(entered_of(entered_number(entered)), Some(entered));
        }
        for left in LEFT {
            assert_eq!(left_of(left_number(left)), Some(left));
        }
        let reasons = LEFT.iter().filter(|left| matches!(left, Left::Removed(_))).count();
        assert_eq!(reasons, RemovalReason::ALL.len(), "a reason has no number");
        assert_eq!((left_of(0), left_of(11), entered_of(4)), (None, None, None));
    }
}
