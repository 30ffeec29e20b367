//! Followers through what befalls a subscription.

use std::sync::Arc;
use std::time::Duration;

use event_store::contract::TestStore;
use event_store::{Position, StoredEvent};
use eventstore::{AppendToStreamOptions, EventData, StreamState};
use futures::StreamExt;
use futures::future::join;

use crate::follow::{Place, follow};

use super::{bare, begin, beside, cluster, impatient, over};

/// Follows from the start until it has so many events. Failures in between are told, not final.
async fn followed(trial: &TestStore, count: usize) -> Vec<StoredEvent> {
    let mut pages = trial.follow(Position::START);
    let mut events = Vec::new();
    while events.len() < count {
        let page = tokio::time::timeout(Duration::from_secs(60), pages.next()).await;
        events.extend(page.expect("in time").expect("without an end").unwrap_or_default());
    }
    events
}

/// Writes so many streams of two events, with pauses.
async fn write(trial: &TestStore, count: usize) {
    for _ in 0..count {
        trial.begun(2).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn each_once(trial: &TestStore, faults: impl Future<Output = ()>) {
    let writes = join(write(trial, 60), faults);
    let (events, _) = join(followed(trial, 120), writes).await;
    assert_eq!(events, trial.log_after(Position::START).await);
}

#[tokio::test]
async fn a_subscription_that_is_cut_goes_on_without_a_seam() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    each_once(&trial, async {
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(40)).await;
            cluster.chaos().cut_subscriptions();
        }
    })
    .await;
}

#[tokio::test]
async fn a_follower_outlives_its_node() {
    let cluster = cluster(3);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    each_once(&trial, async {
        for node in 0..3 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            cluster.node(node).kill().unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            cluster.node(node).revive().unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_twice_is_given_once() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    cluster.chaos().duplicate(50);
    each_once(&trial, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cluster.chaos().duplicate(50);
        cluster.chaos().fall_behind();
    })
    .await;
}

#[tokio::test]
async fn a_follower_goes_on_from_the_last_checkpoint_and_not_from_its_last_event() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let (_, ours) = trial.begun(1).await;
    let place = Arc::new(Place::new(Position::START));
    let mut pages = follow(Arc::clone(&store.reader), Arc::clone(&place), store.quiet);
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    let others = bare(&cluster.address());
    let batch = (0..5_000).map(|_| EventData::json("Other", &"x").unwrap()).collect::<Vec<_>>();
    let options = AppendToStreamOptions::default().stream_state(StreamState::Any);
    others.append_to_stream("another-system", &options, batch).await.unwrap();
    let patience = tokio::time::timeout(Duration::from_secs(30), async {
        while place.resume() <= ours.last {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    patience.await.expect("a checkpoint was seen");
    assert_eq!(place.given(), ours.last);
    cluster.chaos().cut_subscriptions();
    let (stream, _) = trial.begun(1).await;
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!(page.iter().map(|stored| stored.stream).collect::<Vec<_>>(), [stream]);
}

#[tokio::test]
async fn a_follower_that_nobody_reads_holds_only_so_much_and_loses_nothing() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let (_other, writer) = beside(&cluster.address(), &store.reader.log, |_| {}).await;
    let mut pages = trial.follow(Position::START);
    for _ in 0..50 {
        let append = event_store::Append { events: writer.events(100), ..begin(&writer) };
        writer.append(append).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut events = Vec::new();
    while events.len() < 5_000 {
        let page = pages.next().await.unwrap().unwrap();
        assert!(page.len() <= 2_000, "{}", page.len());
        events.extend(page);
    }
    assert!(events.is_sorted_by(|one, other| one.position < other.position));
}
