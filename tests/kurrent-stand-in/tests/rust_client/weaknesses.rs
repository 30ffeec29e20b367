//! What the official client in version 1.2 does not do, which our store has to do for it. A test that
//! fails here with a newer client says that a crutch may go.

use std::time::Duration;

use eventstore::{BatchAppendOptions, Error, ReadStreamOptions, StreamState};
use kurrent_stand_in::{Cluster, Settings};
use tokio::time::timeout;

use crate::caller::{append, at, client, event, events, one_node, read};

#[tokio::test]
async fn one_refused_append_ends_a_whole_session_of_batches() {
    let (_cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    batch.append_to_stream("a-1", StreamState::NoStream, events(1..2)).await.unwrap();
    let refused = batch.append_to_stream("a-1", StreamState::NoStream, events(2..3)).await;
    assert!(matches!(refused, Err(Error::Grpc { .. })), "{refused:?}");
    let innocent = batch.append_to_stream("a-2", StreamState::NoStream, events(3..4)).await;
    assert!(matches!(innocent, Err(Error::ServerError(_))), "{innocent:?}");
}

#[tokio::test]
async fn a_session_of_batches_that_ends_well_leaves_its_callers_waiting() {
    let (cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    batch.append_to_stream("a-1", StreamState::NoStream, events(1..2)).await.unwrap();
    cluster.chaos().end_batches();
    while cluster.chaos().batches_open() > 0 {
        tokio::task::yield_now().await;
    }
    let asked = batch.append_to_stream("a-2", StreamState::NoStream, events(2..3));
    let waited = timeout(Duration::from_secs(2), asked).await;
    assert!(waited.is_err(), "{waited:?}");
}

#[tokio::test]
async fn a_client_never_leaves_the_node_that_died() {
    let cluster = Cluster::start(Settings { nodes: 3, ..Settings::default() }).unwrap();
    let faithful = client(&cluster.address());
    append(&faithful, "a-1", 1..2).await;
    cluster.node(0).kill().unwrap();
    for _ in 0..3 {
        let lost = faithful.append_to_stream("a-1", &at(StreamState::Any), event(2)).await;
        assert!(matches!(lost, Err(Error::ServerError(_))), "{lost:?}");
    }
    let fresh = client(&cluster.address());
    append(&fresh, "a-1", 2..3).await;
    assert_eq!(read(&fresh, "a-1", ReadStreamOptions::default()).await.len(), 2);
}

#[tokio::test]
async fn a_client_that_found_nobody_is_dead_for_good() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    cluster.node(0).kill().unwrap();
    let early = client(&cluster.address());
    let any = at(StreamState::Any);
    let first = early.append_to_stream("a-1", &any, event(1)).await;
    assert!(matches!(first, Err(Error::GrpcConnectionError(_))), "{first:?}");
    cluster.node(0).revive().unwrap();
    let second = early.append_to_stream("a-1", &any, event(1)).await;
    assert!(matches!(second, Err(Error::ConnectionClosed)), "{second:?}");
    append(&client(&cluster.address()), "a-1", 1..2).await;
}
