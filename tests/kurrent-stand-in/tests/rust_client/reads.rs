//! Reads of a stream and of `$all`.

use eventstore::{
    Error, Position, ReadAllOptions, ReadStreamOptions, StreamPosition, StreamState,
    SubscriptionFilter,
};
use kurrent_stand_in::{Cluster, Settings};

use crate::caller::{append, at, client, events, numbers, one_node, read, read_all};

#[tokio::test]
async fn a_stream_is_read_as_it_was_appended() {
    let (_cluster, client) = one_node();
    let new = at(StreamState::NoStream);
    let written = client.append_to_stream("a-1", &new, events(1..4)).await.unwrap();
    assert_eq!(written.next_expected_version, 2);

    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    assert_eq!(numbers(&found), [1, 2, 3]);
    let last = found[2].get_original_event();
    assert_eq!((last.position, &*last.event_type), (written.position, "Told"));
    assert!(last.is_json);
    assert_eq!(last.as_json::<String>().unwrap(), "3");

    let back = ReadStreamOptions::default().backwards().position(StreamPosition::End);
    assert_eq!(numbers(&read(&client, "a-1", back.max_count(2)).await), [3, 2]);
    let from = ReadStreamOptions::default().position(StreamPosition::Position(1)).max_count(1);
    assert_eq!(numbers(&read(&client, "a-1", from).await), [2]);
}

#[tokio::test]
async fn a_long_stream_is_read_whole_both_ways() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 0..1_700).await;
    let upwards: Vec<u128> = (0..1_700).collect();
    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    assert_eq!(numbers(&found), upwards);
    let back = ReadStreamOptions::default().backwards().position(StreamPosition::End);
    let downwards: Vec<u128> = (0..1_700).rev().collect();
    assert_eq!(numbers(&read(&client, "a-1", back).await), downwards);
}

#[tokio::test]
async fn positions_grow_by_more_than_one() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..4).await;
    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    let positions: Vec<Position> =
        found.iter().map(|event| event.get_original_event().position).collect();
    for two in positions.windows(2) {
        assert!(two[1].commit > two[0].commit + 1, "{positions:?}");
        assert_eq!(two[1].commit, two[1].prepare);
    }
}

#[tokio::test]
async fn an_old_server_tells_no_positions_in_streams() {
    let settings = Settings { positions_in_streams: false, ..Settings::default() };
    let cluster = Cluster::start(settings).unwrap();
    let client = client(&cluster.address());
    append(&client, "a-1", 1..2).await;
    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    assert_eq!(found[0].get_original_event().position.commit, u64::MAX);
    let all = read_all(&client, ReadAllOptions::default()).await;
    assert!(all.iter().all(|event| event.get_original_event().position.commit < u64::MAX));
}

#[tokio::test]
async fn a_stream_nobody_wrote_is_not_found() {
    let (_cluster, client) = one_node();
    let mut read = client.read_stream("a-1", &ReadStreamOptions::default()).await.unwrap();
    let told = read.next().await;
    assert!(matches!(told, Err(Error::ResourceNotFound)), "{told:?}");
}

#[tokio::test]
async fn all_is_read_both_ways_and_through_a_filter() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..3).await;
    append(&client, "b-1", 3..5).await;
    let everything = read_all(&client, ReadAllOptions::default()).await;
    let of_the_system = everything.len() - 4;
    assert!(of_the_system > 0, "a new server has written of itself");
    assert_eq!(numbers(&everything[of_the_system..]), [1, 2, 3, 4]);

    let prefix = SubscriptionFilter::on_stream_name().add_prefix("b-");
    let options = ReadAllOptions::default().filter(prefix);
    assert_eq!(numbers(&read_all(&client, options).await), [3, 4]);
    let regex = SubscriptionFilter::on_event_type().regex(r"^(?!\$).+");
    let options = ReadAllOptions::default().backwards().position(StreamPosition::End);
    assert_eq!(numbers(&read_all(&client, options.filter(regex)).await), [4, 3, 2, 1]);
}

#[tokio::test]
async fn all_is_read_from_a_position_on_and_backwards_before_it() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..5).await;
    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    let third = StreamPosition::Position(found[2].get_original_event().position);
    let from = ReadAllOptions::default().position(third);
    assert_eq!(numbers(&read_all(&client, from).await), [3, 4]);
    let before = ReadAllOptions::default().backwards().position(third).max_count(2);
    assert_eq!(numbers(&read_all(&client, before).await), [2, 1]);
}

#[tokio::test]
async fn a_position_that_was_never_handed_out_is_refused() {
    let (_cluster, client) = one_node();
    append(&client, "a-1", 1..3).await;
    let found = read(&client, "a-1", ReadStreamOptions::default()).await;
    let Position { commit, prepare } = found[1].get_original_event().position;
    let between = Position { commit: commit - 1, prepare: prepare - 1 };
    let options = ReadAllOptions::default().position(StreamPosition::Position(between));
    let refused = client.read_all(&options).await.unwrap().next().await;
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("invalid position"), "{told}");
}
