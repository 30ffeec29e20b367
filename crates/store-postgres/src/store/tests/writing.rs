//! The queue and the group: overload, shared commits, and what is answered at the end.

use event_store::contract::TestStore;
use event_store::{Append, AppendError, EventStore, Expected, NewEvent, Position, Revision};
use futures::future::join_all;

use super::super::Stats;
use super::{begin, held, on_trial};

#[tokio::test]
async fn a_full_queue_is_overload_and_those_in_it_are_written() {
    let (database, store, trial) = on_trial(|options| options.queue_appends_max = 2).await;
    let hold = held(&database).await;
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
    let (database, _store, trial) = on_trial(|options| options.queue_bytes_max = 1_010_000).await;
    for _flood in 0..3 {
        let hold = held(&database).await;
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
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    let hold = held(&database).await;
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
async fn commands_of_a_group_see_each_other_and_a_bad_one_costs_its_neighbours_nothing() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    let (stream, _) = trial.begun(1).await;
    let known = trial.whole(stream).await[0].event.clone();
    let hold = held(&database).await;
    let first = begin(&trial);
    let on =
        |revision, events| Append { stream, expected: Expected::At(Revision(revision)), events };
    let commands = [
        first.clone(),
        on(0, vec![NewEvent { payload: b"{}".to_vec(), ..known.clone() }]),
        on(0, trial.events(2)),
        on(0, trial.events(1)),
        on(2, trial.events(1)),
        first.clone(),
        Append { stream, ..first.clone() },
        on(9, vec![known]),
    ];
    // The first is alone in its group, as it was taken before the others came.
    let early = store.queue.push(begin(&trial), None, 1).unwrap();
    let sent: Vec<_> =
        commands.into_iter().map(|command| store.queue.push(command, None, 1).unwrap()).collect();
    drop(hold);
    early.await.unwrap().unwrap();
    let answers: Vec<_> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
    let said: Vec<String> = answers
        .iter()
        .map(|answer| match answer {
            Ok(appended) => format!("{} {}", appended.revision, appended.duplicate),
            Err(error) => format!("{error:?}"),
        })
        .collect();
    let wanted = [
        "0 false",
        "IdReused",
        "2 false",
        "Conflict { actual: Some(Revision(2)) }",
        "3 false",
        "0 true",
        "IdReused",
        "0 true",
    ];
    assert_eq!(said, wanted);
    let written = trial.log_after(Position::START).await;
    assert!(written.iter().zip(1..).all(|(stored, at)| stored.position == Position(at)));
    assert_eq!(written.len(), 6);
}

#[tokio::test]
async fn closing_writes_and_answers_what_waits() {
    let (_database, store, trial) = on_trial(|_shipped| ()).await;
    let sent: Vec<_> = (0..50).map(|_| store.queue.push(begin(&trial), None, 1).unwrap()).collect();
    store.close();
    for mut answer in sent {
        assert!(answer.try_recv().unwrap().is_ok(), "answered before the end");
    }
    assert_eq!(store.stats().events, 50);
    let late = trial.append(begin(&trial)).await;
    let nothing_written =
        matches!(late, Err(AppendError::Unavailable { maybe_committed: false, .. }));
    assert!(nothing_written, "{late:?}");
    assert_eq!(store.head().await.unwrap(), Position(50), "it can still be read");
}

/// A trigger that refuses an event whose transaction would not wait for the disk.
const ONLY_ON_DISK: &str = "
    CREATE FUNCTION only_on_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('synchronous_commit') = 'off' THEN RAISE 'not on disk'; END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER only_on_disk AFTER INSERT ON waymark.events
        FOR EACH STATEMENT EXECUTE FUNCTION only_on_disk();";

#[tokio::test]
async fn an_answer_waits_for_the_disk_though_the_database_says_otherwise() {
    let (database, _store, trial) = on_trial(|_shipped| ()).await;
    database.run(ONLY_ON_DISK).unwrap();
    let off = format!("ALTER DATABASE {} SET synchronous_commit = off", database.name());
    database.run(&off).unwrap();
    database.send_all_away();
    let (_other, theirs) = super::over(&database, |_shipped| ()).await;
    let (stream, _) = theirs.begun(1).await;
    assert_eq!(trial.whole(stream).await.len(), 1);
    let raw = "INSERT INTO waymark.events SELECT * FROM waymark.events LIMIT 0";
    assert_eq!(database.run(raw).unwrap_err(), "not on disk", "the trigger looks");
}

#[tokio::test]
async fn neighbours_share_their_description_in_memory() {
    let (_database, _store, trial) = on_trial(|_shipped| ()).await;
    let (stream, _) = trial.begun(2).await;
    let alone = trial.full_event();
    trial.write(stream, Expected::At(Revision(1)), vec![alone.clone()]).await;
    let read = trial.whole(stream).await;
    assert!(std::sync::Arc::ptr_eq(&read[0].event.meta, &read[1].event.meta));
    assert_eq!(read[2].event, alone);
}
