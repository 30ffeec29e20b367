//! Followers are woken by what other processes commit, and find it by themselves where no news come.

use std::time::Duration;

use event_store::{EventStore, Position};
use futures::{FutureExt, StreamExt};

use super::super::Listen;
use super::{on_trial, over};

const NEVER: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn news_of_another_process_wake_a_follower() {
    let (database, store, trial) = on_trial(|options| options.poll_every = NEVER).await;
    let (_other, theirs) = over(&database, |options| options.listen = Listen::Never).await;
    // News are asked for from the opening on, but only what is committed later is told.
    let listens = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'";
    while database.run(listens).unwrap().as_deref() != Some("1") {}
    let mut pages = store.follow(Position::START);
    let mut waiting = pages.next();
    assert!((&mut waiting).now_or_never().is_none(), "there is nothing to follow yet");
    let (stream, _) = theirs.begun(2).await;
    assert_eq!(waiting.await.unwrap().unwrap(), trial.whole(stream).await);
}

#[tokio::test]
async fn ones_own_commits_wake_a_follower_without_news() {
    let (_database, store, trial) = on_trial(|options| {
        (options.poll_every, options.listen) = (NEVER, Listen::Never);
    })
    .await;
    let mut pages = store.follow(Position::START);
    let mut waiting = pages.next();
    assert!((&mut waiting).now_or_never().is_none(), "there is nothing to follow yet");
    let (stream, _) = trial.begun(2).await;
    assert_eq!(waiting.await.unwrap().unwrap(), trial.whole(stream).await);
}

#[tokio::test]
async fn a_follower_to_whom_no_news_come_finds_out_by_asking() {
    let (database, store, trial) = on_trial(|options| options.listen = Listen::Never).await;
    let (_other, theirs) = over(&database, |_shipped| ()).await;
    let mut pages = store.follow(Position::START);
    let mut waiting = pages.next();
    assert!((&mut waiting).now_or_never().is_none(), "there is nothing to follow yet");
    let (stream, _) = theirs.begun(2).await;
    assert_eq!(waiting.await.unwrap().unwrap(), trial.whole(stream).await);
}

#[tokio::test]
async fn a_page_holds_no_more_bytes_than_it_may_and_at_least_one_event() {
    let (_database, store, trial) = on_trial(|_shipped| ()).await;
    let (stream, _) = trial.begun(6).await;
    let whole = trial.whole(stream).await;
    let one = whole[0].event.bytes();
    for (bytes_max, wanted) in
        [(0, 1), (1, 1), (one, 1), (2 * one - 1, 1), (2 * one, 2), (99 * one, 4)]
    {
        let page = store.reader.log(Position(2), 4, bytes_max).await.unwrap();
        assert_eq!(page, whole[2..2 + wanted], "at most {bytes_max} bytes");
    }
}
