//! Streams deleted, buried, truncated and limited by their metadata.

use eventstore::{
    DeleteStreamOptions, Error, ReadAllOptions, ReadStreamOptions, StreamMetadata, StreamPosition,
    StreamState, SubscriptionFilter, TombstoneStreamOptions,
};

use crate::caller::{append, at, event, numbers, one_node, read, read_all, revisions};

#[tokio::test]
async fn a_deleted_stream_begins_anew_after_its_last_revision() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..4).await;
    client.delete_stream("a-1", &DeleteStreamOptions::default()).await.unwrap();
    let told = client.read_stream("a-1", &ReadStreamOptions::default()).await.unwrap().next().await;
    assert!(matches!(told, Err(Error::ResourceNotFound)), "{told:?}");

    let new = at(StreamState::NoStream);
    let anew = client.append_to_stream("a-1", &new, event(4)).await.unwrap();
    assert_eq!(anew.next_expected_version, 3);
    assert_eq!(revisions(&read(&client, "a-1", ReadStreamOptions::default()).await), [3]);
}

#[tokio::test]
async fn a_buried_stream_never_comes_back() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..4).await;
    client.tombstone_stream("a-1", &TombstoneStreamOptions::default()).await.unwrap();
    let buried = client.append_to_stream("a-1", &at(StreamState::Any), event(5)).await;
    assert!(matches!(buried, Err(Error::ResourceDeleted)), "{buried:?}");
    let told = client.read_stream("a-1", &ReadStreamOptions::default()).await.unwrap().next().await;
    assert!(matches!(told, Err(Error::ResourceDeleted)), "{told:?}");
}

#[tokio::test]
async fn only_what_ends_where_it_is_said_is_deleted() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..4).await;
    let elsewhere = DeleteStreamOptions::default().stream_state(StreamState::StreamRevision(7));
    let refused = client.delete_stream("a-1", &elsewhere).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(read(&client, "a-1", ReadStreamOptions::default()).await.len(), 3);
}

#[tokio::test]
async fn metadata_limits_what_a_reader_sees() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..6).await;
    let last_two = StreamMetadata { max_count: Some(2), ..StreamMetadata::default() };
    let any = at(StreamState::Any);
    client.set_stream_metadata("a-1", &any, &last_two).await.unwrap();
    assert_eq!(revisions(&read(&client, "a-1", ReadStreamOptions::default()).await), [3, 4]);
    append(&client, "a-1", 6..7).await;
    let back = ReadStreamOptions::default().backwards().position(StreamPosition::End);
    assert_eq!(revisions(&read(&client, "a-1", back).await), [5, 4]);
}

#[tokio::test]
async fn what_is_truncated_stays_in_all_until_a_scavenge() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..6).await;
    cluster.truncate("a-1", 3);
    assert_eq!(revisions(&read(&client, "a-1", ReadStreamOptions::default()).await), [3, 4]);
    let of_a = || {
        let filter = SubscriptionFilter::on_stream_name().add_prefix("a-");
        read_all(&client, ReadAllOptions::default().filter(filter))
    };
    assert_eq!(numbers(&of_a().await), [1, 2, 3, 4, 5]);
    cluster.scavenge();
    assert_eq!(numbers(&of_a().await), [4, 5]);
}
