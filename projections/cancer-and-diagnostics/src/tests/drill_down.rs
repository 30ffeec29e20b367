//! From each figure to the clocks it counts.

use pathway::cancer_and_diagnostics::Standard;
use projector::Connection;
use proptest::prelude::*;
use testkit::{Story, json};

use super::{asked_for, date, file_of, file_under, suspected, told};
use crate::{
    CancerAndDiagnosticsView, CancerAsk, DiagnosticAsk, GroupBy, MovedBy, PageOf, Stopped,
    StoppedClock, TOTAL, WaitedFor, WaitedTest,
};

const FIRST: PageOf = PageOf { after: None, first: 100 };

fn february() -> CancerAsk {
    CancerAsk { month: "2026-02".parse().unwrap(), provider: None, standard: None }
}

fn waiting_on(day: &str, group_by: GroupBy) -> DiagnosticAsk {
    DiagnosticAsk { on: date(day), provider: None, group_by }
}

fn numbers(clocks: &[StoppedClock]) -> Vec<u128> {
    clocks.iter().map(|clock| clock.listed.pathway_id.0.as_u128()).collect()
}

/// All the pages of a list, `first` at a time.
fn paged<T>(first: u32, read: impl Fn(PageOf) -> Vec<T>, last: impl Fn(&T) -> PageOf) -> Vec<T> {
    let mut all = read(PageOf { after: None, first });
    while let Some(next) = all.last().map(&last) {
        let page = read(PageOf { first, ..next });
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    all
}

fn behind(listed: &crate::Listed) -> PageOf {
    PageOf { after: Some((listed.pathway_id, listed.clock)), first: 1 }
}

#[test]
fn each_number_of_a_month_opens_to_the_clocks_it_counts() {
    let conn = file_of(&[
        told(suspected("RJ1"), "2026-02-02"),
        told(suspected("RJ1"), "2026-02-03"),
        told(suspected("RJZ"), "2026-02-28"),
        told(suspected("RJ1"), "2026-03-01"),
        suspected("RJ1"),
    ]);
    let of = |which| numbers(&february().clocks(&conn, (None, which), FIRST).unwrap());
    assert_eq!(of(Stopped::Judged), [1, 2, 3]);
    assert_eq!(of(Stopped::Within), [1]);
    assert_eq!(of(Stopped::Over), [2, 3]);
    assert_eq!(of(Stopped::Unjudged), [0_u128; 0]);
    let ours = CancerAsk { provider: Some("RJZ".parse().unwrap()), ..february() };
    let ours = ours.clocks(&conn, (Some("URGENT_SUSPECTED_CANCER"), Stopped::Judged), FIRST);
    assert_eq!(numbers(&ours.unwrap()), [3]);
}

#[test]
fn a_clock_of_the_list_says_its_days_its_standard_and_the_steps_that_moved_it() {
    let conn = file_of(&[told(suspected("RJ1"), "2026-02-03")]);
    let clock = february().clocks(&conn, (None, Stopped::Judged), FIRST).unwrap().remove(0);
    assert_eq!((clock.standard, clock.is_within()), (Standard::Cancer28Day, Some(false)));
    assert_eq!((clock.listed.days, clock.within_days_max), (Some(29), Some(28)));
    assert_eq!((clock.listed.start, clock.stop), (date("2026-01-05"), date("2026-02-03")));
    assert_eq!(clock.listed.commissioner.as_deref(), Some("72Q"));
    let moved = |rule: &str, step| MovedBy { rule: rule.to_owned(), event: Story::event(step) };
    assert_eq!(clock.listed.started_by, moved("SUSPECTED_CANCER_REFERRAL", 2));
    assert_eq!(clock.stopped_by, moved("PATIENT_TOLD", 3));
}

#[test]
fn a_clock_from_before_the_standard_is_listed_as_unjudged() {
    let mut standards = policy::shipped_standards();
    standards.limits.iter_mut().for_each(|limit| limit.span.from = date("2026-01-06"));
    let view = CancerAndDiagnosticsView::new(standards);
    let conn = file_under(&view, &[told(suspected("RJ1"), "2026-02-03")]);
    let of = |which| february().clocks(&conn, (None, which), FIRST).unwrap();
    assert_eq!(numbers(&of(Stopped::Judged)), [0_u128; 0]);
    let unjudged = of(Stopped::Unjudged);
    assert_eq!((numbers(&unjudged), unjudged[0].is_within()), (vec![1], None));
}

#[test]
fn a_test_of_42_days_is_listed_under_six_weeks_and_one_of_41_is_not() {
    let mri = || json!("MAGNETIC_RESONANCE_IMAGING");
    let conn = file_of(&[
        asked_for("2026-01-05", mri(), "RJ1"),
        asked_for("2026-01-06", mri(), "RJ1"),
        asked_for("2025-11-17", json!("COLONOSCOPY"), "RJZ"),
        asked_for("2026-02-17", mri(), "RJ1"),
    ]);
    let ask = waiting_on("2026-02-16", GroupBy::Test);
    let of = |key: &str, which| {
        let tests = ask.tests(&conn, (key, which), FIRST).unwrap().into_iter();
        tests.map(|test| (test.listed.pathway_id.0.as_u128(), test.listed.days)).collect::<Vec<_>>()
    };
    let key = "MAGNETIC_RESONANCE_IMAGING";
    assert_eq!(of(key, WaitedFor::Waiting), [(1, Some(42)), (2, Some(41))]);
    assert_eq!(of(key, WaitedFor::SixWeeksOrMore), [(1, Some(42))]);
    assert_eq!(of("COLONOSCOPY", WaitedFor::ThirteenWeeksOrMore), [(3, Some(91))]);
    assert_eq!(of("CYSTOSCOPY", WaitedFor::Waiting), []);
}

#[test]
fn behind_a_pathway_that_is_not_there_the_page_is_empty() {
    let conn = file_of(&[told(suspected("RJ1"), "2026-02-03")]);
    let after = Some((steps::PathwayId(uuid::Uuid::from_u128(99)), 0));
    let page = PageOf { after, ..FIRST };
    assert!(february().clocks(&conn, (None, Stopped::Judged), page).unwrap().is_empty());
    let ask = waiting_on("2026-02-16", GroupBy::Total);
    assert!(ask.tests(&conn, (TOTAL, WaitedFor::Waiting), page).unwrap().is_empty());
}

/// A pathway told of a cancer or not, with a test or not, anywhere in the borders of both.
fn any_story() -> impl Strategy<Value = Story> {
    let day = |at: u32| format!("2026-0{}-{:02}", 1 + at / 28, 1 + at % 28);
    (0_u32..84, proptest::option::of(0_u32..84), 0_u32..84, any::<(bool, bool)>()).prop_map(
        move |(opened, stopped, asked, (ours, is_mri))| {
            let provider = if ours { "RJ1" } else { "RJZ" };
            let fields = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": provider});
            let story = testkit::story().on(&day(opened), "cancerPathwayOpened", fields);
            let story = match stopped {
                Some(stopped) => told(story, &day(stopped)),
                None => story,
            };
            let test = if is_mri { json!("MAGNETIC_RESONANCE_IMAGING") } else { json!(null) };
            let test = json!({"testId": "T1", "modality": "IMAGING", "dm01": true,
                "dm01Test": test, "requester": "G85001", "provider": provider});
            story.on(&day(asked), "testRequested", test)
        },
    )
}

fn lists_are_figures_of_a_month(conn: &Connection, first: u32) {
    for figure in february().figures(conn).unwrap() {
        let ask = CancerAsk { standard: Some(figure.standard), ..february() };
        let count = |which| {
            let part = Some(figure.part.as_str());
            let read = |page| ask.clocks(conn, (part, which), page).unwrap();
            u32::try_from(paged(first, read, |clock: &StoppedClock| behind(&clock.listed)).len())
                .unwrap()
        };
        assert_eq!(count(Stopped::Judged), figure.number);
        assert_eq!(count(Stopped::Within), figure.within);
        assert_eq!(count(Stopped::Over), figure.number - figure.within);
        assert_eq!(count(Stopped::Unjudged), figure.unjudged);
    }
}

fn lists_are_figures_of_a_day(conn: &Connection, group_by: GroupBy, first: u32) {
    let ask = waiting_on("2026-03-10", group_by);
    for figure in ask.figures(conn).unwrap() {
        let count = |which| {
            let read = |page| ask.tests(conn, (figure.key.as_str(), which), page).unwrap();
            u32::try_from(paged(first, read, |test: &WaitedTest| behind(&test.listed)).len())
                .unwrap()
        };
        assert_eq!(count(WaitedFor::Waiting), figure.waiting);
        assert_eq!(count(WaitedFor::SixWeeksOrMore), figure.six_weeks_or_more);
        assert_eq!(count(WaitedFor::ThirteenWeeksOrMore), figure.thirteen_weeks_or_more);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_sum_of_each_list_is_its_figure_however_it_is_paged(
        stories in proptest::collection::vec(any_story(), 0..12), first in 1_u32..5,
    ) {
        let conn = file_of(&stories);
        lists_are_figures_of_a_month(&conn, first);
        for group_by in [GroupBy::Total, GroupBy::Test, GroupBy::Provider, GroupBy::Commissioner] {
            lists_are_figures_of_a_day(&conn, group_by, first);
        }
    }
}
