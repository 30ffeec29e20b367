//! The store for a cluster on trial: the shared promises, then what only it promises.

mod doubt;
mod following;
mod holes;
mod moving;
mod outage;
mod secret;
mod sharing;
mod truncated;
mod weaknesses;

use std::sync::Arc;
use std::time::Duration;

use event_store::contract::{TestClock, TestStore};
use event_store::{Append, Expected, contract_suite};
use kurrent_stand_in::{Cluster, Settings};

use super::KurrentStore;
use crate::chance::random_id;
use crate::{Address, LogName, Options};

/// Some moment in 2026.
pub(super) const NOON: i64 = 1_767_268_800_000_000;

/// A cluster of so many nodes.
pub(super) fn cluster(nodes: usize) -> Cluster {
    Cluster::start(Settings { nodes, ..Settings::default() }).unwrap()
}

/// A name that no log had before.
pub(super) fn fresh_log() -> LogName {
    random_id().unwrap().simple().to_string().parse().unwrap()
}

/// Settings for faults: what takes seconds in the world takes a part of one here.
pub(super) fn impatient(options: &mut Options) {
    options.silence = Duration::from_secs(1);
    options.connecting = Duration::from_secs(3);
    options.search = Duration::from_secs(2);
    options.quiet = Duration::from_millis(300);
}

/// A store over a log of its own, and a suite's view of it.
pub(super) async fn over(
    address: &str,
    options: impl FnOnce(&mut Options),
) -> (Arc<KurrentStore>, TestStore) {
    let clock = TestClock::at(NOON);
    let mut settings = Options::new(clock.source());
    settings.log = fresh_log();
    options(&mut settings);
    let address: Address = address.parse().unwrap();
    let store = Arc::new(KurrentStore::open_with(&address, settings).await.unwrap());
    let seed = random_id().unwrap();
    (Arc::clone(&store), TestStore::new(store, clock, ()).seeded(seed))
}

/// An append that begins a stream with one event.
pub(super) fn begin(trial: &TestStore) -> Append {
    Append { stream: trial.fresh_stream(), expected: Expected::NoStream, events: trial.events(1) }
}

/// A second server over the log of another.
pub(super) async fn beside(
    address: &str,
    log: &LogName,
    options: impl FnOnce(&mut Options),
) -> (Arc<KurrentStore>, TestStore) {
    let log = log.clone();
    over(address, |settings| {
        settings.log = log;
        options(settings);
    })
    .await
}

/// The official client by itself: for what no store of ours would do.
pub(super) fn bare(address: &str) -> eventstore::Client {
    eventstore::Client::new(address.parse().unwrap()).unwrap()
}

/// On the server that is named, or on the stand-in; each test on a log of its own.
async fn open() -> TestStore {
    let named = given();
    let stand_in = named.is_none().then(|| cluster(1));
    let address = stand_in.as_ref().map(Cluster::address);
    let address = address.or(named).unwrap();
    let clock = TestClock::at(NOON);
    let mut options = Options::new(clock.source());
    options.log = fresh_log();
    let address: Address = address.parse().unwrap();
    let store = KurrentStore::open_with(&address, options).await.unwrap();
    TestStore::new(Arc::new(store), clock, stand_in)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, which `server` does not read"
)]
fn given() -> Option<String> {
    std::env::var("WAYMARK_TEST_KURRENTDB").ok().filter(|address| !address.is_empty())
}

contract_suite!(open);
