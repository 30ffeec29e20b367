//! What only PostgreSQL has: several servers, leases, and rights.

use event_store::Position;
use leases::{Leases, Standing};
use postgres_for_tests::Database;
use uuid::Uuid;

use super::{LOG, connect, dead};
use crate::{Cabinet, CabinetError, Drawer, Fence};

async fn server(database: &Database, id: Uuid) -> std::sync::Arc<Leases> {
    let works = vec!["alerts".to_owned()];
    Leases::begin(connect(&database.address()), id, works, Standing::Guest).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_the_work_writes_nothing_however_late_they_wake() {
    let database = Database::fresh();
    let cabinet = Cabinet::in_database(connect(&database.address()), LOG).unwrap();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let (first, second) = (server(&database, one).await, server(&database, other).await);
    first.claim(&["alerts"]).await.unwrap();
    let fence = |owner, leases: &Leases| {
        let epoch = leases.epoch("alerts").unwrap();
        Fence { work: "alerts".to_owned(), owner, epoch }
    };
    let asleep = fence(one, &first);
    let drawer = Drawer::new(&cabinet.places, "reactor.position");
    drawer.under(Some(asleep.clone())).put(b"7").unwrap();
    cabinet.shelf.reached("desk", Position(7), Some(&asleep)).unwrap();
    first.unpin(&["alerts"]);
    second.claim(&["alerts"]).await.unwrap();
    let awake = fence(other, &second);
    drawer.under(Some(awake.clone())).put(b"9").unwrap();
    cabinet.shelf.reached("desk", Position(9), Some(&awake)).unwrap();
    cabinet.shelf.bury("desk", &dead(1, 8), Some(&awake)).unwrap();
    for late in [
        drawer.under(Some(asleep.clone())).put(b"8"),
        cabinet.shelf.reached("desk", Position(8), Some(&asleep)),
        cabinet.shelf.bury("desk", &dead(2, 8), Some(&asleep)),
        cabinet.shelf.forget("desk", Uuid::from_u128(1), Some(&asleep)),
    ] {
        assert!(matches!(&late, Err(CabinetError::Fenced(work)) if work == "alerts"), "{late:?}");
    }
    assert_eq!(drawer.get().unwrap().as_deref(), Some(&b"9"[..]));
    assert_eq!(cabinet.shelf.position("desk").unwrap(), Some(Position(9)));
    assert_eq!(cabinet.shelf.given_up().unwrap().len(), 1);
}

#[test]
fn a_server_needs_no_more_than_its_role() {
    let database = Database::fresh();
    let role = "DO $$ BEGIN CREATE ROLE waymark_app NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
    database.run(role).unwrap();
    drop(Cabinet::in_database(connect(&database.address()), LOG).unwrap());
    // As the log's own schema does.
    let granted = "GRANT USAGE ON SCHEMA waymark TO waymark_app;
        GRANT SELECT ON waymark.migrations TO waymark_app";
    database.run(granted).unwrap();
    let role = database.member_of("waymark_app");
    let cabinet = Cabinet::in_database(connect(&database.address_as(&role)), LOG).unwrap();
    Drawer::new(&cabinet.places, "one").put(b"1").unwrap();
    cabinet.shelf.reached("desk", Position(1), None).unwrap();
    cabinet.shelf.bury("desk", &dead(1, 1), None).unwrap();
    assert_eq!(cabinet.shelf.send_again(None, None).unwrap(), 1);
    cabinet.shelf.forget("desk", Uuid::from_u128(1), None).unwrap();
    assert!(database.run_as(&role, "DROP TABLE waymark_work.place").is_err());
}

#[test]
fn a_place_is_kept_though_every_connection_was_cut() {
    let database = Database::fresh();
    let cabinet = Cabinet::in_database(connect(&database.address()), LOG).unwrap();
    let drawer = Drawer::new(&cabinet.places, "one");
    drawer.put(b"1").unwrap();
    database.send_all_away();
    drawer.put(b"2").unwrap();
    assert_eq!(drawer.get().unwrap().as_deref(), Some(&b"2"[..]));
}

#[test]
fn servers_that_start_together_begin_one_schema() {
    let database = Database::fresh();
    std::thread::scope(|scope| {
        for _server in 0..6 {
            scope.spawn(|| Cabinet::in_database(connect(&database.address()), LOG).unwrap());
        }
    });
    let done = "SELECT count(*) FROM waymark.migrations WHERE room = 'work'";
    assert_eq!(database.run(done).unwrap().as_deref(), Some("1"));
}

#[test]
fn a_database_with_the_places_of_one_log_takes_no_other() {
    let database = Database::fresh();
    drop(Cabinet::in_database(connect(&database.address()), LOG).unwrap());
    let other = Cabinet::in_database(connect(&database.address()), Uuid::from_u128(8));
    assert!(matches!(other.map(drop), Err(CabinetError::OfAnother)));
    drop(Cabinet::in_database(connect(&database.address()), LOG).unwrap());
}
