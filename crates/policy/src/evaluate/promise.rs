//! Deadlines, precedences and prohibitions: what must be done in time, and what must not be done.

use steps::{EventId, OccurredAt};

use super::{
    case::{Case, Finding, told},
    due::{Deadline, InTime, ended, times_of_day},
    facts::Fact,
};
use crate::{Due, Excuse, Outcome, Part, Promise, Witness};

/// What became of a promise. What is forbidden breaks it whatever was done besides; an excuse counts
/// unless it was kept in time.
pub(super) fn judge<'a>(case: &Case<'a>, promise: &'a Promise) -> Finding {
    let end = case.end(&promise.ends);
    let found = match broken_by(case, promise, end) {
        Some(fact) => kept_before(case, promise, fact).unwrap_or_else(|| broken(case, fact)),
        None if promise.parts.is_empty() => unbroken(case, end),
        None => all_parts(case, promise, end),
    };
    excused(case, promise, found)
}

/// The first forbidden step from the trigger on, before the promise ends. A ban that has a last day
/// holds until then.
fn broken_by<'a>(
    case: &Case<'a>,
    promise: &'a Promise,
    end: Option<&Fact<'_>>,
) -> Option<&'a Fact<'a>> {
    if promise.forbidden.is_empty() {
        return None;
    }
    let is_ban = promise.parts.is_empty();
    let last = is_ban.then(|| case.deadline().last_moment()).flatten();
    let counts = |fact: &&Fact<'_>| {
        case.trigger.place <= fact.place
            && end.is_none_or(|end| fact.place < end.place)
            && last.is_none_or(|last| fact.span.0 <= last)
    };
    let first = |witness| case.speaking(witness).find(counts);
    promise.forbidden.iter().filter_map(first).min_by_key(|fact| fact.place)
}

fn broken(case: &Case<'_>, fact: &Fact<'_>) -> Finding {
    let outcome = Outcome::Breached { since: fact.entry.occurred_at(), missing: Vec::new() };
    Finding::of(case.deadline().due(), outcome, vec![fact.entry.event_id()])
}

/// The promise, where it was kept whole before a step that is forbidden only until then.
fn kept_before<'a>(case: &Case<'a>, promise: &'a Promise, fact: &Fact<'_>) -> Option<Finding> {
    let found = promise.until_kept.then(|| all_parts(case, promise, Some(fact)))?;
    matches!(found.outcome, Outcome::Met { .. }).then_some(found)
}

/// A ban that nothing broke: kept at its last moment or its end, and at once where it has neither.
fn unbroken(case: &Case<'_>, end: Option<&Fact<'_>>) -> Finding {
    let deadline = case.deadline();
    let (due, last) = (deadline.due(), deadline.last_moment());
    let (at, by) = match (last, end) {
        (None, _) => (case.trigger.entry.occurred_at(), case.trigger),
        (Some(last), Some(end)) if end.span.0 <= last => (end.entry.occurred_at(), end),
        (Some(last), _) => (OccurredAt::Instant(last), case.trigger),
    };
    Finding::of(due, Outcome::Met { at, late: false }, vec![by.entry.event_id()])
}

/// How a part stands.
enum Stands<'a> {
    Kept { by: &'a Fact<'a>, late: bool },
    Perhaps { by: &'a Fact<'a>, missing: Vec<String> },
    Missing { too_late: bool },
}

struct Asked<'a> {
    part: &'a Part,
    deadline: Deadline,
    stands: Stands<'a>,
}

fn all_parts<'a>(case: &Case<'a>, promise: &'a Promise, end: Option<&Fact<'_>>) -> Finding {
    if let [part] = promise.parts.as_slice() {
        return together(case, &[ask(case, part, end)], end);
    }
    let asked: Vec<_> = promise.parts.iter().map(|part| ask(case, part, end)).collect();
    together(case, &asked, end)
}

fn together(case: &Case<'_>, asked: &[Asked<'_>], end: Option<&Fact<'_>>) -> Finding {
    let due = shown(asked);
    let mut evidence = evidence(asked);
    let outcome = match (unkept(case, asked), end) {
        (Some(Outcome::Open { missing }), Some(end)) => {
            evidence.push(end.entry.event_id());
            ended(due, end, missing)
        }
        (Some(outcome), _) => outcome,
        (None, _) => kept_by(case, asked),
    };
    if evidence.is_empty() && matches!(outcome, Outcome::Breached { .. }) {
        evidence.push(case.trigger.entry.event_id());
    }
    Finding::of(due, outcome, evidence)
}

/// The steps that keep the parts, in their order.
fn evidence(asked: &[Asked<'_>]) -> Vec<EventId> {
    if let [only] = asked {
        return only.stands.by().into_iter().map(|fact| fact.entry.event_id()).collect();
    }
    let mut kept: Vec<&Fact<'_>> = asked.iter().filter_map(|one| one.stands.by()).collect();
    kept.sort_by_key(|fact| fact.place);
    kept.iter().map(|fact| fact.entry.event_id()).collect()
}

/// The due that counts: of what is missing or was late the first, else the last of all.
fn shown(asked: &[Asked<'_>]) -> Option<Due> {
    if let [only] = asked {
        return only.deadline.due();
    }
    let timed = || asked.iter().filter_map(|one| Some((one.deadline.last_moment()?, one)));
    let at_fault = timed().filter(|(_, one)| one.stands.is_at_fault());
    let first = at_fault.min_by_key(|(last, _)| *last);
    let shown = first.or_else(|| timed().max_by_key(|(last, _)| *last));
    shown.and_then(|(_, one)| one.deadline.due())
}

/// What is so as long as a part is missing.
fn unkept(case: &Case<'_>, asked: &[Asked<'_>]) -> Option<Outcome> {
    let since = case.trigger.entry.occurred_at();
    let missing = || asked.iter().filter(|one| matches!(one.stands, Stands::Missing { .. }));
    let names = || -> Vec<String> {
        missing().map(|one| one.part.name.clone()).filter(|name| !name.is_empty()).collect()
    };
    if missing().any(|one| matches!(one.stands, Stands::Missing { too_late: true })) {
        return Some(Outcome::Breached { since, missing: names() });
    }
    let untold = missing().find_map(|one| match &one.deadline {
        Deadline::Untold(what) => Some(what.clone()),
        Deadline::None | Deadline::Day(..) | Deadline::Hours(..) => None,
    });
    match untold {
        Some(what) => Some(Outcome::Unknown { missing: vec![what], since }),
        None if missing().next().is_some() => Some(Outcome::Open { missing: names() }),
        None => None,
    }
}

fn kept_by(case: &Case<'_>, asked: &[Asked<'_>]) -> Outcome {
    let last = asked.iter().filter_map(|one| one.stands.by()).max_by_key(|fact| fact.place);
    let at = last.unwrap_or(case.trigger).entry.occurred_at();
    let mut untold = Vec::new();
    for one in asked {
        if let Stands::Perhaps { missing, .. } = &one.stands {
            untold.extend(missing.iter().cloned());
        }
    }
    if !untold.is_empty() {
        return Outcome::Unknown { missing: untold, since: at };
    }
    let late = asked.iter().any(|one| matches!(one.stands, Stands::Kept { late: true, .. }));
    Outcome::Met { at, late }
}

fn ask<'a>(case: &Case<'a>, part: &'a Part, end: Option<&Fact<'_>>) -> Asked<'a> {
    if part.holds.iter().any(|list| case.holds(list)) {
        let stands = Stands::Kept { by: case.trigger, late: false };
        return Asked { part, deadline: Deadline::None, stands };
    }
    if part.before {
        return Asked { part, deadline: Deadline::None, stands: before(case, part) };
    }
    let deadline = case.deadline_by(&part.due);
    let in_reach = |fact: &&Fact<'_>| end.is_none_or(|end| fact.place < end.place);
    let first = |witness: &'a Witness| {
        let timely = |fact: &&Fact<'_>| is_on_time(witness, fact, &deadline);
        case.speaking(witness).filter(in_reach).find(timely)
    };
    let kept = part.kept_by.iter().filter_map(first).min_by_key(|fact| fact.place);
    let stands = match kept.map(|by| (by, case.in_time(&deadline, by))) {
        None => Stands::Missing { too_late: false },
        Some((by, InTime::Yes)) => Stands::Kept { by, late: false },
        Some((by, InTime::No)) => Stands::Kept { by, late: true },
        Some((by, InTime::Perhaps(missing))) => Stands::Perhaps { by, missing },
    };
    Asked { part, deadline, stands }
}

/// Whether the day that the witness names is not after the promise is due.
fn is_on_time(witness: &Witness, fact: &Fact<'_>, deadline: &Deadline) -> bool {
    let Some((field, last)) = witness.on_time.as_ref().zip(deadline.last_moment()) else {
        return true;
    };
    let at = fact.field(field).as_ref().and_then(super::conditions::time);
    at.is_some_and(|at| pathway::london::bounds(at).0 <= last)
}

/// A part that must be kept no later than the trigger.
fn before<'a>(case: &Case<'a>, part: &'a Part) -> Stands<'a> {
    let mut perhaps = None;
    for witness in &part.kept_by {
        // Who shares no key with the trigger may have spoken before an earlier one as well.
        let unkeyed = witness.same.is_none().then(|| told(case.facts, case.trigger, witness));
        let keyed = witness.same.is_some().then(|| case.speaking(witness));
        for fact in unkeyed.into_iter().flatten().chain(keyed.into_iter().flatten()) {
            if fact.span.1 <= case.trigger.span.1 {
                return Stands::Kept { by: fact, late: false };
            }
            if fact.span.0 <= case.trigger.span.1 {
                perhaps = perhaps.or(Some(fact));
            }
        }
    }
    match perhaps {
        Some(by) => Stands::Perhaps { by, missing: times_of_day(&[by]) },
        None => Stands::Missing { too_late: true },
    }
}

impl<'a> Stands<'a> {
    fn by(&self) -> Option<&'a Fact<'a>> {
        match self {
            Self::Kept { by, .. } | Self::Perhaps { by, .. } => Some(by),
            Self::Missing { .. } => None,
        }
    }

    fn is_at_fault(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Kept { late: true, .. })
    }
}

/// The finding, unless something excuses it.
fn excused<'a>(case: &Case<'a>, promise: &'a Promise, found: Finding) -> Finding {
    let stands = match &found.outcome {
        Outcome::Met { late, .. } => !late,
        Outcome::NotApplicable { .. } | Outcome::Recorded { .. } | Outcome::Excused { .. } => true,
        Outcome::Breached { .. } | Outcome::Open { .. } | Outcome::Unknown { .. } => false,
    };
    if stands || promise.excuses.is_empty() {
        return found;
    }
    let mut excuses = promise.excuses.iter();
    let Some((reason, by)) = excuses.find_map(|excuse| excuse_of(case, excuse, found.due)) else {
        return found;
    };
    let later = if by.place < case.trigger.place { case.trigger } else { by };
    let since = later.entry.occurred_at();
    let outcome = Outcome::Excused { reason: reason.to_owned(), since };
    Finding::of(found.due, outcome, vec![by.entry.event_id()])
}

/// The excuse that stood when the promise fell due: the last word on the matter by then.
fn excuse_of<'a>(
    case: &Case<'a>,
    excuse: &'a Excuse,
    due: Option<Due>,
) -> Option<(&'a str, &'a Fact<'a>)> {
    let by_then = |fact: &&Fact<'_>| due.is_none_or(|due| fact.span.0 <= due.last_moment());
    let last = |witness| told(case.facts, case.trigger, witness).rfind(by_then);
    let given = last(&excuse.witness)?;
    let mut undone = excuse.undone_by.iter().filter_map(last);
    let stands = !undone.any(|one| given.place < one.place);
    stands.then_some((excuse.reason.as_str(), given))
}
