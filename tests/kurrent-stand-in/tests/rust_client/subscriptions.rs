//! Subscriptions: from what was to what comes, with every word said on the way.

use std::time::Duration;

use eventstore::{
    BatchAppendOptions, Client, Position, ReadStreamOptions, StreamPosition, StreamState,
    SubscribeToAllOptions, SubscribeToStreamOptions, Subscription, SubscriptionEvent,
    SubscriptionFilter,
};
use tokio::time::timeout;

use crate::caller::{append, events, numbers, one_node, read};

const PATIENCE: Duration = Duration::from_secs(30);

async fn next(subscription: &mut Subscription) -> SubscriptionEvent {
    timeout(PATIENCE, subscription.next_subscription_event()).await.unwrap().unwrap()
}

/// One word for what was told, the number for an event.
fn word(told: &SubscriptionEvent) -> String {
    match told {
        SubscriptionEvent::EventAppeared(event) => {
            event.get_original_event().id.as_u128().to_string()
        }
        SubscriptionEvent::Confirmed(_) => "confirmed".to_owned(),
        SubscriptionEvent::Checkpoint(_) => "checkpoint".to_owned(),
        SubscriptionEvent::CaughtUp(_) => "caught up".to_owned(),
        SubscriptionEvent::FellBehind(_) => "fell behind".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) async fn words(subscription: &mut Subscription, count: usize) -> Vec<String> {
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(word(&next(subscription).await));
    }
    words
}

/// The position of the event of `stream` at `revision`.
async fn position(client: &Client, stream: &str, revision: usize) -> Position {
    let found = read(client, stream, ReadStreamOptions::default()).await;
    found[revision].get_original_event().position
}

pub(crate) fn of_a() -> SubscribeToAllOptions {
    let filter = SubscriptionFilter::on_stream_name().add_prefix("a-");
    SubscribeToAllOptions::default().filter(filter)
}

#[tokio::test]
async fn a_subscription_goes_from_what_was_to_what_comes() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..3).await;
    let mut subscription = client.subscribe_to_all(&of_a()).await;
    let told = words(&mut subscription, 5).await;
    assert_eq!(told, ["confirmed", "1", "2", "checkpoint", "caught up"]);
    append(&client, "b-1", 7..8).await;
    append(&client, "a-2", 3..5).await;
    assert_eq!(words(&mut subscription, 2).await, ["3", "4"]);
    assert_eq!(cluster.chaos().subscriptions_open(), 1);
    drop(subscription);
    while cluster.chaos().subscriptions_open() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_subscription_begins_after_the_position_it_is_given() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..5).await;
    let second = StreamPosition::Position(position(&client, "a-1", 1).await);
    let mut subscription = client.subscribe_to_all(&of_a().position(second)).await;
    let told = words(&mut subscription, 5).await;
    assert_eq!(told, ["confirmed", "3", "4", "checkpoint", "caught up"]);
    let mut from_now = client.subscribe_to_all(&of_a().position(StreamPosition::End)).await;
    // The same checkpoint as any: where the log ends.
    assert_eq!(words(&mut from_now, 3).await, ["confirmed", "checkpoint", "caught up"]);
    append(&client, "a-1", 5..6).await;
    assert_eq!(words(&mut from_now, 1).await, ["5"]);
}

#[tokio::test]
async fn a_checkpoint_comes_after_every_window_without_a_match() {
    let (_cluster, client) = one_node();
    append(&client, "b-1", 0..100).await;
    let filter = SubscriptionFilter::on_stream_name().add_prefix("a-").max(40);
    let options = SubscribeToAllOptions::default().filter(filter);
    let mut subscription = client.subscribe_to_all(&options).await;
    let told = words(&mut subscription, 5).await;
    assert_eq!(told, ["confirmed", "checkpoint", "checkpoint", "checkpoint", "caught up"]);
    append(&client, "b-1", 100..140).await;
    let SubscriptionEvent::Checkpoint(reached) = next(&mut subscription).await else {
        panic!("no checkpoint while it is live");
    };
    assert_eq!(reached, position(&client, "b-1", 139).await);
}

#[tokio::test]
async fn a_stream_is_followed_before_it_is_there_and_after_a_revision() {
    let (_cluster, client) = one_node();
    let options = SubscribeToStreamOptions::default();
    let mut early = client.subscribe_to_stream("a-1", &options).await;
    assert_eq!(words(&mut early, 2).await, ["confirmed", "caught up"]);
    append(&client, "a-1", 1..4).await;
    assert_eq!(words(&mut early, 3).await, ["1", "2", "3"]);
    let options = options.start_from(StreamPosition::Position(1));
    let mut late = client.subscribe_to_stream("a-1", &options).await;
    assert_eq!(words(&mut late, 3).await, ["confirmed", "3", "caught up"]);
}

#[tokio::test]
async fn nothing_is_missed_between_what_was_and_what_comes() {
    let (_cluster, client) = one_node();
    let writer = client.clone();
    let writing = tokio::spawn(async move {
        let batch = writer.batch_append(&BatchAppendOptions::default()).await.unwrap();
        for number in 0..400 {
            let one = events(number..number + 1);
            batch.append_to_stream("a-1", StreamState::Any, one).await.unwrap();
        }
    });
    let mut subscription = client.subscribe_to_all(&of_a()).await;
    let mut found = Vec::new();
    while found.len() < 400 {
        if let SubscriptionEvent::EventAppeared(event) = next(&mut subscription).await {
            found.push(event);
        }
    }
    writing.await.unwrap();
    assert_eq!(numbers(&found), (0..400).collect::<Vec<u128>>());
}
