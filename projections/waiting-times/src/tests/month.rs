//! What came to a list in a month, what left it and why, and that the month closes.

use testkit::{Story, json, story};

use super::{commit, date};
use crate::{Ask, Closing, Count, Entered, Group, GroupBy, Left, Line, WaitingTimesView};
use pathway::Month;
use projector::View;
use steps::named_by_rules::RemovalReason;

fn referred(on: &str) -> Story {
    let fields = json!({"provider": "RJ1", "function": "C_100", "commissioner": "72Q",
        "route": "OTHER", "rttScope": "IN_SCOPE", "referralPurpose": "TREATMENT", "receivedAt": null});
    story().on(on, "referralReceived", fields)
}

fn treated(story: Story, on: &str) -> Story {
    let fields =
        json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "provider": "RJ1"});
    story.on(on, "treatmentStarted", fields)
}

fn removed(story: Story, on: &str, reason: &str) -> Story {
    let fields = json!({"removalReason": reason, "provider": "RJ1", "listType": null});
    story.on(on, "removedFromWaitingList", fields)
}

fn view_of(stories: &[Story]) -> WaitingTimesView {
    let view = WaitingTimesView::default();
    for (no, story) in (1..).zip(stories) {
        commit(&view, no, &[], &view.rows(&story.history()));
    }
    view
}

fn january() -> Month {
    Month::of(date("2026-01-31"))
}

fn only(view: &WaitingTimesView, count: Count) -> Group {
    view.waiting_times(&Ask::of(count, GroupBy::Total)).remove(0)
}

fn account(view: &WaitingTimesView, month: Month) -> Closing {
    let all = view.closing(&Ask::of(Count::Started(month), GroupBy::ProviderAndFunction), month);
    assert_eq!(all.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["RJ1/C_100"]);
    assert_eq!(all[0].left_over(), 0, "{all:?}");
    all[0].clone()
}

#[test]
fn a_stop_is_counted_in_its_month_after_the_days_it_took() {
    let view = view_of(&[
        treated(referred("2025-09-01"), "2026-01-05"),
        treated(referred("2026-01-05"), "2026-01-05"),
        treated(referred("2026-01-05"), "2026-02-01"),
    ]);
    let completed = |admitted| Count::Completed { month: january(), admitted };
    let group = only(&view, completed(false));
    // 126 days, and none: a stop on the day of the start is counted.
    assert_eq!((group.total, group.bands[17], group.bands[0]), (2, 1, 1));
    assert_eq!(group.within_18_weeks, 2);
    assert_eq!(only(&view, completed(true)).total, 0);
    assert_eq!(only(&view, Count::Started(january())).total, 2, "Part 3 counts the starts");
    assert_eq!(only(&view, Count::Waiting(january().last())).total, 1);
}

#[test]
fn a_completed_wait_is_reported_under_the_function_of_the_stop() {
    let stop = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "provider": "RJ1",
        "function": "C_120"});
    let view = view_of(&[referred("2025-12-01").on("2026-01-10", "treatmentStarted", stop)]);
    let ask =
        Ask::of(Count::Completed { month: january(), admitted: false }, GroupBy::TreatmentFunction);
    let groups = view.waiting_times(&ask);
    assert_eq!((groups.len(), groups[0].key.as_str(), groups[0].total), (1, "C_120", 1));
    let accounts = view.closing(&Ask { group_by: GroupBy::TreatmentFunction, ..ask }, january());
    assert!(accounts.iter().all(|one| one.left_over() == 0), "{accounts:?}");
    let moved = Line::Left(Left::ReclassifiedOut);
    assert!(accounts[0].lines.contains(&(moved, 1)), "{accounts:?}");
}

#[test]
fn who_waits_for_admission_is_part_of_who_waits_from_the_day_it_was_decided() {
    let listed = json!({"listType": "ADMITTED", "provider": "RJ1", "function": "C_100",
        "admitForTreatment": true, "decisionToAdmitDate": "2026-01-20"});
    let view = view_of(&[
        referred("2026-01-05").on("2026-01-21", "addedToWaitingList", listed),
        referred("2026-01-05"),
    ]);
    let part_2a = |on: &str| only(&view, Count::WaitingForAdmission(date(on))).total;
    assert_eq!((part_2a("2026-01-19"), part_2a("2026-01-20"), part_2a("2026-01-31")), (0, 1, 1));
}

#[test]
fn a_month_closes_with_each_way_in_and_out_on_a_line_of_its_own() {
    let view = view_of(&[
        referred("2025-12-01"),
        treated(referred("2025-12-01"), "2026-01-10"),
        referred("2026-01-12"),
        removed(referred("2025-11-01"), "2026-01-15", "NOT_GIVEN"),
        removed(referred("2025-11-01"), "2026-01-16", "DUPLICATE"),
    ]);
    let closed = account(&view, january());
    assert_eq!((closed.opening, closed.closing), (4, 2));
    let expected = [
        (Line::Entered(Entered::Started), 1),
        (Line::Left(Left::StoppedNonAdmitted), 1),
        (Line::Left(Left::Removed(RemovalReason::Duplicate)), 1),
        (Line::Left(Left::Removed(RemovalReason::NotGiven)), 1),
    ];
    assert_eq!(closed.lines, expected);
}

#[test]
fn a_removal_ends_the_listing_until_the_patient_is_listed_again() {
    let again = json!({"listType": "ORTT", "provider": "RJ1", "function": "C_100"});
    let story = removed(referred("2025-12-01"), "2026-01-15", "VALIDATION");
    let view = view_of(&[story.on("2026-02-03", "addedToWaitingList", again)]);
    let waiting = |on: &str| only(&view, Count::Waiting(date(on))).total;
    assert_eq!((waiting("2026-01-14"), waiting("2026-01-15")), (1, 0));
    assert_eq!((waiting("2026-02-02"), waiting("2026-02-03")), (0, 1));
    let february = account(&view, Month::of(date("2026-02-01")));
    assert_eq!(february.lines, [(Line::Entered(Entered::Returned), 1)]);
    assert_eq!(only(&view, Count::Waiting(date("2026-02-03"))).bands[9], 1, "64 days: no pause");
}

#[test]
fn a_stop_that_comes_to_light_gives_the_wait_back_to_the_list_until_that_day() {
    let story = treated(removed(referred("2025-12-01"), "2026-01-15", "NOT_GIVEN"), "2026-02-10");
    let view = view_of(&[story]);
    assert_eq!(only(&view, Count::Waiting(date("2026-01-31"))).total, 1);
    assert_eq!(account(&view, january()).lines, []);
}

#[test]
fn leaving_one_of_two_lists_is_no_removal() {
    let on = |list: &str| json!({"listType": list, "provider": "RJ1", "function": "C_100"});
    let off = json!({"removalReason": "VALIDATION", "provider": "RJ1", "listType": "ORTT"});
    let story = referred("2025-12-01")
        .on("2025-12-02", "addedToWaitingList", on("ORTT"))
        .on("2026-01-05", "addedToWaitingList", on("IRTT"))
        .on("2026-01-06", "removedFromWaitingList", off);
    assert_eq!(only(&view_of(&[story]), Count::Waiting(date("2026-01-31"))).total, 1);
}

#[test]
fn the_list_of_a_clinician_follows_who_took_responsibility() {
    let by = |who: &str| json!({"consultant": who, "provider": "RJ1", "service": "s1"});
    let story = referred("2026-01-05").on("2026-01-09", "referralAccepted", by("dr-1")).on(
        "2026-02-01",
        "referralAccepted",
        by("dr-2"),
    );
    let view = view_of(&[story]);
    let who = |on: &str| {
        let groups = view.waiting_times(&Ask::english(date(on), GroupBy::Clinician));
        groups.into_iter().map(|group| group.key).collect::<Vec<_>>()
    };
    assert_eq!((who("2026-01-06"), who("2026-01-31")), (vec!["dr-1".into()], vec!["dr-1".into()]));
    assert_eq!(who("2026-02-01"), ["dr-2"]);
}

#[test]
fn functions_are_folded_and_what_has_no_place_is_not_guessed() {
    let fold = [("110".into(), "C_110".into()), ("108".into(), "C_110".into())];
    let of = |function: &str| {
        let fields = json!({"provider": "RJ1", "function": function, "commissioner": "72Q",
            "route": "OTHER", "rttScope": "IN_SCOPE", "referralPurpose": "TREATMENT",
            "receivedAt": null});
        story().on("2026-01-05", "referralReceived", fields)
    };
    let view = view_of(&[of("110"), of("108"), of("999")]);
    let ask = Ask::english(date("2026-01-31"), GroupBy::ReportingFunction);
    let groups = view.waiting_times(&Ask { merged: fold.into_iter().collect(), ..ask });
    let found: Vec<_> = groups.iter().map(|group| (group.key.as_str(), group.total)).collect();
    assert_eq!(found, [("C_110", 2), ("UNKNOWN", 1)]);
}

#[test]
fn the_exact_days_are_only_given_when_asked_for() {
    let view = view_of(&[referred("2026-01-05"), referred("2026-01-20")]);
    let ask = Ask::english(date("2026-01-31"), GroupBy::Total);
    assert_eq!(view.waiting_times(&ask)[0].exact, None);
    let exact = view.waiting_times(&Ask { exact: true, ..ask })[0].exact.unwrap();
    assert_eq!((exact.median, exact.percentile_92), (11, 26));
}

#[test]
fn a_code_that_says_unknown_is_of_the_group_that_has_none() {
    let of = |commissioner: Option<&str>| {
        let fields = json!({"provider": "RJ1", "function": "C_100", "commissioner": commissioner,
            "route": "OTHER", "rttScope": "IN_SCOPE", "referralPurpose": "TREATMENT",
            "receivedAt": null});
        story().on("2026-01-05", "referralReceived", fields)
    };
    let view = view_of(&[of(Some("UNKNOWN")), of(None)]);
    let groups = view.waiting_times(&Ask::english(date("2026-01-31"), GroupBy::Commissioner));
    let found: Vec<_> = groups.iter().map(|group| (group.key.as_str(), group.total)).collect();
    assert_eq!(found, [("UNKNOWN", 2)]);
}
