//! The store for many servers on trial: the shared promises, then what only it promises.

mod disk;
mod encrypted;
mod following;
mod hesitating;
mod keeping;
mod losing;
mod opening;
mod pooled;
mod sharing;
mod writing;

use std::sync::Arc;

use event_store::contract::{TestClock, TestStore};
use event_store::{Append, Expected, contract_suite};
use postgres_for_tests::Database;
use tokio_postgres::{Client, NoTls};

use super::{Options, PostgresStore};
use crate::Address;

/// Some moment in 2026.
pub(super) const NOON: i64 = 1_767_268_800_000_000;

pub(super) fn address(database: &Database) -> Address {
    database.address().parse().unwrap()
}

/// A store over a database that others may use too, and a suite's view of it.
pub(super) async fn over(
    database: &Database,
    options: impl FnOnce(&mut Options),
) -> (Arc<PostgresStore>, TestStore) {
    at(&address(database), options).await
}

/// As [`over`], by address. No two views derive the same ids.
pub(super) async fn at(
    address: &Address,
    options: impl FnOnce(&mut Options),
) -> (Arc<PostgresStore>, TestStore) {
    let clock = TestClock::at(NOON);
    let mut settings = Options::new(clock.source());
    options(&mut settings);
    let store = Arc::new(PostgresStore::open_with(address, settings).await.unwrap());
    let seed = uuid::Uuid::from_u128(fresh());
    (Arc::clone(&store), TestStore::new(store, clock, ()).seeded(seed))
}

fn fresh() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    u128::from(NEXT.fetch_add(1, Ordering::SeqCst))
}

/// A store in a database of its own.
pub(super) async fn on_trial(
    options: impl FnOnce(&mut Options),
) -> (Database, Arc<PostgresStore>, TestStore) {
    let database = Database::fresh();
    let (store, trial) = over(&database, options).await;
    (database, store, trial)
}

/// A connection of the test's own.
pub(super) async fn connected(database: &Database) -> Client {
    let (client, connection) = tokio_postgres::connect(&database.address(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Keeps every writer from the log until it is dropped.
pub(super) async fn held(database: &Database) -> Client {
    let client = connected(database).await;
    client.batch_execute("SELECT pg_advisory_lock(1463898445, 1)").await.unwrap();
    client
}

/// An append that begins a stream with one event.
pub(super) fn begin(trial: &TestStore) -> Append {
    Append { stream: trial.fresh_stream(), expected: Expected::NoStream, events: trial.events(1) }
}

async fn open() -> TestStore {
    let database = Database::fresh();
    let clock = TestClock::at(NOON);
    let store = PostgresStore::open(&address(&database), clock.source()).await.unwrap();
    TestStore::new(Arc::new(store), clock, database)
}

contract_suite!(open);
