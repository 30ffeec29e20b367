//! The page that maps steps to rows says what is so: every row once, and names that exist.

use std::collections::BTreeSet;

use steps::StepKind;
use testkit::Fill;

use crate::clock::{Row, concerns};

const PAGE: &str = include_str!("../../../../../docs/rtt-mapping.md");

/// The rows of the table: number and the cell that names steps.
fn rows() -> Vec<(u8, String)> {
    let cells = PAGE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split('|').map(str::trim);
        let number = cells.next()?.parse().ok()?;
        Some((number, cells.collect::<Vec<_>>().join(" ")))
    });
    cells.collect()
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn is_name_of_a_step(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.contains(|other: char| other.is_ascii_lowercase())
}

#[test]
fn every_row_of_the_table_is_on_the_page_once() {
    let numbers: Vec<u8> = rows().into_iter().map(|(number, _)| number).collect();
    let expected: Vec<u8> = Row::ALL.iter().map(|row| row.number()).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn every_step_a_row_names_is_a_step_that_the_clock_reads() {
    for (number, text) in rows() {
        for name in quoted(&text).into_iter().filter(|word| is_name_of_a_step(word)) {
            let kind = StepKind::from_name(name);
            assert!(kind.is_some_and(concerns), "row {number}: `{name}`");
        }
    }
}

#[test]
fn every_field_a_row_names_is_a_field_of_a_step_of_that_row() {
    for (number, text) in rows() {
        let (names, fields): (Vec<_>, Vec<_>) =
            quoted(&text).into_iter().partition(|word| is_name_of_a_step(word));
        let known: BTreeSet<String> = names
            .iter()
            .filter_map(|name| StepKind::from_name(name))
            .filter_map(|kind| testkit::sample(kind, Fill::All).as_object().cloned())
            .flat_map(|fields| fields.into_iter().map(|(name, _)| name))
            .collect();
        for field in fields {
            assert!(known.contains(field), "row {number}: `{field}`");
        }
    }
}

#[test]
fn every_step_named_anywhere_on_the_page_exists_and_every_step_the_clock_reads_is_named() {
    let effects = [
        "Started",
        "Stopped",
        "Nullified",
        "Retracted",
        "Restarted",
        "Corrected",
        "Stayed",
        "Rejected",
    ];
    let named: BTreeSet<&str> = quoted(PAGE)
        .into_iter()
        .filter(|word| is_name_of_a_step(word) && !effects.contains(word))
        .collect();
    for name in &named {
        assert!(StepKind::from_name(name).is_some(), "`{name}`");
    }
    for kind in StepKind::ALL.iter().filter(|kind| concerns(**kind)) {
        assert!(named.contains(kind.name()), "{} is not on the page", kind.name());
    }
}
