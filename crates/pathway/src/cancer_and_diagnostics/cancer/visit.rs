//! A missed first appointment, and the day the patient rebooks.

use steps::booking_and_attendance::DnaRecorded;

use super::Cancer;
use crate::cancer_and_diagnostics::{Effect, Reason, Rule, Standard, order::Dated};

/// The clocks that a missed first appointment can reset.
const RESET: [Standard; 2] = [Standard::Cancer28Day, Standard::Cancer62Day];

const RULE: Rule = Rule::FirstAppointmentMissed;

/// The patient was seen: what is missed or booked from now on is no first appointment.
pub(super) fn seen(cancer: &mut Cancer<'_>, was_seen: bool) {
    if was_seen {
        for clock in cancer.book.made.clocks.iter_mut().filter(|clock| clock.is_open()) {
            clock.seen = true;
            clock.awaits_rebooking = false;
        }
    }
}

/// The patient missed an appointment. Nothing moves yet: the clock counts from the rebooking.
pub(super) fn missed(cancer: &mut Cancer<'_>, at: Dated<'_>, step: &DnaRecorded) {
    let none = cancer.why_not_missed(at, step);
    let open = RESET.map(|standard| cancer.book.open_of(standard)).concat();
    for place in open {
        let reason = none.or_else(|| why_not_reset(cancer, at, place));
        let Some(clock) = cancer.book.made.clocks.get_mut(place) else { continue };
        clock.awaits_rebooking |= reason.is_none();
        let standard = clock.standard();
        let effect = match none {
            Some(reason) => Effect::Rejected(reason),
            None => Effect::Stayed(reason.unwrap_or(Reason::AwaitsRebooking)),
        };
        cancer.book.note(at, RULE, (standard, Some(place)), effect);
    }
}

fn why_not_reset(cancer: &Cancer<'_>, at: Dated<'_>, place: usize) -> Option<Reason> {
    let clock = cancer.book.made.clocks.get(place)?;
    let Some(setting) = cancer.book.applying(RULE, clock.standard(), at.on) else {
        return Some(Reason::NotInForce);
    };
    let times = u32::try_from(clock.resets.len()).unwrap_or(u32::MAX);
    if clock.seen {
        Some(Reason::NotTheFirst)
    } else {
        (times >= setting.options.times_max).then_some(Reason::ResetBefore)
    }
}

/// The patient asked for, or has, another appointment.
pub(super) fn rebooked(cancer: &mut Cancer<'_>, at: Dated<'_>) {
    for place in cancer.book.open() {
        let clock = cancer.book.made.clocks.get_mut(place);
        if let Some(clock) = clock.filter(|clock| clock.awaits_rebooking) {
            clock.awaits_rebooking = false;
            cancer.book.reset(at, RULE, place);
        }
    }
}
