//! Following: only what changed is written, once, and others are told of the rest.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use event_store::{Category, Position, StreamId};
use uuid::Uuid;

use super::fixture::*;
use crate::{Projector, State};

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_does_not_concern_the_view_moves_its_checkpoint_alone() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let view = Small::new();
    let projector = world.run(&view).await;
    let computed = view.computed.load(Ordering::SeqCst);
    let at = world.tell(1, &[plain(12, "2026-01-06", "patientArrived")]).await;
    let reader = projector.reader("small").unwrap();
    assert!(reader.wait_for(at, Duration::from_secs(20)).await);
    assert_eq!(view.computed.load(Ordering::SeqCst), computed);
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_told_of_what_is_not_about_pathways() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let service = StreamId::new(Category::Service, Uuid::from_u128(7));
    let pathway = StreamId::new(Category::Pathway, Uuid::from_u128(1));
    let mut event = plain(12, "2026-01-06", "patientArrived").event(pathway);
    event.event_id = Uuid::from_u128(99);
    let at = world.append(service, vec![event]).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let view = Small::new();
    let mut setup = world.setup(&view);
    setup.others_after = Some(Position::START);
    setup.on_other = Some(Arc::new(move |events| {
        listener.lock().unwrap().extend(events.iter().map(|event| event.position));
    }));
    let projector = Projector::start(setup).await.unwrap();
    assert_eq!(projector.caught_up().await.unwrap(), at);
    assert_eq!(*heard.lock().unwrap(), [at]);
    assert_eq!(digest(&projector.reader("small").unwrap()), world.replayed("replay").await);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_and_status_say_what_the_file_says() {
    let world = World::new();
    let view = Small::new();
    let projector = world.run(&view).await;
    let mut status = projector.status();
    for n in 1..=5 {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
        world.tell(n, &[withdrawal(n * 10 + 1, n * 10, "2026-01-06")]).await;
        world.tell(n, &[plain(n * 10 + 2, "2026-01-07", "dnaRecorded")]).await;
    }
    let head = projector.caught_up().await.unwrap();
    let status = status.wait_for(|status| status.views[0].position == head).await.unwrap();
    assert!(status.is_healthy());
    assert_eq!(status.views[0].state, State::Live);
    drop(status);
    assert_eq!(projector.observe().await.unwrap().lag(), 0);
    assert_eq!(view.memory().len(), 10);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_what_does_not_come_ends() {
    let world = World::new();
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    assert!(!reader.wait_for(Position(1), Duration::from_millis(1)).await);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_more_than_two_thousand_steps_is_kept_and_raises_an_alarm_once() {
    let world = World::new();
    let view = Small::new();
    let mut setup = world.setup(&view);
    setup.limits.page_events = 500;
    setup.limits.cache_steps = 10_000;
    let projector = Projector::start(setup).await.unwrap();
    let steps: Vec<Said> =
        (1..=2_000).map(|event| plain(event, "2026-01-05", "appointmentBooked")).collect();
    let mut told = projector.status();
    let mut at = Position::START;
    for some in steps.chunks(500) {
        at = world.tell(1, some).await;
    }
    let status = told.wait_for(|status| status.views[0].position == at).await.unwrap().clone();
    assert_eq!(status.long_histories, 0, "exactly the most is no alarm");

    for event in 2_001..=2_002 {
        let at = world.tell(1, &[plain(event, "2026-01-06", "appointmentBooked")]).await;
        let status = told.wait_for(|status| status.views[0].position == at).await.unwrap();
        assert_eq!(status.long_histories, 1);
        assert!(status.is_healthy(), "the pathway is judged like any other");
    }
    let reader = projector.reader("small").unwrap();
    assert_eq!(shown(&reader, 1).len(), 2_003);
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.stop().await;
}
