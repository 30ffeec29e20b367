//! A request for a test: from when it waits, and which tests do not.

use chrono::NaiveDate;
use steps::{OccurredAt, Step, clock_and_list::PlannedKind, tests_and_results::TestRequested};

use super::{Asked, Diagnostics};
use crate::{
    Entry,
    cancer_and_diagnostics::{Effect, Kind, Reason, Rule, book::Opening, order::Dated},
    london,
};

/// From when the test waits: the day the patient booked it through e-RS or it was on the slot issues
/// list, whichever came first, and else the day of the request.
pub(super) fn waits_from(entry: &Entry, step: &TestRequested) -> OccurredAt {
    let by_ers = [step.ubrn_converted_at, step.asi_at].into_iter().flatten();
    by_ers.min_by_key(|at| london::bounds(*at).0).unwrap_or(entry.occurred_at())
}

/// The test was asked for. Asked for again, it stays where it is.
pub(super) fn requested(diagnostics: &mut Diagnostics<'_>, at: Dated<'_>, step: &TestRequested) {
    let known = diagnostics.tests.iter().find(|test| test.test_id == step.test_id);
    if let Some(known) = known {
        let (clock, reason) = (known.clock, Reason::CountedOnce);
        return diagnostics.note(at, Rule::TestCountedOnce, clock, Effect::Stayed(reason));
    }
    let outside = why_outside(step);
    let clock = match outside {
        None => start(diagnostics, at, step, Rule::TestRequested),
        Some(Reason::NotYetDue) => {
            let stayed = Effect::Stayed(Reason::NotYetDue);
            diagnostics.note(at, Rule::SurveillanceNotDue, None, stayed);
            None
        }
        Some(reason) => {
            diagnostics.note(at, Rule::TestOutsideReturn, None, Effect::Stayed(reason));
            None
        }
    };
    diagnostics.tests.push(Asked {
        test_id: step.test_id.clone(),
        provider: step.provider.clone(),
        outside,
        clock,
        done: false,
        appointments: Vec::new(),
        has_appointment: false,
    });
}

fn why_outside(step: &TestRequested) -> Option<Reason> {
    let is = |flag: Option<bool>| flag == Some(true);
    match step {
        _ if !step.dm01 => Some(Reason::NotInTheReturn),
        _ if is(step.screening) => Some(Reason::IsScreening),
        _ if is(step.inpatient) => Some(Reason::IsInpatient),
        _ if is(step.surveillance) => Some(Reason::NotYetDue),
        _ => None,
    }
}

fn start(
    diagnostics: &mut Diagnostics<'_>,
    at: Dated<'_>,
    step: &TestRequested,
    rule: Rule,
) -> Option<usize> {
    let (test_id, test) = (step.test_id.clone(), step.dm01_test);
    let kind = Kind::Test { test_id, test, modality: step.modality };
    let asked = diagnostics.tests.iter().find(|asked| asked.test_id == step.test_id);
    let provider = asked.map_or(&step.provider, |asked| &asked.provider).clone();
    diagnostics.book.start(at, rule, Opening { kind, start: at.on, provider })
}

/// Every planned test that was asked for by then, and not done, waits from the day it was due.
pub(super) fn planned_date_passed(
    diagnostics: &mut Diagnostics<'_>,
    at: Dated<'_>,
    due: NaiveDate,
) {
    let planned = planned_kind(diagnostics, due);
    if planned.is_some_and(|kind| kind != PlannedKind::Diagnostic) {
        return;
    }
    let is_due = |test: &Asked| {
        test.outside == Some(Reason::NotYetDue) && test.clock.is_none() && !test.done
    };
    let tests = diagnostics.tests.iter().enumerate();
    let overdue: Vec<usize> =
        tests.filter(|(_, test)| is_due(test)).map(|(place, _)| place).collect();
    if overdue.is_empty() && planned.is_some() {
        let rejected = Effect::Rejected(Reason::NoPlannedTest);
        diagnostics.note(at, Rule::SurveillanceOverdue, None, rejected);
    }
    for place in overdue {
        let Some(step) = request_of(diagnostics, place) else { continue };
        let clock = start(diagnostics, at, step, Rule::SurveillanceOverdue);
        if let Some(test) = diagnostics.tests.get_mut(place) {
            test.clock = clock;
        }
    }
}

/// What the planned list says is due on that day.
fn planned_kind(diagnostics: &Diagnostics<'_>, due: NaiveDate) -> Option<PlannedKind> {
    let entries = diagnostics.history.entries().iter();
    let planned = entries.filter_map(|entry| match entry.step() {
        Step::PlacedOnPlannedList(list) if list.due_date == due => Some(list.planned_kind),
        _ => None,
    });
    planned.reduce(|one, other| if one == PlannedKind::Diagnostic { one } else { other })
}

/// The request by which a test is known.
fn request_of<'a>(diagnostics: &Diagnostics<'a>, place: usize) -> Option<&'a TestRequested> {
    let test = diagnostics.tests.get(place)?;
    diagnostics.history.entries().iter().find_map(|entry| match entry.step() {
        Step::TestRequested(step) if step.test_id == test.test_id => Some(step.as_ref()),
        _ => None,
    })
}
