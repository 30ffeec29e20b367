//! Who may issue which letter, and what is told of the templates.

use serde_json::{Value, json};
use waymark_tests::Who;

use super::{ISSUE, PERSON, Town};

#[test]
fn letters_are_issued_by_staff_of_the_side_that_sends_them() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    let input = town.letter(&id, "workload-return", json!({"reasons": ["PROVIDERS_DUTY"]}));
    let elsewhere = town.server.token(Who::Staff("GENERAL_PRACTITIONER", "G85002"));
    let auditor = town.server.token(Who::Auditor);
    let patient = town.server.token(Who::Patient(PERSON));
    for token in [town.hospital.as_ref(), elsewhere.as_ref(), auditor.as_ref(), patient.as_ref()] {
        let refused = town.issue(token, input.clone());
        assert_eq!(
            (&refused["__typename"], &refused["code"]),
            (&json!("StepRefused"), &json!("NOT_ALLOWED"))
        );
        let preview = town.preview(token, input.clone());
        assert_eq!(preview["code"], "NOT_ALLOWED", "{preview:#}");
    }
    let nobody = town.server.ask(None, ISSUE, json!({"input": input}));
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert!(!town.kinds(&id).contains(&"letterIssued".to_owned()));
}

#[test]
fn templates_tell_their_reasons_and_needed_facts_to_staff_and_auditors() {
    let town = Town::open();
    let query =
        "{ letterTemplates { id version audience sender records reasons { code words needsWords }
        categories { code } requiredFacts { name means } optionalFacts { name } source reading } }";
    let told = town.ask(town.surgery.as_ref(), query, json!({}));
    let templates = told["letterTemplates"].as_array().unwrap();
    assert_eq!(templates.len(), 10);
    let returns = templates.iter().find(|it| it["id"] == "workload-return").unwrap();
    assert_eq!(
        (&returns["records"], &returns["sender"]),
        (&json!("workloadReturned"), &json!("PRACTICE"))
    );
    assert_eq!(
        (
            returns["reasons"].as_array().unwrap().len(),
            returns["categories"].as_array().unwrap().len()
        ),
        (6, 7)
    );
    let names: Vec<&Value> =
        returns["requiredFacts"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert!(names.contains(&&json!("work.asked_on")), "{names:?}");
    let auditor = town.server.token(Who::Auditor);
    town.ask(auditor.as_ref(), query, json!({}));
    let patient = town.server.token(Who::Patient(PERSON));
    let refused = town.server.ask(patient.as_deref(), query, json!({}));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

#[test]
fn what_is_wrong_with_a_command_is_told_with_what_would_be_right() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    let cases = [
        (
            json!({"template": "poem"}),
            "UNKNOWN_TEMPLATE",
            "template",
            "expected one of declined-referral-reply",
        ),
        (
            json!({"reasons": ["BECAUSE"]}),
            "UNKNOWN_CHOICE",
            "reasons",
            "expected one of OUTSIDE_CORE_CONTRACT",
        ),
        (json!({"reasons": ["OTHER"]}), "UNKNOWN_CHOICE", "words", "`words` is missing"),
        (json!({"reasons": []}), "MISSING_FACT", "reasons", "needs `reasons`"),
        (json!({"category": "COOK"}), "UNKNOWN_CHOICE", "category", "expected one of PRESCRIBE"),
        (json!({"channel": "PIGEON"}), "MALFORMED", "channel", "expected POST"),
        (json!({"format": "GOLD"}), "MALFORMED", "format", "expected STANDARD"),
        (json!({"about": "W9"}), "MISSING_FACT", "work.asked_on", "actionRequested"),
        (
            json!({"signedBy": {"name": " ", "role": "GP"}}),
            "MALFORMED",
            "signedBy.name",
            "expected a label",
        ),
        (json!({"patientToldAt": "soon"}), "MALFORMED", "patientToldAt", "malformed"),
        (json!({"occurredAt": "2999-01-01"}), "IN_FUTURE", "occurredAt", "expected"),
        (
            json!({"pathwayId": "00000000-0000-4000-8000-00000000ffff"}),
            "NOT_ALLOWED",
            "pathwayId",
            "no such pathway",
        ),
    ];
    for (change, code, field, said) in cases {
        let mut more = json!({"reasons": ["PROVIDERS_DUTY"]});
        more.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let input = town.letter(&id, "workload-return", more);
        let refused = town.issue(town.surgery.as_ref(), input);
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!(code), &json!(field)),
            "{refused:#}"
        );
        assert!(refused["message"].as_str().unwrap().contains(said), "{refused:#}");
    }
    assert!(!town.kinds(&id).contains(&"letterIssued".to_owned()));
}
