//! The figures of a month and of a day.

use testkit::{Story, json};

use super::{asked_for, date, file_of, suspected, told};
use crate::{CancerAsk, CancerFigure, DiagnosticAsk, DiagnosticFigure, GroupBy};
use pathway::cancer_and_diagnostics::Standard;

fn stopped(stories: &[Story], month: &str, provider: Option<&str>) -> Vec<CancerFigure> {
    let provider = provider.map(|code| code.parse().unwrap());
    let ask = CancerAsk { month: month.parse().unwrap(), provider, standard: None };
    ask.figures(&file_of(stories)).unwrap()
}

fn waiting(stories: &[Story], on: &str, group_by: GroupBy) -> Vec<(String, u32, u32, u32)> {
    let ask = DiagnosticAsk { on: date(on), provider: None, group_by };
    let figures = ask.figures(&file_of(stories)).unwrap().into_iter();
    let plain = |one: DiagnosticFigure| {
        (one.key, one.waiting, one.six_weeks_or_more, one.thirteen_weeks_or_more)
    };
    figures.map(plain).collect()
}

fn treated(story: Story, on: &str) -> Story {
    let fields = json!({"cancerTreatmentEvent": "FIRST", "cancerModality": "SURGERY",
        "provider": "RJZ"});
    story.on("2026-02-10", "cancerTreatmentDecided", fields.clone()).on(
        on,
        "cancerTreatmentStarted",
        fields,
    )
}

#[test]
fn a_month_counts_what_stopped_in_it_and_how_many_within() {
    let stories = [
        told(suspected("RJ1"), "2026-02-02"),
        told(suspected("RJ1"), "2026-02-03"),
        told(suspected("RJZ"), "2026-02-28"),
        told(suspected("RJ1"), "2026-03-01"),
        suspected("RJ1"),
    ];
    let of = |provider| {
        let figures = stopped(&stories, "2026-02", provider);
        assert_eq!(figures.len(), 1, "{figures:?}");
        assert_eq!(figures[0].standard, Standard::Cancer28Day);
        (figures[0].part.clone(), figures[0].number, figures[0].within, figures[0].unjudged)
    };
    assert_eq!(of(None), ("URGENT_SUSPECTED_CANCER".to_owned(), 3, 1, 0));
    assert_eq!(of(Some("RJ1")), ("URGENT_SUSPECTED_CANCER".to_owned(), 2, 1, 0));
    assert!(stopped(&stories, "2026-01", None).is_empty());
}

#[test]
fn a_treatment_counts_for_31_and_62_days_and_for_who_treated() {
    let stories = [
        treated(told(suspected("RJ1"), "2026-01-20"), "2026-03-08"),
        treated(told(suspected("RJ1"), "2026-01-20"), "2026-03-14"),
    ];
    let figures = stopped(&stories, "2026-03", Some("RJZ"));
    let plain: Vec<_> = figures
        .iter()
        .map(|one| (one.standard, one.part.as_str(), one.number, one.within))
        .collect();
    assert_eq!(
        plain,
        [
            (Standard::Cancer31Day, "FIRST_TREATMENT", 2, 1),
            (Standard::Cancer62Day, "URGENT_SUSPECTED_CANCER", 2, 1),
        ]
    );
    assert!(stopped(&stories, "2026-03", Some("RJ1")).is_empty());
}

#[test]
fn ruled_out_counts_for_the_28_days_and_for_no_62() {
    let story = suspected("RJ1").on(
        "2026-01-20",
        "diagnosisCommunicated",
        json!({"diagnosisOutcome": "RULED_OUT"}),
    );
    let figures = stopped(&[story], "2026-01", None);
    assert_eq!(figures.iter().map(|one| one.standard).collect::<Vec<_>>(), [Standard::Cancer28Day]);
}

#[test]
fn a_test_is_over_from_its_42nd_day_and_long_from_its_91st() {
    let mri = [asked_for("2026-01-05", json!("MAGNETIC_RESONANCE_IMAGING"), "RJ1")];
    let on = |day| waiting(&mri, day, GroupBy::Total);
    let total = |waiting, six, thirteen| vec![("TOTAL".to_owned(), waiting, six, thirteen)];
    assert_eq!(on("2026-01-04"), total(0, 0, 0));
    assert_eq!(on("2026-01-05"), total(1, 0, 0));
    assert_eq!(on("2026-02-15"), total(1, 0, 0), "41 days");
    assert_eq!(on("2026-02-16"), total(1, 1, 0), "42 days");
    assert_eq!(on("2026-04-05"), total(1, 1, 0), "90 days");
    assert_eq!(on("2026-04-06"), total(1, 1, 1), "91 days");
}

#[test]
fn a_test_done_on_the_day_is_no_longer_waited_for() {
    let done = json!({"testId": "T1", "provider": "RJ1"});
    let story = asked_for("2026-01-05", json!("COLONOSCOPY"), "RJ1");
    let story = [story.on("2026-01-31", "testPerformed", done)];
    assert_eq!(waiting(&story, "2026-01-30", GroupBy::Total)[0].1, 1);
    assert_eq!(waiting(&story, "2026-01-31", GroupBy::Total)[0].1, 0);
}

#[test]
fn a_list_of_before_the_reset_stays_as_it_was() {
    let booked = json!({"appointmentId": "A1", "startsAt": "2026-02-20T10:00:00Z",
        "bookingKind": "TEST", "provider": "RJ1"});
    let missed = json!({"appointmentId": "A1", "appointmentDate": "2026-02-20",
        "attendanceCode": "3", "provider": "RJ1"});
    let story = asked_for("2026-01-05", json!("COLONOSCOPY"), "RJ1");
    let before = waiting(std::slice::from_ref(&story), "2026-02-19", GroupBy::Total);
    let story = [story.on("2026-01-10", "appointmentBooked", booked).on(
        "2026-02-20",
        "dnaRecorded",
        missed,
    )];
    assert_eq!(waiting(&story, "2026-02-19", GroupBy::Total), before);
    assert_eq!(before, [("TOTAL".to_owned(), 1, 1, 0)]);
    assert_eq!(waiting(&story, "2026-02-20", GroupBy::Total), [("TOTAL".to_owned(), 1, 0, 0)]);
}

#[test]
fn tests_are_told_apart_and_one_that_says_nothing_is_counted_as_unknown() {
    let stories = [
        asked_for("2026-01-05", json!("COLONOSCOPY"), "RJ1"),
        asked_for("2026-01-05", json!("COLONOSCOPY"), "RJZ"),
        asked_for("2026-01-05", json!(null), "RJZ"),
    ];
    let counts = |group_by| {
        let figures = waiting(&stories, "2026-01-31", group_by).into_iter();
        figures.map(|(key, waiting, ..)| (key, waiting)).collect::<Vec<_>>()
    };
    let named = |all: &[(&str, u32)]| {
        all.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect::<Vec<_>>()
    };
    assert_eq!(counts(GroupBy::Test), named(&[("COLONOSCOPY", 2), ("UNKNOWN", 1)]));
    assert_eq!(counts(GroupBy::Provider), named(&[("RJ1", 1), ("RJZ", 2)]));
    assert_eq!(counts(GroupBy::Commissioner), named(&[("UNKNOWN", 3)]));
}
