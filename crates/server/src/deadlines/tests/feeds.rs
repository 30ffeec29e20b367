//! A feed that went silent is recorded once its day is over, and settled when enough came after all.

use chrono::NaiveDate;

use super::*;

async fn mondays(town: &mut Town) {
    let first: NaiveDate = "2025-12-01".parse().unwrap();
    for week in 0..5 {
        let day = first + chrono::Days::new(7 * week);
        town.reported(u128::from(week) + 1, &format!("{day}T08:00:00Z")).await;
        town.notified(u128::from(week) + 1, &format!("{day}T09:00:00Z")).await;
    }
}

/// What was said of feeds, in the order in which it was said.
async fn said(town: &Town) -> Vec<String> {
    let log = town.house.cellar.store.read_log(Position::START, 1_000).await.unwrap();
    let told = log.iter().filter_map(|event| envelope::read(event).ok());
    let feeds = told.filter_map(|told| match told.step {
        Step::FeedSilent(said) => Some(format!(
            "{} silent on {}: {} of {}",
            said.feed, told.occurred_at, said.received_count, said.usual_count
        )),
        Step::AlarmResolved(said) => said.feed.map(|feed| format!("{feed} settled")),
        _ => None,
    });
    feeds.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_feed_is_recorded_once_and_settled_by_what_is_told_late() {
    let mut town = Town::open("2026-01-04T12:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    mondays(&mut town).await;
    // Monday 5 January: a result is reported, and nobody is told.
    town.reported(10, "2026-01-05T08:00:00Z").await;
    town.it_is("2026-01-06T05:59:00Z");
    server.tick().await.unwrap();
    assert_eq!(said(&town).await, [""; 0], "six hours after the day");
    town.it_is("2026-01-06T06:00:00Z");
    server.tick().await.unwrap();
    server.tick().await.unwrap();
    let silent = "RWA/result-notices silent on 2026-01-05: 0 of 1";
    assert_eq!(said(&town).await, [silent]);
    town.server_from("other.json", Some("2026-01-04T12:00:00Z")).tick().await.unwrap();
    assert_eq!(said(&town).await, [silent], "another server says it no second time");
    town.notified(10, "2026-01-05T09:00:00Z").await;
    server.tick().await.unwrap();
    server.tick().await.unwrap();
    assert_eq!(said(&town).await, [silent, "RWA/result-notices settled"]);
}

/// A test message on the feed of notices, or its return.
fn test_message(name: &str) -> Step {
    let mut fields =
        json!({"feed": "RWA/result-notices", "messageRef": "T-1", "organisation": "RWA"});
    if name == "testMessageSent" {
        fields["sourceSystem"] = json!("CRIS");
    }
    step(name, fields)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_that_does_not_come_back_makes_its_feed_silent_once_until_it_does() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.tell_of(Target::Own, "2026-01-05T08:00:00Z", test_message("testMessageSent")).await;
    town.it_is("2026-01-05T11:59:00Z");
    server.tick().await.unwrap();
    assert_eq!(said(&town).await, [""; 0], "it has four hours");
    town.it_is("2026-01-05T12:01:00Z");
    server.tick().await.unwrap();
    server.tick().await.unwrap();
    town.server_from("other.json", Some("2026-01-05T07:00:00Z")).tick().await.unwrap();
    let silent = "RWA/result-notices silent on 2026-01-05T12:00:00Z: 0 of 1";
    assert_eq!(said(&town).await, [silent]);
    town.it_is("2026-01-05T14:00:00Z");
    town.tell_of(Target::Own, "2026-01-05T13:00:00Z", test_message("testMessageReturned")).await;
    server.tick().await.unwrap();
    server.tick().await.unwrap();
    assert_eq!(said(&town).await, [silent, "RWA/result-notices settled"]);
}
