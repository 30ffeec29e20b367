//! The shortest histories of what is agreed, ends a wait, or stands before all else.

use testkit::json;

use super::histories::{ON, Reached, patient, watched};

pub(super) fn agreed_and_after() -> Vec<Reached> {
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

pub(super) fn after_all() -> Vec<Reached> {
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
