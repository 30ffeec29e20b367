//! A month over HTTP: its parts, the account that closes it, and the way from each number to pathways.

use serde_json::{Value, json};

use crate::real_figures::{Imported, fixture, imported};

const MONTH: &str = "query($month: String!, $at: Position) {
    rttMonth(month: $month, groupBy: PROVIDER_AND_FUNCTION, atLeast: $at) {
        lastDay part1B { key total bands } part2 { key total } part3 { key total }
        accounts { key opening closing leftOver lines { entered left removalReason count
            pathways { nodes { pathwayId removalReason } } } } } }";

/// Records a step on a pathway and says where it stands.
fn record(town: &Imported, pathway: &str, on: &str, step: Value) -> Value {
    let query = "mutation($input: RecordInput!) { record(input: $input) { ... on StepRecorded { position } } }";
    let command = format!("00000000{}", pathway.get(8..).unwrap());
    let input =
        json!({"pathway": {"id": pathway}, "occurredAt": on, "commandId": command, "step": step});
    town.ask(query, json!({"input": input}))["record"]["position"].clone()
}

fn two_waiting(town: &Imported) -> Vec<String> {
    let query = "{ waitingTimes(on: \"2026-01-31\") { groups { pathways(first: 2) { nodes { pathwayId } } } } }";
    let page = town.ask(query, json!({}))["waitingTimes"]["groups"][0]["pathways"]["nodes"].clone();
    let ids = page.as_array().unwrap().iter().map(|node| node["pathwayId"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

fn sum(groups: &Value, field: &str) -> u64 {
    groups.as_array().unwrap().iter().map(|group| group[field].as_u64().unwrap()).sum()
}

#[test]
fn the_month_closes_and_a_removal_without_a_reason_is_on_a_line_of_its_own() {
    let town = imported(&fixture("town-january-2026.csv"));
    let ask = |at: &Value| {
        let answer = town.ask(MONTH, json!({"month": "2026-01", "at": at}));
        answer["rttMonth"].clone()
    };
    let before = ask(&Value::Null);
    let waiting = two_waiting(&town);
    let treated = json!({"treatmentStarted": {"firstDefinitive": true,
        "treatmentSetting": "OUTPATIENT", "provider": "RJ1"}});
    record(&town, &waiting[0], "2026-01-31", treated);
    let removed =
        json!({"removedFromWaitingList": {"removalReason": "NOT_GIVEN", "provider": "RJ1"}});
    let at = record(&town, &waiting[1], "2026-01-31", removed);
    let after = ask(&at);
    assert_eq!(sum(&after["part1B"], "total"), sum(&before["part1B"], "total") + 1);
    assert_eq!(sum(&after["part2"], "total"), sum(&before["part2"], "total") - 2);
    assert_eq!(after["part3"], before["part3"], "no period began");
    let accounts = after["accounts"].as_array().unwrap();
    assert!(accounts.iter().all(|one| one["leftOver"] == 0), "{accounts:#?}");
    let lines = accounts.iter().flat_map(|one| one["lines"].as_array().unwrap());
    let silent: Vec<_> = lines.filter(|line| line["removalReason"] == "NOT_GIVEN").collect();
    assert_eq!(silent.len(), 1, "{accounts:#?}");
    assert_eq!((&silent[0]["count"], &silent[0]["left"]), (&json!(1), &json!("REMOVED")));
    let listed = json!([{"pathwayId": waiting[1], "removalReason": "NOT_GIVEN"}]);
    assert_eq!(silent[0]["pathways"]["nodes"], listed);
}

#[test]
fn a_month_that_is_none_or_still_to_come_is_refused() {
    let town = imported(&fixture("town-january-2026.csv"));
    let refused = |month: &str| {
        let answer = town.answer(MONTH, json!({"month": month}));
        answer["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    let form = "`month`: expected a month, such as 2026-01";
    assert_eq!((refused("2026-1"), refused("2026-13")), (form.to_owned(), form.to_owned()));
    let typed = "`month` is in the year 0026: expected a year from 1900 to 2200";
    assert_eq!(refused("0026-01"), typed);
    assert_eq!(refused("2999-01"), "`month` is in the future: expected this month or one before");
}

#[test]
fn targets_stand_beside_the_figure_and_exact_days_are_told_apart() {
    let town = imported(&fixture("town-january-2026.csv"));
    let query =
        "{ waitingTimes(on: \"2026-01-31\") { groups { total within18WeeksShare percentile95Weeks
        exactDays { median percentile92 method } targets { id atLeast atMost figure isMet } } } }";
    let group = town.ask(query, json!({}))["waitingTimes"]["groups"][0].clone();
    assert_eq!(group["exactDays"]["method"], "exact-nearest-rank");
    let targets = group["targets"].as_array().unwrap();
    let constitution = targets.iter().find(|one| one["id"] == "CONSTITUTION-18-WEEKS").unwrap();
    assert_eq!(constitution["figure"], group["within18WeeksShare"]);
    assert_eq!(constitution["isMet"], group["within18WeeksShare"].as_f64() >= Some(0.92));
    assert!(targets.iter().any(|one| one["id"] == "MARCH-2026-18-WEEKS"), "{targets:#?}");
}

#[test]
fn a_patient_reads_what_the_public_is_told_and_no_exact_figure_of_a_list() {
    let town = imported(&fixture("town-january-2026.csv"));
    let patient = town.patient("00000000-0000-4000-8000-0000000000aa");
    let ask = |query: &str| town.server.ask(patient.as_deref(), query, json!({}));
    for query in [
        "{ waitingTimes(on: \"2026-01-31\") { groups { total } } }",
        "{ waitingTimes(on: \"2026-01-31\", groupBy: TREATMENT_FUNCTION) { groups { key total } } }",
        "{ waitingTimes(on: \"2026-01-31\", clinician: \"dr-1\") { groups { total } } }",
        "{ rttMonth(month: \"2026-01\") { part2 { total } accounts { opening } } }",
        "{ cancerWaits(month: \"2026-01\") { figures { number } } }",
        "{ diagnosticWaits(on: \"2026-01-31\", groupBy: PROVIDER) { groups { waiting } } }",
        "{ waitOutlook(provider: \"RT1\", treatmentFunction: \"C_100\") { load { queue } } }",
    ] {
        let answer = ask(query);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{query}");
        assert!(answer["data"].is_null(), "{answer:#}");
    }
    let told = ask(
        "{ publicWaits(provider: \"RT1\") { smallestCount waits { code countBand { from } } } }",
    );
    let waits = told["data"]["publicWaits"]["waits"].as_array().unwrap();
    assert!(!waits.is_empty(), "{told:#}");
    assert!(waits.iter().all(|wait| wait["countBand"]["from"].as_u64() >= Some(20)), "{told:#}");
}
