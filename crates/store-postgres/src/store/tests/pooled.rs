//! Behind a pooler that lends connections by the transaction every promise is kept.

use std::sync::{Arc, OnceLock};

use event_store::contract::{TestClock, TestStore};
use event_store::contract_suite;
use postgres_for_tests::{Database, Pooler};

use super::{NOON, PostgresStore};

async fn open() -> TestStore {
    static POOLER: OnceLock<Pooler> = OnceLock::new();
    let database = Database::fresh();
    let pooler = POOLER.get_or_init(|| Pooler::before(&database));
    let clock = TestClock::at(NOON);
    let address = pooler.address(&database).parse().unwrap();
    let store = PostgresStore::open(&address, clock.source()).await.unwrap();
    TestStore::new(Arc::new(store), clock, database)
}

contract_suite!(open);
