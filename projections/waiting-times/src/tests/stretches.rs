//! What happens to a pathway, and what becomes of its rows and of the list.

use projector::{Cell, Row, View};
use testkit::{Story, json, story};

use super::{commit, date};
use crate::{Ask, Group, GroupBy, WaitingTimesView};

fn referred(on: &str) -> Story {
    story().on(
        on,
        "referralReceived",
        json!({"provider": "RJ1", "function": "C_100", "commissioner": "72Q", "route": "OTHER",
            "rttScope": "IN_SCOPE", "referralPurpose": "TREATMENT", "receivedAt": null}),
    )
}

fn treated(story: Story, on: &str) -> Story {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "provider": "RJ1"});
    story.on(on, "treatmentStarted", fields)
}

fn rows_of(story: &Story) -> Vec<Row> {
    WaitingTimesView::default().rows(&story.history())
}

fn group_on(view: &WaitingTimesView, on: &str) -> Group {
    view.waiting_times(&Ask::english(date(on), GroupBy::Total)).remove(0)
}

fn total_on(view: &WaitingTimesView, on: &str) -> u32 {
    group_on(view, on).total
}

#[test]
fn treating_one_pathway_lowers_the_list_by_one_from_that_day_on() {
    let view = WaitingTimesView::default();
    for no in 1..=3 {
        commit(&view, no, &[], &rows_of(&referred("2026-01-05")));
    }
    let open = rows_of(&referred("2026-01-05"));
    let stopped = rows_of(&treated(referred("2026-01-05"), "2026-02-10"));
    commit(&view, 2, &open, &stopped);
    assert_eq!(total_on(&view, "2026-02-09"), 3);
    assert_eq!(total_on(&view, "2026-02-10"), 2, "a stop on a day is no longer waiting");
    assert_eq!(total_on(&view, "2026-01-04"), 0);
}

#[test]
fn a_pathway_counts_from_the_day_its_clock_starts_with_no_days_waited() {
    let view = WaitingTimesView::default();
    commit(&view, 1, &[], &rows_of(&referred("2026-01-05")));
    let group = group_on(&view, "2026-01-05");
    assert_eq!((group.total, group.bands[0], group.unknown_start), (1, 1, 0));
}

#[test]
fn a_nullified_period_counts_on_no_day() {
    let booked = json!({"appointmentId": "A1", "startsAt": "2026-02-10T09:00:00Z"});
    let told = json!({"appointmentId": "A1", "deliveredAt": "2026-01-08"});
    let missed =
        json!({"appointmentId": "A1", "appointmentDate": "2026-02-10", "attendanceCode": "3"});
    let story = referred("2026-01-05")
        .on("2026-01-06", "appointmentBooked", booked)
        .on("2026-01-07", "appointmentCommunicated", told)
        .on("2026-02-10", "dnaRecorded", missed);
    let rows = rows_of(&story);
    assert_eq!(rows[0].cells[9], Cell::Int(1), "not nullified: {rows:?}");
    let view = WaitingTimesView::default();
    commit(&view, 1, &[], &rows);
    assert_eq!((total_on(&view, "2026-01-20"), total_on(&view, "2026-02-20")), (0, 0));
}

#[test]
fn an_unknown_start_is_on_the_list_and_in_no_other_figure() {
    let fields =
        json!({"provider": "RJZ", "function": "C_100", "commissioner": "72Q", "clockStart": null});
    let story = story().on("2026-01-05", "transferReceived", fields);
    let view = WaitingTimesView::default();
    commit(&view, 1, &[], &rows_of(&story));
    let group = group_on(&view, "2026-01-31");
    assert_eq!((group.total, group.unknown_start, group.share), (0, 1, None));
}

#[test]
fn a_transfer_moves_the_wait_to_the_other_provider_with_its_start() {
    let out = json!({"provider": "RJ1", "toProvider": "RJZ", "responsibilityTransferred": true});
    let received = json!({"provider": "RJZ", "fromProvider": "RJ1", "function": "C_100",
        "commissioner": "72Q", "clockStart": "2026-01-05"});
    let story = referred("2026-01-05").on("2026-02-01", "careTransferredOut", out).on(
        "2026-02-03",
        "transferReceived",
        received,
    );
    let view = WaitingTimesView::default();
    commit(&view, 1, &[], &rows_of(&story));
    let by_provider = |on: &str| {
        let groups = view.waiting_times(&Ask::english(date(on), GroupBy::Provider));
        groups.into_iter().map(|group| (group.key, group.total)).collect::<Vec<_>>()
    };
    assert_eq!(by_provider("2026-01-31"), [("RJ1".to_owned(), 1)]);
    assert_eq!(by_provider("2026-03-01"), [("RJZ".to_owned(), 1)]);
    assert_eq!(group_on(&view, "2026-03-01").bands[7], 1, "55 days since the first start");
}

#[test]
fn the_rows_are_the_same_told_in_reverse() {
    let story = treated(referred("2026-01-05"), "2026-02-10");
    let view = WaitingTimesView::default();
    assert_eq!(view.rows(&story.history()), view.rows(&story.told_backwards()));
    assert!(view.rows(&testkit::story().history()).is_empty());
}

#[test]
fn the_expected_wait_changes_with_the_commit_that_changes_it() {
    let view = WaitingTimesView::default();
    let (provider, function) = ("RJ1".parse().unwrap(), "C_100".parse().unwrap());
    let expected = |on: &str| view.expected_wait(&provider, &function, date(on));
    assert_eq!(expected("2026-01-31"), None);
    for no in 1..=20 {
        commit(&view, no, &[], &rows_of(&referred("2026-01-05")));
    }
    // 26 days: the band 3 to 4 weeks.
    let found = expected("2026-01-31").unwrap();
    assert_eq!((found.median_weeks, found.method), (Some(3.5), "rtt-2025"));
    assert_eq!(found.people, 20);
    assert_eq!(expected("2026-01-31"), Some(found), "remembered");
    commit(&view, 20, &rows_of(&referred("2026-01-05")), &[]);
    assert_eq!(expected("2026-01-31").unwrap().median_weeks, None, "nineteen are too few");
}

#[test]
fn a_reload_answers_from_the_present_copy_until_it_ends() {
    let view = WaitingTimesView::default();
    commit(&view, 1, &[], &rows_of(&referred("2026-01-05")));
    view.reload_begins();
    for no in 5..=6 {
        commit(&view, no, &[], &rows_of(&referred("2026-01-05")));
    }
    assert_eq!(total_on(&view, "2026-01-31"), 1);
    view.reload_ends();
    assert_eq!(total_on(&view, "2026-01-31"), 2);
}
