//! Each check raises its query at its border, and not beside it.

use super::*;
use crate::{BANDS, ExtractRow, OrganisationEntry};

const LIMITS: Limits = Limits {
    jump_percent: 20,
    jump_least: 10,
    waiting_months: 12,
    first_week_percent: 50,
    unknown_start_percent: 10,
    share_least: 20,
};

fn row(part: Part, bands: &[(usize, u32)], unknown_start: u32) -> ExtractRow {
    let mut counts = vec![0; BANDS];
    for (band, count) in bands {
        counts[*band] = *count;
    }
    let banded: u32 = counts.iter().sum();
    ExtractRow {
        line: 0,
        provider: "RT1".parse().unwrap(),
        commissioner: "71T".parse().unwrap(),
        part,
        function: "C_100".parse().unwrap(),
        function_name: None,
        bands: if part == Part::NewPeriods { Vec::new() } else { counts },
        unknown_start,
        total_all: banded + unknown_start,
    }
}

fn extract(rows: Vec<ExtractRow>) -> Extract {
    let entry = OrganisationEntry {
        name: "TOWN".parse().unwrap(),
        parent: None,
        provides: false,
        commissions: true,
    };
    Extract {
        period: "RTT-January-2026".to_owned(),
        census: "2026-01-31".parse().unwrap(),
        rows,
        organisations: [("71T".parse().unwrap(), entry)].into(),
        warnings: Vec::new(),
    }
}

/// A month that raises nothing.
fn sound() -> Vec<ExtractRow> {
    vec![
        row(Part::CompletedAdmitted, &[(0, 10), (20, 10)], 2),
        row(Part::CompletedNonAdmitted, &[(0, 10), (20, 10)], 2),
        row(Part::Incomplete, &[(0, 10), (3, 10), (60, 40)], 0),
        row(Part::IncompleteWithDecisionToAdmit, &[(60, 40)], 0),
        row(Part::NewPeriods, &[(0, 20)], 0),
    ]
}

fn raised(now: Vec<ExtractRow>, before: Option<Vec<ExtractRow>>) -> Vec<(Check, u32, Option<u32>)> {
    let before = before.map(extract);
    let found = queries(&extract(now), before.as_ref(), &LIMITS);
    found.into_iter().map(|query| (query.check, query.figure, query.against)).collect()
}

fn with(place: usize, changed: ExtractRow) -> Vec<ExtractRow> {
    let mut rows = sound();
    rows[place] = changed;
    rows
}

#[test]
fn a_sound_month_raises_nothing_up_to_its_borders() {
    assert_eq!(raised(sound(), None), []);
}

#[test]
fn one_over_a_border_is_asked_about_with_both_figures() {
    let first_week = with(0, row(Part::CompletedAdmitted, &[(0, 12), (20, 10)], 1));
    assert_eq!(raised(first_week, None), [(Check::FirstWeek, 12, Some(23))]);
    let unknown = with(1, row(Part::CompletedNonAdmitted, &[(0, 10), (20, 10)], 3));
    assert_eq!(raised(unknown, None), [(Check::UnknownStarts, 3, Some(23))]);
    let starts = with(4, row(Part::NewPeriods, &[(0, 19)], 0));
    assert_eq!(raised(starts, None), [(Check::StartsUnderWaiting, 19, Some(20))]);
    let large = with(2, row(Part::Incomplete, &[(0, 10), (60, 519)], 0));
    assert_eq!(raised(large, None), [(Check::LargeWaiting, 529, Some(44))]);
}

/// Guidance Annex B, case chk-01.
#[test]
fn chk_01_more_in_part_2a_than_in_part_2_is_asked_about_and_as_many_is_not() {
    let admitted = |count| with(3, row(Part::IncompleteWithDecisionToAdmit, &[(60, count)], 0));
    assert_eq!(raised(admitted(60), None), []);
    assert_eq!(raised(admitted(61), None), [(Check::AdmittedOverWaiting, 61, Some(60))]);
    // The part as a whole is smaller; one of its functions is not.
    let mut rows = sound();
    let mut elsewhere = row(Part::IncompleteWithDecisionToAdmit, &[(60, 1)], 0);
    elsewhere.function = "C_101".parse().unwrap();
    rows.push(elsewhere);
    assert_eq!(raised(rows, None), [(Check::AdmittedOverWaiting, 1, Some(0))]);
}

/// Guidance Annex B, case chk-03.
#[test]
fn chk_03_any_one_part_that_is_identical_to_last_month_is_asked_about() {
    for (place, identical) in sound().into_iter().enumerate() {
        let mut before = sound();
        for other in &mut before {
            other.total_all += 1;
        }
        before[place] = identical.clone();
        let total = identical.total_all;
        let found = raised(sound(), Some(before));
        assert_eq!(found, [(Check::SameAsLastMonth, total, Some(total))], "{:?}", identical.part);
    }
}

#[test]
fn a_part_of_nobody_is_missing_and_completed_without_waiting_is_asked_about() {
    let mut rows = sound();
    rows.drain(2..4);
    let found = raised(rows, None);
    assert!(found.contains(&(Check::MissingPart, 0, None)), "{found:?}");
    assert!(found.contains(&(Check::CompletedWithoutWaiting, 0, Some(44))), "{found:?}");
}

#[test]
fn what_does_not_foot_and_a_stranger_that_pays_are_asked_about() {
    let mut rows = sound();
    rows[2].total_all += 1;
    assert_eq!(raised(rows, None), [(Check::DoesNotFoot, 61, Some(60))]);
    let mut rows = sound();
    let mut total = row(Part::Incomplete, &[(0, 10), (3, 9), (60, 41)], 0);
    total.function = "C_999".parse().unwrap();
    rows.push(total);
    assert_eq!(raised(rows, None), [(Check::DoesNotFoot, 60, Some(60))], "a band differs");
    let mut rows = sound();
    rows[2].commissioner = "99Z".parse().unwrap();
    let found = raised(rows, None);
    assert!(found.contains(&(Check::Commissioner, 60, None)), "{found:?}");
}

#[test]
fn the_month_before_is_compared_part_by_part_and_over_52_weeks() {
    let same = raised(sound(), Some(sound()));
    assert!(same.iter().all(|(check, ..)| *check == Check::SameAsLastMonth), "{same:?}");
    assert_eq!(same.len(), 5);
    let before = vec![row(Part::Incomplete, &[(0, 10), (60, 10)], 0)];
    let found = raised(sound(), Some(before));
    // Part_2 rose from 20 to 60, over 52 weeks from 10 to 40, and every other part from nobody.
    let jumps = found.iter().filter(|(check, ..)| *check == Check::Jump);
    assert_eq!(jumps.count(), 6, "{found:?}");
    let gone = raised(Vec::new(), Some(sound()));
    assert!(gone.contains(&(Check::NobodyNow, 0, Some(60))), "{gone:?}");
}

#[test]
fn a_change_on_the_border_is_no_jump() {
    let limits = |figure, was| changed(figure, was, "Part_2", &LIMITS).map(|(check, _)| check);
    assert_eq!((limits(120, 100), limits(121, 100)), (None, Some(Check::Jump)));
    assert_eq!((limits(9, 1), limits(11, 1)), (None, Some(Check::Jump)));
}
