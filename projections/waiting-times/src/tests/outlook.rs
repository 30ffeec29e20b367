//! What was seen of a list lately.

use testkit::{Story, json, story};

use super::{commit, date};
use crate::{Ask, Count, GroupBy, Line, MonthSeen, Narrow, WaitingTimesView};
use pathway::Month;
use projector::View;

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

fn removed(story: Story, on: &str) -> Story {
    let fields = json!({"removalReason": "DIED", "provider": "RJ1", "listType": null});
    story.on(on, "removedFromWaitingList", fields)
}

fn view_of(stories: &[Story]) -> WaitingTimesView {
    let view = WaitingTimesView::default();
    for (no, story) in (1..).zip(stories) {
        commit(&view, no, &[], &view.rows(&story.history()));
    }
    view
}

#[test]
fn the_share_that_ended_within_weeks_counts_stops_alone_and_none_of_nineteen() {
    // 126 days are within 18 weeks, and 127 are not.
    let mut stories: Vec<Story> = vec![treated(referred("2025-09-01"), "2026-01-05"); 15];
    stories.extend(vec![treated(referred("2025-09-01"), "2026-01-06"); 4]);
    stories.push(removed(referred("2025-12-01"), "2026-01-07"));
    let ended = |stories: &[Story]| {
        let view = view_of(stories);
        view.ended(&Narrow::default(), date("2026-01-01"), date("2026-01-31"))
    };
    let nineteen = ended(&stories);
    assert_eq!((nineteen.count(), nineteen.share_within(18, 20)), (19, None));
    stories.push(treated(referred("2025-09-01"), "2026-01-06"));
    let twenty = ended(&stories);
    assert_eq!((twenty.share_within(18, 20), twenty.share_within(19, 20)), (Some(0.75), Some(1.0)));
    stories.push(treated(referred("2025-09-01"), "2026-02-01"));
    assert_eq!(ended(&stories), twenty, "a stop after the last day is not in it");
}

#[test]
fn the_months_seen_begin_with_the_first_that_had_anybody_and_add_up() {
    let view = view_of(&[
        referred("2025-11-10"),
        treated(referred("2025-11-20"), "2026-01-10"),
        removed(referred("2026-01-02"), "2026-01-20"),
        referred("2026-01-12"),
    ]);
    let seen = view.months_seen(&Narrow::default(), Month::of(date("2026-01-31")), 12);
    let told: Vec<_> = seen.iter().map(|one| (one.came, one.left, one.closing)).collect();
    assert_eq!(told, [(2, 0, 2), (0, 0, 2), (2, 2, 2)]);
    assert_eq!(seen[0].month, Month::of(date("2025-11-01")));
    let closings = seen.windows(2).map(|pair| pair[0].closing + pair[1].came - pair[1].left);
    assert!(closings.eq(seen.iter().skip(1).map(|one| one.closing)));
    assert_eq!(view.months_seen(&Narrow::default(), Month::of(date("2026-01-31")), 2).len(), 2);
}

/// A month as its account and its list have it: two passes where the outlook makes one for all months.
fn by_account_and_list(view: &WaitingTimesView, narrow: &Narrow, month: Month) -> MonthSeen {
    let ask = Ask {
        narrow: narrow.clone(),
        english_only: false,
        ..Ask::of(Count::Waiting(month.last()), GroupBy::Total)
    };
    let account = view.closing(&ask, month).remove(0);
    let sum = |came: bool| {
        let lines = account.lines.iter();
        let lines = lines.filter(|(line, _)| matches!(line, Line::Entered(_)) == came);
        lines.map(|(_, count)| *count).sum()
    };
    let share = view.waiting_times(&ask).first().and_then(|group| group.share);
    MonthSeen { month, came: sum(true), left: sum(false), closing: account.closing, share }
}

#[test]
fn the_months_seen_in_one_pass_are_those_of_the_accounts_and_the_lists() {
    let mut stories = Vec::new();
    for day in 1..=28 {
        let on = format!("2025-{:02}-{day:02}", 1 + day % 12);
        let story = referred(&on);
        stories.push(match day % 4 {
            0 => treated(story, &format!("2026-01-{day:02}")),
            1 => removed(story, &format!("2026-02-{day:02}")),
            _ => story,
        });
    }
    let view = view_of(&stories);
    let elsewhere = Narrow { provider: Some("RJZ".parse().unwrap()), ..Narrow::default() };
    let ours = Narrow { provider: Some("RJ1".parse().unwrap()), ..Narrow::default() };
    let last = Month::of(date("2026-03-31"));
    let seen = view.months_seen(&ours, last, 36);
    assert_eq!(seen.len(), 15, "from January 2025 on");
    let accounts = seen.iter().map(|one| by_account_and_list(&view, &ours, one.month));
    assert_eq!(accounts.collect::<Vec<_>>(), seen);
    assert!(view.months_seen(&elsewhere, last, 36).is_empty());
}
