//! Real servers of work over a real PostgreSQL; only their number is small.

use std::sync::Arc;
use std::time::Duration;

use postgres_for_tests::{Database, connect};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{FENCE, Held, Leases, Standing};

const WORKS: [&str; 4] = ["a", "b", "c", "d"];
/// Longer than a lease holds and than others wait.
const LONG: Duration = Duration::from_secs(20);

async fn join(database: &Database, id: u128, standing: Standing) -> Arc<Leases> {
    let works = WORKS.map(str::to_owned).to_vec();
    Leases::begin(connect(&database.address()), Uuid::from_u128(id), works, standing).await.unwrap()
}

/// Waits until a server has so many works.
async fn with(leases: &Leases, works: usize) -> Arc<Held> {
    let mut held = leases.held();
    let held = tokio::time::timeout(LONG, held.wait_for(|held| held.len() == works)).await;
    Arc::clone(&held.expect("the work was shared in time").unwrap())
}

async fn is_let_through(client: &Client, id: u128, held: &Held, work: &str) -> bool {
    let (id, epoch) = (Uuid::from_u128(id), held.get(work).copied().unwrap_or(0));
    !client.query(FENCE, &[&work, &id, &epoch]).await.unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_alone_has_all_and_shares_with_one_that_joins() {
    let database = Database::fresh();
    let one = join(&database, 1, Standing::Server).await;
    assert_eq!(one.held().borrow().len(), 4, "at once");
    let two = join(&database, 2, Standing::Server).await;
    let (first, second) = (with(&one, 2).await, with(&two, 2).await);
    assert!(first.keys().all(|work| !second.contains_key(work)));
    assert!(second.values().all(|epoch| *epoch >= 2), "it changed hands");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_of_a_server_that_dies_goes_to_another_and_its_writes_are_refused() {
    let database = Database::fresh();
    let one = join(&database, 1, Standing::Server).await;
    let two = join(&database, 2, Standing::Server).await;
    let (old, _) = (with(&one, 2).await, with(&two, 2).await);
    let client = connect(&database.address())().await.unwrap();
    let work = old.keys().next().unwrap();
    assert!(is_let_through(&client, 1, &old, work).await);
    drop(one);
    let new = with(&two, 4).await;
    assert!(!is_let_through(&client, 1, &old, work).await, "an old epoch");
    assert!(is_let_through(&client, 2, &new, work).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_leaves_gives_its_work_back_at_once() {
    let database = Database::fresh();
    let one = join(&database, 1, Standing::Server).await;
    let two = join(&database, 2, Standing::Server).await;
    with(&two, 2).await;
    one.end().await;
    assert!(one.held().borrow().is_empty());
    let client = connect(&database.address())().await.unwrap();
    let kept = "SELECT count(*) FROM waymark_work.lease \
                WHERE owner = $1 AND expires_at > clock_timestamp()";
    let kept = client.query_one(kept, &[&Uuid::from_u128(1)]).await.unwrap();
    assert_eq!(kept.get::<_, i64>(0), 0, "none that others must wait for");
    with(&two, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_works_only_where_no_server_is() {
    let database = Database::fresh();
    let guest = join(&database, 9, Standing::Guest).await;
    assert_eq!(guest.held().borrow().len(), 4);
    guest.end().await;
    let server = join(&database, 1, Standing::Server).await;
    assert_eq!(server.held().borrow().len(), 4);
    let guest = join(&database, 9, Standing::Guest).await;
    tokio::time::sleep(crate::EVERY * 2).await;
    assert!(guest.held().borrow().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_claimed_is_taken_from_a_server_and_goes_back_to_it() {
    let database = Database::fresh();
    let server = join(&database, 1, Standing::Server).await;
    let guest = join(&database, 9, Standing::Guest).await;
    guest.claim(&["b"]).await.unwrap();
    let claimed = guest.epoch("b").unwrap();
    let left = with(&server, 3).await;
    assert!(!left.contains_key("b"));
    tokio::time::sleep(crate::EVERY * 3).await;
    assert!(!server.held().borrow().contains_key("b"), "it stays claimed");
    guest.end().await;
    assert!(with(&server, 4).await["b"] > claimed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_to_the_database_that_is_cut_is_made_anew() {
    let database = Database::fresh();
    let server = join(&database, 1, Standing::Server).await;
    let client = connect(&database.address())().await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.execute(cut, &[]).await.unwrap();
    tokio::time::sleep(crate::TTL + crate::EVERY).await;
    with(&server, 4).await;
    let live = "SELECT count(*) FROM waymark_work.lease WHERE expires_at > clock_timestamp()";
    assert_eq!(client.query_one(live, &[]).await.unwrap().get::<_, i64>(0), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_ends_holds_up_its_own_work_alone() {
    let database = Database::fresh();
    let one = join(&database, 1, Standing::Server).await;
    let held = with(&one, 4).await;
    let frozen = connect(&database.address())().await.unwrap();
    frozen.batch_execute("BEGIN").await.unwrap();
    assert!(is_let_through(&frozen, 1, &held, "a").await);
    one.end().await;
    let two = join(&database, 2, Standing::Server).await;
    let after = with(&two, 3).await;
    assert!(!after.contains_key("a"), "nobody writes it while the row is held");
    frozen.batch_execute("ROLLBACK").await.unwrap();
    with(&two, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_gives_way_to_a_server_that_comes() {
    let database = Database::fresh();
    let guest = join(&database, 9, Standing::Guest).await;
    assert_eq!(guest.held().borrow().len(), 4);
    guest.claim(&["d"]).await.unwrap();
    let server = join(&database, 1, Standing::Server).await;
    assert!(!with(&server, 3).await.contains_key("d"), "what it claimed is still its own");
    guest.unpin(&["d"]);
    with(&server, 4).await;
    assert_eq!(guest.epoch("d"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_though_it_is_their_turn_stays_with_whoever_took_it() {
    let database = Database::fresh();
    let one = join(&database, 1, Standing::Server).await;
    // A server of another release: it is there, and knows of no work.
    let none = Leases::begin(
        connect(&database.address()),
        Uuid::from_u128(2),
        Vec::new(),
        Standing::Server,
    );
    let _other = none.await.unwrap();
    with(&one, 2).await;
    let all = with(&one, 4).await;
    tokio::time::sleep(crate::EVERY * 3).await;
    assert_eq!(*one.held().borrow(), all, "it does not come and go");
}
