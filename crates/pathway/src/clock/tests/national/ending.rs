//! Where a clock stops, and where it does not (guidance 4, 8.3 and Annex E).

use testkit::{Story, json};

use crate::clock::{
    ClockState,
    tests::language::{clock_of, clock_under, referred},
};

fn admitted(story: Story, on: &str, id: &str) -> Story {
    let fields = json!({"admissionId": id, "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"});
    story.on(on, "patientAdmitted", fields)
}

fn treated(story: Story, on: &str, id: &str) -> Story {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "ADMITTED", "admissionId": id});
    story.on(on, "treatmentStarted", fields)
}

fn missed(story: Story, id: &str, on: &str) -> Story {
    let fields =
        json!({"appointmentId": id, "appointmentDate": on, "attendanceCode": "DID_NOT_ATTEND"});
    story.on(on, "dnaRecorded", fields)
}

fn missed_first() -> Story {
    missed(
        referred().on("2026-01-08", "appointmentCommunicated", json!({"appointmentId": "A1"})),
        "A1",
        "2026-02-10",
    )
}

#[test]
fn stop_01_a_cancelled_operation_does_not_stop_the_clock_and_the_second_admission_does() {
    let late = admitted(referred(), "2026-02-01", "S1").on(
        "2026-02-01",
        "procedureNotCarriedOut",
        json!({"admissionId": "S1", "stillNeeded": true, "notDoneReason": "NON_CLINICAL"}),
    );
    clock_of(late.clone()).periods(&["2026-01-05 to open"]).is(ClockState::Ticking);
    clock_of(treated(admitted(late, "2026-02-05", "S2"), "2026-02-05", "S2"))
        .periods(&["2026-01-05 to 2026-02-05 30 admitted"]);
}

#[test]
fn stop_03_found_unsuitable_stops_without_admission_the_day_the_patient_is_told() {
    let told = admitted(referred(), "2026-02-01", "S1")
        .on(
            "2026-02-02",
            "procedureNotCarriedOut",
            json!({"admissionId": "S1", "stillNeeded": false}),
        )
        .on("2026-02-02", "decisionNotToTreat", json!({"communicatedAt": "2026-02-03"}));
    clock_of(told).last("2026-02-03 row 23 stopped 34").periods(&["2026-01-05 to 2026-02-03 34"]);
}

#[test]
fn stop_05_a_matched_transplant_list_stops_the_clock_once_the_patient_is_told() {
    let listed =
        json!({"matched": true, "decidedAt": "2026-02-01", "communicatedAt": "2026-02-06"});
    clock_of(referred().on("2026-02-01", "addedToTransplantList", listed))
        .last("2026-02-06 row 26 stopped 34")
        .periods(&["2026-01-05 to 2026-02-06 34"]);
}

#[test]
fn stop_07_declining_the_operation_and_all_other_treatment_stops_the_day_of_the_call() {
    let listed = json!({"listType": "ADMITTED", "provider": "RJ1"});
    let declined = json!({"allTreatment": true, "communicatedAt": "2026-03-04"});
    clock_of(referred().on("2026-02-01", "addedToWaitingList", listed).on(
        "2026-03-04",
        "treatmentDeclined",
        declined,
    ))
    .last("2026-03-04 row 28 stopped 35")
    .periods(&["2026-01-05 to 2026-03-04 35"]);
}

#[test]
fn dna_01_missing_the_first_appointment_clearly_communicated_counts_nowhere() {
    let told = clock_of(missed_first())
        .last("2026-02-10 row 12 nullified 33")
        .periods(&["2026-01-05 to 2026-02-10 33 nullified"]);
    let (census, policy) = ("2026-01-31".parse().unwrap(), crate::clock::ClockPolicy::default());
    assert_eq!(told.clock.periods[0].counted(census, &policy), []);
}

#[test]
fn dna_03_a_decision_to_offer_again_starts_a_new_clock_without_any_slot() {
    let reoffer = json!({"dnaDecision": "REOFFER", "decidedAt": "2026-02-13"});
    clock_of(missed_first().on("2026-02-13", "dnaClinicalDecisionMade", reoffer))
        .last("2026-02-13 row 14 restarted")
        .periods(&["2026-01-05 to 2026-02-10 33 nullified", "2026-02-13 to open"]);
}

#[test]
fn dna_05_a_later_miss_and_a_guarded_discharge_stop_on_either_date_by_policy() {
    use crate::clock::{ClockSettings, DnaStopBasis};
    let guards = json!({"clearlyCommunicated": true, "notAgainstInterest": true,
        "publishedPolicy": true, "policyProtectsVulnerable": true});
    let discharge =
        json!({"dnaDecision": "DISCHARGE", "dischargeDate": "2026-02-17", "guards": guards});
    let seen = referred().on("2026-01-20", "outpatientAttended", json!({}));
    let story =
        missed(seen, "A2", "2026-02-10").on("2026-02-17", "dnaClinicalDecisionMade", discharge);
    clock_of(story.clone())
        .last("2026-02-17 row 17 stopped 34")
        .periods(&["2026-01-05 to 2026-02-17 34"]);
    let policy = ClockSettings {
        dna_discharge_stop_basis: DnaStopBasis::DnaDate,
        ..ClockSettings::default()
    };
    clock_under(&policy, story).periods(&["2026-01-05 to 2026-02-10 34"]);
}

#[test]
fn can_01_a_patient_who_cancels_or_rearranges_changes_nothing() {
    let booked = json!({"appointmentId": "A1", "startsAt": "2026-02-10T10:00:00Z"});
    let moved = json!({"appointmentId": "A1", "startsAt": "2026-02-20T10:00:00Z"});
    let cancelled = json!({"appointmentId": "A1", "initiator": "PATIENT"});
    clock_of(
        referred()
            .on("2026-01-08", "appointmentBooked", booked)
            .on("2026-02-02", "appointmentRescheduled", moved)
            .on("2026-02-19", "appointmentCancelled", cancelled),
    )
    .last("2026-02-19 row 10 stayed")
    .periods(&["2026-01-05 to open"]);
}

#[test]
fn am_01_two_declined_offers_and_an_agreed_delay_stop_with_32_and_keep_the_place_in_the_queue() {
    let offer = |story: Story, id: &str, on: &str, date: &str| {
        story.on(on, "appointmentOffered", json!({"offerId": id, "offeredDate": date})).on(
            on,
            "appointmentOfferDeclined",
            json!({"offerId": id}),
        )
    };
    let offered = offer(
        offer(referred(), "O1", "2026-02-01", "2026-02-22"),
        "O2",
        "2026-02-08",
        "2026-03-01",
    );
    let agreed = json!({"monitoringReason": "DELAY", "monitoringInitiator": "CARE_PROFESSIONAL",
        "patientAgreed": true, "conversationAt": "2026-02-12", "agreedAt": "2026-02-12",
        "reviewDue": "2026-05-07"});
    let delayed = offered.on("2026-02-12", "activeMonitoringStarted", agreed);
    clock_of(delayed.clone())
        .last("2026-02-12 row 30 stopped 32")
        .periods(&["2026-01-05 to 2026-02-12 32"]);
    let told =
        clock_of(delayed.on("2026-06-01", "pathwayResumed", json!({"decidedAt": "2026-06-01"})))
            .last("2026-06-01 row 33 restarted 11")
            .periods(&["2026-01-05 to 2026-02-12 32", "2026-06-01 to open"]);
    assert_eq!(told.clock.periods[1].queue_position, Some("2026-01-05".parse().unwrap()));
}

#[test]
fn am_03_a_patient_who_wants_no_surgery_for_now_starts_active_monitoring_with_31() {
    let monitoring = json!({"monitoringReason": "THINKING", "monitoringInitiator": "PATIENT",
        "patientAgreed": true, "agreedAt": "2026-02-12", "reviewDue": "2026-08-12"});
    clock_of(referred().on("2026-02-12", "activeMonitoringStarted", monitoring))
        .last("2026-02-12 row 29 stopped 31")
        .periods(&["2026-01-05 to 2026-02-12 31"]);
}

#[test]
fn adm_01_an_administrative_event_without_an_open_period_or_its_status_changes_nothing() {
    let stopped =
        referred().on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-01"}));
    clock_of(stopped.on(
        "2026-03-01",
        "decisionNotToTreat",
        json!({"administrative": true, "communicatedAt": "2026-03-01"}),
    ))
    .last("2026-03-01 row 61 rejected NoOpenPeriod")
    .periods(&["2026-01-05 to 2026-02-01 34"]);
    let no_status = json!({"clockField": "CLOCK_STOP", "newDate": "2026-02-10"});
    clock_of(referred().on("2026-03-01", "rttClockCorrected", no_status))
        .last("2026-02-10 row 61 rejected StatusMissing")
        .periods(&["2026-01-05 to open"]);
}
