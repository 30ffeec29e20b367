//! Three nodes: who leads, who follows, and who is gone.

use std::{io, net::TcpStream};

use eventstore::{BatchAppendOptions, Error, ReadStreamOptions, StreamState};
use kurrent_stand_in::{Cluster, Settings};

use crate::caller::{append, at, client, event, events, numbers, read};

fn three() -> Cluster {
    Cluster::start(Settings { nodes: 3, ..Settings::default() }).unwrap()
}

#[tokio::test]
async fn a_client_finds_the_leader_by_asking_any_node() {
    let cluster = three();
    cluster.lead(2);
    let client = client(&cluster.address());
    append(&client, "a-1", 1..3).await;
    let asked = cluster.asked();
    assert_eq!((asked.not_leader, asked.gossips), (0, 1), "{asked:?}");
}

#[tokio::test]
async fn who_asks_a_follower_for_the_leader_is_told_where_it_is() {
    let cluster = three();
    let client = client(&cluster.node(1).address());
    let misled = client.append_to_stream("a-1", &at(StreamState::NoStream), event(1)).await;
    let Err(Error::NotLeaderException(leader)) = misled else { panic!("{misled:?}") };
    assert_eq!(leader.port, u32::from(cluster.node(0).port()));
    // The client has gone there by itself.
    append(&client, "a-1", 1..2).await;
    assert_eq!(cluster.asked().not_leader, 1);
}

#[tokio::test]
async fn a_client_follows_the_leader_when_it_moves() {
    let cluster = three();
    let client = client(&cluster.address());
    append(&client, "a-1", 1..2).await;
    cluster.lead(1);
    let misled = client.append_to_stream("a-1", &at(StreamState::Any), event(2)).await;
    assert!(matches!(misled, Err(Error::NotLeaderException(_))), "{misled:?}");
    append(&client, "a-1", 2..3).await;
    assert_eq!(numbers(&read(&client, "a-1", ReadStreamOptions::default()).await), [1, 2]);
}

#[tokio::test]
async fn a_killed_node_refuses_callers_and_its_log_lives_on() {
    let cluster = three();
    append(&client(&cluster.address()), "a-1", 1..3).await;
    cluster.node(0).kill().unwrap();
    let refused = TcpStream::connect(("127.0.0.1", cluster.node(0).port())).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!(cluster.leader(), Some(1));

    let anew = client(&cluster.address());
    append(&anew, "a-1", 3..4).await;
    assert_eq!(numbers(&read(&anew, "a-1", ReadStreamOptions::default()).await), [1, 2, 3]);

    cluster.node(0).revive().unwrap();
    TcpStream::connect(("127.0.0.1", cluster.node(0).port())).unwrap();
    assert_eq!(cluster.leader(), Some(1), "who comes back does not lead");
}

#[tokio::test]
async fn without_most_of_its_nodes_a_cluster_takes_nothing() {
    let cluster = three();
    cluster.node(0).kill().unwrap();
    cluster.node(1).kill().unwrap();
    assert_eq!(cluster.leader(), None);
    let last = client(&cluster.node(2).address());
    let refused = last.append_to_stream("a-1", &at(StreamState::Any), event(1)).await;
    assert!(matches!(refused, Err(Error::ServerError(_))), "{refused:?}");
    cluster.node(1).revive().unwrap();
    assert_eq!(cluster.leader(), Some(1));
    append(&client(&cluster.node(1).address()), "a-1", 1..2).await;
}

#[tokio::test]
async fn nobody_writes_between_two_leaders() {
    let cluster = three();
    let client = client(&cluster.address());
    append(&client, "a-1", 1..2).await;
    cluster.depose();
    let refused = client.append_to_stream("a-1", &at(StreamState::Any), event(2)).await;
    assert!(matches!(refused, Err(Error::ServerError(_))), "{refused:?}");
    cluster.lead(0);
    append(&client, "a-1", 2..3).await;
    assert_eq!(numbers(&read(&client, "a-1", ReadStreamOptions::default()).await), [1, 2]);
}

#[test]
fn a_cluster_has_one_node_or_three() {
    let two = Cluster::start(Settings { nodes: 2, ..Settings::default() }).unwrap_err();
    assert_eq!(two.kind(), io::ErrorKind::InvalidInput);
    let cluster = three();
    assert_eq!(cluster.node(3).kill().unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn an_open_stream_of_batches_is_sent_to_the_new_leader() {
    let cluster = three();
    let client = client(&cluster.address());
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    batch.append_to_stream("a-1", StreamState::NoStream, events(1..2)).await.unwrap();
    cluster.lead(1);
    let misled = batch.append_to_stream("a-2", StreamState::NoStream, events(2..3)).await;
    let Err(Error::NotLeaderException(leader)) = misled else { panic!("{misled:?}") };
    assert_eq!(leader.port, u32::from(cluster.node(1).port()));
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    batch.append_to_stream("a-2", StreamState::NoStream, events(2..3)).await.unwrap();
    assert_eq!(numbers(&read(&client, "a-2", ReadStreamOptions::default()).await), [2]);
}
