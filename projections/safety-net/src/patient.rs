//! What a patient is told of a result that has not come: by when, and who answers for it.

use chrono::{DateTime, Utc};
use pathway::{Entry, History, london};
use policy::{About, SafetyNet};
use steps::{EventId, Label, OccurredAt, OdsCode, Step, StepKind};

use crate::things::{Things, thing_of};

/// A result that the patient waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultExpected {
    /// The step that requested the test, or did it.
    pub requested_by: EventId,
    /// The test, as the department names it.
    pub test_name: Option<Label>,
    /// When it was done; `None`: not yet, as far as the steps say.
    pub performed_on: Option<OccurredAt>,
    /// By when the result is expected.
    pub expected_by: OccurredAt,
    /// Whether the request said so; else the rules do.
    pub was_said: bool,
    /// Who answers for it.
    pub organisation: Option<OdsCode>,
    /// Whether that moment has passed.
    pub overdue: bool,
}

/// The results that the patient has not been told at `now`, in the order in which they are expected.
/// After a death nobody waits any more.
pub fn results_expected(
    history: &History,
    net: &SafetyNet,
    now: DateTime<Utc>,
) -> Vec<ResultExpected> {
    let entries =
        || history.entries().iter().filter(|one| london::bounds(one.occurred_at()).0 <= now);
    if entries().any(|entry| entry.step().kind() == StepKind::PatientDied) {
        return Vec::new();
    }
    let things = Things::of(history);
    let mut seen: Vec<&str> = Vec::new();
    let mut waiting = Vec::new();
    for entry in entries() {
        let (about, test) = thing_of(entry.step());
        if about != About::Test || seen.contains(&test) {
            continue;
        }
        seen.push(test);
        let of_test: Vec<&Entry> =
            entries().filter(|one| thing_of(one.step()) == (about, test)).collect();
        waiting.extend(expected(&of_test, net, now, &things));
    }
    waiting.sort_by_key(|one| london::bounds(one.expected_by).1);
    waiting
}

fn expected(
    of_test: &[&Entry],
    net: &SafetyNet,
    now: DateTime<Utc>,
    things: &Things<'_>,
) -> Option<ResultExpected> {
    let first = |kind: StepKind| of_test.iter().find(|entry| entry.step().kind() == kind);
    if first(StepKind::ResultCommunicatedToPatient).is_some() {
        return None;
    }
    let request = of_test.iter().find_map(|entry| match entry.step() {
        Step::TestRequested(step) => Some(step),
        _ => None,
    });
    let performed = first(StepKind::TestPerformed);
    let basis = performed.or_else(|| first(StepKind::TestRequested)).or_else(|| of_test.first())?;
    let said = request.and_then(|request| request.result_expected_by);
    let thing = thing_of(basis.step());
    let by_rule = || {
        let hours = net.on(basis.date())?.result_expected.of(things.priority(thing));
        let from = london::bounds(basis.occurred_at()).0;
        Some(OccurredAt::Day(london::date_of(from + hours)))
    };
    let expected_by = said.or_else(by_rule)?;
    Some(ResultExpected {
        requested_by: of_test.first()?.event_id(),
        test_name: request.map(|request| request.test_name.clone()),
        performed_on: performed.map(|entry| entry.occurred_at()),
        expected_by,
        was_said: said.is_some(),
        organisation: things.parties(thing).requester,
        overdue: london::bounds(expected_by).1 < now,
    })
}
