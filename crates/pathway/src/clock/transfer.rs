//! Other providers: rows 33, 35, 38 to 42, 52, 58 and 59. Reporting follows clinical responsibility.

use steps::{
    OdsCode,
    advice_and_referral::{OnwardReferralMade, ReferralPurpose},
    clock_and_list::{CareTransferredOut, TransferReceived},
    codes::RttStatus,
};

use super::{
    ClockState, Reason, Row, decision,
    machine::{Act, Machine, Verdict},
    order::Dated,
};

/// The provider referred the patient on.
pub(super) fn onward(machine: &Machine<'_>, at: Dated<'_>, step: &OnwardReferralMade) -> Verdict {
    let is_elsewhere = step.to_provider != step.provider;
    let is_new = step.referral_purpose == ReferralPurpose::NewTreatment;
    let is_opinion =
        matches!(step.referral_purpose, ReferralPurpose::Opinion | ReferralPurpose::Test);
    if step.referral_purpose == ReferralPurpose::SeparateCondition || !step.same_condition {
        return Verdict::stay(Row::SeparateCondition).coded(own_status(machine));
    }
    match machine.state() {
        ClockState::Ticking if is_elsewhere && step.responsibility_transferred => {
            leave(machine, &step.to_provider)
        }
        ClockState::Ticking => keep(),
        ClockState::Monitoring if is_opinion => {
            decision::resumed_as(Row::ResumedAfterMonitoring, at)
        }
        ClockState::Monitoring
        | ClockState::Treated
        | ClockState::Stopped
        | ClockState::Planned
            if is_new && is_elsewhere =>
        {
            Verdict::stay(Row::NewTreatmentElsewhere)
        }
        ClockState::Treated | ClockState::Stopped | ClockState::Planned if is_new => {
            Verdict::open(Row::NewTreatmentDecided, at.on)
        }
        ClockState::Monitoring if is_new => decision::resumed_as(Row::ResumedAfterMonitoring, at),
        ClockState::None
        | ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Transferred
        | ClockState::Deceased
        | ClockState::Planned => Verdict::stay(Row::Unlisted),
    }
}

/// Care moved to another provider, with or without clinical responsibility.
pub(super) fn out(machine: &Machine<'_>, step: &CareTransferredOut) -> Verdict {
    let leaves = step.responsibility_transferred;
    machine.if_ticking(if leaves { leave(machine, &step.to_provider) } else { keep() })
}

/// The receiving provider has the patient, with a start date or without one.
pub(super) fn received(machine: &Machine<'_>, at: Dated<'_>, step: &TransferReceived) -> Verdict {
    let start = step.clock_start.filter(|start| *start <= at.on);
    let row = if start.is_some() { Row::TransferReceived } else { Row::TransferStartUnknown };
    let verdict = match machine.state() {
        ClockState::None if step.prior_commissioner_english == Some(false) => {
            return Verdict::open(Row::BecameEnglish, at.on);
        }
        ClockState::None => Verdict::new(row, Act::Open { date: start, listed_from: at.on }),
        ClockState::Ticking | ClockState::Transferred => Verdict::new(row, Act::TakeOver { start }),
        ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Planned => return Verdict::reject(Row::Unlisted, Reason::NoOpenPeriod),
        ClockState::Deceased => return Verdict::reject(Row::Unlisted, Reason::PatientHasDied),
    };
    verdict.coded(RttStatus::SubsequentActivity)
}

/// The other provider did not take the patient.
pub(super) fn rejected(machine: &Machine<'_>) -> Verdict {
    if machine.state() != ClockState::Transferred {
        return Verdict::stay(Row::Unlisted);
    }
    Verdict::new(Row::TransferRejected, Act::Become(ClockState::Ticking))
        .coded(RttStatus::SubsequentActivity)
}

/// The clock runs on at `to`; where that provider has told of the receipt already, it stays there.
fn leave(machine: &Machine<'_>, to: &OdsCode) -> Verdict {
    let reporter = machine.last().and_then(|period| period.segments.last());
    if reporter.is_some_and(|reporter| reporter.provider == *to) {
        return Verdict::stay(Row::TransferredOut).coded(RttStatus::SubsequentActivity);
    }
    Verdict::new(Row::TransferredOut, Act::Become(ClockState::Transferred))
        .coded(RttStatus::ExpectedAtOtherProvider)
}

fn keep() -> Verdict {
    Verdict::stay(Row::OpinionElsewhere).coded(RttStatus::SubsequentActivity)
}

/// The status of the original pathway, which needs its own outcome.
fn own_status(machine: &Machine<'_>) -> RttStatus {
    match machine.state() {
        ClockState::Ticking => RttStatus::SubsequentActivity,
        ClockState::None
        | ClockState::Nullified
        | ClockState::Treated
        | ClockState::Monitoring
        | ClockState::Stopped
        | ClockState::Transferred
        | ClockState::Deceased
        | ClockState::Planned => machine.status_outside(),
    }
}
