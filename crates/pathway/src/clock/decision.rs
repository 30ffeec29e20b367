//! Decisions: to treat, not to treat, and the ways a wait ends without treatment (rows 8, 23, 26 to
//! 28, 33 to 36, 47, 48, 50, 52 to 54, 60 and 61).

use steps::{
    advice_and_referral::ReturnToPrimaryCareCommunicated,
    clock_and_list::{
        AddedToTransplantList, DecisionNotToTreat, DecisionToTreatMade, TreatmentDeclined,
        ValidationWish, WaitingListValidated,
    },
    codes::RttStatus,
};

use super::{
    ClockState, Effect, Reason, Row,
    machine::{Act, Machine, Stop, Verdict},
    monitoring,
    order::Dated,
};

/// Care returns to primary care.
pub(super) fn returned(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &ReturnToPrimaryCareCommunicated,
) -> Verdict {
    match machine.state() {
        ClockState::Monitoring => monitoring::discharged(),
        ClockState::Treated => Verdict::stay(Row::Unlisted).coded(RttStatus::AfterTreatment),
        ClockState::Ticking if !step.no_treatment_needed => {
            Verdict::reject(Row::ReferralSentBack, Reason::NoClinicalDecision)
        }
        ClockState::None
        | ClockState::Ticking
        | ClockState::Nullified
        | ClockState::Stopped
        | ClockState::Transferred
        | ClockState::Deceased
        | ClockState::Planned => {
            let is_told = step.communicated_at.is_some();
            once_told(machine, at, Row::ReturnedToPrimaryCare, is_told)
        }
    }
}

/// A decision not to treat; after an admission whose procedure was abandoned it is row 23.
pub(super) fn not_to_treat(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &DecisionNotToTreat,
) -> Verdict {
    let is_told = step.communicated_at.is_some();
    if machine.is_provisional() {
        return if is_told { stopped(at, Row::ProcedureAbandoned) } else { not_told() };
    }
    let retracted = machine.clock.moves.iter().rev();
    let abandoned = retracted
        .take_while(|made| made.to == ClockState::Ticking)
        .any(|made| made.effect == Effect::Retracted && made.row == Row::ProcedureAbandoned);
    let row = if abandoned { Row::ProcedureAbandoned } else { Row::DecidedNotToTreat };
    once_told(machine, at, row, is_told)
}

/// The patient joined a transplant list.
pub(super) fn transplant_listed(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &AddedToTransplantList,
) -> Verdict {
    if !step.matched {
        let stay = Verdict::stay(Row::TransplantListed).coded(RttStatus::SubsequentActivity);
        return machine.if_ticking(stay);
    }
    once_told(machine, at, Row::TransplantListed, step.communicated_at.is_some())
}

/// The patient declined treatment: all of it, or this offer only.
pub(super) fn declined(machine: &Machine<'_>, at: Dated<'_>, step: &TreatmentDeclined) -> Verdict {
    if !step.all_treatment {
        let stay = Verdict::stay(Row::OneOfferDeclined).coded(RttStatus::SubsequentActivity);
        return machine.if_ticking(stay);
    }
    let end = Stop::new(ClockState::Stopped, at.on, RttStatus::PatientDeclined);
    machine.stop(Row::TreatmentDeclined, end)
}

/// The patient chose private treatment.
pub(super) fn went_private(machine: &Machine<'_>, at: Dated<'_>) -> Verdict {
    let status = machine.policy.on(at.on).private_treatment_status;
    machine.stop(Row::WentPrivate, Stop::new(ClockState::Stopped, at.on, status))
}

/// The patient moved abroad or cannot be traced.
pub(super) fn left(machine: &Machine<'_>, at: Dated<'_>, is_decided: bool) -> Verdict {
    if is_decided {
        let status = RttStatus::DecisionNotToTreat;
        return machine.stop(Row::LeftOrUntraceable, Stop::new(ClockState::Stopped, at.on, status));
    }
    let refused = Verdict::reject(Row::LeftOrUntraceable, Reason::NoClinicalDecision);
    machine.if_ticking(refused.coded(RttStatus::SubsequentActivity))
}

/// The patient died.
pub(super) fn died(machine: &Machine<'_>, at: Dated<'_>) -> Verdict {
    let is_open = matches!(machine.state(), ClockState::Ticking | ClockState::Transferred);
    if is_open {
        return Verdict::stop(Row::Died, Stop::new(ClockState::Deceased, at.on, RttStatus::Died));
    }
    Verdict::new(Row::Died, Act::Become(ClockState::Deceased))
}

/// A decision to treat: it starts a clock after active monitoring, or for a new treatment.
pub(super) fn to_treat(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &DecisionToTreatMade,
) -> Verdict {
    let ours = step.provider.as_ref().or(machine.reporter.as_ref().map(|known| &known.provider));
    let is_elsewhere = step.to_provider.is_some() && step.to_provider.as_ref() != ours;
    let row = match machine.state() {
        ClockState::Monitoring if step.new_or_different && is_elsewhere => {
            Row::NewTreatmentElsewhere
        }
        ClockState::Monitoring => Row::ResumedAfterMonitoring,
        ClockState::Treated | ClockState::Stopped | ClockState::Planned => {
            match (step.new_or_different, is_elsewhere) {
                (true, true) => Row::NewTreatmentElsewhere,
                (true, false) => Row::NewTreatmentDecided,
                (false, _) => Row::Unlisted,
            }
        }
        ClockState::None
        | ClockState::Ticking
        | ClockState::Nullified
        | ClockState::Transferred
        | ClockState::Deceased => Row::Unlisted,
    };
    match row {
        Row::Unlisted | Row::NewTreatmentElsewhere => Verdict::stay(row),
        row if step.communicated_at.is_none() => Verdict::reject(row, Reason::PatientNotToldYet),
        row => resumed_as(row, at),
    }
}

/// The patient is fit and ready for the second side.
pub(super) fn second_side(machine: &Machine<'_>, at: Dated<'_>) -> Verdict {
    if matches!(machine.state(), ClockState::Treated | ClockState::Planned) {
        return Verdict::open(Row::SecondSideReady, at.on);
    }
    Verdict::stay(Row::Unlisted)
}

/// Validation asked the patient, or found a stop.
pub(super) fn validated(machine: &Machine<'_>, step: &WaitingListValidated) -> Verdict {
    let verdict = if step.stop_found_on.is_some() {
        Verdict::reject(Row::StopNotApplied, Reason::StatusMissing)
    } else if step.validation_wish == ValidationWish::Leave {
        Verdict::reject(Row::Unlisted, Reason::WithdrawalNotDecided)
    } else {
        Verdict::stay(Row::Unlisted)
    };
    machine.if_ticking(verdict)
}

/// The patient was taken off a list, which by itself stops nothing.
pub(super) fn removed(machine: &Machine<'_>) -> Verdict {
    machine.if_ticking(Verdict::reject(Row::StopNotApplied, Reason::RemovalIsNoStop))
}

/// The start of a new period, with the status that activity after active monitoring has.
pub(super) fn resumed_as(row: Row, at: Dated<'_>) -> Verdict {
    let verdict = Verdict::open(row, at.on);
    if row == Row::ResumedAfterMonitoring {
        return verdict.coded(RttStatus::FirstActivityAfterActiveMonitoring);
    }
    verdict
}

/// A non-treatment stop with status 34, once the patient is told.
fn once_told(machine: &Machine<'_>, at: Dated<'_>, row: Row, is_told: bool) -> Verdict {
    match machine.stop_refused() {
        Some(refused) => refused,
        None if is_told => stopped(at, row),
        None => not_told(),
    }
}

fn stopped(at: Dated<'_>, row: Row) -> Verdict {
    let status = RttStatus::DecisionNotToTreat;
    Verdict::stop(row, Stop::new(ClockState::Stopped, at.on, status))
}

fn not_told() -> Verdict {
    Verdict::reject(Row::NotYetTold, Reason::PatientNotToldYet).coded(RttStatus::SubsequentActivity)
}
