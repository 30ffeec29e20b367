//! Building beside the live view: compared, switched, and never seen half done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fixture::*;
use crate::{Connection, Differences, Projector, RebuildError, SqlError, SwitchError, params};

async fn many_pathways(world: &World) {
    for n in 1..=20_u128 {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
    }
    for n in 1..=20_u128 {
        let more = [
            plain(n * 10 + 1, "2026-02-05", "appointmentBooked"),
            plain(n * 10 + 2, "2026-03-05", "dnaRecorded"),
        ];
        world.tell(n, &more).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_of_the_same_view_has_the_same_digest_and_is_switched_to() {
    let world = World::new();
    many_pathways(&world).await;
    let view = Small::new();
    let projector = world.run(&view).await;
    let reader = projector.reader("small").unwrap();
    let before = (digest(&reader), view.memory().len());
    let rebuilt = projector.rebuild(&["small"], false).await.unwrap();
    assert_eq!((rebuilt[0].digest, rebuilt[0].differences), (before.0, Differences::default()));
    let (current, kept) = world.home.editions();
    assert_eq!((kept.len(), kept.last()), (2, Some(&current)), "the new one is in use");
    assert_eq!((digest(&reader), view.memory().len()), before);

    world.tell(3, &[plain(39, "2026-04-05", "treatmentStarted")]).await;
    projector.caught_up().await.unwrap();
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.rebuild(&["small"], false).await.unwrap();
    let (newest, now_kept) = world.home.editions();
    assert_eq!(now_kept, [current, newest], "the one in use and the one before");
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_rows_under_the_same_rules_are_refused_until_they_are_accepted() {
    let world = World::new();
    many_pathways(&world).await;
    let view = Small::new();
    let projector = world.run(&view).await;
    let reader = projector.reader("small").unwrap();
    let before = digest(&reader);
    view.become_flawed(Flaw::CountsOneMore);
    let refused = projector.rebuild(&["small"], false).await.unwrap_err();
    let expected = Differences { added: 0, removed: 0, changed: 20 };
    let RebuildError::Switch(SwitchError::Differs { differences, .. }) = refused else {
        panic!("{refused}")
    };
    assert_eq!(differences, expected);
    assert_eq!(digest(&reader), before);
    let accepted = projector.rebuild(&["small"], true).await.unwrap();
    assert_eq!(accepted[0].differences, expected);
    assert_ne!(digest(&reader), before);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_whole_answers_while_views_are_rebuilt_and_steps_arrive() {
    let world = Arc::new(World::new());
    many_pathways(&world).await;
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let (ends, reads) = (Arc::clone(&done), reader.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let mut answers = 0;
        while !ends.load(Ordering::SeqCst) {
            let count = |connection: &Connection, sql| {
                let first = connection.first(sql, params![], |row| row.get::<i64>(0))?;
                Ok::<_, SqlError>(first.unwrap())
            };
            let (counted, kept) = reads
                .with(|connection| {
                    let counted =
                        count(connection, "SELECT CAST(sum(steps) AS bigint) FROM pathway")?;
                    Ok((counted, count(connection, "SELECT count(*) FROM step")?))
                })
                .unwrap();
            assert_eq!(counted, kept);
            assert!(counted >= 60, "{counted}");
            answers += 1;
        }
        answers
    });
    for n in 100..106 {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
        projector.rebuild(&["small"], false).await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    assert!(reading.await.unwrap() > 0);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_without_views_is_built_and_then_followed() {
    let world = World::new();
    many_pathways(&world).await;
    let view = Small::new();
    let mut setup = world.setup(&view);
    setup.limits.build_beyond = 10;
    let projector = Projector::start(setup.clone()).await.unwrap();
    projector.caught_up().await.unwrap();
    world.tell(3, &[plain(39, "2026-04-05", "treatmentStarted")]).await;
    projector.caught_up().await.unwrap();
    let reader = projector.reader("small").unwrap();
    assert_eq!(digest(&reader), world.replayed("replay").await);
    let status = projector.status().borrow().clone();
    assert_eq!(status.views[0].refused.as_deref(), Some("there is no file yet"));
    projector.stop().await;

    // Far behind: the old file answers until the new one is there.
    for n in 200..240 {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
    }
    let projector = Projector::start(setup).await.unwrap();
    let reader = projector.reader("small").unwrap();
    assert!(!shown(&reader, 3).is_empty());
    projector.caught_up().await.unwrap();
    assert_eq!(digest(&reader), world.replayed("again").await);
    let (current, kept) = world.home.editions();
    assert_eq!((kept.len(), kept.last()), (2, Some(&current)));
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_nobody_knows_is_not_rebuilt() {
    let world = World::new();
    let projector = world.run(&Small::new()).await;
    let refused = projector.rebuild(&["large"], false).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no view `large`");
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_says_how_far_it_is_until_the_end() {
    let world = World::new();
    many_pathways(&world).await;
    let head = event_store::EventStore::head(world.store.as_ref()).await.unwrap();
    let done = std::sync::Mutex::new(Vec::new());
    let views: [Arc<dyn crate::View>; 1] = [Small::new()];
    let progress = |events| done.lock().unwrap().push(events);
    let into = world.place("elsewhere");
    crate::replay(world.store.as_ref(), &views, head, &into, &progress).await.unwrap();
    assert_eq!(done.into_inner().unwrap().last(), Some(&head.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn views_at_different_places_come_to_the_same_end() {
    let world = World::new();
    many_pathways(&world).await;
    world.run(&Small::new()).await.stop().await;
    for n in 300..303 {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
    }
    let (late, early) = (Small::named("late"), Small::named("early"));
    let mut setup = world.setup(&Small::new());
    setup.views.push(late);
    setup.limits.build_beyond = 10;
    let projector = Projector::start(setup.clone()).await.unwrap();
    world.tell(4, &[plain(49, "2026-04-05", "treatmentStarted")]).await;
    projector.caught_up().await.unwrap();
    projector.stop().await;
    setup.views.insert(0, early);
    setup.limits.build_beyond = 1_000_000;
    let projector = Projector::start(setup).await.unwrap();
    projector.caught_up().await.unwrap();
    let rebuilt = projector.rebuild(&["late", "small"], false).await.unwrap();
    let expected = world.replayed("replay").await;
    assert!(rebuilt.iter().all(|view| view.digest == expected));
    for name in ["early", "small", "late"] {
        assert_eq!(digest(&projector.reader(name).unwrap()), expected, "{name}");
    }
    assert!(projector.status().borrow().is_healthy());
    projector.stop().await;
}
