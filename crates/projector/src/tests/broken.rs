//! What a view cannot take blocks one pathway, live and rebuilt alike.

use std::time::Duration;

use event_store::{Category, Position, StreamId};
use uuid::Uuid;

use super::fixture::*;
use crate::{Connection, Projector, ViewReader, params};

fn letters(reader: &ViewReader) -> Vec<(u128, i64, String)> {
    let sql = "SELECT pathway_id, position, reason FROM dead_letter ORDER BY pathway_id";
    let read = |connection: &Connection| {
        connection.all(sql, params![], |row| {
            Ok((row.get::<Uuid>(0)?.as_u128(), row.get(1)?, row.get(2)?))
        })
    };
    reader.with(read).unwrap()
}

async fn two_pathways(world: &World) {
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    world.tell(2, &[plain(21, "2026-01-05", "referralReceived")]).await;
    world.tell(1, &[plain(12, "2026-01-06", "dnaRecorded")]).await;
    world.tell(2, &[plain(22, "2026-01-06", "appointmentBooked")]).await;
    world.tell(1, &[plain(13, "2026-01-07", "treatmentStarted")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_blocks_its_own_pathway_until_it_is_retried() {
    for (flaw, reason) in [
        (Flaw::PanicsAtDna, "the view panicked"),
        (Flaw::DoesNotFit, "the view's rows do not fit its tables"),
    ] {
        let world = World::new();
        two_pathways(&world).await;
        let view = Small::new();
        view.become_flawed(flaw);
        let projector = world.run(&view).await;
        let reader = projector.reader("small").unwrap();
        let third = world.store.read_log(Position::START, 3).await.unwrap()[2].position;
        let third = i64::try_from(third.0).unwrap();
        assert_eq!(letters(&reader), [(1, third, reason.to_owned())]);
        assert_eq!(shown(&reader, 1).len(), 2, "as before the step it cannot take");
        assert_eq!(shown(&reader, 2).len(), 3, "goes on");
        assert!(!projector.status().borrow().is_healthy());

        assert_eq!(projector.retry_dead_letters().await.unwrap(), 1);
        view.become_flawed(Flaw::None);
        assert_eq!(projector.retry_dead_letters().await.unwrap(), 0);
        assert_eq!(letters(&reader), []);
        assert_eq!(digest(&reader), world.replayed("replay").await);
        assert!(projector.status().borrow().is_healthy());
        projector.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_cannot_be_read_blocks_its_own_pathway_and_leaks_nothing() {
    let world = World::new();
    let view = Small::new();
    let projector = world.run(&view).await;
    two_pathways(&world).await;
    let stream = StreamId::new(Category::Pathway, Uuid::from_u128(1));
    let mut bad = plain(14, "2026-01-08", "referralSent").event(stream);
    bad.payload = br#"{"secret": "Mrs Jones"}"#.to_vec();
    let at = world.append(stream, vec![bad]).await;
    world.tell(1, &[plain(15, "2026-01-09", "appointmentBooked")]).await;
    let last = world.tell(2, &[plain(23, "2026-01-09", "dnaRecorded")]).await;
    let reader = projector.reader("small").unwrap();
    assert!(reader.wait_for(last, Duration::from_secs(20)).await);
    let letters = letters(&reader);
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].0, letters[0].1), (1, i64::try_from(at.0).unwrap()));
    assert!(!letters[0].2.contains("Jones"), "{letters:?}");
    assert_eq!(shown(&reader, 1).len(), 4, "up to the step that cannot be read");
    assert_eq!(shown(&reader, 2).len(), 4);
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_and_rebuild_agree_about_broken_pathways() {
    let world = World::new();
    let view = Small::new();
    view.become_flawed(Flaw::PanicsAtDna);
    let projector: Projector = world.run(&view).await;
    two_pathways(&world).await;
    projector.caught_up().await.unwrap();
    let rebuilt = projector.rebuild(&["small"], false).await.unwrap();
    let reader = projector.reader("small").unwrap();
    assert_eq!(digest(&reader), rebuilt[0].digest);
    assert_eq!(letters(&reader).len(), 1);
    projector.stop().await;
}
