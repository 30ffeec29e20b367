//! Opening: one log however many begin it, and for each failure a clear answer.

use event_store::contract::TestClock;
use event_store::{EventStore, Expected, Position, Revision};
use futures::future::join_all;
use postgres_for_tests::Database;

use super::{NOON, PostgresStore, address, on_trial, over};
use crate::{Address, OpenError};

async fn refusal(address: &Address) -> OpenError {
    match PostgresStore::open(address, TestClock::at(NOON).source()).await {
        Ok(_) => panic!("the store opened"),
        Err(error) => error,
    }
}

/// The error and all that lies beneath it.
fn told(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        said = format!("{said}: {cause}");
        beneath = cause.source();
    }
    said
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    let (stream, _) = trial.begun(3).await;
    trial.write(stream, Expected::At(Revision(2)), vec![trial.full_event()]).await;
    let before = trial.log_after(Position::START).await;
    let log_id = store.log_id();
    drop((store, trial));
    let (again, _) = over(&database, |_shipped| ()).await;
    assert_eq!(again.log_id(), log_id);
    assert_eq!(again.head().await.unwrap(), Position(4));
    assert_eq!(again.read_log_blocking(Position::START, 99).unwrap(), before);
}

#[tokio::test]
async fn servers_that_start_together_begin_one_log() {
    let database = Database::fresh();
    let stores = join_all((0..6).map(|_| over(&database, |_shipped| ()))).await;
    let mut ids: Vec<_> = stores.iter().map(|(store, _)| store.log_id()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let done = database.run("SELECT count(*) FROM waymark.migrations").unwrap();
    assert_eq!(done.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_log_of_a_later_format_is_refused_by_its_number() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    drop((store, trial));
    database.run("INSERT INTO waymark.migrations VALUES ('events', 7)").unwrap();
    let error = refusal(&address(&database)).await;
    assert!(matches!(error, OpenError::WrongVersion { found: 7, known: 1, .. }), "{error:?}");
}

#[tokio::test]
async fn a_role_that_may_not_change_the_schema_is_told_who_can() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    drop((store, trial));
    let role = database.member_of("waymark_app");
    let as_member: Address = database.address_as(&role).parse().unwrap();
    assert!(PostgresStore::open(&as_member, TestClock::at(NOON).source()).await.is_ok());
    database.run("DROP SCHEMA waymark CASCADE").unwrap();
    let error = refusal(&as_member).await;
    assert!(matches!(error, OpenError::MayNotMigrate { .. }), "{error:?}");
    assert!(error.to_string().contains("start once as the owner"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_without_its_password() {
    let database = Database::fresh();
    let here = database.address_at(&database.tcp()).replace("postgres@", "postgres:s3cret@");
    let elsewhere = here.replace(database.name(), "nowhere");
    let nobody = "postgres://ward:s3cret@127.0.0.1:1/w?connect_timeout=2".to_owned();
    for raw in [elsewhere, nobody] {
        let error = refusal(&raw.parse().unwrap()).await;
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
        let said = format!("{} {error:?}", told(&error));
        assert!(said.contains("127.0.0.1") && !said.contains("s3cret"), "{said}");
    }
}

#[tokio::test]
async fn a_missing_root_certificate_is_named() {
    let raw = "postgres://w@127.0.0.1/w?sslrootcert=/nowhere/ca.pem";
    let error = refusal(&raw.parse().unwrap()).await;
    assert!(
        told(&error).contains("the root certificate /nowhere/ca.pem cannot be read"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_beside_the_logs_own_is_served_until_its_client_goes() {
    let database = Database::fresh();
    let client = address(&database).connect().await.unwrap();
    let rows = client.query_typed("SELECT current_database()::text", &[]).await.unwrap();
    assert_eq!(rows[0].get::<_, &str>(0), database.name());
    database.send_all_away();
    assert!(client.query_typed("SELECT 1", &[]).await.is_err());
}
