//! What is written stays as it is: for the role that servers have, for the owner, and under force.

use event_store::{EventStore, Position, ReadError};

use super::on_trial;

const CHANGES: [&str; 12] = [
    "UPDATE waymark.events SET payload = 'x' WHERE position = 1",
    "UPDATE waymark.events SET recorded_at = 0",
    "DELETE FROM waymark.events WHERE position = 2",
    "DELETE FROM waymark.events",
    "TRUNCATE waymark.events",
    "TRUNCATE waymark.events, waymark.streams, waymark.kinds, waymark.log",
    "UPDATE waymark.streams SET id = gen_random_uuid()",
    "DELETE FROM waymark.streams",
    "UPDATE waymark.kinds SET name = 'Other'",
    "DELETE FROM waymark.kinds",
    "UPDATE waymark.log SET log_id = gen_random_uuid()",
    "DELETE FROM waymark.log",
];

#[tokio::test]
async fn the_role_of_servers_has_no_right_to_change_anything() {
    let (database, _store, trial) = on_trial(|_shipped| ()).await;
    trial.begun(2).await;
    let role = database.member_of("waymark_app");
    for sql in CHANGES.into_iter().chain([
        "DROP TABLE waymark.events",
        "ALTER TABLE waymark.events DISABLE TRIGGER ALL",
        "CREATE TABLE waymark.other (n integer)",
        "INSERT INTO waymark.log VALUES (1, gen_random_uuid())",
        "INSERT INTO waymark.migrations VALUES ('events', 2)",
    ]) {
        let refused = database.run_as(&role, sql).unwrap_err();
        let rights = refused.contains("permission denied") || refused.contains("must be owner");
        assert!(rights, "{sql}: {refused}");
    }
    assert_eq!(trial.log_after(Position::START).await.len(), 2);
}

#[tokio::test]
async fn a_server_in_that_role_reads_and_adds() {
    let (database, _store, trial) = on_trial(|_shipped| ()).await;
    let (stream, _) = trial.begun(2).await;
    let role = database.member_of("waymark_app");
    let as_member = database.address_as(&role).parse().unwrap();
    let (_member, theirs) = super::at(&as_member, |_shipped| ()).await;
    let mut event = theirs.event("of a kind that is new");
    event.kind = std::sync::Arc::from("AppointmentBooked");
    let begun = theirs.fresh_stream();
    theirs.write(begun, event_store::Expected::NoStream, vec![event]).await;
    assert_eq!(theirs.whole(stream).await, trial.whole(stream).await);
    assert_eq!(trial.whole(begun).await, theirs.whole(begun).await);
}

#[tokio::test]
async fn the_owner_is_stopped_by_triggers_and_so_is_a_replica() {
    let (database, _store, trial) = on_trial(|_shipped| ()).await;
    trial.begun(2).await;
    for sql in CHANGES {
        for before in ["", "SET session_replication_role = replica;"] {
            let refused = database.run(&format!("{before} {sql}")).unwrap_err();
            assert!(refused.contains("are never changed"), "{sql}: {refused}");
        }
    }
    assert_eq!(trial.log_after(Position::START).await.len(), 2);
}

#[tokio::test]
async fn an_event_taken_out_by_force_is_missed_by_every_reader() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    trial.begun(5).await;
    let force = "ALTER TABLE waymark.events DISABLE TRIGGER ALL;
        DELETE FROM waymark.events WHERE position = 3";
    database.run(force).unwrap();
    let gap = |error: ReadError, at: u64| {
        assert!(
            matches!(error, ReadError::Corrupt { position, .. } if position == Position(at)),
            "{error:?}"
        );
    };
    gap(store.read_log(Position::START, 9).await.unwrap_err(), 3);
    assert_eq!(store.read_log(Position::START, 2).await.unwrap().len(), 2);
    let category = event_store::Category::Pathway;
    gap(store.scan_streams(category, None, Position(5), 9).await.unwrap_err(), 4);
    gap(store.position_at(i64::MAX).await.unwrap_err(), 3);
}
