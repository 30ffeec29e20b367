//! Which row of the table a step is, in the state the clock is in: one match over the steps.

use steps::{Step, booking_and_attendance::Initiator, codes::RttStatus};

use super::{
    Row, admission, correction, decision, dna,
    machine::{Machine, Verdict},
    monitoring,
    order::Dated,
    planned, referral, transfer,
};

/// What the step does; none where it is only read as evidence, or not at all.
pub(super) fn judge(machine: &Machine<'_>, at: Dated<'_>) -> Option<Verdict> {
    let waits_on = |row: Row| machine.if_ticking(Verdict::stay(row));
    let active =
        |row: Row| machine.if_ticking(Verdict::stay(row).coded(RttStatus::SubsequentActivity));
    #[expect(clippy::wildcard_enum_match_arm, reason = "`concerns` is the exhaustive list")]
    let verdict = match at.entry.step() {
        Step::AdviceRequested(_) => Verdict::stay(Row::AdviceAsked),
        Step::AdviceConvertedToReferral(step) => referral::converted(machine, at, step),
        Step::ReferralReceived(step) => referral::received(machine, at, step),
        Step::ReferralDeclined(_)
        | Step::ReferralRedirected(_)
        | Step::ReferralReturnedForInformation(_) => waits_on(Row::ReferralSentBack),
        Step::ReturnToPrimaryCareCommunicated(step) => decision::returned(machine, at, step),
        Step::ReferralCancelled(step) => referral::cancelled(machine, step),
        Step::OnwardReferralMade(step) => transfer::onward(machine, at, step),
        Step::AppointmentOffered(_)
        | Step::AppointmentBooked(_)
        | Step::AppointmentRescheduled(_) => Verdict::stay(Row::AppointmentMade),
        Step::AppointmentCancelled(step) => match step.initiator {
            Initiator::Patient => waits_on(Row::PatientCancelled),
            Initiator::Provider => waits_on(Row::ProviderCancelled),
        },
        Step::OutpatientAttended(step) => admission::attended(machine, step),
        Step::AppointmentOutcomeRecorded(step) => admission::outcome(machine, step),
        Step::DnaRecorded(step) => dna::recorded(machine, at, step),
        Step::DnaClinicalDecisionMade(step) => dna::decided(machine, at, step),
        Step::PatientRebookRequested(_) => dna::rebook_requested(machine, at),
        Step::RttClockCorrected(step) => correction::judge(machine, at, step),
        Step::DecisionToTreatMade(step) => decision::to_treat(machine, at, step),
        Step::ActiveMonitoringStarted(step) => monitoring::started(machine, at, step),
        Step::ActiveMonitoringReviewed(_) => monitoring::activity(machine),
        Step::PathwayResumed(_) => monitoring::resumed(machine, at),
        Step::TreatmentStarted(step) => admission::treatment(machine, at, step),
        Step::ProcedureNotCarriedOut(step) => admission::not_done(machine, step),
        Step::DecisionNotToTreat(step) => decision::not_to_treat(machine, at, step),
        Step::TreatmentDeclined(step) => decision::declined(machine, at, step),
        Step::CareTransferredOut(step) => transfer::out(machine, step),
        Step::TransferReceived(step) => transfer::received(machine, at, step),
        Step::TransferRejected(_) => transfer::rejected(machine),
        Step::PlacedOnPlannedList(_) => planned::placed(machine),
        Step::PlannedDatePassed(step) => planned::passed(machine, at, step),
        Step::WaitingListValidated(step) => decision::validated(machine, step),
        Step::RemovedFromWaitingList(_) => decision::removed(machine),
        Step::AddedToTransplantList(step) => decision::transplant_listed(machine, at, step),
        Step::SecondSideFitAndReady(_) => decision::second_side(machine, at),
        Step::ThinkingTimeAgreed(_) => active(Row::ThinkingTime),
        Step::PatientTemporarilyUnfit(_) => active(Row::TemporarilyUnfit),
        Step::PatientChosePrivateTreatment(_) => decision::went_private(machine, at),
        Step::PatientMovedAbroad(step) => decision::left(machine, at, step.decided_by.is_some()),
        Step::PatientUntraceable(step) => {
            let decided = step.decided_by.is_some() && !step.attempts.is_empty();
            decision::left(machine, at, decided)
        }
        Step::TestPerformed(step) => admission::tested(machine, step),
        Step::PatientAdmitted(step) => admission::admitted(machine, at, step),
        Step::PatientDied(_) => decision::died(machine, at),
        _ => return None,
    };
    Some(verdict)
}
