//! The embedded store on trial: the shared promises, then what only it promises.

mod copies;
mod files;
mod formats;
mod hesitating;
mod model;
mod plans;
mod writing;

use std::path::Path;
use std::sync::Arc;

use event_store::contract::{TestClock, TestStore};
use event_store::contract_suite;
use tempfile::TempDir;

use super::{Options, SqliteStore};

/// Some moment in 2026.
pub(super) const NOON: i64 = 1_767_268_800_000_000;

pub(super) fn opened(directory: &Path) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(directory, TestClock::at(NOON).source()).unwrap())
}

/// A store in a directory of its own, and a suite's view of it.
pub(super) fn on_trial(options: impl FnOnce(&mut Options)) -> (Arc<SqliteStore>, TestStore) {
    let directory = TempDir::new().unwrap();
    let clock = TestClock::at(NOON);
    let mut settings = Options::new(clock.source());
    options(&mut settings);
    let store = Arc::new(SqliteStore::open_with(directory.path(), settings).unwrap());
    (Arc::clone(&store), TestStore::new(store, clock, directory))
}

fn open() -> std::future::Ready<TestStore> {
    std::future::ready(on_trial(|_shipped| ()).1)
}

contract_suite!(open);
