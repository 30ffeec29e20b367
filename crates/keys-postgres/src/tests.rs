//! Keys in PostgreSQL on trial: what every place of keys promises, and what only this one does.

use std::error::Error;

use envelope::contract::Trial;
use envelope::{KeyStore, Keys, KeysError, Owner, SubjectKey};
use postgres_for_tests::{Database, connect};
use uuid::Uuid;

use crate::{OpenError, PostgresKeys};

const LOG: Uuid = Uuid::from_u128(7);

fn opened(database: &Database) -> PostgresKeys {
    PostgresKeys::open(connect(&database.address()), LOG).unwrap()
}

struct InPostgres(Database);

impl Trial for InPostgres {
    fn opened(&self) -> Box<dyn KeyStore> {
        Box::new(opened(&self.0))
    }

    fn erase(&self, key_id: Uuid) {
        let role = self.0.member_of("waymark_app");
        let erase = format!("DELETE FROM waymark_keys.subject_key WHERE key_id = '{key_id}'");
        self.0.run_as(&role, &erase).unwrap();
        self.0.run(&format!("DROP ROLE {role}")).unwrap();
    }
}

fn trial() -> InPostgres {
    InPostgres(Database::fresh())
}

envelope::key_contract_suite!(trial);

fn person(n: u128) -> Owner {
    Owner::Person(Uuid::from_u128(n))
}

#[test]
fn a_server_may_make_read_and_erase_keys_and_nobody_may_change_one() {
    let database = Database::fresh();
    drop(opened(&database));
    let role = database.member_of("waymark_app");
    let keys = PostgresKeys::open(connect(&database.address_as(&role)), LOG).unwrap();
    let id = keys.ensure(&[person(1)]).unwrap()[0].0;
    keys.keep_secret("token.key", b"one").unwrap();
    for change in [
        "UPDATE waymark_keys.subject_key SET owner_kind = 1",
        "TRUNCATE waymark_keys.subject_key",
        "UPDATE waymark_keys.secret SET name = 'other'",
        "UPDATE waymark_keys.erasures SET done = 0",
        "UPDATE waymark_keys.log SET log_id = gen_random_uuid()",
    ] {
        let refused = database.run_as(&role, change).unwrap_err();
        assert!(refused.starts_with("permission denied"), "{change}: {refused}");
    }
    for change in [
        "UPDATE waymark_keys.subject_key SET owner_kind = 1",
        "TRUNCATE waymark_keys.subject_key",
        "UPDATE waymark_keys.secret SET name = 'other'",
        "TRUNCATE waymark_keys.secret",
    ] {
        let refused = database.run(change).unwrap_err();
        assert_eq!(refused, "keys and secrets are never changed or truncated", "{change}");
    }
    let erase = format!("DELETE FROM waymark_keys.subject_key WHERE key_id = '{id}'");
    database.run_as(&role, &erase).unwrap();
    assert_eq!(keys.erasures().unwrap(), 1);
}

#[test]
fn a_key_is_on_disk_before_it_is_used_whatever_the_database_is_set_to() {
    let database = Database::fresh();
    let name = database.name();
    database.run(&format!("ALTER DATABASE {name} SET synchronous_commit TO off")).unwrap();
    drop(opened(&database));
    let seen = "CREATE TABLE seen (how text);
        GRANT ALL ON seen TO PUBLIC;
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
        CREATE TRIGGER see AFTER INSERT ON waymark_keys.subject_key
            FOR EACH STATEMENT EXECUTE FUNCTION see()";
    database.run(seen).unwrap();
    let keys = opened(&database);
    keys.ensure(&[person(1)]).unwrap();
    let put = (Uuid::from_u128(5), person(2), SubjectKey::from_bytes([5; 32]));
    keys.put(&[put]).unwrap();
    let how = database.run("SELECT string_agg(how, ' ') FROM seen").unwrap();
    assert_eq!(how.as_deref(), Some("on on"));
}

#[test]
fn the_keys_of_another_log_are_refused() {
    let database = Database::fresh();
    drop(opened(&database));
    let refused = PostgresKeys::open(connect(&database.address()), Uuid::from_u128(8));
    assert!(matches!(refused, Err(OpenError::OfAnother)));
}

#[test]
fn servers_that_start_together_begin_one_schema() {
    let database = Database::fresh();
    std::thread::scope(|scope| {
        let servers: Vec<_> = (0..6).map(|_| scope.spawn(|| opened(&database))).collect();
        for one in servers {
            drop(one.join().unwrap());
        }
    });
    let done = "SELECT count(*) FROM waymark.migrations WHERE room = 'keys'";
    assert_eq!(database.run(done).unwrap().as_deref(), Some("1"));
}

#[test]
fn the_first_secret_of_a_name_stays() {
    let database = Database::fresh();
    let (one, other) = (opened(&database), opened(&database));
    assert_eq!(one.secret("token.key").unwrap(), None);
    one.keep_secret("token.key", b"first").unwrap();
    other.keep_secret("token.key", b"second").unwrap();
    assert_eq!(other.secret("token.key").unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(other.secret("import.key").unwrap(), None);
}

/// An error and all that lies beneath it, as shown and as debugged.
fn told(error: &KeysError) -> String {
    let mut said = format!("{error} {error:?}");
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        said = format!("{said} {cause} {cause:?}");
        beneath = cause.source();
    }
    said
}

#[test]
fn no_error_holds_a_key_or_whose_it_is() {
    let database = Database::fresh();
    let keys = opened(&database);
    let broken = "ALTER TABLE waymark_keys.subject_key ADD CONSTRAINT none CHECK (owner_kind > 1)";
    database.run(broken).unwrap();
    let (owner, key) = (Uuid::from_u128(0xABCD_EF01), SubjectKey::from_bytes([0xEE; 32]));
    for failed in [
        keys.ensure(&[Owner::Person(owner)]).map(drop).unwrap_err(),
        keys.put(&[(Uuid::from_u128(1), Owner::Person(owner), key)]).unwrap_err(),
    ] {
        let said = told(&failed);
        assert!(said.contains("23514"), "{said}");
        assert!(!said.contains("abcdef01") && !said.contains("eeee"), "{said}");
    }
}

#[test]
fn while_erasures_cannot_be_asked_no_key_is_given_out_from_memory() {
    let database = Database::fresh();
    let keys = Keys::asking_every(std::time::Duration::ZERO, Box::new(opened(&database)));
    let id = keys.ensure(&[person(1)]).unwrap()[0].0;
    database.go_away();
    assert!(matches!(keys.key(id), Err(KeysError::Place(_))));
    database.come_back();
    assert!(keys.key(id).unwrap().is_some());
}
