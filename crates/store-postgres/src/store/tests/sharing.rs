//! Several processes on one log: dense, nothing skipped, conflicts told, nobody held up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use event_store::contract::TestStore;
use event_store::{
    Append, AppendError, EventStore, Expected, Position, Revision, StoredEvent, StreamId,
};
use futures::StreamExt;
use futures::future::{join, join_all};
use postgres_for_tests::Database;
use tokio_postgres::Client;

use super::{connected, on_trial, over};

const ROUNDS: usize = 30;

/// Writes to a stream that others write to as well, and tries again where it lost; counts losses.
async fn contend(trial: &TestStore, shared: StreamId) -> usize {
    let (mut lost, mut expected) = (0, Expected::NoStream);
    for _round in 0..ROUNDS {
        trial.begun(2).await;
        loop {
            let append = Append { stream: shared, expected, events: trial.events(1) };
            match trial.append(append).await {
                Ok(appended) => {
                    expected = Expected::At(appended.revision);
                    break;
                }
                Err(AppendError::Conflict { actual }) => {
                    lost += 1;
                    expected = Expected::from_last(actual);
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    lost
}

fn assert_gapless(events: &[StoredEvent]) {
    for (stored, at) in events.iter().zip(1..) {
        assert_eq!(stored.position, Position(at));
    }
    assert!(events.is_sorted_by_key(|stored| stored.recorded_at_micros));
}

async fn followed(store: &dyn EventStore, count: usize) -> Vec<StoredEvent> {
    let mut events = Vec::new();
    let mut pages = store.follow(Position::START);
    while events.len() < count {
        events.extend(pages.next().await.unwrap().unwrap());
    }
    events
}

#[tokio::test]
async fn two_processes_write_the_same_streams_and_leave_no_gap() {
    let (database, one, first) = on_trial(|_shipped| ()).await;
    let (other, second) = over(&database, |_shipped| ()).await;
    let shared = first.fresh_stream();
    let writers = [&first, &second, &first, &second].map(|trial| contend(trial, shared));
    let count = 4 * ROUNDS * 3;
    let both = join(followed(&*one, count), followed(&*other, count));
    let (lost, (seen, seen_there)) = join(join_all(writers), both).await;
    assert!(lost.iter().sum::<usize>() > 0, "the writers never met");
    assert_eq!(seen.len(), count);
    assert_gapless(&seen);
    assert_eq!(seen, seen_there);
    let whole = first.whole(shared).await;
    assert_eq!(whole.len(), 4 * ROUNDS);
    assert!(whole.iter().zip(0..).all(|(stored, at)| stored.revision == Revision(at)));
    assert_eq!(whole, second.whole(shared).await);
    let written = one.stats().events + other.stats().events;
    assert_eq!(written, count as u64);
}

#[tokio::test]
async fn a_command_repeated_to_another_process_is_written_once() {
    let (database, _one, first) = on_trial(|_shipped| ()).await;
    let (_other, second) = over(&database, |_shipped| ()).await;
    let append = super::begin(&first);
    let (here, there) = join(first.append(append.clone()), second.append(append.clone())).await;
    let (here, there) = (here.unwrap(), there.unwrap());
    assert_eq!((here.first, here.recorded_at_micros), (there.first, there.recorded_at_micros));
    assert_ne!(here.duplicate, there.duplicate);
    assert_eq!(first.whole(append.stream).await.len(), 1);
}

/// Who asks for it gets numbers that look like chance and are the same in every run.
struct Dice(AtomicU32);

impl Dice {
    fn thrown(&self, sides: u32) -> u32 {
        let next = |state: u32| state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let before = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |one| Some(next(one)));
        (next(before.unwrap()) >> 8) % sides
    }
}

/// Takes the lock, writes where the log ends, waits a little, and takes it all back.
async fn give_up(client: &Client, pause_ms: u32) {
    let sql = format!(
        "BEGIN; SELECT pg_advisory_xact_lock(1463898445, 1);
         INSERT INTO waymark.events
         SELECT last.position + 1, log_bytes, stream_no, revision + 1000, occurred, entered,
                recorded_at, gen_random_uuid(), stream_id, key_id, kind_no, version,
                occurred_is_day, meta, payload, sealed
         FROM waymark.events AS last ORDER BY position DESC LIMIT 1;
         SELECT pg_sleep({pause_ms} / 1000.0); ROLLBACK"
    );
    client.batch_execute(&sql).await.unwrap();
}

async fn hesitant(database: &Database, trial: Arc<TestStore>, dice: Arc<Dice>) -> usize {
    let client = connected(database).await;
    let mut written = 0;
    for _round in 0..2 * ROUNDS {
        let pause = dice.thrown(5);
        if dice.thrown(10) == 0 {
            give_up(&client, pause).await;
            continue;
        }
        client.batch_execute(&format!("SELECT pg_sleep({pause} / 1000.0)")).await.unwrap();
        let count = 1 + dice.thrown(3) as usize;
        trial.begun(count).await;
        written += count;
    }
    written
}

/// The measured trap: a reader of an identity column misses a fifth of such a log, and one that
/// waits for the oldest transaction stands still as long as the idle one is open.
#[tokio::test]
async fn eight_hesitant_writers_beside_an_idle_transaction_hide_nothing_and_hold_nobody_up() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    trial.begun(1).await;
    let (other, second) = over(&database, |_shipped| ()).await;
    let idle = connected(&database).await;
    let open = "CREATE TABLE elsewhere (n integer); BEGIN; INSERT INTO elsewhere VALUES (1)";
    idle.batch_execute(open).await.unwrap();
    let dice = Arc::new(Dice(AtomicU32::new(20_260_101)));
    let trials = [Arc::new(trial), Arc::new(second)];
    let writers = (0..8).map(|at| {
        let trial = Arc::clone(&trials[at % 2]);
        hesitant(&database, trial, Arc::clone(&dice))
    });
    let written = 1 + join_all(writers).await.iter().sum::<usize>();
    let (seen, seen_there) = join(followed(&*store, written), followed(&*other, written)).await;
    assert_eq!((seen.len(), store.head().await.unwrap()), (written, Position(written as u64)));
    assert_gapless(&seen);
    assert_eq!(seen, seen_there);
    // It was open all the time, with a number that every snapshot since has had to leave out.
    idle.batch_execute("ROLLBACK").await.unwrap();
}
