//! Every row of DOMAIN.md 9.1: a shortest history that reaches it, and the whole answer, as
//! docs/next-step.md has it.

use std::collections::BTreeSet;

use directory::Directory;
use pathway::{History, Told};
use serde_json::Value;
use testkit::{Story, json, pathway_id, story};
use uuid::Uuid;

use super::states::answer_to;
use crate::{Asking, DuePolicy, NextStep, State, line_to_mend, role_in_words, who_to_contact};

const DOC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/next-step.md");

/// Asked on this day where a row does not say otherwise.
const ON: &str = "2026-01-20T12:00:00Z";

/// A row of 9.1, the moment it is asked, and the steps that reach it, one a day from 5 January.
struct Reached(&'static str, &'static str, Vec<(&'static str, Value)>);

fn rows() -> Vec<Reached> {
    let mut rows = advice_and_referral();
    rows.extend(booking_and_attendance());
    rows.extend(letters_work_and_tests());
    rows.extend(care_passed_on());
    rows.extend(the_list());
    rows.extend(agreed_and_after());
    rows.extend(after_all());
    rows
}

fn received() -> (&'static str, Value) {
    (
        "referralReceived",
        json!({"provider": "RJ1", "referrer": "G81001", "route": "OTHER", "referralPurpose": "TREATMENT"}),
    )
}

fn patient() -> (&'static str, Value) {
    ("pathwaySubject", json!({"gpPractice": "G81001"}))
}

fn booked() -> (&'static str, Value) {
    (
        "appointmentBooked",
        json!({"appointmentId": "A1", "provider": "RJ1", "bookingKind": "APPOINTMENT", "startsAt": "2026-02-10T09:00:00Z"}),
    )
}

fn listed() -> (&'static str, Value) {
    ("addedToWaitingList", json!({"listType": "ADMITTED", "provider": "RJ1"}))
}

fn watched() -> (&'static str, Value) {
    (
        "activeMonitoringStarted",
        json!({"monitoringReason": "DELAY", "patientAgreed": true, "provider": "RJ1"}),
    )
}

fn advice_and_referral() -> Vec<Reached> {
    let asked = || ("adviceRequested", json!({"provider": "RJ1", "referrer": "G81001"}));
    let explained = json!({"provider": "RJ1", "declineReason": "NO_CAPACITY", "alternativePathway": "elsewhere", "deliveredAt": "2026-01-05"});
    vec![
        Reached("Advice awaiting specialist", ON, vec![asked()]),
        Reached(
            "Advice needs more information",
            ON,
            vec![asked(), ("adviceFurtherInformationRequested", json!({}))],
        ),
        Reached("Advice returned", ON, vec![asked(), ("adviceGiven", json!({}))]),
        Reached(
            "Referral drafted, not sent",
            ON,
            vec![("referralDrafted", json!({"referrer": "G81001"}))],
        ),
        Reached(
            "Sent, no receipt",
            ON,
            vec![("referralSent", json!({"referrer": "G81001", "provider": "RJ1"}))],
        ),
        Reached("Received, untriaged", ON, vec![received()]),
        Reached(
            "Self-referral, not ratified",
            ON,
            vec![("referralReceived", json!({"provider": "RJ1", "route": "SELF_REFERRAL"}))],
        ),
        Reached(
            "Returned for information",
            ON,
            vec![received(), ("referralReturnedForInformation", json!({}))],
        ),
        Reached(
            "Declined, reason or alternative not delivered",
            ON,
            vec![("referralDeclined", json!({"provider": "RJ1"}))],
        ),
        Reached("Declined", ON, vec![received(), ("referralDeclined", explained)]),
        Reached("Decline disputed", ON, vec![received(), ("referralDeclineDisputed", json!({}))]),
    ]
}

fn booking_and_attendance() -> Vec<Reached> {
    let missed = || ("dnaRecorded", json!({"appointmentId": "A1", "provider": "RJ1"}));
    let seen = || {
        (
            "outpatientAttended",
            json!({"appointmentId": "A1", "provider": "RJ1", "attendanceCode": "ATTENDED_ON_TIME"}),
        )
    };
    let reoffer = json!({"dnaDecision": "REOFFER", "communicatedAt": "2026-01-05"});
    let outcome = json!({"appointmentId": "A1", "attendanceOutcome": "APPOINTMENT_TO_BE_MADE"});
    vec![
        Reached(
            "Accepted, unbooked / ASI",
            ON,
            vec![("referralAccepted", json!({"provider": "RJ1"}))],
        ),
        Reached("Booked, future", ON, vec![booked()]),
        Reached(
            "Change requested",
            ON,
            vec![booked(), ("appointmentChangeRequested", json!({"appointmentId": "A1"}))],
        ),
        Reached("Time passed, no attendance logged", "2026-02-10T12:00:00Z", vec![booked()]),
        Reached("DNA recorded, no decision", ON, vec![missed()]),
        Reached(
            "Nullified, awaiting patient",
            ON,
            vec![missed(), ("dnaClinicalDecisionMade", reoffer)],
        ),
        Reached("Attended, no outcome", ON, vec![seen()]),
        Reached(
            "Attended, letter not sent",
            ON,
            vec![seen(), ("appointmentOutcomeRecorded", outcome)],
        ),
    ]
}

fn letters_work_and_tests() -> Vec<Reached> {
    let sent = json!({"letterId": "L1", "provider": "RJ1", "toOrganisation": "G81001"});
    let action = || {
        (
            "actionRequested",
            json!({"actionId": "W1", "requester": "RJ1", "ownerOrganisation": "G81001", "ownerRole": null}),
        )
    };
    let taken = json!({"actionId": "W1", "organisation": "G81001"});
    let back = json!({"actionId": "W1", "fromOrganisation": "G81001", "toOrganisation": "RJ1"});
    vec![
        Reached("Letter sent, not acknowledged", ON, vec![("clinicLetterSent", sent)]),
        Reached("Action asked of GP, not accepted", ON, vec![action()]),
        Reached("Action asked of GP, accepted", ON, vec![patient(), ("actionAccepted", taken)]),
        Reached("Workload returned", ON, vec![("workloadReturned", back)]),
        Reached(
            "Test requested, not done",
            ON,
            vec![("testRequested", json!({"testId": "T1", "requester": "RJ1"}))],
        ),
        Reached(
            "Result reported, unreviewed",
            ON,
            vec![("resultReported", json!({"testId": "T1", "provider": "RJ1"}))],
        ),
        Reached(
            "Reviewed, patient not told",
            ON,
            vec![("resultReviewed", json!({"testId": "T1", "organisation": "RJ1"}))],
        ),
    ]
}

fn care_passed_on() -> Vec<Reached> {
    let out = || ("careTransferredOut", json!({"provider": "RJ1", "toProvider": "RJ2"}));
    let taken = || ("transferReceived", json!({"provider": "RJ2"}));
    let elsewhere = json!({"appointmentId": "A1", "provider": "RJ2", "bookingKind": "APPOINTMENT", "startsAt": "2026-02-10T09:00:00Z"});
    vec![
        Reached(
            "Onward referral needed",
            ON,
            vec![("onwardReferralNeeded", json!({"urgency": "ROUTINE", "provider": "RJ1"}))],
        ),
        Reached("Transferred, receipt unconfirmed", ON, vec![out()]),
        Reached(
            "Transfer rejected",
            ON,
            vec![out(), ("transferRejected", json!({"provider": "RJ2"}))],
        ),
        Reached("Start date unknown", ON, vec![taken(), ("appointmentBooked", elsewhere)]),
        Reached("Transfer received", ON, vec![taken()]),
    ]
}

fn the_list() -> Vec<Reached> {
    let away = json!({"fromDate": "2026-01-10", "toDate": "2026-03-10"});
    let off = json!({"stillNeeded": true, "notDoneReason": "NON_CLINICAL"});
    let told = json!({"communicatedAt": "2026-01-05"});
    let admitted = || {
        (
            "patientAdmitted",
            json!({"admissionId": "D1", "provider": "RJ1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"}),
        )
    };
    vec![
        Reached("On admitted list, no TCI", ON, vec![listed()]),
        Reached(
            "TCI declined once",
            ON,
            vec![listed(), ("appointmentOfferDeclined", json!({"offerId": "O1"}))],
        ),
        Reached(
            "Two declined / delay > 6 w",
            ON,
            vec![listed(), ("patientUnavailabilityDeclared", away)],
        ),
        Reached(
            "Decided, patient not told",
            ON,
            vec![received(), ("decisionNotToTreat", json!({}))],
        ),
        Reached("Decided, practice not told", ON, vec![received(), ("decisionNotToTreat", told)]),
        Reached("Temporarily unfit", ON, vec![listed(), ("patientTemporarilyUnfit", json!({}))]),
        Reached("Thinking time", ON, vec![listed(), ("thinkingTimeAgreed", json!({}))]),
        Reached("Admitted", ON, vec![admitted()]),
        Reached("Treatment cancelled on day", ON, vec![listed(), ("procedureNotCarriedOut", off)]),
        Reached(
            "Discharged, summary not sent",
            ON,
            vec![
                admitted(),
                ("inpatientDischarged", json!({"admissionId": "D1", "provider": "RJ1"})),
            ],
        ),
        Reached(
            "First side done, second not ready",
            ON,
            vec![(
                "treatmentStarted",
                json!({"firstDefinitive": true, "provider": "RJ1", "secondSide": "LEFT"}),
            )],
        ),
    ]
}

fn agreed_and_after() -> Vec<Reached> {
    let planned = || ("placedOnPlannedList", json!({"dueDate": "2026-02-01", "provider": "RJ1"}));
    let plan = json!({"letterId": "L1", "provider": "RJ1", "toOrganisation": "G81001", "actions": [{"actionFor": "GENERAL_PRACTICE", "due": "2026-03-01"}]});
    let shared = |name| {
        (
            name,
            json!({"medicineId": "M1", "provider": "RJ1", "gpPractice": "G81001", "toOrganisation": null, "monitoringSchedule": null}),
        )
    };
    let asked = json!({"medicineId": "M1", "provider": "RJ1", "toOrganisation": "G81001"});
    vec![
        Reached("Active monitoring", ON, vec![watched()]),
        Reached(
            "PIFU open",
            ON,
            vec![("pifuStarted", json!({"windowEnd": "2026-08-20", "provider": "RJ1"}))],
        ),
        Reached("Planned date passed", "2026-02-02T12:00:00Z", vec![planned()]),
        Reached("Planned list", ON, vec![planned()]),
        Reached("Shared care proposed", ON, vec![("sharedCareProposed", asked)]),
        Reached("Shared care active", ON, vec![watched(), shared("sharedCareAgreed")]),
        Reached(
            "Fit-note extension",
            ON,
            vec![
                patient(),
                (
                    "fitNoteNeeded",
                    json!({"extension": true, "fromDate": "2026-01-05", "toDate": "2026-02-01"}),
                ),
            ],
        ),
        Reached("Back with the GP", ON, vec![patient(), ("referralCancelled", json!({}))]),
        Reached(
            "Discharged to GP, plan delivered",
            ON,
            vec![
                patient(),
                ("clinicLetterSent", plan),
                ("documentFiled", json!({"letterId": "L1", "organisation": "G81001"})),
                ("referralCancelled", json!({})),
            ],
        ),
    ]
}

fn after_all() -> Vec<Reached> {
    let given = json!({"nextStepVersion": 1, "what": "Your scan is booked.", "ownerOrganisation": "RJ2", "ownerRole": "BOOKING_TEAM", "due": "2026-02-01"});
    vec![
        Reached(
            "Deceased: attending practitioner",
            ON,
            vec![("patientDied", json!({"organisation": "RJ1"}))],
        ),
        Reached(
            "Deceased: ME office",
            ON,
            vec![("referredToMedicalExaminer", json!({"toOrganisation": "ME1"}))],
        ),
        Reached(
            "Deceased: registrar",
            ON,
            vec![("mccdSentToRegistrar", json!({"organisation": "ME1"}))],
        ),
        Reached(
            "Deceased: coroner",
            ON,
            vec![("coronerNotified", json!({"organisation": "RJ1", "byRole": "CLINICIAN"}))],
        ),
        Reached("Unmatched", ON, vec![("unmatchedActivityReceived", json!({"provider": "RJ1"}))]),
        Reached(
            "Explicit assignment, accepted",
            ON,
            vec![
                ("nextStepAssigned", given),
                ("nextStepAccepted", json!({"nextStepVersion": 1, "organisation": "RJ2"})),
            ],
        ),
        Reached("Unowned", ON, vec![("pathwayReclassified", json!({}))]),
    ]
}

fn told(steps: &[(&str, Value)]) -> Story {
    (5..).zip(steps).fold(story(), |told, (day, (name, fields))| {
        told.on(&format!("2026-01-{day:02}"), name, fields.clone())
    })
}

/// One line for each purpose of RJ1, and one at each of the others.
fn directory() -> Directory {
    let line = |organisation: &str, purpose: &str, name: &str, owner: &str| {
        json!({
            "contactPoint": format!("{organisation}-{purpose}-{owner}"), "organisation": organisation,
            "service": null, "audience": "PATIENT", "contactPurpose": purpose, "name": name,
            "channel": "TELEPHONE", "ownerRole": owner, "verifiedOn": "2026-01-02",
        })
    };
    let all = [
        line("G81001", "GENERAL", "GP practice", "PRACTICE_STAFF"),
        line("RJ1", "QUESTIONS", "clinic secretary", "CLINICIAN"),
        line("RJ1", "DELAY", "waiting-list office", "SCHEDULING_TEAM"),
        line("RJ1", "DETERIORATION", "nurse line", "NURSE"),
        line("RJ1", "BOOKING", "booking office", "BOOKING_TEAM"),
        line("RJ1", "RESULTS", "results line", "CLINICIAN"),
        line("RJ1", "GENERAL", "general line", "BOOKING_TEAM"),
        line("RJ1", "GENERAL", "pathway coordinator", "PATHWAY_COORDINATOR"),
        line("RJ1", "BEREAVEMENT", "bereavement office", "ATTENDING_PRACTITIONER"),
        line("RJ2", "GENERAL", "RJ2 general line", "BOOKING_TEAM"),
        line("ME1", "BEREAVEMENT", "ME office", "MEDICAL_EXAMINER"),
    ];
    let lines = all
        .into_iter()
        .fold(story(), |told, fields| told.on("2026-01-01", "contactPointPublished", fields));
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &lines.told());
    directory
}

/// The line of the document for one row, without its history.
fn line(row: &Reached, step: &NextStep, directory: &Directory) -> String {
    let (on, freshness) = (row.1.parse().unwrap(), DuePolicy::shipped().freshness());
    let who = who_to_contact(step, directory, Asking { on, known: None, freshness });
    let contact = |line: &crate::ContactLine<'_>| {
        line.reach().map_or_else(|| "advice in words".to_owned(), |it| it.point.name.to_string())
    };
    let owner = who.owner_organisation.code.map_or("-", |code| code.as_str());
    format!(
        "| {} | `{}` | {} @ {owner} | {} | {} | {} · {} · {} | {} |",
        row.0,
        who.state.code(),
        role_in_words(who.role),
        who.what_next,
        who.due_in_words,
        contact(&who.for_questions),
        contact(&who.for_delay),
        contact(&who.if_worse),
        who.not_yet.unwrap_or_else(|| "-".to_owned()),
    )
}

#[test]
fn the_document_has_every_row_as_its_shortest_history_answers() {
    let directory = directory();
    let lines: Vec<String> = rows()
        .iter()
        .map(|row| {
            let names: Vec<&str> = row.2.iter().map(|(name, _)| *name).collect();
            let answer = line(row, &answer_to(&told(&row.2).history()), &directory);
            format!("{answer} {} |", names.join(", "))
        })
        .collect();
    let written = std::fs::read_to_string(DOC).unwrap_or_default();
    let (before, rest) = written.split_once("<!-- rows -->\n").expect("a place for the rows");
    let (_, after) = rest.split_once("<!-- end of rows -->").expect("an end of the rows");
    let head = "| row of 9.1 | state | owner | what next | due (source) | questions · delay · worse | not yet | shortest history |\n|---|---|---|---|---|---|---|---|\n";
    let right = format!(
        "{before}<!-- rows -->\n\n{head}{}\n\n<!-- end of rows -->{after}",
        lines.join("\n")
    );
    #[expect(clippy::disallowed_methods, reason = "how a developer accepts a change of the table")]
    if std::env::var("UPDATE_CONTRACTS").is_ok() {
        std::fs::write(DOC, &right).unwrap();
        return;
    }
    let differs = written.lines().zip(right.lines()).find(|(old, new)| old != new);
    assert!(written == right, "docs/next-step.md differs, first at {differs:#?}");
}

#[test]
fn every_state_of_a_pathway_is_reached() {
    let reached: BTreeSet<State> = rows()
        .iter()
        .map(|row| answer_to(&told(&row.2).history()).at(row.1.parse().unwrap()).state)
        .collect();
    let missing: Vec<&State> = State::ALL.iter().filter(|state| !reached.contains(state)).collect();
    assert_eq!(missing, [&State::ContactPointFailed], "that one is of a service");
}

#[test]
fn no_step_of_a_shortest_history_can_be_left_out() {
    let directory = directory();
    for row in rows() {
        let whole = told(&row.2).told();
        let answer = |told| line(&row, &answer_to(&History::of(pathway_id(), told)), &directory);
        for left_out in 0..whole.len() {
            let mut fewer: Vec<Told> = whole.clone();
            fewer.remove(left_out);
            let without = row.2[left_out].0;
            assert_ne!(answer(fewer), answer(whole.clone()), "{} without {without}", row.0);
        }
    }
}

#[test]
fn a_failed_contact_point_is_its_service_managers_within_a_working_day() {
    let point = |id: &str, other: Option<&str>| json!({"contactPoint": id, "organisation": "RJ1", "audience": "PATIENT", "contactPurpose": "BOOKING", "alternativeContact": other});
    let lines = story()
        .on("2026-01-01", "contactPointPublished", point("B", Some("B2")))
        .on("2026-01-01", "contactPointPublished", point("B2", None))
        .on(
            "2026-01-09",
            "contactPointFailed",
            json!({"contactPoint": "B", "contactFailure": "NO_ANSWER"}),
        );
    let mut directory = Directory::default();
    directory.apply(Uuid::from_u128(1), &lines.told());
    let (policy, on) = (DuePolicy::shipped(), "2026-01-10T12:00:00Z".parse().unwrap());
    let mend = |id: &str| line_to_mend(&directory, &id.parse().unwrap(), on, &policy);
    let step = mend("B").unwrap();
    assert_eq!(step.state.code(), "CONTACT_POINT_FAILED");
    assert_eq!(step.owner.organisation.unwrap().as_str(), "RJ1");
    assert_eq!(step.owner.role, steps::codes::Role::ServiceManager);
    assert_eq!(step.due.unwrap().at.to_string(), "2026-01-12");
    assert_eq!(step.alternative.unwrap().point.contact_point.as_str(), "B2");
    assert_eq!(mend("B2"), None);
}
