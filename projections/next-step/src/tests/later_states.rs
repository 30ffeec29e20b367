//! States from the visit on: results, transfers, the admitted list, agreed waits, shared care, death.

use steps::codes::Role;
use testkit::{Story, json};

use super::states::{
    BEREAVEMENT, BOOKING, Expected, GENERAL, QUESTIONS, RESULTS, answer, attended, check, referred,
    settled,
};
use crate::{ContactSide::Practice, Missing, State};

#[test]
fn a_visit_needs_an_outcome_a_letter_and_its_arrival() {
    check(
        &attended(),
        Expected(State::AttendedNoOutcome, "RJ1", Role::Clinician, "2026-02-10", QUESTIONS),
    );
    let outcome = attended().on(
        "2026-02-10T10:30:00Z",
        "appointmentOutcomeRecorded",
        json!({"appointmentId": "A1", "attendanceOutcome": "DISCHARGED"}),
    );
    check(
        &outcome,
        Expected(State::LetterNotSent, "RJ1", Role::Consultant, "2026-02-17", QUESTIONS),
    );
    let sent = outcome.on(
        "2026-02-12",
        "clinicLetterSent",
        json!({"letterId": "L1", "toOrganisation": "G81001", "provider": "RJ1"}),
    );
    check(
        &sent,
        Expected(
            State::LetterUnacknowledged,
            "RJ1",
            Role::CorrespondenceTeam,
            "2026-02-17",
            QUESTIONS,
        ),
    );
    let bounced = sent.clone().on(
        "2026-02-13",
        "documentBounced",
        json!({"letterId": "L1", "toOrganisation": "G81001"}),
    );
    assert_eq!(answer(&bounced).waiting_on.unwrap().missing, Missing::Delivery);
    let copy = sent.clone().on(
        "2026-02-13",
        "documentOpened",
        json!({"letterId": "L1", "organisation": null}),
    );
    check(
        &copy,
        Expected(
            State::LetterUnacknowledged,
            "RJ1",
            Role::CorrespondenceTeam,
            "2026-02-17",
            QUESTIONS,
        ),
    );
    check(
        &settled("DISCHARGED"),
        Expected(State::BackWithPractice, "G81001", Role::GeneralPractitioner, "-", Practice),
    );
    check(
        &settled("APPOINTMENT_TO_BE_MADE"),
        Expected(State::AcceptedUnbooked, "RJ1", Role::BookingTeam, "2026-03-22", BOOKING),
    );
}

#[test]
fn a_result_stays_with_who_asked_for_the_test() {
    let asked = referred().on(
        "2026-01-08",
        "testRequested",
        json!({"testId": "T1", "requester": "RJ1", "provider": "RJ2", "urgency": "ROUTINE"}),
    );
    let reported = asked.clone().on(
        "2026-01-09T12:00:00Z",
        "resultReported",
        json!({"testId": "T1", "abnormality": "CRITICAL"}),
    );
    check(
        &reported,
        Expected(State::ResultUnreviewed, "RJ1", Role::Clinician, "2026-01-09T16:00:00Z", RESULTS),
    );
    let by_gp = reported.on(
        "2026-01-09T13:00:00Z",
        "resultReviewed",
        json!({"testId": "T1", "organisation": "G81001"}),
    );
    check(
        &by_gp,
        Expected(State::ResultUnreviewed, "RJ1", Role::Clinician, "2026-01-09T16:00:00Z", RESULTS),
    );
    let reviewed = by_gp.on(
        "2026-01-09T14:00:00Z",
        "resultReviewed",
        json!({"testId": "T1", "organisation": "RJ1"}),
    );
    check(&reviewed, Expected(State::ResultNotTold, "RJ1", Role::Clinician, "2026-01-09", RESULTS));
    let told = reviewed.on(
        "2026-01-09T15:00:00Z",
        "resultCommunicatedToPatient",
        json!({"testId": "T1", "organisation": "RJ1"}),
    );
    check(
        &told,
        Expected(State::ReceivedUntriaged, "RJ1", Role::TriageClinician, "2026-02-14", QUESTIONS),
    );
    let waiting = settled("DISCHARGED").on(
        "2026-02-20",
        "testRequested",
        json!({"testId": "T1", "requester": "RJ1", "provider": "RJ2"}),
    );
    check(&waiting, Expected(State::TestNotDone, "RJ2", Role::Clinician, "2026-04-03", BOOKING));
    let done =
        waiting.on("2026-03-01", "testPerformed", json!({"testId": "T1", "provider": "RJ2"}));
    assert_eq!(answer(&done).waiting_on.unwrap().missing, Missing::Report);
}

#[test]
fn care_passed_on_stays_with_the_sender_until_it_is_received() {
    let needed = settled("DISCHARGED").on(
        "2026-02-20",
        "onwardReferralNeeded",
        json!({"urgency": "SAME_DAY", "provider": "RJ1"}),
    );
    check(
        &needed,
        Expected(State::OnwardReferralNeeded, "RJ1", Role::Consultant, "2026-02-20", QUESTIONS),
    );
    let out = referred().on(
        "2026-02-02",
        "careTransferredOut",
        json!({"provider": "RJ1", "toProvider": "RJ2"}),
    );
    check(
        &out,
        Expected(State::TransferUnconfirmed, "RJ1", Role::BookingTeam, "2026-02-04", BOOKING),
    );
    let rejected = out.clone().on("2026-02-03", "transferRejected", json!({"provider": "RJ2"}));
    check(
        &rejected,
        Expected(State::TransferRejected, "RJ1", Role::BookingTeam, "2026-02-05", BOOKING),
    );
    let received = out.on("2026-02-03", "transferReceived", json!({"provider": "RJ2"}));
    check(
        &received,
        Expected(State::TransferReceived, "RJ2", Role::BookingTeam, "2026-02-17", BOOKING),
    );
    let booked = received.on(
        "2026-02-04",
        "appointmentBooked",
        json!({"appointmentId": "A9", "provider": "RJ2", "startsAt": "2026-03-01T09:00:00Z"}),
    );
    check(
        &booked,
        Expected(State::StartDateUnknown, "RJ2", Role::ValidationTeam, "2026-02-05", QUESTIONS),
    );
    let found = booked.on("2026-02-05", "rttClockCorrected", json!({}));
    check(&found, Expected(State::Booked, "RJ2", Role::Clinician, "2026-03-01T09:00:00Z", BOOKING));
}

#[test]
fn the_admitted_list_gives_dates_and_second_dates() {
    let listed = settled("APPOINTMENT_TO_BE_MADE").on(
        "2026-02-14",
        "addedToWaitingList",
        json!({"listType": "ADMITTED", "provider": "RJ1"}),
    );
    check(
        &listed,
        Expected(State::OnAdmittedList, "RJ1", Role::SchedulingTeam, "2026-05-11", BOOKING),
    );
    let offer = |told: Story, id: &str, date: &str| {
        told.on(
            "2026-02-20",
            "appointmentOffered",
            json!({"offerId": id, "offeredDate": date, "bookingKind": "TO_COME_IN"}),
        )
        .on("2026-02-21", "appointmentOfferDeclined", json!({"offerId": id}))
    };
    let once = offer(listed.clone(), "O1", "2026-03-20");
    check(
        &once,
        Expected(State::TciDeclinedOnce, "RJ1", Role::SchedulingTeam, "2026-05-01", BOOKING),
    );
    check(
        &offer(once, "O2", "2026-04-01"),
        Expected(State::ClinicalReview, "RJ1", Role::Consultant, "2026-02-27", QUESTIONS),
    );
    let dated = listed.on("2026-02-20", "appointmentBooked", json!({"appointmentId": "T1", "provider": "RJ1", "bookingKind": "TO_COME_IN", "startsAt": "2026-03-10T07:00:00Z"}));
    check(&dated, Expected(State::Booked, "RJ1", Role::Clinician, "2026-03-10T07:00:00Z", BOOKING));
    let on_the_day = dated.clone().on(
        "2026-03-10T07:30:00Z",
        "appointmentCancelled",
        json!({"appointmentId": "T1", "initiator": "PROVIDER"}),
    );
    check(
        &on_the_day,
        Expected(State::TreatmentCancelled, "RJ1", Role::SchedulingTeam, "2026-04-07", BOOKING),
    );
    let admitted = dated.on("2026-03-10T07:30:00Z", "patientAdmitted", json!({"admissionId": "D1", "provider": "RJ1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"}));
    check(&admitted, Expected(State::Admitted, "RJ1", Role::WardTeam, "-", GENERAL));
    let home = admitted.on(
        "2026-03-11T15:00:00Z",
        "inpatientDischarged",
        json!({"admissionId": "D1", "provider": "RJ1"}),
    );
    check(
        &home,
        Expected(State::SummaryNotSent, "RJ1", Role::WardTeam, "2026-03-12T15:00:00Z", GENERAL),
    );
    let sent = home.on("2026-03-11T18:00:00Z", "dischargeSummarySent", json!({"admissionId": "D1", "letterId": "L2", "toOrganisation": "G81001", "provider": "RJ1"}));
    let filed =
        sent.on("2026-03-12", "documentFiled", json!({"letterId": "L2", "organisation": "G81001"}));
    check(
        &filed,
        Expected(State::BackWithPractice, "G81001", Role::GeneralPractitioner, "-", Practice),
    );
}

#[test]
fn waits_that_are_agreed_have_a_day_and_an_owner() {
    let after = |name, fields| settled("APPOINTMENT_TO_BE_MADE").on("2026-02-20", name, fields);
    let watched = after(
        "activeMonitoringStarted",
        json!({"monitoringReason": "DELAY", "patientAgreed": true, "provider": "RJ1"}),
    );
    check(
        &watched,
        Expected(State::ActiveMonitoring, "RJ1", Role::Consultant, "2026-05-15", QUESTIONS),
    );
    let pifu = after("pifuStarted", json!({"windowEnd": "2026-08-20"}));
    check(&pifu, Expected(State::PifuOpen, "RJ1", Role::Clinician, "2026-08-20", BOOKING));
    let thinking = after("thinkingTimeAgreed", json!({}));
    check(
        &thinking,
        Expected(State::ThinkingTime, "RJ1", Role::Consultant, "2026-03-06", QUESTIONS),
    );
    let unfit = after("patientTemporarilyUnfit", json!({"reviewDue": "2026-04-01"}));
    check(
        &unfit,
        Expected(State::TemporarilyUnfit, "RJ1", Role::Consultant, "2026-04-01", QUESTIONS),
    );
    let planned = after("placedOnPlannedList", json!({"dueDate": "2026-06-01"}));
    check(&planned, Expected(State::Planned, "RJ1", Role::Consultant, "2026-06-01", BOOKING));
    let passed = answer(&planned);
    let passed = passed.at("2026-06-02T00:00:00Z".parse().unwrap());
    assert_eq!(
        (passed.state, passed.role, passed.overdue),
        (State::PlannedDatePassed, Role::SchedulingTeam, true)
    );
    let acted = planned.on("2026-06-02", "plannedDatePassed", json!({}));
    check(
        &acted,
        Expected(State::PlannedDatePassed, "RJ1", Role::SchedulingTeam, "2026-06-02", BOOKING),
    );
}

#[test]
fn work_passed_over_stays_with_the_sender_until_accepted_and_comes_back_when_returned() {
    let asked = settled("DISCHARGED").on("2026-02-16", "actionRequested", json!({"actionId": "W1", "requester": "RJ1", "ownerOrganisation": "G81001", "ownerRole": null}));
    check(&asked, Expected(State::ActionAsked, "RJ1", Role::Clinician, "2026-03-02", QUESTIONS));
    let accepted = asked.clone().on(
        "2026-02-17",
        "actionAccepted",
        json!({"actionId": "W1", "organisation": "G81001", "due": "2026-03-01"}),
    );
    check(
        &accepted,
        Expected(State::ActionAsked, "G81001", Role::PracticeStaff, "2026-03-01", Practice),
    );
    let returned = asked.on(
        "2026-02-17",
        "actionReturned",
        json!({"actionId": "W1", "organisation": "G81001"}),
    );
    check(
        &returned,
        Expected(State::WorkloadReturned, "RJ1", Role::Clinician, "2026-02-19", QUESTIONS),
    );
}

#[test]
fn shared_care_and_fit_notes_have_their_owner() {
    let proposed = settled("DISCHARGED").on(
        "2026-02-16",
        "sharedCareProposed",
        json!({"medicineId": "M1", "provider": "RJ1", "toOrganisation": "G81001"}),
    );
    check(
        &proposed,
        Expected(State::SharedCareProposed, "RJ1", Role::Consultant, "2026-03-02", QUESTIONS),
    );
    let schedule = json!([{"monitoringTest": "bloods", "firstDue": "2026-03-15", "everyDays": 30, "ownerOrganisation": "G81001"}]);
    let agreed = proposed.on("2026-02-20", "sharedCareAgreed", json!({"medicineId": "M1", "provider": "RJ1", "gpPractice": "G81001", "monitoringSchedule": schedule}));
    check(
        &agreed,
        Expected(
            State::SharedCareActive,
            "G81001",
            Role::GeneralPractitioner,
            "2026-03-15",
            Practice,
        ),
    );
    let done = agreed.on(
        "2026-03-14",
        "monitoringDone",
        json!({"medicineId": "M1", "monitoringTest": "bloods", "organisation": "G81001"}),
    );
    check(
        &done,
        Expected(
            State::SharedCareActive,
            "G81001",
            Role::GeneralPractitioner,
            "2026-04-14",
            Practice,
        ),
    );
    let note = settled("DISCHARGED").on(
        "2026-02-16",
        "fitNoteNeeded",
        json!({"extension": true, "fromDate": "2026-02-16", "toDate": "2026-03-16"}),
    );
    check(
        &note,
        Expected(
            State::FitNoteExtension,
            "G81001",
            Role::GeneralPractitioner,
            "2026-03-16",
            Practice,
        ),
    );
}

#[test]
fn a_death_stands_before_all_else_and_moves_to_the_medical_examiner() {
    let died = attended().on("2026-02-11", "patientDied", json!({"organisation": "RJ1"}));
    check(&died, Expected(State::Deceased, "RJ1", Role::AttendingPractitioner, "-", BEREAVEMENT));
    assert_eq!(answer(&died).next_appointment, None);
    let sent = died.on(
        "2026-02-12",
        "referredToMedicalExaminer",
        json!({"fromOrganisation": "RJ1", "toOrganisation": "ME1"}),
    );
    check(
        &sent,
        Expected(State::WithMedicalExaminer, "ME1", Role::MedicalExaminer, "-", BEREAVEMENT),
    );
    let amended = sent.clone().on(
        "2026-02-13",
        "medicalExaminerScrutinyCompleted",
        json!({"organisation": "ME1", "scrutinyOutcome": "AMENDED"}),
    );
    check(
        &amended,
        Expected(State::Deceased, "RJ1", Role::AttendingPractitioner, "-", BEREAVEMENT),
    );
    let again = amended.on("2026-02-14", "mccdCompleted", json!({"reissued": true}));
    check(
        &again,
        Expected(State::WithMedicalExaminer, "ME1", Role::MedicalExaminer, "-", BEREAVEMENT),
    );
    let registrar = again.on("2026-02-15", "mccdSentToRegistrar", json!({"organisation": "ME1"}));
    check(
        &registrar,
        Expected(State::WithRegistrar, "ME1", Role::MedicalExaminer, "-", BEREAVEMENT),
    );
    assert_eq!(answer(&registrar).waiting_on.unwrap().missing, Missing::Registration);
    let coroner = sent.on(
        "2026-02-13",
        "medicalExaminerScrutinyCompleted",
        json!({"organisation": "ME1", "scrutinyOutcome": "TO_CORONER"}),
    );
    check(&coroner, Expected(State::WithCoroner, "ME1", Role::MedicalExaminer, "-", BEREAVEMENT));
    assert_eq!(answer(&coroner).waiting_on.unwrap().missing, Missing::Coroner);
}
