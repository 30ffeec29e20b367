//! What is counted where positions do not say how many events there are.

use event_store::{Category, Position, StreamId};
use uuid::Uuid;

use super::fixture::*;
use crate::counting::{is_far_behind, more_than};
use crate::{Checkpoint, ViewReader};

/// So many events of a pathway, and one of a person.
async fn told(world: &World, pathway: u128, steps: u128) {
    let said = |n| plain(pathway * 100 + n, "2026-01-05", "referralReceived");
    let steps: Vec<Said> = (0..steps).map(said).collect();
    world.tell(pathway, &steps).await;
    let person = StreamId::new(Category::Patient, Uuid::from_u128(pathway));
    let died = plain(pathway * 100 + 99, "2026-01-05", "referralReceived").event(person);
    world.append(person, vec![died]).await;
}

fn consumed(reader: &ViewReader) -> u64 {
    reader.with(|connection| Ok(Checkpoint::read(connection)?.unwrap().consumed)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_pathways_are_counted_alike_by_who_follows_and_who_builds() {
    let world = World::new();
    told(&world, 1, 5).await;
    let projector = world.run(&Small::new()).await;
    told(&world, 2, 4).await;
    projector.caught_up().await.unwrap();
    let reader = projector.reader("small").unwrap();
    assert_eq!(consumed(&reader), 9);
    projector.rebuild(&["small"], false).await.unwrap();
    assert_eq!(consumed(&reader), 9);
    projector.stop().await;
}

#[tokio::test]
async fn what_lies_behind_is_told_by_events_and_not_by_positions() {
    let world = World::new();
    told(&world, 1, 9).await;
    let (store, head) = (world.store.as_ref(), world.store.head().await.unwrap());
    for (limit, is_more) in [(0, true), (9, true), (10, false), (u64::MAX, false)] {
        let all = (Position::START, head);
        assert_eq!(more_than(store, limit, all).await.unwrap(), is_more, "{limit}");
        assert_eq!(is_far_behind(store, limit, all).await.unwrap(), is_more, "{limit}");
    }
    let eighth = store.read_log(Position::START, 9).await.unwrap()[8].position;
    assert!(more_than(store, 0, (eighth, head)).await.unwrap());
    assert!(!is_far_behind(store, 0, (eighth, head)).await.unwrap(), "a fifth is left at most");
    let second = store.read_log(Position::START, 2).await.unwrap()[1].position;
    assert!(
        is_far_behind(store, 0, (second, head)).await.unwrap(),
        "most of the log's own way is left"
    );
    assert!(!more_than(store, 0, (head, head)).await.unwrap());
}
