//! Private contacts: no promise of the NHS, and the one that is owed all the same.

use super::*;

fn begun() -> Story {
    let referral =
        json!({"commissioner": "03F", "provider": "RJ1", "referrer": "G85001", "function": "110"});
    story().on("2025-09-01T09:00:00Z", "referralReceived", referral)
}

/// What private care does, each thing in the order of the history.
fn private_care(funding: &str) -> Story {
    begun()
        .on(
            "2025-10-06T10:00:00Z",
            "outpatientAttended",
            json!({"appointmentId": "P1", "provider": "RJ1", "funding": funding}),
        )
        .on(
            "2025-10-06T10:20:00Z",
            "medicationPrescribed",
            json!({"medicineId": "M1", "contactId": "P1", "provider": "RJ1", "newMedicine": true,
                "prescribedFor": "CLINIC"}),
        )
        .on(
            "2025-10-06T10:30:00Z",
            "testRequested",
            json!({"testId": "T1", "contactId": "P1", "requester": "RJ1"}),
        )
        .on("2025-10-08T09:00:00Z", "resultReported", json!({"testId": "T1", "provider": "RJ1"}))
        .on(
            "2025-10-09T09:00:00Z",
            "inpatientDischarged",
            json!({"admissionId": "S1", "provider": "RJ1", "funding": funding}),
        )
}

/// The rules that the steps after the referral open.
fn opened(story: &Story) -> Vec<String> {
    let all = evaluate(&story.history(), &Packs::shipped(), &ClockPolicy::default());
    let referral = Story::event(1);
    let of_care = all.into_iter().filter(|one| one.trigger != referral);
    of_care.map(|one| one.rule.to_string()).collect()
}

#[test]
fn private_care_opens_no_promise_but_the_one_of_safety() {
    assert_eq!(opened(&private_care("PRIVATE")), ["HUMBER-PRIVATE-SAFETY"]);
    let of_the_nhs = opened(&private_care("NHS"));
    for rule in ["NHS-SC-11.7", "NHS-SC-11.5", "NHS-SC-RESULTS", "NHS-SC-11.10"] {
        assert!(of_the_nhs.iter().any(|one| one == rule), "{rule}: {of_the_nhs:?}");
    }
    assert!(!of_the_nhs.iter().any(|one| one == "HUMBER-PRIVATE-SAFETY"), "{of_the_nhs:?}");
}

#[test]
fn a_contact_that_does_not_say_who_pays_is_as_its_booking_said_and_else_the_nhss() {
    let booked = |funding: Option<&str>| {
        begun()
            .on(
                "2025-09-20T10:00:00Z",
                "appointmentBooked",
                json!({"appointmentId": "P1", "provider": "RJ1", "funding": funding}),
            )
            .on(
                "2025-10-06T10:00:00Z",
                "outpatientAttended",
                json!({"appointmentId": "P1", "provider": "RJ1"}),
            )
    };
    let letters = |story: &Story| opened(story).iter().any(|one| one == "NHS-SC-11.7");
    assert!(!letters(&booked(Some("PRIVATE"))));
    assert!(letters(&booked(Some("NHS"))));
    assert!(letters(&booked(None)));
}

#[test]
fn a_visit_of_the_nhs_is_judged_although_another_is_private() {
    let both = private_care("PRIVATE").on(
        "2025-10-20T10:00:00Z",
        "outpatientAttended",
        json!({"appointmentId": "N1", "provider": "RJ1"}),
    );
    let contract = opened(&both).into_iter().filter(|one| one.starts_with("NHS-SC-11.7"));
    assert_eq!(contract.count(), 1);
}

#[test]
fn what_was_booked_privately_and_done_by_the_nhs_is_the_nhss() {
    let moved = begun()
        .on(
            "2025-09-20T10:00:00Z",
            "patientAdmitted",
            json!({"admissionId": "S1", "provider": "RJ1", "funding": "PRIVATE"}),
        )
        .on(
            "2025-10-06T10:00:00Z",
            "inpatientDischarged",
            json!({"admissionId": "S1", "provider": "RJ1", "funding": "NHS"}),
        )
        .on(
            "2025-10-06T11:00:00Z",
            "medicationPrescribed",
            json!({"medicineId": "M1", "admissionId": "S1", "provider": "RJ1", "newMedicine": true,
                "prescribedFor": "DISCHARGE"}),
        );
    let rules = opened(&moved);
    assert!(rules.iter().any(|one| one == "NHS-SC-11.5"), "{rules:?}");
    assert!(!rules.iter().any(|one| one == "HUMBER-PRIVATE-SAFETY"), "{rules:?}");
}
