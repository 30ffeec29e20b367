//! The cases of the national guidance in `shared/data/rtt-rule-cases`, each a test that bears its
//! id. Where that folder is there, a test reads it and finds no case without its test.
//!
//! Six of the thirty are no rules of a clock but of the return that is made from clocks: they are tested
//! where that rule lives, and named here with the place, so that none is missing in silence.

mod ending;
mod starting;
mod waiting;

use std::{collections::BTreeSet, path::Path};

const CASES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/rtt-rule-cases/rtt_rule_cases.csv");

/// The cases that no clock can answer, and the file that holds their test.
const OF_THE_RETURN: [(&str, &str); 6] = [
    ("tfc-01", "crates/policy/src/functions.rs"),
    ("tfc-03", "crates/policy/src/functions.rs"),
    ("comm-01", "crates/server/src/commands/returns/tests/payer.rs"),
    ("ret-01", "crates/policy/src/deadlines.rs"),
    ("chk-01", "crates/rtt-extract/src/checks/tests.rs"),
    ("chk-03", "crates/rtt-extract/src/checks/tests.rs"),
];

/// The ids that a test stands for: `fn start_07_…` is `start-07`.
fn tested() -> BTreeSet<String> {
    let sources = [
        include_str!("national/ending.rs"),
        include_str!("national/starting.rs"),
        include_str!("national/waiting.rs"),
    ];
    let lines = sources.iter().flat_map(|source| source.split("#[test]\nfn ").skip(1));
    let ids = lines.filter_map(|test| {
        let mut words = test.split('_');
        let (family, number) = (words.next()?, words.next()?);
        Some(format!("{family}-{number}"))
    });
    ids.collect()
}

#[test]
fn every_case_that_a_clock_can_answer_has_a_test() {
    assert_eq!(tested().len() + OF_THE_RETURN.len(), 30, "{:?}", tested());
}

#[test]
fn every_case_of_the_return_is_tested_where_this_list_says() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    for (id, place) in OF_THE_RETURN {
        let source = std::fs::read_to_string(root.join(place)).unwrap();
        let test = format!("fn {}_", id.replace('-', "_"));
        assert!(source.contains(&test), "{place} has no test of {id}");
    }
}

#[test]
fn every_case_of_the_published_list_is_a_test_or_of_the_return() {
    if !Path::new(CASES).exists() {
        eprintln!("NOT CHECKED against the published list: {CASES} is not there");
        return;
    }
    let text = std::fs::read_to_string(CASES).unwrap();
    let ids: BTreeSet<String> =
        text.lines().skip(1).filter_map(|line| Some(line.split_once(',')?.0.to_owned())).collect();
    let elsewhere = OF_THE_RETURN.iter().map(|(id, _)| (*id).to_owned());
    let known: BTreeSet<String> = tested().into_iter().chain(elsewhere).collect();
    assert_eq!(known, ids);
}
