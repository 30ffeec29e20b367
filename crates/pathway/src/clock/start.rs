//! The date a clock starts on (RTT guidance v5.0, section 3).

use chrono::NaiveDate;
use steps::{
    OccurredAt, Step,
    advice_and_referral::{ReferralPurpose, ReferralReceived, ReferralRoute},
};

use super::{
    Row,
    machine::{Act, Machine, Verdict},
    order::{self, Dated},
};

/// A start by a referral: its row, its date where one can be established, and the receipt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begin {
    pub(super) row: Row,
    pub(super) date: Option<NaiveDate>,
    pub(super) receipt: NaiveDate,
}

impl Begin {
    /// The period it opens.
    pub(super) const fn verdict(self) -> Verdict {
        Verdict::new(self.row, Act::Open { date: self.date, listed_from: self.receipt })
    }
}

/// The start that a referral to a consultant-led service makes.
pub(super) fn of_referral(machine: &Machine<'_>, at: Dated<'_>, step: &ReferralReceived) -> Begin {
    let receipt = at.on;
    let spoa = order::day(step.spoa_at).or_else(|| advice_at_single_point(machine));
    let begin = |row: Row, date: Option<NaiveDate>| Begin { row, date, receipt };
    if step.prior_commissioner_english == Some(false) {
        return begin(Row::BecameEnglish, Some(receipt));
    }
    let earlier = evidence(step).into_iter().chain(spoa).min();
    let earliest = match (step.route, earlier) {
        (ReferralRoute::EReferralService, Some(earlier)) => earlier,
        (_, earlier) => earlier.map_or(receipt, |earlier| earlier.min(receipt)),
    };
    match step.route {
        _ if step.referral_purpose == ReferralPurpose::SeparateCondition => {
            begin(Row::SeparateCondition, Some(earliest))
        }
        ReferralRoute::Transfer if earlier.is_none() => begin(Row::TransferStartUnknown, None),
        ReferralRoute::Transfer => begin(Row::TransferReceived, Some(earliest)),
        ReferralRoute::SelfReferral => {
            begin(Row::SelfReferralRatified, Some(first_told_of(machine, earliest)))
        }
        ReferralRoute::EReferralService
        | ReferralRoute::Other
        | ReferralRoute::Interface
        | ReferralRoute::OtherNation => begin(by_advice(machine, spoa.is_some()), Some(earliest)),
    }
}

/// The row of a referral: by the advice that went before it, if any did.
pub(super) fn by_advice(machine: &Machine<'_>, at_single_point: bool) -> Row {
    let asked = |step: &Dated<'_>| matches!(step.entry.step(), Step::AdviceRequested(_));
    match (at_single_point, new_since_last_end(machine).any(asked)) {
        (true, _) => Row::AdviceAtSinglePoint,
        (false, true) => Row::AdviceBecameReferral,
        (false, false) => Row::Referred,
    }
}

/// The day a single point of access had the request for advice that led here.
pub(super) fn advice_at_single_point(machine: &Machine<'_>) -> Option<NaiveDate> {
    let at_single_point = |step: &&Dated<'_>| {
        let Step::AdviceRequested(asked) = step.entry.step() else { return false };
        let provider = asked.provider.as_ref();
        asked.spoa || machine.policy.has_single_point(provider, &asked.service, step.on)
    };
    new_since_last_end(machine).find(at_single_point).map(|step| step.on)
}

/// The earliest date that the referral itself brings, other than its receipt.
pub(super) fn evidence(step: &ReferralReceived) -> Option<NaiveDate> {
    let dates: [Option<OccurredAt>; 4] =
        [step.ubrn_converted_at, step.asi_at, step.earlier_activity_at, step.interface_received_at];
    dates.into_iter().filter_map(order::day).min()
}

/// The first receipt of a self-referral that was ratified later.
fn first_told_of(machine: &Machine<'_>, receipt: NaiveDate) -> NaiveDate {
    let own = |step: &&Dated<'_>| {
        matches!(step.entry.step(), Step::ReferralReceived(referral)
            if referral.route == ReferralRoute::SelfReferral)
    };
    let first = new_since_last_end(machine).find(own).map(|step| step.on);
    first.map_or(receipt, |first| first.min(receipt))
}

/// The earlier steps that belong to no ended period.
fn new_since_last_end<'a>(machine: &'a Machine<'_>) -> impl Iterator<Item = &'a Dated<'a>> {
    let ended = machine.last().and_then(|period| period.end.as_ref()).map(|end| end.date);
    machine.past().iter().filter(move |step| ended.is_none_or(|ended| step.on > ended))
}
