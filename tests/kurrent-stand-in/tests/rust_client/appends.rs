//! Appends, single and in batches: where they are expected, and once.

use eventstore::{BatchAppendOptions, CurrentRevision, Error, ReadStreamOptions, StreamState};
use kurrent_stand_in::{Cluster, Settings};

use crate::caller::{append, at, client, event, events, numbers, one_node, read};

#[tokio::test]
async fn who_believes_wrongly_is_told_where_the_stream_ends() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..3).await;
    let late = client.append_to_stream("a-1", &at(StreamState::NoStream), event(9)).await;
    let Err(Error::WrongExpectedVersion { expected, current }) = late else { panic!("{late:?}") };
    assert_eq!((expected, current), (StreamState::NoStream, CurrentRevision::Current(1)));
    let ahead = at(StreamState::StreamRevision(7));
    let ahead = client.append_to_stream("a-2", &ahead, event(9)).await;
    let Err(Error::WrongExpectedVersion { expected, current }) = ahead else { panic!("{ahead:?}") };
    assert_eq!((expected, current), (StreamState::StreamRevision(7), CurrentRevision::NoStream));
}

#[tokio::test]
async fn a_stream_that_must_be_there_is_asked_for() {
    let (_cluster, client) = one_node();
    let exists = at(StreamState::StreamExists);
    let absent = client.append_to_stream("a-1", &exists, event(1)).await;
    assert!(matches!(absent, Err(Error::WrongExpectedVersion { .. })), "{absent:?}");
    append(&client, "a-1", 1..2).await;
    let written = client.append_to_stream("a-1", &exists, event(2)).await.unwrap();
    assert_eq!(written.next_expected_version, 1);
}

#[tokio::test]
async fn the_same_append_is_written_once() {
    let (_cluster, client) = one_node();
    let new = at(StreamState::NoStream);
    let first = client.append_to_stream("a-1", &new, events(1..3)).await.unwrap();
    append(&client, "a-1", 3..4).await;
    let again = client.append_to_stream("a-1", &new, events(1..3)).await.unwrap();
    assert_eq!(again.next_expected_version, first.next_expected_version);
    assert_eq!(again.position, first.position);
    let anywhere = client.append_to_stream("a-1", &at(StreamState::Any), event(3)).await.unwrap();
    assert_eq!(anywhere.next_expected_version, 2);
    // Half of it is there and half is not: that is another append.
    let half = client.append_to_stream("a-1", &new, vec![event(1), event(8)]).await;
    assert!(matches!(half, Err(Error::WrongExpectedVersion { .. })), "{half:?}");
    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    assert_eq!(numbers(&found), [1, 2, 3]);
}

#[tokio::test]
async fn batches_are_answered_one_by_one_and_written_once() {
    let (cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    let first = batch.append_to_stream("b-1", StreamState::NoStream, events(1..3)).await.unwrap();
    assert_eq!((first.stream_name(), first.current_revision()), ("b-1", Some(1)));
    let again = batch.append_to_stream("b-1", StreamState::NoStream, events(1..3)).await.unwrap();
    assert_eq!(again.current_position(), first.current_position());
    let late = batch.append_to_stream("b-1", StreamState::NoStream, events(7..8)).await;
    let told = late.unwrap_err().to_string();
    assert!(told.contains("WrongExpectedVersion"), "{told}");
    assert_eq!(cluster.asked().batch_appends, 3);
    assert_eq!(numbers(&read(&client, "b-1", ReadStreamOptions::default()).await), [1, 2]);
}

#[tokio::test]
async fn many_batches_at_once_stand_each_in_its_stream() {
    let (_cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    let one = async |stream: u128| {
        let (name, new) = (format!("c-{stream}"), StreamState::NoStream);
        let three = events(stream * 3..stream * 3 + 3);
        batch.append_to_stream(name, new, three).await.unwrap().current_revision()
    };
    let all = futures::future::join_all((0..300).map(one)).await;
    assert_eq!(all, vec![Some(2); 300]);
    let found = read(&client, "c-299", ReadStreamOptions::default()).await;
    assert_eq!(numbers(&found), [897, 898, 899]);
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_not_written() {
    let settings = Settings { append_bytes_max: 100, ..Settings::default() };
    let cluster = Cluster::start(settings).unwrap();
    let client = client(&cluster.address());
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    let large = batch.append_to_stream("a-1", StreamState::Any, events(0..50)).await;
    let told = large.unwrap_err().to_string();
    assert!(told.contains("MaximumAppendSizeExceeded"), "{told}");
    let large = client.append_to_stream("a-1", &at(StreamState::Any), events(0..50)).await;
    let told = large.unwrap_err().to_string();
    assert!(told.contains("Maximum Append Size of 100 Exceeded"), "{told}");
    let written = client.append_to_stream("a-1", &at(StreamState::NoStream), event(1)).await;
    assert_eq!(written.unwrap().next_expected_version, 0);
}
