//! Hand-overs: what counts, what comes back, and what the planner keeps.

use pathway::clock::ClockPolicy;
use policy::Packs;
use steps::codes::Role;
use testkit::{Story, json};

use super::states::{Expected, QUESTIONS, answer, check, referred, settled};
use crate::{ContactSide::Practice, DuePolicy, Missing, NextStep, State, next_step};

/// Settings with this one for hand-overs.
pub(super) fn policy(hand_over: &str) -> DuePolicy {
    let text = format!(
        "title = \"t\"\nversion = 1\ndue = []\n[[hand_over]]\nsource = \"s\"\nfrom = \"2020-01-01\"\n{hand_over}"
    );
    let calendar = Packs::shipped().calendar().clone();
    DuePolicy::parse("due.toml", &text, calendar).unwrap()
}

fn under(hand_over: &str, told: &Story) -> NextStep {
    next_step(&told.history(), &policy(hand_over), &ClockPolicy::default())
}

/// Back with the practice, and the practice is asked for a prescription by the letter L1.
fn asked() -> Story {
    settled("DISCHARGED").on(
        "2026-02-16",
        "actionRequested",
        json!({
            "actionId": "W1", "requester": "RJ1", "ownerOrganisation": "G81001", "ownerRole": null,
            "workCategory": "PRESCRIBE", "letterRef": "L1",
        }),
    )
}

fn owner(step: &NextStep) -> (&str, Role) {
    (step.owner.organisation.as_ref().unwrap().as_str(), step.owner.role)
}

#[test]
fn work_whose_arrival_counts_is_the_receivers_once_its_letter_is_there() {
    let rule = "work_category = \"PRESCRIBE\"\ncounts = \"DELIVERED\"";
    let step = under(rule, &asked());
    assert_eq!((step.state, owner(&step)), (State::ActionAsked, ("G81001", Role::PracticeStaff)));
    assert_eq!((step.contact_at, step.waiting_on), (Practice, None));
    let undelivered = referred().on(
        "2026-02-16",
        "actionRequested",
        json!({
            "actionId": "W1", "requester": "RJ1", "ownerOrganisation": "G81001",
            "workCategory": "PRESCRIBE", "letterRef": "L9",
        }),
    );
    let step = under(rule, &undelivered);
    assert!(step.also_open.contains(&State::ActionAsked));
    assert_eq!(owner(&step).0, "RJ1");
    let other = rule.replace("PRESCRIBE", "ISSUE_FIT_NOTE");
    assert_eq!(owner(&under(&other, &asked())).0, "RJ1");
}

#[test]
fn silence_counts_at_the_end_of_its_last_day_and_not_before() {
    let rule = "counts = \"NOT_RETURNED\"\namount = 10\nunit = \"WORKING_DAYS\"";
    let step = under(rule, &asked());
    assert_eq!(owner(&step), ("RJ1", Role::Clinician));
    assert_eq!(step.waiting_on.as_ref().unwrap().missing, Missing::Acceptance);
    let at = |now: &str| {
        let as_of = step.at(now.parse().unwrap());
        (as_of.organisation.unwrap().to_string(), as_of.role, as_of.waiting_on.is_some())
    };
    // The letter was filed on 13 February; ten working days later is the 27th.
    let sender = ("RJ1".to_owned(), Role::Clinician, true);
    assert_eq!(at("2026-02-27T23:59:00Z"), sender);
    let receiver = ("G81001".to_owned(), Role::PracticeStaff, false);
    assert_eq!(at("2026-02-28T00:00:00Z"), receiver);
    let returned = json!({"actionId": "W1", "organisation": "G81001"});
    let back = under(rule, &asked().on("2026-02-20", "actionReturned", returned));
    assert_eq!((back.state, back.turns_at, owner(&back).0), (State::WorkloadReturned, None, "RJ1"));
}

#[test]
fn returned_work_is_the_senders_at_once_and_says_if_the_patient_was_not_told() {
    let back = |told: Option<&str>| {
        let fields = json!({"actionId": "W1", "fromOrganisation": "G81001", "toOrganisation": "RJ1", "patientToldAt": told});
        asked().on("2026-02-17", "workloadReturned", fields)
    };
    let expected =
        || Expected(State::WorkloadReturned, "RJ1", Role::Clinician, "2026-02-19", QUESTIONS);
    check(&back(Some("2026-02-17")), expected());
    assert_eq!(answer(&back(Some("2026-02-17"))).waiting_on, None);
    check(&back(None), expected());
    assert_eq!(answer(&back(None)).waiting_on.unwrap().missing, Missing::PatientTold);
}

#[test]
fn prescribing_stays_with_the_specialist_until_the_practice_takes_it_on() {
    let fields = json!({"medicineId": "M1", "provider": "RJ1", "toOrganisation": "G81001"});
    let asked = settled("DISCHARGED").on("2026-02-16", "gpOngoingPrescribingRequested", fields);
    check(&asked, Expected(State::ActionAsked, "RJ1", Role::Clinician, "2026-03-02", QUESTIONS));
    let answered = |name| {
        asked.clone().on("2026-02-18", name, json!({"medicineId": "M1", "organisation": "G81001"}))
    };
    check(
        &answered("gpOngoingPrescribingAccepted"),
        Expected(State::ActionAsked, "G81001", Role::PracticeStaff, "2026-03-04", Practice),
    );
    check(
        &answered("gpOngoingPrescribingDeclined"),
        Expected(State::WorkloadReturned, "RJ1", Role::Clinician, "2026-02-20", QUESTIONS),
    );
}

#[test]
fn a_test_planned_for_the_practice_is_the_planners_until_it_is_accepted() {
    let planned = |accepted: Option<&str>, owner: &str| {
        settled("DISCHARGED").on("2026-02-16", "futureActionPlanned", json!({
            "actionId": "F1", "organisation": "RJ1", "ownerOrganisation": owner, "due": "2026-05-01",
            "acceptedBy": accepted,
        }))
    };
    check(
        &planned(None, "G81001"),
        Expected(State::ActionAsked, "RJ1", Role::Clinician, "2026-05-01", QUESTIONS),
    );
    check(
        &planned(Some("G81001"), "G81001"),
        Expected(State::ActionAsked, "G81001", Role::PracticeStaff, "2026-05-01", Practice),
    );
    assert_eq!(answer(&planned(None, "RJ1")).state, State::BackWithPractice);
}

#[test]
fn an_action_of_a_letter_that_is_tracked_waits_for_acceptance_and_a_plan_gives_the_day() {
    let letter = |id: Option<&str>| {
        let action = json!([{"actionFor": "GENERAL_PRACTICE", "actionId": id, "workCategory": "PRESCRIBE", "due": "2026-04-01"}]);
        settled("DISCHARGED")
            .on("2026-02-20", "clinicLetterSent", json!({"letterId": "L2", "appointmentId": "A1", "toOrganisation": "G81001", "provider": "RJ1", "actions": action}))
            .on("2026-02-21", "documentFiled", json!({"letterId": "L2", "organisation": "G81001"}))
    };
    check(
        &letter(Some("W7")),
        Expected(State::ActionAsked, "RJ1", Role::Clinician, "2026-04-01", QUESTIONS),
    );
    check(
        &letter(None),
        Expected(
            State::BackWithPractice,
            "G81001",
            Role::GeneralPractitioner,
            "2026-04-01",
            Practice,
        ),
    );
}

#[test]
fn care_is_the_practices_once_the_patient_and_the_practice_know() {
    let decided = |fields| referred().on("2026-01-20", "returnToPrimaryCareCommunicated", fields);
    let half = decided(json!({"communicatedAt": "2026-01-20"}));
    check(&half, Expected(State::DecidedNotTold, "RJ1", Role::Clinician, "2026-01-22", QUESTIONS));
    let by_letter = half
        .on(
            "2026-01-21",
            "clinicLetterSent",
            json!({"letterId": "L1", "toOrganisation": "G81001", "provider": "RJ1"}),
        )
        .on(
            "2026-01-22",
            "documentDelivered",
            json!({"letterId": "L1", "toOrganisation": "G81001", "toPatient": false}),
        );
    let practices =
        || Expected(State::BackWithPractice, "G81001", Role::GeneralPractitioner, "-", Practice);
    check(&by_letter, practices());
    check(&decided(json!({"communicatedAt": "2026-01-20", "gpToldAt": "2026-01-20"})), practices());
}

#[test]
fn the_second_side_is_the_consultants_until_the_patient_is_ready() {
    let treated = json!({"firstDefinitive": true, "provider": "RJ1", "secondSide": "RIGHT", "reviewDue": "2026-05-01"});
    let first = referred().on("2026-02-02", "treatmentStarted", treated.clone());
    let waits =
        || Expected(State::SecondSideNotReady, "RJ1", Role::Consultant, "2026-05-01", QUESTIONS);
    check(&first, waits());
    let on_the_ward = referred()
        .on("2026-02-01", "patientAdmitted", json!({"admissionId": "D1", "provider": "RJ1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"}))
        .on("2026-02-02", "treatmentStarted", treated)
        .on("2026-02-03", "inpatientDischarged", json!({"admissionId": "D1", "provider": "RJ1"}))
        .on("2026-02-03T12:00:00Z", "dischargeSummarySent", json!({"admissionId": "D1", "letterId": "L1", "toOrganisation": "G81001", "provider": "RJ1"}))
        .on("2026-02-04", "documentFiled", json!({"letterId": "L1", "organisation": "G81001"}));
    check(&on_the_ward, waits());
    let ready = first.on("2026-04-01", "secondSideFitAndReady", json!({"side": "RIGHT"}));
    assert_eq!(answer(&ready).state, State::OnAdmittedList);
}
