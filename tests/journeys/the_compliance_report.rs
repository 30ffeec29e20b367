//! The report of promises for people, read in a real browser where there is one.

use std::path::{Path, PathBuf};

use serde_json::json;
use waymark_tests::Server;

use crate::{
    office::Office,
    the_report::{asked_of, cells, opened, run},
};

/// A town with promises kept, kept late and broken, and something of everything at the interface.
fn town() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let mut office = Office::over(Server::over(data.path()));
    office.visit(1, "RJ1", "2026-01-12T10:00:00Z", Some("2026-01-21T10:00:00Z"));
    office.visit(2, "RJ1", "2026-02-03T10:00:00Z", Some("2026-02-20T10:00:00Z"));
    office.visit(3, "RJ1", "2026-02-04T10:00:00Z", None);
    office.visit(4, "RJZ", "2026-02-05T10:00:00Z", Some("2026-02-06T10:00:00Z"));
    office.record(
        json!({}),
        ("2026-02-03T10:00:00Z", None),
        json!({"interfaceConcernRaised":
        {"concernId": "C1", "concernCategory": "POINTS_OF_CONTACT", "harmLevel": "LOW",
        "raisedBy": "PRACTICE", "fromOrganisation": "G85001", "toOrganisation": "RJ1",
        "details": "a secret of somebody"}}),
    );
    office.on(
        3,
        "2026-02-09",
        json!({"workTransferRequested": {"actionId": "W1",
        "workCategory": "ISSUE_FIT_NOTE", "fromOrganisation": "RJ1", "toOrganisation": "G85001"}}),
    );
    office.on(
        4,
        "2026-02-10",
        json!({"removedFromWaitingList": {"provider": "RJZ",
        "removalReason": "NOT_GIVEN"}}),
    );
    office.on(5, "2026-02-11", json!({"patientDied": {}}));
    office.on(
        5,
        "2026-02-12",
        json!({"referredToMedicalExaminer": {"fromOrganisation": "G85001",
        "toOrganisation": "RWA", "recordsSent": true}}),
    );
    drop(office);
    data
}

fn report(data: &Path, more: &[&str]) -> (bool, String, PathBuf) {
    let out = data.join("promises.html");
    let start = ["report", "compliance", "--out", out.to_str().unwrap()];
    let (ended_well, said) = run(data, &[&start, more].concat());
    (ended_well, said, out)
}

#[test]
fn the_page_tells_rule_by_rule_and_of_the_interface_in_counts_and_words() {
    let data = town();
    let (ended_well, said, out) = report(data.path(), &["--month", "2026-02"]);
    assert!(ended_well, "{said}");
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    assert!(!page.contains("secret"), "nothing personal is on the page");
    let expected = ["3", "1", "1", "1", "0", "0", "0", "0", "0", "33.3%", "7 days"];
    assert_eq!(cells(&page, "SEL-2.5c"), expected);
    for told in [
        "points of contact</th><td>RJ1</td><td>1</td><td>1</td><td>1</td>",
        "issue fit note</th><td>RJ1</td><td>NHS</td><td>1</td><td>0</td><td>0</td><td>1</td>",
        "RJZ</th><td>0</td><td>0</td><td>none</td><td>0</td><td>1</td><td>1</td><td>100.0%</td>",
        "RWA</th><td>by law</td><td>1 with examiner</td>",
        "<td>not kept</td><td>RJ1</td><td>00000000-0000-4000-8000-000000000003</td>",
        "should be with the interface leads",
    ] {
        assert!(page.contains(told), "{told}");
    }
    if let Some((dom, said, asked)) = opened(&out) {
        assert!(!said.contains("CONSOLE"), "{said}");
        assert_eq!(cells(&dom, "SEL-2.5c"), expected);
        assert_eq!(
            dom.matches("<svg class=\"chart\"").count(),
            page.matches("<svg class=\"chart\"").count()
        );
        assert!(page.contains("<svg class=\"chart\""), "two months make a trend");
        assert_eq!(asked_of(&asked), [""; 0], "the page asked the network");
    }
}

#[test]
fn a_report_is_narrowed_to_an_organisation_and_one_of_nothing_says_so() {
    let data = town();
    let only = ["--month", "2026-02", "--organisation", "RJZ"];
    let (ended_well, said, out) = report(data.path(), &only);
    assert!(ended_well, "{said}");
    let page = std::fs::read_to_string(&out).unwrap();
    assert_eq!(cells(&page, "SEL-2.5c")[..3], ["1", "1", "0"]);
    assert!(!page.contains("issue fit note"), "that was RJ1's");
    assert!(page.contains("No death was told of."), "the office is RWA's");
    for (month, expected) in [
        ("2019-01", "nothing was promised or told at the interface in 2019-01"),
        ("2999-01", "--month 2999-01 is in the future"),
        ("0026-01", "--month is in the year 0026: expected a year from 1900 to 2200"),
        ("January", "--month is `January`: expected a month, such as 2026-01"),
    ] {
        let (ended_well, said, _) = report(data.path(), &["--month", month]);
        assert!(!ended_well && said.contains(expected), "{month}: {said}");
    }
    let empty = tempfile::tempdir().unwrap();
    let (ended_well, said, _) = report(empty.path(), &["--month", "2026-02"]);
    assert!(!ended_well && said.contains("there is no event log in"), "{said}");
}
