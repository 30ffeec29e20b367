//! Corrections and withdrawals, which can themselves be corrected and withdrawn.

use super::*;

const MONDAY: &str = "2026-01-05T09:00:00Z";
const TUESDAY: &str = "2026-01-06T09:00:00Z";
const WEDNESDAY: &str = "2026-01-07T09:00:00Z";
const THURSDAY: &str = "2026-01-08T09:00:00Z";

/// What became of each step that is set aside.
fn aside(history: &History) -> Vec<(u128, WhySetAside, Option<u128>)> {
    let number = |event_id: EventId| event_id.0.as_u128();
    let one = |aside: &SetAside| (number(aside.told.event_id), aside.why, aside.by.map(number));
    history.set_aside().iter().map(one).collect()
}

#[test]
fn a_corrected_step_reads_as_its_correction_under_its_own_id() {
    let history = history(vec![arrived(1, MONDAY), corrected(2, TUESDAY, 1, "A2")]);
    let [entry] = history.entries() else { panic!("{history:?}") };
    assert_eq!((entry.event_id(), entry.corrected_by), (id(1), Some(id(2))));
    assert_eq!((appointments(&history), entry.occurred_at()), (vec!["A2"], at(MONDAY)));
    assert_eq!(aside(&history), [(2, WhySetAside::Amendment, None)]);
}

#[test]
fn a_corrected_time_moves_the_step() {
    let step = json!({"patientArrived": {"appointmentId": "A1"}});
    let fields = json!({"eventId": id(1), "step": step, "correctedOccurredAt": "2026-01-09"});
    let moved = told(3, THURSDAY, "stepCorrected", fields);
    let history = history(vec![arrived(1, MONDAY), arrived(2, TUESDAY), moved]);
    assert_eq!(ids(&history), [2, 1]);
    assert_eq!(history.entries()[1].occurred_at(), at("2026-01-09"));
}

#[test]
fn a_withdrawn_step_is_set_aside_with_the_event_that_withdrew_it() {
    let history = history(vec![arrived(1, MONDAY), withdrawn(2, TUESDAY, 1)]);
    assert!(history.entries().is_empty());
    let expected = [(1, WhySetAside::EnteredInError, Some(2)), (2, WhySetAside::Amendment, None)];
    assert_eq!(aside(&history), expected);
}

#[test]
fn the_latest_of_several_corrections_wins() {
    let told = vec![
        arrived(1, MONDAY),
        corrected(2, WEDNESDAY, 1, "LATEST"),
        corrected(3, TUESDAY, 1, "EARLIER"),
    ];
    let history = history(told);
    assert_eq!(appointments(&history), ["LATEST"]);
    assert_eq!(history.entries()[0].corrected_by, Some(id(2)));
}

#[test]
fn of_corrections_made_at_one_moment_the_event_id_decides() {
    let told = vec![
        arrived(1, MONDAY),
        corrected(3, TUESDAY, 1, "SECOND"),
        corrected(2, TUESDAY, 1, "FIRST"),
    ];
    assert_eq!(appointments(&history(told)), ["SECOND"]);
}

#[test]
fn a_correction_of_a_correction_takes_its_place() {
    let told = vec![
        arrived(1, MONDAY),
        corrected(2, TUESDAY, 1, "A2"),
        corrected(3, WEDNESDAY, 2, "A3"),
        corrected(4, THURSDAY, 3, "A4"),
    ];
    let history = history(told);
    assert_eq!((ids(&history), appointments(&history)), (vec![1], vec!["A4"]));
    assert_eq!(history.entries()[0].corrected_by, Some(id(4)));
}

#[test]
fn a_withdrawn_correction_leaves_the_step_as_it_was_told() {
    let first = arrived(1, MONDAY);
    let told = vec![first.clone(), corrected(2, TUESDAY, 1, "A2"), withdrawn(3, WEDNESDAY, 2)];
    let history = history(told);
    assert_eq!(history.entries(), [Entry { told: first, corrected_by: None }]);
    let expected = [(2, WhySetAside::EnteredInError, Some(3)), (3, WhySetAside::Amendment, None)];
    assert_eq!(aside(&history), expected);
}

#[test]
fn where_the_latest_correction_is_withdrawn_the_one_before_is_in_force() {
    let told = vec![
        arrived(1, MONDAY),
        corrected(2, TUESDAY, 1, "BEFORE"),
        corrected(3, WEDNESDAY, 1, "LATEST"),
        withdrawn(4, THURSDAY, 3),
    ];
    assert_eq!(appointments(&history(told)), ["BEFORE"]);
}

#[test]
fn a_withdrawn_withdrawal_brings_the_step_back() {
    let told = vec![arrived(1, MONDAY), withdrawn(2, TUESDAY, 1), withdrawn(3, WEDNESDAY, 2)];
    let history = history(told);
    assert_eq!(ids(&history), [1]);
    assert_eq!(history.entries()[0].corrected_by, None);
}

#[test]
fn of_a_withdrawal_and_a_correction_the_later_decides() {
    let correction_later =
        vec![arrived(1, MONDAY), withdrawn(2, TUESDAY, 1), corrected(3, WEDNESDAY, 1, "A3")];
    assert_eq!(appointments(&history(correction_later)), ["A3"]);
    let withdrawal_later =
        vec![arrived(1, MONDAY), corrected(2, TUESDAY, 1, "A2"), withdrawn(3, WEDNESDAY, 1)];
    assert!(history(withdrawal_later).entries().is_empty());
}

#[test]
fn corrections_that_correct_each_other_come_to_an_end() {
    let told = vec![
        arrived(1, MONDAY),
        corrected(2, TUESDAY, 3, "A2"),
        corrected(3, WEDNESDAY, 2, "A3"),
        corrected(4, WEDNESDAY, 4, "A4"),
        withdrawn(5, THURSDAY, 6),
        withdrawn(6, THURSDAY, 5),
    ];
    let history = history(told);
    assert_eq!(appointments(&history), ["A1"]);
    assert_eq!(history.set_aside().len(), 5);
}

#[test]
fn a_correction_of_a_step_that_never_came_changes_nothing() {
    let history = history(vec![arrived(1, MONDAY), corrected(2, TUESDAY, 99, "A2")]);
    assert_eq!(appointments(&history), ["A1"]);
    assert_eq!(aside(&history), [(2, WhySetAside::Amendment, None)]);
}

#[test]
fn a_history_holds_what_is_in_effect_and_what_is_set_aside() {
    let told = vec![arrived(1, MONDAY), arrived(2, TUESDAY), withdrawn(3, WEDNESDAY, 2)];
    let history = history(told);
    assert!([1, 2, 3].into_iter().all(|n| history.holds(id(n))));
    assert!(!history.holds(id(4)));
}

#[test]
fn a_corrected_step_is_found_as_it_now_stands() {
    let history = history(vec![arrived(1, MONDAY), corrected(2, TUESDAY, 1, "A2")]);
    let Some(Step::PatientArrived(step)) = history.told(id(1)).map(|told| &told.step) else {
        panic!("{history:?}")
    };
    assert_eq!(step.appointment_id.as_str(), "A2");
}

/// Event 1 amended by a correction and a withdrawal, told in both orders: whether it still stands.
#[track_caller]
fn stands(correction: Told, withdrawal: Told) -> bool {
    let told = |amendments: [&Told; 2]| {
        let later = |(seconds, amendment): (i64, &&Told)| Told {
            recorded_at: recorded_at() + chrono::Duration::seconds(seconds),
            ..(*amendment).clone()
        };
        let amendments = (1..).zip(&amendments).map(later);
        history([arrived(1, MONDAY)].into_iter().chain(amendments).collect())
    };
    let first = told([&correction, &withdrawal]);
    let second = told([&withdrawal, &correction]);
    assert_eq!(appointments(&first), appointments(&second), "the order of arrival matters");
    !first.entries().is_empty()
}

fn entered(at: &str, amendment: Told) -> Told {
    Told { entered_in_source_at: Some(at.parse().unwrap()), ..amendment }
}

#[test]
fn a_withdrawal_of_the_same_day_goes_before_a_correction_whatever_their_ids() {
    for (correction, withdrawal) in [(2, 3), (3, 2)] {
        let correction = corrected(correction, "2026-01-06", 1, "A2");
        assert!(!stands(correction, withdrawn(withdrawal, "2026-01-06", 1)));
    }
}

#[test]
fn a_withdrawal_of_the_same_moment_goes_before_a_correction() {
    assert!(!stands(corrected(3, TUESDAY, 1, "A2"), withdrawn(2, TUESDAY, 1)));
}

#[test]
fn a_correction_undoes_a_withdrawal_only_where_it_was_surely_made_later() {
    let noon = "2026-01-06T12:00:00Z";
    assert!(!stands(corrected(2, "2026-01-06", 1, "A2"), withdrawn(3, TUESDAY, 1)), "either");
    assert!(!stands(corrected(2, noon, 1, "A2"), withdrawn(3, "2026-01-06", 1)), "either");
    assert!(stands(corrected(2, noon, 1, "A2"), withdrawn(3, TUESDAY, 1)));
    assert!(stands(corrected(2, "2026-01-07", 1, "A2"), withdrawn(3, "2026-01-06", 1)));
}

#[test]
fn within_a_day_it_counts_when_the_source_was_told() {
    let correction = |at| entered(at, corrected(2, "2026-01-06", 1, "A2"));
    let withdrawal = entered("2026-01-06T10:00:00Z", withdrawn(3, "2026-01-06", 1));
    assert!(stands(correction("2026-01-06T10:00:01Z"), withdrawal.clone()));
    assert!(!stands(correction("2026-01-06T09:59:59Z"), withdrawal.clone()));
    // Entered on another day than it is dated to, it tells nothing about that day.
    assert!(!stands(correction("2026-01-09T10:00:00Z"), withdrawal));
}

#[test]
fn a_withdrawal_that_was_itself_withdrawn_stands_in_the_way_of_no_correction() {
    let told = vec![
        arrived(1, MONDAY),
        corrected(2, "2026-01-06", 1, "A2"),
        withdrawn(3, "2026-01-06", 1),
        withdrawn(4, WEDNESDAY, 3),
    ];
    assert_eq!(appointments(&history(told)), ["A2"]);
}
