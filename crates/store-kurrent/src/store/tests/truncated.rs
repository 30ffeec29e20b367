//! History that is not whole is refused, and what is not ours is not passed over.

use event_store::contract::TestStore;
use event_store::{
    Append, AppendError, Category, Expected, Position, ReadError, Revision, StreamId,
};
use eventstore::{AppendToStreamOptions, DeleteStreamOptions, EventData, TombstoneStreamOptions};
use futures::StreamExt;

use super::{bare, cluster, impatient, over};

/// The scan of a category to its end, in small pieces.
async fn scanned(trial: &TestStore) -> Result<usize, ReadError> {
    let (head, mut after, mut streams) = (trial.head().await?, None, 0);
    loop {
        let scan = trial.scan_streams(Category::Pathway, after, head, 3).await?;
        streams += scan.streams.len();
        after = scan.next;
        if after.is_none() {
            return Ok(streams);
        }
    }
}

fn is_refused<T: std::fmt::Debug>(read: Result<T, ReadError>) -> bool {
    let refused = matches!(&read, Err(ReadError::Corrupt { what, .. })
        if what.contains("truncated") || what.contains("deleted"));
    assert!(refused, "{read:?}");
    refused
}

async fn begun(trial: &TestStore) -> Vec<StreamId> {
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(trial.begun(4).await.0);
    }
    assert_eq!(scanned(trial).await.unwrap(), 6);
    streams
}

#[tokio::test]
async fn a_stream_whose_beginning_was_cut_off_is_refused_by_every_reader_of_the_whole() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let streams = begun(&trial).await;
    cluster.truncate(&store.reader.log.stream(streams[3]), 2);
    assert!(is_refused(trial.read_stream(streams[3], Revision::FIRST, 9).await));
    assert!(is_refused(trial.read_streams(&[streams[3]]).await));
    assert!(is_refused(trial.read_streams(&streams).await));
    assert!(is_refused(scanned(&trial).await));
    assert_eq!(trial.read_stream(streams[2], Revision::FIRST, 9).await.unwrap().len(), 4);
}

#[tokio::test]
async fn what_was_scavenged_from_the_log_is_missed_by_a_scan_and_by_a_follower() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let streams = begun(&trial).await;
    // No beginning is left that a scan could meet: only counting finds it.
    cluster.truncate(&store.reader.log.stream(streams[3]), 2);
    cluster.scavenge();
    assert!(is_refused(scanned(&trial).await));
    let mut pages = trial.follow(Position::START);
    let told = loop {
        match pages.next().await.unwrap() {
            Ok(page) => assert!(page.iter().all(|stored| stored.stream != streams[3])),
            Err(told) => break told,
        }
    };
    assert!(is_refused::<()>(Err(told)));
}

#[tokio::test]
async fn a_stream_that_was_deleted_is_refused_though_its_events_are_still_there() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let streams = begun(&trial).await;
    let client = bare(&cluster.address());
    let name = store.reader.log.stream(streams[1]);
    client.delete_stream(name.clone(), &DeleteStreamOptions::default()).await.unwrap();
    assert!(is_refused(scanned(&trial).await));
    client.tombstone_stream(name, &TombstoneStreamOptions::default()).await.unwrap();
    assert!(is_refused(trial.read_streams(&[streams[1]]).await));
    assert!(is_refused(trial.read_log(Position::START, 99).await));
}

#[tokio::test]
async fn nothing_is_written_to_a_stream_that_was_deleted() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let (stream, _) = trial.begun(2).await;
    let name = store.reader.log.stream(stream);
    let client = bare(&cluster.address());
    client.delete_stream(name, &DeleteStreamOptions::default()).await.unwrap();
    let append = Append { stream, expected: Expected::NoStream, events: trial.events(1) };
    let told = trial.append(append).await;
    let refused = matches!(told, Err(AppendError::Unavailable { maybe_committed: false, .. }));
    assert!(refused, "{told:?}");
    assert_eq!(trial.log_after(Position::START).await.len(), 2);
}

#[tokio::test]
async fn an_event_of_others_among_ours_is_an_error_that_quotes_nothing() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    trial.begun(2).await;
    let client = bare(&cluster.address());
    let foreign = format!("{}.ward-s3cret", store.reader.log);
    let event = EventData::json("Other", &"s3cret").unwrap();
    client.append_to_stream(foreign, &AppendToStreamOptions::default(), event).await.unwrap();
    let read = trial.read_log(Position::START, 99).await.unwrap_err();
    let said = format!("{read} {read:?}");
    assert!(said.contains("foreign") && !said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn a_neighbouring_log_is_never_met() {
    let cluster = cluster(1);
    let named = |name: &str| {
        let log = name.parse().unwrap();
        move |options: &mut crate::Options| options.log = log
    };
    let (_store, trial) = over(&cluster.address(), named("ward")).await;
    let (_near, neighbour) = over(&cluster.address(), named("ward7")).await;
    trial.begun(2).await;
    neighbour.begun(3).await;
    assert_ne!(trial.log_id(), neighbour.log_id());
    assert_eq!(trial.log_after(Position::START).await.len(), 2);
    assert_eq!(neighbour.log_after(Position::START).await.len(), 3);
    assert!(trial.head().await.unwrap() < neighbour.head().await.unwrap());
}
