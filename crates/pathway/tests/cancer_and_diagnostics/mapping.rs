//! The page that maps steps to rules says what is so: every rule once, and names that exist.

use std::collections::BTreeSet;

use pathway::{
    Certainty,
    cancer_and_diagnostics::{Rule, concerns},
};
use steps::StepKind;
use testkit::Fill;

const PAGE: &str = include_str!("../../../../docs/cancer-and-diagnostics.md");

/// The rows of the tables of rules: code, and the other cells.
fn rows() -> Vec<(String, Vec<String>)> {
    let rows = PAGE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let code = cells.next()?.trim_end_matches('`').to_owned();
        let rest: Vec<String> = cells.map(str::to_owned).collect();
        Rule::from_code(&code).map(|_rule| (code, rest))
    });
    rows.collect()
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn is_name_of_a_step(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.contains(|other: char| other.is_ascii_lowercase())
}

#[test]
fn every_rule_is_on_the_page_once_in_its_order() {
    let codes: Vec<String> = rows().into_iter().map(|(code, _)| code).collect();
    let expected: Vec<&str> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(codes, expected);
}

#[test]
fn the_page_is_as_sure_of_each_rule_as_the_settings_that_ship() {
    let standards = policy::shipped_standards();
    for (code, cells) in rows() {
        let rule = Rule::from_code(&code).unwrap();
        let set = standards.told(rule, "2026-01-05".parse().unwrap()).unwrap();
        let said = cells.iter().filter_map(|cell| Certainty::from_code(cell)).next_back();
        assert_eq!(said, Some(set.certainty), "{code}");
        let named: Vec<&str> = set.applies_to.iter().map(|standard| standard.code()).collect();
        let written = quoted(&cells[1]);
        assert_eq!(written, named, "{code}");
    }
}

#[test]
fn every_step_and_field_that_a_row_names_is_one_that_the_clocks_read() {
    for (code, cells) in rows() {
        let (names, fields): (Vec<_>, Vec<_>) =
            quoted(&cells[0]).into_iter().partition(|word| is_name_of_a_step(word));
        for name in &names {
            assert!(StepKind::from_name(name).is_some_and(concerns), "{code}: `{name}`");
        }
        let known: BTreeSet<String> = names
            .iter()
            .filter_map(|name| StepKind::from_name(name))
            .filter_map(|kind| testkit::sample(kind, Fill::All).as_object().cloned())
            .flat_map(|fields| fields.into_iter().map(|(name, _)| name))
            .collect();
        for field in fields {
            assert!(known.contains(field), "{code}: `{field}`");
        }
    }
}

#[test]
fn every_step_the_clocks_read_is_named_on_the_page() {
    let named: BTreeSet<&str> = quoted(PAGE).into_iter().collect();
    for kind in StepKind::ALL.iter().filter(|kind| concerns(**kind)) {
        assert!(named.contains(kind.name()), "{} is not on the page", kind.name());
    }
}
