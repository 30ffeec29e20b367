//! The stretches of a period on a list: who reports it, how it came there and how it left.
//!
//! A period is one stretch for each provider, site, service, commissioner, function and clinician that
//! it had, one behind the other. Taking somebody off a list stops no clock (RTT row 61), so a removal
//! ends a stretch only while no stop is known; a stop that comes to light later gives the wait back to
//! the list until that day.

use chrono::NaiveDate;
use pathway::{
    History,
    clock::{Period, Segment},
};
use steps::{
    Step, UserRef,
    clock_and_list::ListType,
    named_by_rules::{RemovalReason, RemovedFromWaitingList},
};

/// How a stretch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entered {
    /// The period began.
    Started,
    /// Another provider handed the patient over.
    TransferredIn,
    /// The same provider reports it under another function, commissioner, site, service or clinician.
    ReclassifiedIn,
    /// The patient was put back on the list after a removal.
    Returned,
}

/// How a stretch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Left {
    /// The clock stopped with an admission for treatment (Part 1A).
    StoppedAdmitted,
    /// The clock stopped otherwise (Part 1B).
    StoppedNonAdmitted,
    /// Another provider took the patient over.
    TransferredOut,
    /// The same provider reports it under another function, commissioner, site, service or clinician.
    ReclassifiedOut,
    /// Taken off the list while the clock ticked.
    Removed(RemovalReason),
}

/// One stretch; `to` is the first day not on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch<'a> {
    pub(crate) segment: Option<&'a Segment>,
    pub(crate) clinician: Option<&'a UserRef>,
    pub(crate) from: NaiveDate,
    pub(crate) entered: Entered,
    pub(crate) to: Option<NaiveDate>,
    pub(crate) left: Option<Left>,
}

/// What the lists say of a pathway beside its clock.
#[derive(Debug, Default)]
pub(crate) struct Lists<'a> {
    absences: Vec<Absence>,
    /// Who took responsibility, and from when.
    clinicians: Vec<(NaiveDate, &'a UserRef)>,
}

impl<'a> Lists<'a> {
    pub(crate) fn of(history: &'a History) -> Self {
        Self { absences: absences(history), clinicians: clinicians(history) }
    }

    /// The stretches of a period, the earliest first. A period that nobody reports has one without.
    pub(crate) fn stretches(&self, period: &'a Period) -> Vec<Stretch<'a>> {
        let places = 0..period.segments.len().max(1);
        let mut all: Vec<_> = places.map(|place| reported(period, place)).collect();
        if period.is_open() {
            let listed_from = period.start.listed_from;
            for absence in self.absences.iter().filter(|one| one.from >= listed_from) {
                leave_out(&mut all, absence);
            }
        }
        for (place, (from, clinician)) in self.clinicians.iter().enumerate() {
            name_clinician(&mut all, *from, clinician, place == 0);
        }
        all
    }
}

/// The stretch of the segment at that place.
fn reported(period: &Period, place: usize) -> Stretch<'_> {
    let listed_from = period.start.listed_from;
    let segment = period.segments.get(place);
    let before = place.checked_sub(1).and_then(|before| period.segments.get(before));
    let next = period.segments.get(place + 1);
    let begins = segment.filter(|_| place > 0).map_or(listed_from, |segment| segment.from);
    let stop = period.end.as_ref().map(|end| end.date);
    let handed_on = next.map(|next| next.from.max(listed_from));
    let to = match (handed_on, stop) {
        (Some(next), Some(stop)) => Some(next.min(stop)),
        (one, other) => one.or(other),
    };
    let left = match (next, period.end.as_ref()) {
        (Some(next), _) if is_elsewhere(segment, Some(next)) => Some(Left::TransferredOut),
        (Some(_), _) => Some(Left::ReclassifiedOut),
        (None, Some(end)) if end.admitted => Some(Left::StoppedAdmitted),
        (None, Some(_)) => Some(Left::StoppedNonAdmitted),
        (None, None) => None,
    };
    let entered = match before {
        None => Entered::Started,
        Some(_) if is_elsewhere(before, segment) => Entered::TransferredIn,
        Some(_) => Entered::ReclassifiedIn,
    };
    let from = begins.max(listed_from);
    let from = stop.map_or(from, |stop| from.min(stop));
    Stretch { segment, clinician: None, from, entered, to, left }
}

fn is_elsewhere(one: Option<&Segment>, other: Option<&Segment>) -> bool {
    one.map(|segment| &segment.provider) != other.map(|segment| &segment.provider)
}

/// Days off every list: from a removal to the listing that brought the patient back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Absence {
    from: NaiveDate,
    reason: RemovalReason,
    until: Option<NaiveDate>,
}

/// When the patient was on no list, as the lists themselves say.
fn absences(history: &History) -> Vec<Absence> {
    let mut absences: Vec<Absence> = Vec::new();
    let mut lists: Vec<ListType> = Vec::new();
    for entry in history.entries() {
        #[expect(clippy::wildcard_enum_match_arm, reason = "other steps say nothing of lists")]
        match entry.step() {
            Step::AddedToWaitingList(listed) => {
                lists.push(listed.list_type);
                come_back(&mut absences, entry.date());
            }
            Step::ReferralReceived(_) => come_back(&mut absences, entry.date()),
            Step::RemovedFromWaitingList(removed) if takes_off(&mut lists, removed) => {
                let (from, reason) = (entry.date(), removed.removal_reason);
                if absences.last().is_none_or(|last| last.until.is_some()) {
                    absences.push(Absence { from, reason, until: None });
                }
            }
            _ => {}
        }
    }
    absences
}

fn come_back(absences: &mut [Absence], on: NaiveDate) {
    if let Some(last) = absences.last_mut() {
        last.until.get_or_insert(on);
    }
}

/// Whether the patient is on no list any more. A removal that names no list is from all.
fn takes_off(lists: &mut Vec<ListType>, removed: &RemovedFromWaitingList) -> bool {
    match removed.list_type {
        Some(named) => lists.retain(|list| *list != named),
        None => lists.clear(),
    }
    lists.is_empty()
}

/// Cuts an absence out of the stretches.
fn leave_out(stretches: &mut Vec<Stretch<'_>>, absence: &Absence) {
    let mut kept = Vec::with_capacity(stretches.len() + 1);
    for stretch in stretches.drain(..) {
        let ends_before = stretch.to.is_some_and(|to| to <= absence.from);
        let begins_after = absence.until.is_some_and(|until| until <= stretch.from);
        if ends_before || begins_after {
            kept.push(stretch);
            continue;
        }
        if stretch.from <= absence.from {
            let (to, left) = (Some(absence.from), Some(Left::Removed(absence.reason)));
            kept.push(Stretch { to, left, ..stretch.clone() });
        }
        let back = absence.until.filter(|until| stretch.to.is_none_or(|to| *until < to));
        if let Some(from) = back {
            kept.push(Stretch { from, entered: Entered::Returned, ..stretch });
        }
    }
    *stretches = kept;
}

fn clinicians(history: &History) -> Vec<(NaiveDate, &UserRef)> {
    let accepted = history.entries().iter().filter_map(|entry| {
        let Step::ReferralAccepted(accepted) = entry.step() else { return None };
        Some((entry.date(), accepted.consultant.as_ref()?))
    });
    accepted.collect()
}

/// Names the clinician of all that is on the list from a day on. The first that is named was there
/// from the beginning: nobody else is known.
fn name_clinician<'a>(
    stretches: &mut Vec<Stretch<'a>>,
    from: NaiveDate,
    clinician: &'a UserRef,
    is_first: bool,
) {
    let mut named = Vec::with_capacity(stretches.len() + 1);
    for mut stretch in stretches.drain(..) {
        let changes = stretch.clinician != Some(clinician);
        let runs_across = stretch.from < from && stretch.to.is_none_or(|to| from < to);
        if changes && runs_across && !is_first {
            let (to, left) = (Some(from), Some(Left::ReclassifiedOut));
            named.push(Stretch { to, left, ..stretch.clone() });
            stretch.from = from;
            stretch.entered = Entered::ReclassifiedIn;
        }
        if is_first || from <= stretch.from {
            stretch.clinician = Some(clinician);
        }
        named.push(stretch);
    }
    *stretches = named;
}
