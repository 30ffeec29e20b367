//! Referrals: rows 1, 2, 4 to 6, 37, 38, 51, 52, 59 and 60.

use steps::{
    OdsCode, Step, StepKind,
    advice_and_referral::{
        AdviceConvertedToReferral, ReferralCancelReason, ReferralCancelled, ReferralPurpose,
        ReferralReceived, ReferralRelation, ReferralRoute, RttScope,
    },
    codes::RttStatus,
};

use super::{
    ClockState, Reason, Row,
    machine::{Act, Machine, Verdict},
    order::{self, Dated},
    start::{self, Begin},
};

/// A provider received a referral.
pub(super) fn received(machine: &Machine<'_>, at: Dated<'_>, step: &ReferralReceived) -> Verdict {
    let is_for_other =
        matches!(step.referral_purpose, ReferralPurpose::Opinion | ReferralPurpose::Test);
    if step.rtt_scope != RttScope::InScope || is_for_other {
        return outside(machine, is_for_other);
    }
    if step.route == ReferralRoute::SelfReferral && step.ratified_at.is_none() {
        return Verdict::reject(Row::SelfReferralRatified, Reason::NotRatified);
    }
    let is_separate = step.referral_purpose == ReferralPurpose::SeparateCondition;
    match machine.state() {
        ClockState::None if is_separate => start::of_referral(machine, at, step)
            .verdict()
            .coded(RttStatus::FirstActivitySeparateCondition),
        ClockState::None => start::of_referral(machine, at, step).verdict(),
        ClockState::Deceased => Verdict::reject(Row::Unlisted, Reason::PatientHasDied),
        _ if is_separate => Verdict::reject(Row::SeparateCondition, Reason::NeedsOwnPathway),
        ClockState::Ticking => same_period(machine, at, step),
        ClockState::Transferred => {
            Verdict::new(Row::TransferReceived, Act::TakeOver { start: start::evidence(step) })
                .coded(RttStatus::SubsequentActivity)
        }
        ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Planned => again(machine, at, step),
    }
}

/// The specialist turned a request for advice into a referral.
pub(super) fn converted(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &AdviceConvertedToReferral,
) -> Verdict {
    let spoa = order::day(step.spoa_at).or_else(|| start::advice_at_single_point(machine));
    let date = spoa.map_or(at.on, |spoa| spoa.min(at.on));
    let row = if spoa.is_some() { Row::AdviceAtSinglePoint } else { Row::AdviceBecameReferral };
    match machine.state() {
        ClockState::None => Verdict::open(row, date),
        ClockState::Ticking => Verdict::new(Row::SamePeriod, Act::TakeOver { start: Some(date) }),
        ClockState::Deceased => Verdict::reject(Row::Unlisted, Reason::PatientHasDied),
        ClockState::Transferred => Verdict::stay(Row::Unlisted),
        ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Planned => Verdict::open(Row::ReReferred, date),
    }
}

/// A referral was cancelled: the decision behind it must still be recorded.
pub(super) fn cancelled(machine: &Machine<'_>, step: &ReferralCancelled) -> Verdict {
    let reason = match step.cancel_reason {
        _ if step.in_error => Reason::CancelledInError,
        ReferralCancelReason::MadeInError | ReferralCancelReason::Duplicate => {
            Reason::CancelledInError
        }
        ReferralCancelReason::PatientWithdrew => Reason::WithdrawalNotDecided,
        ReferralCancelReason::NoLongerNeeded | ReferralCancelReason::Other => {
            Reason::DecisionMissing
        }
    };
    machine.if_ticking(Verdict::reject(Row::ReferralCancelled, reason))
}

/// A service outside RTT, or a provider asked for an opinion or test only.
fn outside(machine: &Machine<'_>, is_for_other: bool) -> Verdict {
    if is_for_other && machine.state() == ClockState::Ticking {
        return Verdict::stay(Row::OpinionElsewhere).coded(RttStatus::SubsequentActivity);
    }
    Verdict::stay(Row::OutOfScope).coded(RttStatus::NotApplicable)
}

/// A referral while the clock ticks: the same period, unless it says that it is a new one.
fn same_period(machine: &Machine<'_>, at: Dated<'_>, step: &ReferralReceived) -> Verdict {
    let says_new = step.referral_relation == Some(ReferralRelation::ReReferral);
    if says_new && !is_linked(machine, step) && !was_sent_back(machine) {
        return Verdict::reject(Row::Unlisted, Reason::PeriodAlreadyOpen);
    }
    let begin = start::of_referral(machine, at, step);
    let is_known = machine.last().is_some_and(|period| period.start.date.is_some());
    let start = if is_known { begin.date } else { start::evidence(step) };
    Verdict::new(Row::SamePeriod, Act::TakeOver { start })
}

/// A referral after a completed period.
fn again(machine: &Machine<'_>, at: Dated<'_>, step: &ReferralReceived) -> Verdict {
    if step.referral_relation == Some(ReferralRelation::SamePeriod) {
        return Verdict::reject(Row::Unlisted, Reason::NoOpenPeriod);
    }
    let ended = machine.last().and_then(|period| period.end.as_ref()).map(|end| end.date);
    let begin = start::of_referral(machine, at, step);
    let fits = |date: &_| ended.is_none_or(|ended| *date >= ended);
    let date = begin.date.filter(fits).or(Some(begin.receipt));
    let is_new_treatment = step.referral_purpose == ReferralPurpose::NewTreatment
        || was_referred_on(machine, &step.provider);
    let row = if is_new_treatment && machine.state() != ClockState::Nullified {
        Row::NewTreatmentElsewhere
    } else {
        Row::ReReferred
    };
    Begin { row, date, ..begin }.verdict()
}

/// Whether a new treatment was decided that this provider shall give, since the last period ended.
fn was_referred_on(machine: &Machine<'_>, provider: &OdsCode) -> bool {
    let moves = machine.clock.moves.iter().rev();
    let mut waiting = moves
        .take_while(|made| made.to == machine.state())
        .filter(|made| made.row == Row::NewTreatmentElsewhere)
        .filter_map(|made| machine.step_of(made.event_id));
    #[expect(clippy::wildcard_enum_match_arm, reason = "only two steps refer on")]
    waiting.any(|step| match step {
        Step::OnwardReferralMade(made) => made.to_provider == *provider,
        Step::DecisionToTreatMade(made) => made.to_provider.as_ref() == Some(provider),
        _ => false,
    })
}

/// Whether the referral was declined, redirected or returned since the start (row 7).
fn was_sent_back(machine: &Machine<'_>) -> bool {
    let sent_back = |kind: StepKind| {
        matches!(
            kind,
            StepKind::ReferralDeclined
                | StepKind::ReferralRedirected
                | StepKind::ReferralReturnedForInformation
        )
    };
    machine.since_start().any(|step| sent_back(step.entry.step().kind()))
}

/// Whether the referral names a UBRN that the period already has.
fn is_linked(machine: &Machine<'_>, step: &ReferralReceived) -> bool {
    let ours = [step.ubrn.as_ref(), step.first_ubrn.as_ref()];
    let shares = |other: &ReferralReceived| {
        let theirs = [other.ubrn.as_ref(), other.first_ubrn.as_ref()];
        ours.iter().flatten().any(|ubrn| theirs.contains(&Some(*ubrn)))
    };
    machine
        .since_start()
        .any(|other| matches!(other.entry.step(), Step::ReferralReceived(other) if shares(other)))
}
