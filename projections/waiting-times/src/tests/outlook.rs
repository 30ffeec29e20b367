//! What was seen of a list lately.

use testkit::{Story, json, story};

use super::{commit, date};
use crate::{Narrow, WaitingTimesView};
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
    assert_eq!((nineteen.count(), nineteen.share_within(18)), (19, None));
    stories.push(treated(referred("2025-09-01"), "2026-01-06"));
    let twenty = ended(&stories);
    assert_eq!((twenty.share_within(18), twenty.share_within(19)), (Some(0.75), Some(1.0)));
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
