//! The shortest history of every state.

use serde_json::Value;
use testkit::json;

use super::later::{after_all, agreed_and_after};

/// Asked on this day where a row does not say otherwise.
pub(super) const ON: &str = "2026-01-20T12:00:00Z";

/// A state, the moment it is asked, and the steps that reach it, one a day from 5 January.
pub(super) struct Reached(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) Vec<(&'static str, Value)>,
);

pub(super) fn rows() -> Vec<Reached> {
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

pub(super) fn patient() -> (&'static str, Value) {
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

pub(super) fn watched() -> (&'static str, Value) {
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
