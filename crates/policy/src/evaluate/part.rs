//! One part of a promise: what keeps it, and whether in time.

use steps::OccurredAt;

use super::{
    case::{Case, Voice, told},
    conditions::time,
    due::{Deadline, InTime, bounds, times_of_day},
    facts::Fact,
    undone::{Undone, undone},
};
use crate::{Due, Part, Witness};

/// How a part stands.
pub(super) enum Stands<'a> {
    Kept { by: &'a Fact<'a>, at: OccurredAt, late: bool },
    Perhaps { by: &'a Fact<'a>, at: OccurredAt, missing: Vec<String> },
    Missing { too_late: bool },
}

/// A part, by when, and how it stands.
pub(super) struct Asked<'a> {
    pub(super) part: &'a Part,
    pub(super) deadline: Deadline,
    pub(super) stands: Stands<'a>,
}

/// What may keep a part.
struct Keeping<'a> {
    by: &'a Fact<'a>,
    at: OccurredAt,
    in_time: InTime,
    /// What would tell whether it does; empty where it does without a doubt.
    untold: Vec<String>,
}

/// Whether the part is asked of this trigger.
pub(super) fn is_asked(case: &Case<'_>, part: &Part) -> bool {
    let before = |fact: &Fact<'_>| fact.place < case.trigger.place;
    let was_told = |one| told(case.facts, case.trigger, one).any(before);
    part.if_told.is_empty() || part.if_told.iter().any(was_told)
}

/// How a part stands, of what was done before the promise ended.
pub(super) fn ask<'a>(case: &Case<'a>, part: &'a Part, end: Option<&Fact<'_>>) -> Asked<'a> {
    if part.holds.iter().any(|list| case.holds(list)) {
        let at = case.trigger.entry.occurred_at();
        let stands = Stands::Kept { by: case.trigger, at, late: false };
        return Asked { part, deadline: Deadline::None, stands };
    }
    if part.before {
        return Asked { part, deadline: Deadline::None, stands: before(case, part) };
    }
    let deadline = case.deadline_by(&part.due);
    let mut keeping = named(case, part, &deadline);
    for witness in &part.kept_by {
        keep(case, witness, (&deadline, end), &mut keeping);
    }
    Asked { part, stands: standing(keeping), deadline }
}

/// What of all that may keep a part decides: the first without a doubt where that is in time, else what
/// could have kept it in time, else that it was late.
fn standing(mut keeping: Vec<Keeping<'_>>) -> Stands<'_> {
    keeping.sort_by_key(|one| (bounds(one.at).1, one.by.place));
    let sure = keeping.iter().position(|one| one.untold.is_empty());
    let in_time = |one: &Keeping<'_>| one.in_time == InTime::Yes;
    let is_kept = sure.and_then(|place| keeping.get(place)).is_some_and(in_time);
    let maybe = || keeping.iter().position(|one| one.in_time != InTime::No);
    let decides = sure.filter(|_| is_kept).or_else(maybe).or(sure).unwrap_or(0);
    if decides >= keeping.len() {
        return Stands::Missing { too_late: false };
    }
    let Keeping { by, at, in_time, untold: mut missing } = keeping.swap_remove(decides);
    match in_time {
        InTime::Perhaps(more) => missing.extend(more),
        InTime::Yes | InTime::No if !missing.is_empty() => {}
        InTime::Yes => return Stands::Kept { by, at, late: false },
        InTime::No => return Stands::Kept { by, at, late: true },
    }
    Stands::Perhaps { by, at, missing }
}

/// The moments that the trigger itself names, from its own day on: what is entered at the end of a clinic
/// was told during it.
fn named<'a>(case: &Case<'a>, part: &Part, deadline: &Deadline) -> Vec<Keeping<'a>> {
    let of_field = |field| {
        let at = case.trigger.field(field).as_ref().and_then(time)?;
        let in_time = case.moment_in_time(deadline, (field, at));
        let keeping = Keeping { by: case.trigger, at, in_time, untold: Vec::new() };
        (case.trigger.day <= pathway::london::date(at)).then_some(keeping)
    };
    part.kept_at.iter().filter_map(of_field).collect()
}

/// The first step of a witness that keeps a part without a doubt, and the first before that which may.
fn keep<'a>(
    case: &Case<'a>,
    witness: &'a Witness,
    (deadline, end): (&Deadline, Option<&Fact<'_>>),
    keeping: &mut Vec<Keeping<'a>>,
) {
    let mut doubted = false;
    for voice in case.speaking(witness) {
        let fact = voice.fact;
        let reached = end.is_none_or(|end| fact.place < end.place);
        if !reached || !is_on_time(case, witness, fact, deadline) {
            continue;
        }
        let in_time = case.in_time(deadline, fact);
        let until = deadline.last_moment().filter(|_| in_time != InTime::No);
        let Some(untold) = doubts(case, witness, voice, (until, None)) else { continue };
        let is_sure = untold.is_empty();
        if is_sure || !doubted {
            keeping.push(Keeping { by: fact, at: fact.entry.occurred_at(), in_time, untold });
        }
        if is_sure {
            return;
        }
        doubted = true;
    }
}

/// What would tell whether the step counts; `None` where it was taken back.
fn doubts(
    case: &Case<'_>,
    witness: &Witness,
    voice: Voice<'_>,
    reach: (Option<chrono::DateTime<chrono::Utc>>, Option<usize>),
) -> Option<Vec<String>> {
    let mut untold = voice.untold(witness, case.trigger);
    match undone(case.facts, witness, voice.fact, reach) {
        Undone::No => {}
        Undone::Yes => return None,
        Undone::Perhaps(more) => untold.extend(more),
    }
    Some(untold)
}

/// Whether the day that the witness names lies between the trigger and the due.
fn is_on_time(case: &Case<'_>, witness: &Witness, fact: &Fact<'_>, deadline: &Deadline) -> bool {
    let Some(field) = &witness.on_time else { return true };
    let Some((first, last)) = fact.field(field).as_ref().and_then(time).map(bounds) else {
        return false;
    };
    let due = deadline.last_moment();
    case.trigger.span.0 <= last && due.is_none_or(|due| first <= due)
}

/// A part that must be kept no later than the trigger.
fn before<'a>(case: &Case<'a>, part: &'a Part) -> Stands<'a> {
    let mut perhaps = None;
    for witness in &part.kept_by {
        for voice in spoken_before(case, witness) {
            let fact = voice.fact;
            let reach = (None, Some(case.trigger.place));
            let Some(mut missing) = doubts(case, witness, voice, reach) else { continue };
            let at = fact.entry.occurred_at();
            if fact.span.1 > case.trigger.span.1 {
                missing.extend(times_of_day(&[fact]));
            }
            if missing.is_empty() {
                return Stands::Kept { by: fact, at, late: false };
            }
            perhaps = perhaps.or(Some(Stands::Perhaps { by: fact, at, missing }));
        }
    }
    perhaps.unwrap_or(Stands::Missing { too_late: true })
}

/// What may have been before the trigger. Who shares no key with it may have spoken before an earlier one
/// as well.
fn spoken_before<'a>(case: &Case<'a>, witness: &'a Witness) -> Vec<Voice<'a>> {
    let mut voices: Vec<_> = match &witness.same {
        Some(_) => case.speaking(witness).collect(),
        None => told(case.facts, case.trigger, witness)
            .map(|fact| Voice { fact, doubt: None })
            .collect(),
    };
    voices.retain(|voice| voice.fact.span.0 <= case.trigger.span.1);
    voices
}

impl<'a> Stands<'a> {
    /// The step that keeps it, and when that was.
    pub(super) fn by(&self) -> Option<(&'a Fact<'a>, OccurredAt)> {
        match self {
            Self::Kept { by, at, .. } | Self::Perhaps { by, at, .. } => Some((by, *at)),
            Self::Missing { .. } => None,
        }
    }

    pub(super) fn is_at_fault(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Kept { late: true, .. })
    }
}

/// The due that counts: of what is missing or was late the first, else the last of all.
pub(super) fn shown(asked: &[Asked<'_>]) -> Option<Due> {
    if let [only] = asked {
        return only.deadline.due();
    }
    let timed = || asked.iter().filter_map(|one| Some((one.deadline.last_moment()?, one)));
    let at_fault = timed().filter(|(_, one)| one.stands.is_at_fault());
    let first = at_fault.min_by_key(|(last, _)| *last);
    let shown = first.or_else(|| timed().max_by_key(|(last, _)| *last));
    shown.and_then(|(_, one)| one.deadline.due())
}
