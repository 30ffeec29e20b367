//! The measured trap: eight servers that pause, give up and are cut off, beside a transaction that is
//! idle. A reader of an identity column misses a fifth of such a log, and one that waits for the oldest
//! transaction stands still as long as the idle one is open.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use event_store::contract::TestStore;
use event_store::{Append, AppendError, Appended, EventStore, Expected, Position};
use futures::StreamExt;
use futures::future::{join, join_all};
use postgres_for_tests::Database;
use tokio_postgres::Client;
use uuid::Uuid;

use super::super::PostgresStore;
use super::{connected, over};

const SERVERS: u32 = 8;
const EVENTS_OF_EACH: usize = 7_500;
/// Events of an append at most, and how many milliseconds a writer pauses at most.
const BATCH_MAX: u32 = 120;
const PAUSE_MS_MAX: u32 = 4;

/// How long after its answer a follower may see an append: long for a machine that is busy, and nothing
/// to the transaction that stays open until the end.
const SEEN_WITHIN: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(240);

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

/// What one server did.
#[derive(Default)]
struct Done {
    told: Vec<Told>,
    given_up: usize,
    cut_off: usize,
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

/// Ends the connection of whichever server is in the middle of an append.
async fn cut_off(client: &Client) {
    let whoever = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND classid = 1463898445 AND granted
           AND datname = current_database() AND application_name = 'waymark'";
    client.batch_execute(whoever).await.unwrap();
}

/// Appends until it is acknowledged, always with the same ids; counts how often it was not.
async fn insist(trial: &TestStore, append: &Append) -> (Appended, usize) {
    for cut in 0.. {
        match trial.append(append.clone()).await {
            Ok(answer) => return (answer, cut),
            Err(AppendError::Unavailable { .. }) => (),
            Err(other) => panic!("{other:?}"),
        }
    }
    unreachable!("it is tried for ever")
}

/// Writes its share; of ten rounds about one is given up, and at about one somebody is cut off.
async fn hesitant(database: &Database, trial: &TestStore, mut dice: Dice) -> Done {
    let (client, mut done, mut left) = (connected(database).await, Done::default(), EVENTS_OF_EACH);
    client.batch_execute("SET application_name = 'hesitant'").await.unwrap();
    while left > 0 {
        let (pause, fate) = (dice.thrown(PAUSE_MS_MAX + 1), dice.thrown(10));
        if fate == 0 {
            give_up(&client, pause).await;
            done.given_up += 1;
            continue;
        }
        client.batch_execute(&format!("SELECT pg_sleep({pause} / 1000.0)")).await.unwrap();
        let events = trial.events(left.min(1 + dice.thrown(BATCH_MAX) as usize));
        left -= events.len();
        let ids = events.iter().map(|event| event.event_id).collect();
        let append = Append { stream: trial.fresh_stream(), expected: Expected::NoStream, events };
        let cutter = async {
            if fate == 1 {
                cut_off(&client).await;
            }
        };
        let ((answer, cut), ()) = join(insist(trial, &append), cutter).await;
        done.cut_off += cut;
        done.told.push(Told { answer, ids, at: Instant::now() });
    }
    done
}

/// What a follower saw: the ids in the order of the log, and when it had come how far.
struct Seen {
    ids: Vec<Uuid>,
    came: BTreeMap<Position, Instant>,
}

/// Follows a server's log from its beginning, as it is written, to so many events.
async fn follow(store: Arc<PostgresStore>, count: usize) -> Seen {
    let mut seen = Seen { ids: Vec::new(), came: BTreeMap::new() };
    let mut pages = store.follow(Position::START);
    let mut recorded_at = i64::MIN;
    while seen.ids.len() < count {
        // A connection that was cut off is told, and the follower goes on from where it was.
        let Ok(page) = pages.next().await.unwrap() else { continue };
        for stored in page {
            seen.ids.push(stored.event.event_id);
            assert_eq!(stored.position, Position(seen.ids.len() as u64), "something was skipped");
            assert!(stored.recorded_at_micros >= recorded_at, "the log went back in time");
            recorded_at = stored.recorded_at_micros;
        }
        seen.came.insert(Position(seen.ids.len() as u64), Instant::now());
    }
    seen
}

/// Opens a transaction that has written elsewhere in the database, and does nothing more.
async fn idle_in_transaction(database: &Database) -> Client {
    let idle = connected(database).await;
    let open = "CREATE TABLE elsewhere (n integer); BEGIN; INSERT INTO elsewhere VALUES (1)";
    idle.batch_execute(open).await.unwrap();
    idle
}

/// Whether it was open all the time: every snapshot since has had to leave out its number.
async fn is_still_in_the_way(idle: &Client) -> bool {
    let asked = "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= pg_current_xact_id()
        AND xmin::text::bigint = pg_current_xact_id()::text::bigint FROM elsewhere";
    idle.query_one(asked, &[]).await.unwrap().get(0)
}

/// Every acknowledged event stands once, where it was told that it stands.
fn assert_all_are_there(done: &[Done], seen: &Seen) {
    for told in done.iter().flat_map(|one| &one.told) {
        let from = usize::try_from(told.answer.first.0).unwrap() - 1;
        assert_eq!(told.ids, seen.ids[from..from + told.ids.len()], "{:?}", told.answer);
    }
    let mut once = seen.ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), seen.ids.len(), "an event stands twice");
}

/// The longest time from an answer until the follower had seen what it was about.
fn longest_wait(done: &[Done], seen: &Seen) -> Duration {
    let waited = done.iter().flat_map(|one| &one.told).map(|told| {
        let (_, came) = seen.came.range(told.answer.last..).next().unwrap();
        came.saturating_duration_since(told.at)
    });
    waited.max().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_hesitant_servers_beside_an_idle_transaction_hide_nothing_and_hold_nobody_up() {
    let database = Database::fresh();
    let count = SERVERS as usize * EVENTS_OF_EACH;
    let mut servers = Vec::new();
    for _server in 0..SERVERS {
        servers.push(over(&database, |_shipped| ()).await);
    }
    // Something to write beside, for those who give up.
    let (first, first_trial) = &servers[0];
    let (stream, _) = first_trial.begun(1).await;
    let idle = idle_in_transaction(&database).await;
    let followers: Vec<_> = [first, &servers[1].0, &servers[7].0]
        .map(|store| tokio::spawn(follow(Arc::clone(store), 1 + count)))
        .into();
    let writers = (0..)
        .zip(&servers)
        .map(|(seed, (_, trial))| hesitant(&database, trial, Dice(20_260_101 + seed)));
    let all = async { join(join_all(writers), join_all(followers)).await };
    let (done, seen) = tokio::time::timeout(PATIENCE, all).await.expect("somebody stands still");
    assert!(is_still_in_the_way(&idle).await, "the transaction was not idle all the time");
    let seen: Vec<Seen> = seen.into_iter().map(Result::unwrap).collect();
    for one in &seen {
        assert_eq!(one.ids, seen[0].ids);
        assert_all_are_there(&done, one);
        let longest = longest_wait(&done, one);
        assert!(longest < SEEN_WITHIN, "a follower was held up for {longest:?}");
    }
    assert_eq!(first.head().await.unwrap(), Position(1 + count as u64));
    assert_eq!(first_trial.whole(stream).await.len(), 1, "what was given up is not there");
    let appends: usize = done.iter().map(|one| one.told.len()).sum();
    let rolled_back: usize = done.iter().map(|one| one.given_up + one.cut_off).sum();
    assert!(rolled_back * 10 >= appends, "{rolled_back} rollbacks beside {appends} appends");
    assert!(done.iter().map(|one| one.cut_off).sum::<usize>() > 0, "nobody was cut off");
}
