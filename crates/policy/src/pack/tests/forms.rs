//! What each form needs, and what it does not take.

use super::parse;
use crate::{PackError, Packs};

const HEAD: &str = r#"[pack]
id = "T"
version = 1
title = "T"
source = "S"
precedence = 1
scope = { icb = ["*"], commissioner = ["*"], provider = ["*"], function = ["*"] }
effective = { from = "2025-08-01" }
"#;

/// A rule of that form; the body begins in line 18.
fn pack(form: &str, body: &str) -> String {
    format!(
        "{HEAD}[[rule]]\nid = \"T-1\"\nclass = \"checkable\"\nform = \"{form}\"\ntitle = \"t\"\nreading = \"r\"\n\
         source = \"s\"\naccountable = \"provider\"\nowner_role = \"CONSULTANT\"\nseverity = \"variance\"\n{body}"
    )
}

fn errors(form: &str, body: &str) -> Vec<PackError> {
    parse(&pack(form, body)).err().unwrap_or_default()
}

#[track_caller]
fn refused(form: &str, body: &str, line: usize, problem: &str, expected: &str) {
    let found = errors(form, body);
    let [error] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((error.file.as_str(), error.line), ("t.toml", line), "{error}");
    assert!(error.problem.contains(problem), "{error}");
    assert!(error.expected.contains(expected), "{error}");
}

#[track_caller]
fn read(form: &str, body: &str) {
    assert_eq!(errors(form, body), [], "{body}");
}

const SUPPLY: &str = r#"trigger = [{ step = "MedicationPrescribed" }]
covers = { given_by = [{ step = "MedicationSupplied", same = "medicineId" }], days = "daysSupply", days_min = 14, days_floor = 14 }
"#;
const ASKED: &str = r#"trigger = [{ step = "GpAskedToRefer" }]
forbidden = [{ step = "GpAskedToRefer" }]
"#;
const SENT: &str = r#"trigger = [{ step = "ReferralSent" }]
"#;

#[test]
fn a_rule_of_each_form_is_read() {
    read("coverage", SUPPLY);
    read("prohibition", ASKED);
    read("record_only", SENT);
    read("presence", &format!("{SENT}accepted = [[{{ field = \"reason\" }}]]\n"));
    read(
        "precedence",
        &format!(
            "{SENT}parts = [{{ name = \"advice\", kept_by = [{{ step = \"AdviceGiven\" }}] }}]\n"
        ),
    );
    read("deadline", &format!("{SENT}satisfied_by = [{{ step = \"ReferralReceived\" }}]\n"));
    read("deadline", &format!("{SENT}wait_days = 126\n"));
    read("standing", &format!("{SENT}stands = []\n"));
    read("standing", "of_services = { asks = \"contact_points\", days_max = 90 }\n");
}

#[test]
fn a_local_value_may_raise_the_floor_and_not_lower_it() {
    read("coverage", &SUPPLY.replace("days_min = 14", "days_min = 28"));
    let lower = SUPPLY.replace("days_min = 14", "days_min = 7");
    refused("coverage", &lower, 20, "`days_min` is 7, below its floor", "at least 14");
}

#[test]
fn a_prohibition_that_forbids_nothing_and_a_coverage_of_nothing_are_refused() {
    refused("prohibition", SENT, 9, "the rule has no `forbidden`", "what its form needs");
    refused("coverage", SENT, 9, "the rule has no `covers`", "what its form needs");
    let unsaid = SUPPLY.replace(", days_min = 14, days_floor = 14", "");
    refused("coverage", &unsaid, 20, "does not say what is needed", "`days` and `days_min`");
    refused("presence", SENT, 9, "the rule has no `accepted`", "what its form needs");
    refused("deadline", SENT, 9, "the rule has no `satisfied_by`", "what its form needs");
    refused("deadline", "wait_days = 126\n", 9, "the rule has no `trigger`", "at least one step");
}

#[test]
fn each_key_belongs_to_its_forms_and_the_line_of_the_key_is_told() {
    for (form, good, key, line) in [
        ("record_only", SENT, "due = { amount = 1, unit = \"day\", basis = \"calendar\" }", 20),
        ("presence", SENT, "satisfied_by = []\naccepted = [[{ field = \"reason\" }]]", 20),
        ("prohibition", ASKED, "covers = { given_by = [], days = \"x\" }", 21),
        ("coverage", SUPPLY, "parts = []", 21),
        ("prohibition", ASKED, "note = \"onwardReason\"", 21),
        ("coverage", SUPPLY, "wait_days = 3", 21),
    ] {
        let name = key.split(' ').next().unwrap();
        let problem = format!("`{name}` does not belong to the form `{form}`");
        refused(form, &format!("{good}{key}\n"), line, &problem, "it only with");
    }
}

#[test]
fn a_count_by_words_is_refused() {
    let by_words = format!("{SENT}note = \"reason\"\n");
    refused("record_only", &by_words, 20, "`reason` is not a coded field", "never by words");
}

#[test]
fn a_side_that_is_none_and_an_anchor_that_is_no_field_are_refused() {
    let text = pack("record_only", SENT).replace("\"provider\"\nowner", "\"hospital\"\nowner");
    let errors = parse(&text).unwrap_err();
    assert!(errors[0].to_string().starts_with("t.toml:16: `hospital` names no side"), "{errors:?}");
    let anchored = format!(
        "{SENT}satisfied_by = [{{ step = \"ReferralReceived\" }}]\ndue = {{ amount = 1, unit = \"day\", basis = \"calendar\", anchor = \"start\" }}\n"
    );
    refused("deadline", &anchored, 21, "`start` is not a field of `ReferralSent`", "one of");
}

#[test]
fn a_condition_that_asks_two_things_is_refused() {
    let twice = format!(
        "{SENT}accepted = [[{{ field = \"priority\", absent = true, one_of = [\"URGENT\"] }}]]\n"
    );
    refused("presence", &twice, 20, "the condition asks two things", "at most one of");
}

#[test]
fn an_empty_pack_says_why_and_a_pack_with_rules_does_not() {
    let empty = parse(HEAD).unwrap_err();
    assert_eq!((empty.len(), empty[0].line), (1, 2));
    assert!(
        empty[0].to_string().contains("the pack has no rules and does not say why"),
        "{}",
        empty[0]
    );
    let said = HEAD.replace("version = 1", "version = 1\nempty_because = \"not available\"");
    assert_eq!(parse(&said).unwrap().empty_because.as_deref(), Some("not available"));
    let blank = said.replace("not available", " ");
    assert!(parse(&blank).is_err());
    let both =
        pack("record_only", SENT).replace("version = 1", "version = 1\nempty_because = \"x\"");
    let both = parse(&both).unwrap_err();
    assert_eq!((both[0].line, both.len()), (4, 1));
}

#[test]
fn the_pack_whose_text_was_not_available_is_there_and_says_so() {
    let packs = Packs::shipped();
    let northern = packs.all().iter().find(|pack| pack.id.as_str() == "NORTHERN-LINCS-2024-05");
    let why = northern.unwrap().empty_because.as_deref().unwrap();
    assert!(why.contains("not available"), "{why}");
}

#[test]
fn every_rule_that_is_shipped_says_its_source_its_title_and_how_it_is_read() {
    let packs = Packs::shipped();
    for rule in packs.all().iter().flat_map(|pack| &pack.rules) {
        for text in [&rule.source, &rule.title, &rule.reading] {
            assert!(text.len() > 8, "{}: `{text}`", rule.id);
        }
    }
    let contract = packs.all().iter().find(|pack| pack.id.as_str() == "NHS-STD-CONTRACT").unwrap();
    assert!(contract.rules.iter().all(|rule| rule.source.contains("unverified")));
}

#[test]
fn the_consensus_has_its_seven_principles_and_twenty_six_items() {
    let packs = Packs::shipped();
    let has = |id: &str| {
        let mut rules = packs.all().iter().flat_map(|pack| &pack.rules);
        rules.any(|rule| rule.id.as_str() == id)
    };
    let items = "GP1 GP2 GP3 GP4 GP5 GP6 GP7 1.1 2.1 2.2 2.3 2.4 2.5a 2.5b 2.5c 3.1 3.2 4.1 5.1 5.2 5.3 5.4 5.5 \
                 6.1 6.2 6.3 6.4 6.5 7.1 7.2 8.1 8.2 8.3 8.4 8.5";
    assert_eq!(items.split_whitespace().count(), 7 + 26 + 2, "2.5 is three rules");
    for item in items.split_whitespace() {
        assert!(has(&format!("SEL-{item}")), "{item}");
    }
}
