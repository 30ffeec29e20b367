//! From the letter to its steps and to who owns the work.

use serde_json::json;

use super::Town;

#[test]
fn work_that_is_returned_by_a_letter_is_the_senders_again_and_the_patient_is_told() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    let before = town.record(
        Some(&id),
        "2026-02-06",
        json!({"healthPromotionOffered":
        {"healthTopic": "SMOKING", "organisation": "G85001"}}),
    );
    assert_eq!(town.owner(&id, &before["position"])["ownerOrganisation"]["code"], "G85001");
    let reasons = json!(["PROVIDERS_DUTY", "OUTSIDE_CORE_CONTRACT"]);
    let asked = json!({"reasons": reasons, "words": "The clinic's own form says so.",
        "patientToldAt": "2026-02-06"});
    let input = town.letter(&id, "workload-return", asked);
    let issued = town.issue(town.surgery.as_ref(), input.clone());
    assert_eq!(issued["__typename"], "IssuedLetter", "{issued:#}");
    let letter = &issued["letter"];
    let text = letter["text"].as_str().unwrap().replace('\n', " ");
    for told in [
        "To: Riverside Hospital",
        "From: Station Surgery",
        "NHS number: 999 000 0018",
        "On 4 February 2026 you asked us to arrange tests.",
        "You wrote: Please check the blood count & ring us.",
        "- The NHS Standard Contract gives this work to the provider. - This work is not part of",
        "The clinic's own form says so.",
        "the secretaries line on 020 7946 0004",
        "Dr Sam Example GP partner Station Surgery",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    let html = letter["html"].as_str().unwrap();
    assert!(html.contains("Ada &lt;Example&gt;") && html.contains("count &amp; ring"), "{html}");
    assert_eq!(
        (letter["toOrganisation"].as_str(), letter["toPatient"].as_bool()),
        (Some("RJ1"), Some(false))
    );

    let step = town.payload(&id, "letterIssued");
    assert_eq!((&step["template"], &step["edition"]), (&json!("workload-return"), &json!("1")));
    assert_eq!((&step["letterReasons"], &step["letterText"]), (&reasons, &letter["text"]));
    assert!(step["contentHash"].as_str().unwrap().starts_with("hmac-sha256:"), "{step:#}");
    let returned = town.payload(&id, "workloadReturned");
    assert_eq!(returned["letterRef"], letter["id"]);
    assert_eq!(returned["workReturnReasons"], reasons);
    assert_eq!(returned["workCategory"], "ARRANGE_INVESTIGATIONS");
    assert_eq!(returned["patientToldAt"], "2026-02-06");
    let owner = town.owner(&id, &issued["position"]);
    assert_eq!(
        (&owner["state"], &owner["ownerOrganisation"]["code"]),
        (&json!("WORKLOAD_RETURNED"), &json!("RJ1"))
    );

    let told = town.letter(&id, "work-returned-patient", json!({}));
    let told = town.issue(town.surgery.as_ref(), told);
    assert_eq!(told["__typename"], "IssuedLetter", "{told:#}");
    assert!(
        told["letter"]["text"]
            .as_str()
            .unwrap()
            .contains("Riverside Hospital asked us to arrange tests for you.")
    );
    let informed = town.payload(&id, "patientInformed");
    assert_eq!(
        (&informed["generalContact"], &informed["deteriorationContact"]),
        (&json!("questions"), &json!("nurse"))
    );
}

#[test]
fn the_same_command_gives_the_same_letter_whatever_has_changed_since() {
    let mut town = Town::open();
    let id = town.with_work_at_the_surgery();
    let input = town.letter(&id, "workload-return", json!({"reasons": ["NOT_COMMISSIONED"]}));
    let first = town.issue(town.surgery.as_ref(), input.clone());
    town.record(
        None,
        "2026-02-07",
        json!({"organisationRecorded": {"organisation": "RJ1",
        "name": "Riverside and Hilltop Hospitals", "organisationKind": "PROVIDER"}}),
    );
    let again = town.issue(town.surgery.as_ref(), input.clone());
    assert_eq!(again["letter"], first["letter"]);
    assert_eq!(
        (first["duplicate"].as_bool(), again["duplicate"].as_bool()),
        (Some(false), Some(true))
    );
    assert_eq!(
        (&again["eventId"], &again["actEventId"]),
        (&first["eventId"], &first["actEventId"])
    );
    let issued = town.kinds(&id).iter().filter(|kind| *kind == "letterIssued").count();
    assert_eq!(issued, 1);
    let mut other = input;
    other["words"] = json!("something else");
    let other = town.issue(town.surgery.as_ref(), other);
    assert_eq!((&other["code"], &other["field"]), (&json!("COMMAND_REUSED"), &json!("commandId")));
}

#[test]
fn a_letter_tells_the_patient_whom_to_contact_and_a_missing_line_is_named() {
    let mut town = Town::open();
    let id = town.referred();
    let input = town.letter(&id, "delay", json!({"reasons": ["STAFF_AWAY"]}));
    let missing = town.issue(town.hospital.as_ref(), input);
    assert_eq!(
        (&missing["code"], &missing["field"]),
        (&json!("MISSING_FACT"), &json!("wait.expected"))
    );
    let said = missing["message"].as_str().unwrap();
    assert!(
        said.starts_with("`delay` needs `wait.expected` (when the next appointment is expected"),
        "{said}"
    );
    assert!(!town.kinds(&id).contains(&"letterIssued".to_owned()));

    let input = town.letter(&id, "referral-received", json!({"channel": "NHS_APP"}));
    let issued = town.issue(town.hospital.as_ref(), input);
    assert_eq!(issued["__typename"], "IssuedLetter", "{issued:#}");
    let text = issued["letter"]["text"].as_str().unwrap().replace('\n', " ");
    for told in [
        "We have your referral to the Riverside skin clinic. It reached us on 6 January 2026.",
        "the questions line on 020 7946 0001 (weekdays, 9am to 5pm; interpreter; text relay)",
        "the delay line on 020 7946 0002",
        "the nurse line on 020 7946 0003",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    let informed = town.payload(&id, "patientInformed");
    assert_eq!(informed["delayContact"], "delay");
    assert!(informed["expectedBy"].is_null(), "{informed:#}");
    assert_eq!(informed["letterRef"], issued["letter"]["id"]);
    town.record(
        None,
        "2026-02-07",
        json!({"contactPointFailed": {"contactPoint": "nurse",
        "contactFailure": "NO_ANSWER"}}),
    );
    let input = town.letter(&id, "referral-received", json!({}));
    let missing = town.issue(town.hospital.as_ref(), input);
    assert_eq!(missing["field"], "contact.worse", "{missing:#}");
}

#[test]
fn a_decline_is_disputed_by_the_letter_and_is_with_the_provider_again() {
    let mut town = Town::open();
    let id = town.referred();
    town.record(
        Some(&id),
        "2026-01-09T10:00:00Z",
        json!({"referralDeclined": {"provider": "RJ1",
        "declineReason": "SERVICE_INAPPROPRIATE", "deliveredAt": "2026-01-09",
        "reasonText": "Not for us.", "alternativePathway": "Ask for advice."}}),
    );
    let told = town.letter(&id, "referral-declined", json!({}));
    let preview = town.preview(town.hospital.as_ref(), told);
    assert_eq!(
        (&preview["code"], &preview["field"]),
        (&json!("MISSING_FACT"), &json!("sender.contact"))
    );
    let reply = json!({"reasons": ["ADVICE_OFFERED_INSTEAD", "NO_NAMED_CLINICIAN"]});
    let reply = town.letter(&id, "declined-referral-reply", reply);
    let issued = town.issue(town.surgery.as_ref(), reply);
    assert_eq!(issued["__typename"], "IssuedLetter", "{issued:#}");
    let grounds = town.payload(&id, "referralDeclineDisputed")["grounds"].clone();
    assert!(grounds.as_str().unwrap().contains("advice is not enough"), "{grounds}");
    let owner = town.owner(&id, &issued["position"]);
    assert_eq!(
        (&owner["state"], &owner["ownerOrganisation"]["code"]),
        (&json!("DECLINE_DISPUTED"), &json!("RJ1"))
    );
}

#[test]
fn what_the_person_needs_of_a_letter_is_met_or_the_letter_is_refused() {
    let mut town = Town::open();
    let id = town.referred();
    town.record(
        Some(&id),
        "2026-01-07",
        json!({"adjustmentNeedRecorded":
        {"format": "LARGE_PRINT", "language": "Polish", "interpreter": true}}),
    );
    let plain = town.letter(&id, "referral-received", json!({"format": "STANDARD"}));
    let refused = town.issue(town.hospital.as_ref(), plain);
    assert_eq!((&refused["code"], &refused["field"]), (&json!("NEED_NOT_MET"), &json!("format")));
    let input = town.letter(&id, "referral-received", json!({}));
    let issued = town.issue(town.hospital.as_ref(), input);
    assert_eq!(issued["letter"]["format"], "LARGE_PRINT", "{issued:#}");
    assert!(issued["letter"]["html"].as_str().unwrap().contains("font-size: 150%"));
    let needs = json!(["format: LARGE_PRINT", "language: Polish, with an interpreter"]);
    assert_eq!(issued["letter"]["needs"], needs);
}

#[test]
fn a_task_is_answered_with_the_agreed_way_and_stays_the_senders() {
    let mut town = Town::open();
    let id = town.referred();
    town.record(
        Some(&id),
        "2026-02-04",
        json!({"messageSent": {"queryId": "Q1",
        "fromOrganisation": "RJ1", "toOrganisation": "G85001",
        "channel": "CLINICAL_SYSTEM_TASK", "messagePurpose": "WORK_REQUEST"}}),
    );
    let input = json!({"about": "Q1", "reasons": ["MAY_BE_MISSED"]});
    let mut input = town.letter(&id, "task-returned", input);
    input["channel"] = json!("CLINICAL_SYSTEM_TASK");
    let refused = town.issue(town.surgery.as_ref(), input.clone());
    assert_eq!((&refused["code"], &refused["field"]), (&json!("MALFORMED"), &json!("channel")));
    input["channel"] = json!("EMAIL");
    let issued = town.issue(town.surgery.as_ref(), input);
    let text = issued["letter"]["text"].as_str().unwrap_or_else(|| panic!("{issued:#}"));
    assert!(text.contains("On 4 February 2026 you sent us a task"), "{text}");
    assert!(text.contains("by the agreed way: the secretaries line"), "{text}");
    assert!(issued["actEventId"].is_null());
}
