//! Coverage of a schedule: each test of a shared care protocol, each time it falls due.

use chrono::{Days, NaiveDate};
use serde_json::Value;
use steps::{EventId, OccurredAt, Step, admission_and_medicines::ScheduledMonitoring};

use super::{
    case::{Case, Finding},
    coverage::given,
    facts::Fact,
};
use crate::{Coverage, Due, Field, Outcome};

/// How one test of the schedule stands.
struct Test<'a> {
    item: &'a ScheduledMonitoring,
    /// The last day for the next time; none once a test that is done once was done.
    next: Option<NaiveDate>,
    /// Whether it ever was done.
    is_begun: bool,
    /// Whether it ever was done late.
    late: bool,
}

/// Whether each test was done each time by its day and tolerance.
///
/// The next time falls due so many days after the one before was due, or was done where that was
/// late. What stands is the first that falls due; a schedule without end is met when it ends, and one that
/// ends before any test was done or overdue asked for nothing.
pub(super) fn judge<'a>(case: &Case<'a>, coverage: &'a Coverage, field: &Field) -> Finding {
    let since = case.trigger.entry.occurred_at();
    let done = given(case, coverage);
    let schedule = schedule(case.trigger);
    if schedule.is_empty() {
        let missing = vec!["monitoringSchedule".to_owned()];
        return Finding::of(None, Outcome::Unknown { missing, since }, Vec::new());
    }
    let tests: Vec<_> = schedule.iter().map(|item| stands(item, &done, field)).collect();
    let next = tests.iter().filter_map(|test| test.next).min();
    let end = case.end(&coverage.ends).filter(|_| next.is_some());
    let said = end.into_iter().chain(done.iter().rev().copied());
    let evidence: Vec<EventId> = said.map(|fact| fact.entry.event_id()).collect();
    let late = tests.iter().any(|test| test.late);
    let due = next.map(Due::EndOf);
    let is_begun = tests.iter().any(|test| test.is_begun);
    let overdue = |end: &Fact<'_>| due.is_some_and(|due| due.last_moment() < end.span.0);
    let outcome = match (next, end) {
        (None, _) => Outcome::Met { at: last_of(&done).unwrap_or(since), late },
        (Some(_), Some(end)) if overdue(end) || !is_begun => {
            super::due::ended(due, end, missing(&tests, next))
        }
        (Some(_), Some(end)) => Outcome::Met { at: end.entry.occurred_at(), late },
        (Some(_), None) => Outcome::Open { missing: missing(&tests, next) },
    };
    Finding::of(due, outcome, evidence)
}

fn schedule<'a>(trigger: &Fact<'a>) -> &'a [ScheduledMonitoring] {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these hold a schedule")]
    match trigger.entry.step() {
        Step::SharedCareAgreed(agreed) => &agreed.monitoring_schedule,
        Step::SharedCareProposed(proposed) => &proposed.monitoring_schedule,
        _ => &[],
    }
}

fn stands<'a>(item: &'a ScheduledMonitoring, done: &[&Fact<'_>], field: &Field) -> Test<'a> {
    let tolerance = Days::new(item.tolerance_days.unwrap_or(0).into());
    let last_day = |due: NaiveDate| due.checked_add_days(tolerance).unwrap_or(due);
    let mut test =
        Test { item, next: Some(last_day(item.first_due)), is_begun: false, late: false };
    let mut due = item.first_due;
    let is_it = |fact: &&&Fact<'_>| {
        let name = fact.field(field);
        name.as_ref().and_then(Value::as_str) == Some(item.monitoring_test.as_str())
    };
    for fact in done.iter().filter(is_it) {
        let Some(last) = test.next else { break };
        test.is_begun = true;
        test.late |= last < fact.day;
        let from = due.max(if last < fact.day { fact.day } else { due });
        let every = item.every_days.filter(|days| *days > 0);
        let next = every.and_then(|days| from.checked_add_days(Days::new(days.into())));
        due = next.unwrap_or(due);
        test.next = next.map(last_day);
    }
    test
}

fn missing(tests: &[Test<'_>], next: Option<NaiveDate>) -> Vec<String> {
    let first = tests.iter().filter(|test| test.next.is_some() && test.next == next);
    first.map(|test| test.item.monitoring_test.as_str().to_owned()).collect()
}

fn last_of(done: &[&Fact<'_>]) -> Option<OccurredAt> {
    done.last().map(|fact| fact.entry.occurred_at())
}
