//! Which parts of the return a period counts in: 1A, 1B, 2, 2A and 3.

use testkit::{Story, json, story};

use super::language::{clock_of, referred};
use crate::clock::ClockPolicy;

/// The parts of all periods of a story on a census day: `1B 2026-02-01`.
fn counted(story: Story, census: &str) -> Vec<String> {
    let (clock, policy) = (clock_of(story).clock, ClockPolicy::default());
    let census = census.parse().unwrap();
    let parts = clock.periods.iter().flat_map(|period| period.counted(census, &policy));
    parts.map(|one| format!("{} {}", one.part.name(), one.on)).collect()
}

fn treated(setting: &str) -> Story {
    let fields = json!({"firstDefinitive": true, "treatmentSetting": setting});
    referred().on("2026-02-02", "treatmentStarted", fields)
}

const NEW: &str = "3 2026-01-05";

#[test]
fn treatment_in_an_admission_is_1a_in_the_month_of_the_stop() {
    assert_eq!(counted(treated("ADMITTED"), "2026-02-28"), ["1A 2026-02-02", NEW]);
}

#[test]
fn treatment_outside_an_admission_is_1b() {
    for setting in ["OUTPATIENT", "INTERFACE", "THERAPY"] {
        assert_eq!(counted(treated(setting), "2026-02-28"), ["1B 2026-02-02", NEW], "{setting}");
    }
}

#[test]
fn every_stop_without_treatment_is_1b() {
    for (name, fields) in [
        ("decisionNotToTreat", json!({"communicatedAt": "2026-02-02"})),
        ("treatmentDeclined", json!({"allTreatment": true})),
        ("patientDied", json!({})),
        ("patientChosePrivateTreatment", json!({})),
        ("addedToTransplantList", json!({"matched": true, "communicatedAt": "2026-02-02"})),
    ] {
        let told = referred().on("2026-02-02", name, fields);
        assert_eq!(counted(told, "2026-02-28"), ["1B 2026-02-02", NEW], "{name}");
    }
}

#[test]
fn an_operation_given_up_in_theatre_is_1b_although_the_patient_was_admitted() {
    let told = referred()
        .on(
            "2026-02-01",
            "patientAdmitted",
            json!({"admissionId": "S1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"}),
        )
        .on(
            "2026-02-01",
            "procedureNotCarriedOut",
            json!({"admissionId": "S1", "stillNeeded": false}),
        )
        .on("2026-02-01", "decisionNotToTreat", json!({"communicatedAt": "2026-02-02"}));
    assert_eq!(counted(told, "2026-02-28"), ["1B 2026-02-02", NEW]);
}

#[test]
fn an_open_wait_is_in_part_2_on_every_census_day_from_its_start() {
    assert_eq!(counted(referred(), "2026-01-04"), [NEW]);
    assert_eq!(counted(referred(), "2026-01-05"), ["2 2026-01-05", NEW]);
    assert_eq!(counted(referred(), "2027-01-05"), ["2 2027-01-05", NEW]);
}

#[test]
fn a_wait_that_stops_on_the_census_day_is_completed_and_the_day_before_it_is_not() {
    let told = treated("OUTPATIENT");
    assert_eq!(counted(told.clone(), "2026-02-01"), ["1B 2026-02-02", "2 2026-02-01", NEW]);
    assert_eq!(counted(told, "2026-02-02"), ["1B 2026-02-02", NEW]);
}

#[test]
fn a_decision_to_admit_puts_the_wait_in_part_2a_from_its_day() {
    let told = referred().on("2026-01-20", "addedToWaitingList", json!({"listType": "ADMITTED"}));
    assert_eq!(counted(told.clone(), "2026-01-19"), ["2 2026-01-19", NEW]);
    assert_eq!(counted(told, "2026-01-20"), ["2 2026-01-20", "2A 2026-01-20", NEW]);
}

#[test]
fn a_cancelled_operation_leaves_the_wait_in_part_2a() {
    let told = referred()
        .on("2026-01-20", "addedToWaitingList", json!({"listType": "ADMITTED"}))
        .on(
            "2026-02-01",
            "patientAdmitted",
            json!({"admissionId": "S1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"}),
        )
        .on(
            "2026-02-02",
            "procedureNotCarriedOut",
            json!({"admissionId": "S1", "stillNeeded": true}),
        );
    assert_eq!(counted(told, "2026-02-28"), ["2 2026-02-28", "2A 2026-02-28", NEW]);
}

#[test]
fn a_nullified_wait_is_in_no_part_on_any_day() {
    let missed = json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "attendanceCode": "DID_NOT_ATTEND"});
    let told = referred()
        .on("2026-01-08", "appointmentCommunicated", json!({"appointmentId": "A1"}))
        .on("2026-02-10", "dnaRecorded", missed);
    for census in ["2026-01-31", "2026-02-10", "2026-12-31"] {
        assert_eq!(counted(told.clone(), census), Vec::<String>::new());
    }
}

#[test]
fn a_wait_that_validation_took_out_is_in_no_part() {
    let told = referred().on("2026-03-01", "rttClockCorrected", json!({"clockField": "NULLIFIED"}));
    assert_eq!(counted(told, "2026-01-31"), Vec::<String>::new());
}

#[test]
fn a_transfer_in_is_no_new_period_and_an_unknown_start_is_in_no_month() {
    let received = |start: Option<&str>| {
        story().on("2026-01-28", "transferReceived", json!({"clockStart": start}))
    };
    assert_eq!(counted(received(Some("2026-01-02")), "2026-01-31"), ["2 2026-01-31"]);
    assert_eq!(counted(received(None), "2026-01-31"), ["2 2026-01-31"]);
}

#[test]
fn each_period_of_a_pathway_is_counted_in_its_own_months() {
    let monitoring = json!({"monitoringInitiator": "PATIENT", "monitoringReason": "CLINICAL"});
    let told = referred().on("2026-02-03", "activeMonitoringStarted", monitoring).on(
        "2026-04-01",
        "pathwayResumed",
        json!({}),
    );
    assert_eq!(counted(told, "2026-04-30"), ["1B 2026-02-03", NEW, "2 2026-04-30", "3 2026-04-01"]);
}
