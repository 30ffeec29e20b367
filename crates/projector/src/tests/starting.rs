//! Starting again: after a crash at any page, and beside files that are not of this view and log.

use std::sync::Arc;

use event_store::Position;
use rusqlite::Connection;
use tokio::sync::watch;

use super::fixture::*;
use crate::context::Context;
use crate::database::ViewDatabase;
use crate::sqlite::Files;
use crate::switch::catch_up;
use crate::{Identity, Projector, Status, View};

/// Tells a story, and gives each position of the log with its start.
async fn story(world: &World) -> Vec<Position> {
    for n in 0..12_u128 {
        let pathway = n % 4 + 1;
        let said = match n / 4 {
            0 => plain(n + 100, "2026-01-05", "referralReceived"),
            1 => plain(n + 100, "2026-02-05", "dnaRecorded"),
            _ => withdrawal(n + 100, n + 96, "2026-02-06"),
        };
        world.tell(pathway, &[said]).await;
    }
    let told = world.store.read_log(Position::START, usize::MAX).await.unwrap();
    [Position::START].into_iter().chain(told.iter().map(|event| event.position)).collect()
}

fn current(world: &World) -> std::path::PathBuf {
    let pointer = std::fs::read_to_string(world.data().join("views/small.current")).unwrap();
    world.data().join("views").join(pointer.trim())
}

/// Takes pages up to a position and is gone, as if killed between two pages.
async fn crash_at(world: &World, position: Position) {
    let view: Arc<dyn View> = Small::new();
    let directory = world.data().join("views");
    drop(std::fs::remove_dir_all(&directory));
    let database: Arc<dyn ViewDatabase> = Arc::new(Files::open(&directory).unwrap());
    let identity = Identity::of(view.as_ref(), world.store.log_id());
    let file = database.create(view.as_ref(), identity).unwrap();
    let context = Context {
        store: Arc::clone(&world.store),
        database,
        now: Arc::new(|| 0),
        on_other: None,
        page_events: 5,
        cache_steps: 10,
        status: watch::Sender::new(Status {
            views: Vec::new(),
            head: Position::START,
            long_histories: 0,
        }),
        building: Arc::default(),
        held: watch::Sender::default(),
        seen: watch::Sender::new(Position::START),
        leases: None,
    };
    drop(catch_up(&context, &view, file, position).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_between_any_two_pages_no_step_is_missed_or_taken_twice() {
    let world = World::new();
    let places = story(&world).await;
    let expected = world.replayed("replay").await;
    for position in places {
        crash_at(&world, position).await;
        let projector = world.run(&Small::new()).await;
        let status = projector.status().borrow().clone();
        assert_eq!(status.views[0].refused, None);
        assert_eq!(digest(&projector.reader("small").unwrap()), expected);
        projector.stop().await;
    }
}

async fn refused(world: &World, view: &Arc<Small>) -> Option<String> {
    let projector = world.run(view).await;
    let refused = projector.status().borrow().views[0].refused.clone();
    assert_eq!(digest(&projector.reader("small").unwrap()), world.replayed("replay").await);
    std::fs::remove_dir_all(world.place("replay")).unwrap();
    projector.stop().await;
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_does_not_match_is_refused_and_the_reason_said() {
    let world = World::new();
    let end = story(&world).await.pop().unwrap();
    let beyond = end.0 + 28;
    assert_eq!(refused(&world, &Small::new()).await.unwrap(), "there is no file yet");
    assert_eq!(refused(&world, &Small::new()).await, None);
    let other = Small::under("other rules");
    assert_eq!(refused(&world, &other).await.unwrap(), "it was made under other rules");

    for (change, reason) in [
        ("event_id = randomblob(16)", &*format!("the log has another event at position {end}")),
        ("log_id = randomblob(16)", "it was made from another log"),
        (&*format!("position = {beyond}"), &*format!("the log has no event at position {beyond}")),
        ("version = 9", "it has version 9, and 1 is wanted"),
    ] {
        let beside = Connection::open(current(&world)).unwrap();
        beside.execute_batch(&format!("UPDATE checkpoint SET {change}")).unwrap();
        drop(beside);
        assert_eq!(refused(&world, &other).await.unwrap(), reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pointer_or_file_that_is_half_written_is_built_anew() {
    let world = World::new();
    story(&world).await;
    let view = Small::new();
    refused(&world, &view).await;
    let pointer = world.data().join("views/small.current");
    let whole = std::fs::read_to_string(&pointer).unwrap();
    for half in
        ["", "small-v1-e3b0", whole.trim_end(), "../../etc/passwd\n", "small-v1-abcdefgh-9.db\n"]
    {
        std::fs::write(&pointer, half).unwrap();
        assert_eq!(refused(&world, &view).await.unwrap(), "its pointer file is damaged");
    }
    std::fs::write(current(&world), "not a database at all, but long enough to look at").unwrap();
    let reason = refused(&world, &view).await.unwrap();
    assert!(reason.starts_with("its file cannot be opened"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_damaged_page_is_built_anew_and_the_page_is_named() {
    let world = World::new();
    story(&world).await;
    let view = Small::new();
    refused(&world, &view).await;
    let file = current(&world);
    let beside = Connection::open(&file).unwrap();
    beside.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'step' AND type = 'table'";
    let page: u32 = beside.query_row(sql, [], |row| row.get(0)).unwrap();
    drop(beside);
    let mut bytes = std::fs::read(&file).unwrap();
    let from = usize::try_from((page - 1) * 4_096).unwrap();
    bytes[from..from + 4_096].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let reason = refused(&world, &view).await.unwrap();
    assert!(
        reason.starts_with("its file cannot be opened: the view's file is damaged"),
        "{reason}"
    );
    assert!(reason.contains(&format!("page {page}")), "{reason}");
    assert_eq!(refused(&world, &view).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_rebuild_left_is_taken_away() {
    let world = World::new();
    story(&world).await;
    let view = Small::new();
    refused(&world, &view).await;
    let views = world.data().join("views");
    for left in [
        "small-v1-e3b0c442-7.building",
        "small-v1-e3b0c442-7.building-journal",
        "small-v1-e3b0c442-6.db",
        "small.current.new",
    ] {
        std::fs::write(views.join(left), "half").unwrap();
    }
    std::fs::write(views.join("notes.txt"), "not ours").unwrap();
    assert_eq!(refused(&world, &view).await, None);
    let names = files_in(&views);
    assert_eq!(names, ["notes.txt", "small-v1-e3b0c442-1.db", "small.current"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_with_a_name_twice_does_not_start() {
    let world = World::new();
    let view = Small::new();
    let mut setup = world.setup(&view);
    setup.views.push(Small::new());
    let error = Projector::start(setup).await.err().unwrap();
    assert!(error.to_string().contains("another view has its name"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_view_that_remembers_is_told_its_rows_at_start() {
    let world = World::new();
    story(&world).await;
    refused(&world, &Small::new()).await;
    let (remembering, forgetful) = (Small::new(), Small::new());
    forgetful.become_flawed(Flaw::RemembersNothing);
    for (view, is_told) in [(remembering, true), (forgetful, false)] {
        let projector = world.run(&view).await;
        assert_eq!(!view.memory().is_empty(), is_told);
        projector.stop().await;
    }
}
