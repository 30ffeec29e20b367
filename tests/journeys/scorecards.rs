//! How the promises of a month stand: each figure of the scorecard opens to the entries that it counts.

use serde_json::{Value, json};
use waymark_tests::Who;

use crate::office::Office;

const CARD: &str = "query($by: [ScorecardGroup!], $at: Position) {
    scorecard(from: \"2026-01\", to: \"2026-03\", by: $by, atLeast: $at) { firstDay lastDay lines {
        pack rule title accountable firstDay lastDay triggered met metLate breached excused unknown
        pending notDue notApplicable recorded metShare medianHoursLate } } }";

const ENTRIES: &str = "query($who: String, $pack: String, $rule: String, $state: ObligationState,
    $from: Date, $to: Date) { obligations(accountable: $who, pack: $pack, rule: $rule, state: $state,
        openedFrom: $from, openedTo: $to, first: 100) { nodes { rule state trigger evidence } } }";

const STATES: [(&str, &str); 8] = [
    ("met", "MET"),
    ("metLate", "MET_LATE"),
    ("breached", "BREACHED"),
    ("excused", "EXCUSED"),
    ("unknown", "UNKNOWN"),
    ("pending", "PENDING"),
    ("notDue", "NOT_DUE"),
    ("notApplicable", "NOT_APPLICABLE"),
];

struct Clinic(Office);

impl Clinic {
    fn card(&self, by: Value) -> Vec<Value> {
        let data = self.0.ask(CARD, json!({"by": by, "at": self.0.position}));
        data["scorecard"]["lines"].as_array().unwrap().clone()
    }

    fn entries(&self, line: &Value, state: &str) -> Vec<Value> {
        let variables = json!({"who": line["accountable"], "pack": line["pack"],
            "rule": line["rule"], "state": state, "from": line["firstDay"], "to": line["lastDay"]});
        let data = self.0.ask(ENTRIES, variables);
        data["obligations"]["nodes"].as_array().unwrap().clone()
    }
}

fn line<'a>(lines: &'a [Value], rule: &str, who: &str, first_day: &str) -> &'a Value {
    let found = lines.iter().find(|line| {
        line["rule"] == rule && line["accountable"] == who && line["firstDay"] == first_day
    });
    found.unwrap_or_else(|| panic!("no {rule} of {who} from {first_day}: {lines:#?}"))
}

#[test]
fn every_figure_opens_to_the_entries_it_counts_and_two_packs_judge_one_letter_apart() {
    let mut clinic = Clinic(Office::fresh());
    clinic.0.visit(1, "RJ1", "2026-02-02T10:00:00Z", Some("2026-02-11T10:00:00Z"));
    clinic.0.visit(2, "RJ1", "2026-02-03T10:00:00Z", Some("2026-02-20T10:00:00Z"));
    clinic.0.visit(3, "RJ1", "2026-02-04T10:00:00Z", None);
    clinic.0.visit(4, "RJZ", "2026-03-02T10:00:00Z", Some("2026-03-03T10:00:00Z"));

    let lines = clinic.card(json!(["RULE", "ACCOUNTABLE", "MONTH"]));
    let letters = line(&lines, "SEL-2.5c", "RJ1", "2026-02-01");
    let told =
        ["triggered", "met", "metLate", "breached", "unknown"].map(|figure| &letters[figure]);
    assert_eq!(told, [3, 1, 1, 1, 0], "{letters:#}");
    assert_eq!(letters["medianHoursLate"], 168, "due on the 13th, sent on the 20th");
    let contract = line(&lines, "NHS-SC-11.7", "RJ1", "2026-02-01");
    assert_eq!(contract["metLate"], 2, "day 9 passes one pack and fails the other: {contract:#}");
    assert_eq!(line(&lines, "SEL-2.5c", "RJZ", "2026-03-01")["metShare"], 1.0);

    for by in [json!(["RULE", "ACCOUNTABLE", "MONTH"]), json!(["ACCOUNTABLE"])] {
        for line in clinic.card(by) {
            for (figure, state) in STATES {
                let entries = clinic.entries(&line, state);
                assert_eq!(line[figure], entries.len(), "{state} of {line:#}");
                assert!(entries.iter().all(|entry| entry["state"] == state), "{entries:#?}");
            }
        }
    }
    let late = clinic.entries(letters, "MET_LATE");
    assert!(late[0]["evidence"].as_array().is_some_and(|ids| ids.len() == 1), "{late:#?}");
}

#[test]
fn a_scorecard_is_for_staff_and_auditors_and_says_what_it_cannot_read() {
    let clinic = Clinic(Office::fresh());
    let ask = |token: &Option<String>, arguments: &str| {
        let query = format!("{{ scorecard({arguments}) {{ lines {{ pack }} }} }}");
        clinic.0.server.ask(token.as_deref(), &query, json!({}))
    };
    let message = |answer: &Value| answer["errors"][0]["message"].as_str().unwrap_or("").to_owned();
    let patient = clinic.0.server.token(Who::Patient("00000000-0000-4000-8000-0000000000aa"));
    let refused = ask(&patient, "from: \"2026-01\"");
    assert!(refused["data"].is_null() && !message(&refused).is_empty(), "{refused:#}");
    let auditor = clinic.0.server.token(Who::Auditor);
    assert_eq!(ask(&auditor, "from: \"2026-01\"")["data"]["scorecard"]["lines"], json!([]));
    for (arguments, expected) in [
        ("from: \"January\"", "`from`: expected a month, such as 2026-01"),
        ("from: \"2026-02\", to: \"2026-01\"", "`to`: expected a month from `from` on"),
        ("from: \"2016-01\", to: \"2026-01\"", "60 months at most"),
        ("from: \"2026-01\", pack: \"SEL\"", "`pack` names none: expected one of "),
    ] {
        let answer = ask(&auditor, arguments);
        assert!(message(&answer).contains(expected), "{arguments}: {answer:#}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    }
}
