//! The queue and the group: overload, shared commits, and what is answered at the end.

use event_store::contract::TestStore;
use event_store::{Append, AppendError, Expected, NewEvent, Revision};
use futures::future::join_all;
use futures::{FutureExt, StreamExt};
use rusqlite::Connection;

use super::super::Stats;
use super::on_trial;

/// Keeps the writer from beginning a transaction until the connection is dropped.
fn held(trial: &TestStore, file: &std::path::Path) -> Connection {
    assert!(trial.head().now_or_never().is_some());
    let other = Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

fn begin(trial: &TestStore) -> Append {
    Append { stream: trial.fresh_stream(), expected: Expected::NoStream, events: trial.events(1) }
}

#[tokio::test]
async fn a_full_queue_is_overload_and_those_in_it_are_written() {
    let (store, trial) = on_trial(|options| options.queue_appends_max = 2);
    let hold = held(&trial, store.pool.file());
    // More than one group can take and the queue can hold, so that somebody must be refused.
    let sent: Vec<_> = (0..2_100).map(|_| store.queue.push(begin(&trial), None, 1)).collect();
    drop(hold);
    let refused = sent.iter().filter(|sent| matches!(sent, Err(AppendError::Overloaded))).count();
    assert!(refused > 0);
    let waiting: Vec<_> = sent.into_iter().filter_map(Result::ok).collect();
    let count = waiting.len();
    for answer in waiting {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(count + refused, 2_100);
    assert_eq!(store.stats().events, count as u64);
}

/// An append of about a hundred kilobytes.
fn large(trial: &TestStore) -> Append {
    let mut append = begin(trial);
    append.events[0].payload = vec![b'x'; 100_000];
    append
}

#[tokio::test]
async fn large_appends_that_wait_are_bounded_by_their_bytes_and_room_comes_back() {
    let (store, trial) = on_trial(|options| options.queue_bytes_max = 1_010_000);
    for _flood in 0..3 {
        let hold = held(&trial, store.pool.file());
        let sent: Vec<_> = (0..200).map(|_| trial.append(large(&trial))).collect();
        drop(hold);
        let answers = join_all(sent).await;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        let refused =
            answers.iter().filter(|one| matches!(one, Err(AppendError::Overloaded))).count();
        // What waits and what is being written: ten of them fill a million bytes.
        assert!((1..=10).contains(&taken), "{taken} were let in");
        assert_eq!(taken + refused, 200, "a flood fails nothing else");
    }
    // One that is larger than all the room is let in alone.
    let mut huge = large(&trial);
    huge.events[0].payload = vec![b'x'; 1_040_000];
    trial.append(huge).await.unwrap();
}

#[tokio::test]
async fn appends_that_wait_together_share_their_commits() {
    let (store, trial) = on_trial(|_shipped| ());
    let hold = held(&trial, store.pool.file());
    let sent: Vec<_> =
        (0..300).map(|_| store.queue.push(begin(&trial), None, 1).unwrap()).collect();
    drop(hold);
    for answer in sent {
        answer.await.unwrap().unwrap();
    }
    let Stats { commits, events } = store.stats();
    assert_eq!(events, 300);
    // What arrived while the lock was held is at most one group taken early and one after.
    assert!(commits <= 2, "{commits} commits");
}

#[tokio::test]
async fn a_reused_id_in_a_group_costs_its_neighbours_nothing() {
    let (store, trial) = on_trial(|_shipped| ());
    let (stream, _) = trial.begun(1).await;
    let known = trial.whole(stream).await[0].event.clone();
    let hold = held(&trial, store.pool.file());
    // At the expected revision, so that only its id tells.
    let other = NewEvent { payload: b"{}".to_vec(), ..known };
    let expected = Expected::At(Revision(0));
    let bad = Append { stream, expected, events: vec![other] };
    let commands = [begin(&trial), bad, begin(&trial)];
    let sent: Vec<_> =
        commands.into_iter().map(|command| store.queue.push(command, None, 1).unwrap()).collect();
    drop(hold);
    let answers = join_all(sent).await;
    let taken: Vec<bool> =
        answers.iter().map(|answer| answer.as_ref().is_ok_and(Result::is_ok)).collect();
    assert_eq!(taken, [true, false, true]);
    assert!(matches!(answers[1], Ok(Err(AppendError::IdReused))));
    assert_eq!(store.stats().events, 3);
    // The rollback has left nothing behind in the writer's memory.
    let again = Append { stream, expected, events: trial.events(1) };
    assert_eq!(trial.append(again).await.unwrap().revision, Revision(1));
}

#[tokio::test]
async fn closing_writes_and_answers_what_waits() {
    let (store, trial) = on_trial(|_shipped| ());
    let sent: Vec<_> = (0..50).map(|_| store.queue.push(begin(&trial), None, 1).unwrap()).collect();
    store.close();
    for mut answer in sent {
        assert!(answer.try_recv().unwrap().is_ok(), "answered before the end");
    }
    assert_eq!(store.stats().events, 50);
}

#[tokio::test]
async fn a_description_is_shared_from_its_second_use() {
    let (store, trial) = on_trial(|_shipped| ());
    let (stream, _) = trial.begun(4).await;
    let alone = trial.full_event();
    trial.write(stream, Expected::At(Revision(3)), vec![alone.clone()]).await;
    let raw = Connection::open(store.pool.file()).unwrap();
    let count = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM metas"), 1);
    assert_eq!(count("SELECT count(*) FROM events WHERE typeof(meta) = 'integer'"), 3);
    let read = trial.whole(stream).await;
    assert_eq!(read[0].event.meta, read[3].event.meta);
    assert!(std::sync::Arc::ptr_eq(&read[1].event.meta, &read[3].event.meta));
    assert_eq!(read[4].event, alone);
}

#[tokio::test]
async fn a_follower_that_waits_is_woken_by_the_commit() {
    let (store, trial) = on_trial(|_shipped| ());
    let mut pages = event_store::EventStore::follow(&*store, event_store::Position::START);
    let mut waiting = pages.next();
    assert!((&mut waiting).now_or_never().is_none(), "there is nothing to follow yet");
    let (stream, _) = trial.begun(2).await;
    let page = waiting.await.unwrap().unwrap();
    assert_eq!(page, trial.whole(stream).await);
}
