//! Eight writers that pause and are rolled back, beside a transaction that is idle: it has read the log
//! and written to another file. Followers skip nothing and nobody waits for it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use event_store::contract::TestStore;
use event_store::{
    Append, AppendError, Appended, EventStore, Expected, NewEvent, Position, Revision,
};
use futures::StreamExt;
use futures::future::{join, join_all};
use rusqlite::Connection;
use uuid::Uuid;

use super::super::SqliteStore;
use super::on_trial;

const WRITERS: u32 = 8;
const EVENTS_OF_EACH: usize = 7_500;
/// Events of an append at most, and how many milliseconds a writer pauses at most.
const BATCH_MAX: u32 = 120;
const PAUSE_MS_MAX: u32 = 4;

/// How long after its answer a follower may see an append: long for a machine that is busy, and nothing
/// to the transaction that stays open until the end.
const SEEN_WITHIN: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(60);

/// Numbers that look like chance and are the same in every run.
struct Dice(u32);

impl Dice {
    fn thrown(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % sides
    }
}

/// An append that was acknowledged, and when.
struct Told {
    answer: Appended,
    ids: Vec<Uuid>,
    at: Instant,
}

/// What one writer did.
#[derive(Default)]
struct Done {
    told: Vec<Told>,
    given_up: usize,
    refused: usize,
}

fn pause(ms: u32) {
    std::thread::sleep(Duration::from_millis(u64::from(ms)));
}

/// Writes where the log ends, over a connection of its own, waits a little, and takes it all back.
fn give_up(file: &Path, ms: u32) {
    let stranger = Connection::open(file).unwrap();
    stranger.busy_timeout(PATIENCE).unwrap();
    let write = "BEGIN IMMEDIATE;
        INSERT INTO events
        SELECT position + 1, stream_no, revision + 1000, randomblob(16), kind_no, version,
               occurred, occurred_is_day, entered, recorded_at, meta, payload,
               key_id, sealed
        FROM events ORDER BY position DESC LIMIT 1";
    stranger.execute_batch(write).unwrap();
    pause(ms);
    stranger.execute_batch("ROLLBACK").unwrap();
}

/// A known id with other content, where the stream is as expected: the group is written, rolled back
/// when the index finds it, and written again without it.
async fn be_refused(trial: &TestStore, known: &NewEvent) {
    let stranger = NewEvent { payload: b"{}".to_vec(), ..known.clone() };
    let append = Append {
        stream: trial.fresh_stream(),
        expected: Expected::NoStream,
        events: vec![stranger],
    };
    let answer = trial.append(append).await;
    assert!(matches!(answer, Err(AppendError::IdReused)), "{answer:?}");
}

/// Writes its share; of ten rounds about one is given up, and about one is refused.
async fn hesitant(trial: Arc<TestStore>, file: std::path::PathBuf, mut dice: Dice) -> Done {
    let (mut done, mut left) = (Done::default(), EVENTS_OF_EACH);
    let known = trial.read_log(Position::START, 1).await.unwrap().remove(0).event;
    while left > 0 {
        let (ms, fate, file) = (dice.thrown(PAUSE_MS_MAX + 1), dice.thrown(10), file.clone());
        if fate == 0 {
            tokio::task::spawn_blocking(move || give_up(&file, ms)).await.unwrap();
            done.given_up += 1;
            continue;
        }
        tokio::task::spawn_blocking(move || pause(ms)).await.unwrap();
        let events = trial.events(left.min(1 + dice.thrown(BATCH_MAX) as usize));
        left -= events.len();
        let ids = events.iter().map(|event| event.event_id).collect();
        let append = Append { stream: trial.fresh_stream(), expected: Expected::NoStream, events };
        let beside = async {
            if fate == 1 {
                be_refused(&trial, &known).await;
            }
        };
        let (answer, ()) = join(trial.append(append), beside).await;
        done.refused += usize::from(fate == 1);
        done.told.push(Told { answer: answer.unwrap(), ids, at: Instant::now() });
    }
    done
}

/// What a follower saw: the ids in the order of the log, and when it had come how far.
struct Seen {
    ids: Vec<Uuid>,
    came: BTreeMap<Position, Instant>,
}

/// Follows the log from its beginning, as it is written, to so many events.
async fn follow(store: Arc<SqliteStore>, count: usize) -> Seen {
    let mut seen = Seen { ids: Vec::new(), came: BTreeMap::new() };
    let mut pages = store.follow(Position::START);
    while seen.ids.len() < count {
        for stored in pages.next().await.unwrap().unwrap() {
            seen.ids.push(stored.event.event_id);
            assert_eq!(stored.position, Position(seen.ids.len() as u64), "something was skipped");
        }
        seen.came.insert(Position(seen.ids.len() as u64), Instant::now());
    }
    seen
}

/// Opens a transaction that has read the log and written to a file of its own, and does nothing more.
fn idle_in_transaction(file: &Path) -> Connection {
    let idle = Connection::open(file).unwrap();
    let beside = file.with_file_name("elsewhere.db");
    idle.execute("ATTACH ?1 AS elsewhere", [beside.to_str().unwrap()]).unwrap();
    idle.execute_batch(
        "CREATE TABLE elsewhere.seen (events INTEGER);
         BEGIN; INSERT INTO elsewhere.seen SELECT count(*) FROM main.events",
    )
    .unwrap();
    idle
}

/// Every acknowledged event stands once, where it was told that it stands, and was seen in time.
fn assert_all_were_seen_in_time(done: &[Done], seen: &Seen) {
    for told in done.iter().flat_map(|one| &one.told) {
        let from = usize::try_from(told.answer.first.0).unwrap() - 1;
        assert_eq!(told.ids, seen.ids[from..from + told.ids.len()], "{:?}", told.answer);
        let (_, came) = seen.came.range(told.answer.last..).next().unwrap();
        let waited = came.saturating_duration_since(told.at);
        assert!(waited < SEEN_WITHIN, "a follower was held up for {waited:?}");
    }
    let mut once = seen.ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), seen.ids.len(), "an event stands twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_hesitant_writers_beside_an_idle_transaction_hide_nothing_and_hold_nobody_up() {
    let (store, trial) = on_trial(|_shipped| ());
    let (trial, count) = (Arc::new(trial), WRITERS as usize * EVENTS_OF_EACH);
    // Something to write beside, for those who give up.
    let (stream, _) = trial.begun(1).await;
    let file = store.pool.file().to_owned();
    let idle = idle_in_transaction(&file);
    let followers = (0..3).map(|_| tokio::spawn(follow(Arc::clone(&store), 1 + count)));
    let followers: Vec<_> = followers.collect();
    let writers = (0..WRITERS).map(|seed| {
        let dice = Dice(20_260_101 + seed);
        tokio::spawn(hesitant(Arc::clone(&trial), file.clone(), dice))
    });
    let done: Vec<Done> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
    let seen = tokio::time::timeout(PATIENCE, join_all(followers)).await;
    let seen = seen.expect("a follower stands still");
    // It was open all the time, and sees the log as it was then.
    let at_first: i64 =
        idle.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    assert_eq!((at_first, idle.is_autocommit()), (1, false));
    for one in seen.into_iter().map(Result::unwrap) {
        assert_all_were_seen_in_time(&done, &one);
    }
    assert_eq!(store.head().await.unwrap(), Position(1 + count as u64));
    assert_eq!(trial.whole(stream).await.last().unwrap().revision, Revision(0));
    let appends: usize = done.iter().map(|one| one.told.len()).sum();
    let rolled_back: usize = done.iter().map(|one| one.given_up + one.refused).sum();
    assert!(rolled_back * 10 >= appends, "{rolled_back} rollbacks beside {appends} appends");
}
