//! The view of the interface, asked through its own file.

mod concerns;
mod deaths;
mod held;
mod work;

use chrono::{DateTime, Utc};
use pathway::History;
use policy::InterfaceRules;
use projector::{Connection, View};
use steps::{OdsCode, PathwayId};
use testkit::Story;
use uuid::Uuid;

use crate::{InterfaceView, Months};

fn view() -> InterfaceView {
    InterfaceView::new(InterfaceRules::shipped())
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn code(raw: &str) -> OdsCode {
    raw.parse().unwrap()
}

fn months(first: &str, last: &str) -> Months {
    Months { first: first.parse().unwrap(), last: last.parse().unwrap() }
}

/// A stream with its own event ids: `n` in front of the place in the story.
fn stream(n: u128, story: &Story) -> History {
    let mut told = story.told();
    for one in &mut told {
        one.event_id.0 = Uuid::from_u128(n * 1_000 + one.event_id.0.as_u128());
    }
    History::of(PathwayId(Uuid::from_u128(n)), told)
}

/// The view's file as a rebuild makes it.
fn file(streams: &[Story]) -> Connection {
    let view = view();
    let histories = (1..).zip(streams).map(|(n, story)| stream(n, story));
    let rows = histories.map(|history| (history.pathway_id(), view.rows(&history)));
    views_for_tests::lay_out(&view, rows)
}

#[test]
fn the_order_of_arrival_changes_no_row() {
    for story in [concerns::closed_with_an_answer(), work::returned(), deaths::by_law()] {
        let backwards = story.told_backwards();
        assert_eq!(view().rows(&story.history()), view().rows(&backwards));
        assert!(!view().rows(&backwards).is_empty());
    }
}

#[test]
fn a_row_is_read_as_it_was_written_and_no_word_about_a_person_reaches_it() {
    for story in [concerns::closed_with_an_answer(), work::returned(), deaths::by_law()] {
        let rows = format!("{:?}", view().rows(&story.history()));
        assert!(!rows.contains("secret"), "{rows}");
    }
}

#[test]
fn when_a_step_was_recorded_changes_no_row() {
    let held = held::held_on("2026-02-03", "RJ1");
    for story in [concerns::closed_with_an_answer(), work::returned(), deaths::by_law(), held] {
        let mut later = story.told();
        for one in &mut later {
            one.recorded_at += chrono::Duration::days(400);
        }
        let later = History::of(story.history().pathway_id(), later);
        assert_eq!(view().rows(&story.history()), view().rows(&later));
    }
}

#[test]
fn other_rules_make_another_view() {
    let text = include_str!("../../../schema/policies/interface.toml");
    let later = InterfaceRules::parse("interface.toml", &text.replace("2024-09-09", "2024-09-10"));
    let other = InterfaceView::new(later.unwrap());
    assert_ne!(view().rules_digest(), other.rules_digest());
}

#[test]
fn a_history_that_tells_nothing_of_the_interface_has_no_row() {
    let story = testkit::story().on("2026-01-05", "referralReceived", testkit::json!({}));
    assert_eq!(view().rows(&story.history()), []);
}
