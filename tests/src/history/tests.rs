//! The checker on trial: a run that is well passes, and each way of breaking a promise is found.

use super::*;

fn event(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The call of a command from one second to another.
fn call(number: u128, (began, ended): (u64, u64), answer: Answer) -> Call {
    let (began, ended) = (Duration::from_secs(began), Duration::from_secs(ended));
    Call { event: event(number), stream: "pathway-a".to_owned(), began, ended, answer }
}

fn new(position: u64) -> Answer {
    Answer::Acknowledged { position, duplicate: false }
}

fn found(position: u64) -> Answer {
    Answer::Acknowledged { position, duplicate: true }
}

/// A log of one stream, with these events from position 1.
fn log(events: &[u128]) -> Vec<Entry> {
    let numbered = (1..).zip(events);
    let entry = |(position, number): (u64, &u128)| Entry {
        position,
        event: event(*number),
        stream: "pathway-a".to_owned(),
        revision: position - 1,
        recorded_micros: 1_000,
    };
    numbered.map(entry).collect()
}

#[test]
fn a_run_that_is_well_passes() {
    let calls = [
        call(1, (0, 1), new(1)),
        // At the same time as the next, and after it in the log.
        call(2, (2, 5), new(3)),
        call(3, (3, 4), new(2)),
        // Without an answer, then found; without an answer and not there, then new.
        call(4, (6, 7), Answer::Unknown),
        call(4, (8, 9), found(4)),
        call(5, (6, 7), Answer::Unknown),
        call(5, (10, 11), new(5)),
        call(6, (12, 13), Answer::Refused),
        // Never answered: one is there, one is not.
        call(7, (14, 15), Answer::Unknown),
        call(8, (14, 15), Answer::Unknown),
    ];
    assert_eq!(check(Positions::Dense, &calls, 0, &log(&[1, 3, 2, 4, 5, 7])), []);
    let counts = Counts { acknowledged: 5, refused: 1, unsure: 4, found: 1 };
    assert_eq!(count(&calls), counts);
}

#[test]
fn what_was_there_before_the_run_was_asked_for_by_nobody_in_it() {
    let calls = [call(3, (0, 1), new(3))];
    assert_eq!(check(Positions::Dense, &calls, 2, &log(&[1, 2, 3])), []);
    let stranger = Finding::AskedByNobody { event: event(2), position: 2 };
    assert_eq!(check(Positions::Dense, &calls, 1, &log(&[1, 2, 3])), [stranger]);
}

#[test]
fn an_acknowledged_step_that_is_lost_is_found() {
    let calls = [call(1, (0, 1), new(1)), call(2, (2, 3), new(2))];
    assert_eq!(
        check(Positions::Dense, &calls, 0, &log(&[1])),
        [Finding::Lost { event: event(2), told: 2 }]
    );
    let repeated = [call(1, (0, 1), Answer::Unknown), call(1, (2, 3), found(1))];
    assert_eq!(
        check(Positions::Dense, &repeated, 0, &[]),
        [Finding::Lost { event: event(1), told: 1 }]
    );
}

#[test]
fn a_step_that_stands_twice_is_found_whether_it_was_answered_or_not() {
    let twice = Finding::Twice { event: event(1), first: 1, second: 2 };
    let unknown = [call(1, (0, 1), Answer::Unknown)];
    assert_eq!(check(Positions::Dense, &unknown, 0, &log(&[1, 1])), [twice]);
    let acknowledged = [call(1, (0, 1), new(2))];
    assert_eq!(check(Positions::Dense, &acknowledged, 0, &log(&[1, 1])), [twice]);
}

#[test]
fn a_step_at_another_position_than_was_told_is_found() {
    let calls = [call(1, (0, 9), new(2)), call(2, (0, 9), new(1))];
    let moved = |number, told, stands| Finding::Moved { event: event(number), told, stands };
    assert_eq!(check(Positions::Dense, &calls, 0, &log(&[1, 2])), [moved(1, 2, 1), moved(2, 1, 2)]);
    // Two answers to one command that do not agree.
    let repeated = [call(1, (0, 1), new(1)), call(1, (2, 3), found(2))];
    assert_eq!(check(Positions::Dense, &repeated, 0, &log(&[1])), [moved(1, 2, 1)]);
}

#[test]
fn a_step_in_another_stream_is_found() {
    let mut elsewhere = log(&[1]);
    elsewhere[0].stream = "pathway-b".to_owned();
    let findings = check(Positions::Dense, &[call(1, (0, 1), new(1))], 0, &elsewhere);
    assert_eq!(findings, [Finding::OtherStream { event: event(1) }]);
}

#[test]
fn an_order_against_time_is_found() {
    let calls = [call(1, (0, 1), new(2)), call(2, (2, 3), new(1))];
    let findings = check(Positions::Dense, &calls, 0, &log(&[2, 1]));
    assert_eq!(findings, [Finding::OutOfOrder { before: 1, after: 2 }]);
    // An attempt without an answer counts from when it was first asked for.
    let early =
        [call(2, (0, 1), Answer::Unknown), call(1, (1, 2), new(2)), call(2, (3, 4), found(1))];
    assert_eq!(check(Positions::Dense, &early, 0, &log(&[2, 1])), []);
}

#[test]
fn an_unanswered_step_that_stands_before_what_was_acknowledged_earlier_is_found() {
    let calls = [call(1, (0, 1), new(2)), call(2, (2, 3), Answer::Unknown)];
    let findings = check(Positions::Dense, &calls, 0, &log(&[2, 1]));
    assert_eq!(findings, [Finding::OutOfOrder { before: 1, after: 2 }]);
}

#[test]
fn a_hole_in_the_positions_is_found() {
    let calls = [call(1, (0, 1), new(1)), call(2, (2, 3), new(3))];
    let mut holed = log(&[1, 2]);
    holed[1].position = 3;
    assert_eq!(check(Positions::Dense, &calls, 0, &holed), [Finding::Hole { after: 1, next: 3 }]);
    let mut headless = log(&[1]);
    headless[0].position = 2;
    let findings = check(Positions::Dense, &[call(1, (0, 1), new(2))], 0, &headless);
    assert_eq!(findings, [Finding::Hole { after: 0, next: 2 }]);
}

#[test]
fn a_gap_in_a_stream_is_found() {
    let calls = [call(1, (0, 1), new(1)), call(2, (2, 3), new(2))];
    let mut gap = log(&[1, 2]);
    gap[1].revision = 2;
    let expected = Finding::Revision { position: 2, expected: 1, found: 2 };
    assert_eq!(check(Positions::Dense, &calls, 0, &gap), [expected]);
}

#[test]
fn a_time_of_recording_that_goes_back_is_found() {
    let calls = [call(1, (0, 1), new(1)), call(2, (2, 3), new(2))];
    let mut back = log(&[1, 2]);
    back[1].recorded_micros = 999;
    assert_eq!(check(Positions::Dense, &calls, 0, &back), [Finding::TimeWentBack { position: 2 }]);
}

#[test]
fn a_refused_step_that_is_recorded_is_found() {
    let calls = [call(1, (0, 1), Answer::Refused)];
    let recorded = Finding::RecordedThoughRefused { event: event(1), position: 1 };
    assert_eq!(check(Positions::Dense, &calls, 0, &log(&[1])), [recorded]);
    assert_eq!(check(Positions::Dense, &calls, 0, &[]), []);
}

#[test]
fn a_step_that_nobody_asked_for_is_found() {
    let findings = check(Positions::Dense, &[], 0, &log(&[1]));
    assert_eq!(findings, [Finding::AskedByNobody { event: event(1), position: 1 }]);
}

#[test]
fn a_repeat_that_is_told_it_is_new_is_found() {
    let again = [Finding::NewAgain { event: event(1) }];
    let twice_new = [call(1, (0, 9), new(1)), call(1, (1, 8), new(1))];
    assert_eq!(check(Positions::Dense, &twice_new, 0, &log(&[1])), again);
    let new_after_found =
        [call(1, (0, 1), Answer::Unknown), call(1, (2, 3), found(1)), call(1, (4, 5), new(1))];
    assert_eq!(check(Positions::Dense, &new_after_found, 0, &log(&[1])), again);
}

#[test]
fn where_positions_only_grow_a_hole_is_none_and_one_that_does_not_grow_is_found() {
    let calls = [call(1, (0, 1), new(10)), call(2, (2, 3), new(20))];
    let mut log = log(&[1, 2]);
    (log[0].position, log[1].position) = (10, 20);
    assert_eq!(check(Positions::Growing, &calls, 0, &log), []);
    assert!(!check(Positions::Dense, &calls, 0, &log).is_empty());
    assert_eq!(check(Positions::Growing, &calls[1..], 1, &log), []);
    log[1].position = 10;
    let back = Finding::Hole { after: 10, next: 10 };
    assert!(check(Positions::Growing, &calls, 0, &log).contains(&back));
}
