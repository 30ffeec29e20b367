//! Deadlines, precedences and prohibitions: what must be done in time, and what must not be done.

use steps::{EventId, OccurredAt};

use super::{
    case::{Case, Finding, Voice, told},
    due::{Deadline, bounds, ended},
    facts::Fact,
    part::{Asked, Stands, ask, is_asked, shown},
    undone::{Undone, undone},
};
use crate::{Due, Excuse, Outcome, Promise, Witness};

/// What became of a promise. What is forbidden breaks it whatever was done besides; an excuse counts
/// unless it was kept in time.
pub(super) fn judge<'a>(case: &Case<'a>, promise: &'a Promise) -> Finding {
    let end = case.end(&promise.ends);
    let found = match broken_by(case, promise, end) {
        Some((voice, witness)) => {
            kept_before(case, promise, voice.fact).unwrap_or_else(|| broken(case, voice, witness))
        }
        None if promise.parts.is_empty() => unbroken(case, end),
        None => all_parts(case, promise, end),
    };
    excused(case, promise, found)
}

/// The first forbidden step from the trigger on, before the promise ends. A ban that has a last day
/// holds until then. Another step of the kind that opened it is judged by itself.
fn broken_by<'a>(
    case: &Case<'a>,
    promise: &'a Promise,
    end: Option<&Fact<'_>>,
) -> Option<(Voice<'a>, &'a Witness)> {
    if promise.forbidden.is_empty() {
        return None;
    }
    let is_ban = promise.parts.is_empty();
    let last = is_ban.then(|| case.deadline().last_moment()).flatten();
    let counts = |fact: &Fact<'_>| {
        case.trigger.place <= fact.place
            && !case.is_another_trigger(fact)
            && end.is_none_or(|end| fact.place < end.place)
            && last.is_none_or(|last| fact.span.0 <= last)
    };
    let first = |witness| case.speaking(witness).find(|one| counts(one.fact)).zip(Some(witness));
    promise.forbidden.iter().filter_map(first).min_by_key(|(one, _)| one.fact.place)
}

fn broken(case: &Case<'_>, voice: Voice<'_>, witness: &Witness) -> Finding {
    let since = voice.fact.entry.occurred_at();
    let missing = voice.untold(witness, case.trigger);
    let outcome = match voice.doubt {
        None => Outcome::Breached { since, missing },
        Some(_) => Outcome::Unknown { missing, since },
    };
    Finding::of(case.deadline().due(), outcome, vec![voice.fact.entry.event_id()])
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

fn all_parts<'a>(case: &Case<'a>, promise: &'a Promise, end: Option<&Fact<'_>>) -> Finding {
    if let [part] = promise.parts.as_slice() {
        return together(case, &[ask(case, part, end)], end);
    }
    let asked = promise.parts.iter().filter(|part| is_asked(case, part));
    let asked: Vec<_> = asked.map(|part| ask(case, part, end)).collect();
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
    Finding::of(due, outcome, evidence)
}

/// The steps that keep the parts, in their order.
fn evidence(asked: &[Asked<'_>]) -> Vec<EventId> {
    if let [only] = asked {
        return only.stands.by().into_iter().map(|(fact, _)| fact.entry.event_id()).collect();
    }
    let mut kept: Vec<_> = asked.iter().filter_map(|one| one.stands.by()).collect();
    kept.sort_by_key(|(fact, at)| (bounds(*at).1, fact.place));
    kept.iter().map(|(fact, _)| fact.entry.event_id()).collect()
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
    let kept = asked.iter().filter_map(|one| one.stands.by());
    let last = kept.max_by_key(|(fact, at)| (bounds(*at).1, fact.place));
    let at = last.map_or(case.trigger.entry.occurred_at(), |(_, at)| at);
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
    let given = excuses.find_map(|excuse| excuse_of(case, excuse, found.due));
    let Some((reason, by, untold)) = given else { return found };
    let later = if by.place < case.trigger.place { case.trigger } else { by };
    let since = later.entry.occurred_at();
    let outcome = if untold.is_empty() {
        Outcome::Excused { reason: reason.to_owned(), since }
    } else {
        Outcome::Unknown { missing: untold, since }
    };
    Finding::of(found.due, outcome, vec![by.entry.event_id()])
}

/// The excuse that stood when the promise fell due, the last word on the matter by then; and what would
/// tell, where that cannot be told.
fn excuse_of<'a>(
    case: &Case<'a>,
    excuse: &'a Excuse,
    due: Option<Due>,
) -> Option<(&'a str, &'a Fact<'a>, Vec<String>)> {
    let until = due.map(Due::last_moment);
    let by_then = |fact: &&Fact<'_>| until.is_none_or(|until| fact.span.0 <= until);
    let given = told(case.facts, case.trigger, &excuse.witness).rfind(by_then)?;
    let untold = match undone(case.facts, &excuse.witness, given, (until, None)) {
        Undone::No => Vec::new(),
        Undone::Yes => return None,
        Undone::Perhaps(untold) => untold,
    };
    Some((excuse.reason.as_str(), given, untold))
}
