//! The rows: one for each reported stretch of a waiting period.

use chrono::NaiveDate;
use compact_str::CompactString;
use pathway::{
    Clock,
    clock::{Period, Segment},
};
use projector::{Cell, Column, ColumnKind, Row, Table};
use steps::{OdsCode, ServiceId, codes::Priority};

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
const COMMISSIONER: usize = 2;
pub(crate) const FUNCTION: usize = 3;
const PRIORITY: usize = 5;
const CLOCK_START: usize = 6;
const LISTED_FROM: usize = 7;
const LISTED_TO: usize = 8;
const NULLIFIED: usize = 9;

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
    ],
    indexes: &[],
}];

/// The rows of a clock, in order of period and date.
pub(crate) fn rows_of(clock: &Clock) -> Vec<Row> {
    let periods = (0_i64..).zip(&clock.periods);
    let cells = periods.flat_map(|(number, period)| {
        stretches(period).map(move |stretch| cells_of(number, period, &stretch))
    });
    (0_u32..).zip(cells).map(|(seq, cells)| Row { table: 0, seq, cells }).collect()
}

/// A stretch of a period under one reporter. A period that nobody reports has one without.
struct Stretch<'a> {
    segment: Option<&'a Segment>,
    from: NaiveDate,
    to: Option<NaiveDate>,
}

fn stretches(period: &Period) -> impl Iterator<Item = Stretch<'_>> {
    let listed_from = period.start.listed_from;
    let stopped = period.end.as_ref().map(|end| end.date);
    (0..period.segments.len().max(1)).map(move |place| {
        let segment = period.segments.get(place);
        let begins = segment.filter(|_| place > 0).map_or(listed_from, |segment| segment.from);
        let handed_on = period.segments.get(place + 1).map(|next| next.from.max(listed_from));
        let to = match (handed_on, stopped) {
            (Some(next), Some(stop)) => Some(next.min(stop)),
            (one, other) => one.or(other),
        };
        Stretch { segment, from: begins.max(listed_from), to }
    })
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
    ]
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
    pub(crate) commissioner: &'a str,
    pub(crate) function: &'a str,
    pub(crate) priority: &'a str,
    pub(crate) clock_start: Option<i64>,
    pub(crate) listed_from: i64,
    pub(crate) listed_to: Option<i64>,
}

impl<'a> Listing<'a> {
    /// The listing of a row; `None` where it counts on no date.
    pub(crate) fn of(row: &'a Row) -> Option<Self> {
        let listing = Self {
            provider: text_of(row, PROVIDER),
            commissioner: text_of(row, COMMISSIONER),
            function: text_of(row, FUNCTION),
            priority: text_of(row, PRIORITY),
            clock_start: int_of(row, CLOCK_START),
            listed_from: int_of(row, LISTED_FROM)?,
            listed_to: int_of(row, LISTED_TO),
        };
        let counts = listing.listed_to.is_none_or(|to| to > listing.listed_from);
        (counts && int_of(row, NULLIFIED) == Some(0)).then_some(listing)
    }
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
        ];
        for (place, name) in at {
            assert_eq!(names[place], name);
        }
    }
}
