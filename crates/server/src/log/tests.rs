//! Where the log is, and whose the data directory is.

use std::fs;

use super::*;

fn read(store: Option<&str>, news: Option<&str>) -> anyhow::Result<Place> {
    let text = |raw: &str| PlaceText(raw.to_owned());
    Place::read(store.map(text).as_ref(), news.map(text).as_ref(), None)
}

#[test]
fn the_log_is_in_the_data_directory_unless_an_address_is_said() {
    assert_eq!(read(None, None).unwrap(), Place::Directory);
    assert_eq!(read(Some("sqlite"), None).unwrap(), Place::Directory);
    let at = "postgres://w@localhost/w";
    let address = at.parse().unwrap();
    assert_eq!(
        read(Some(at), None).unwrap(),
        Place::Postgres(Box::new(Database { address, news: None, keys: None }))
    );
}

#[test]
fn keys_stand_in_another_database_than_the_log_where_that_is_said() {
    let text = |raw: &str| Some(PlaceText(raw.to_owned()));
    let of = |store: &str, keys: &str| Place::read(text(store).as_ref(), None, text(keys).as_ref());
    let (log, keys) = ("postgres://w@localhost/w", "postgres://w@localhost/keys");
    let Place::Postgres(database) = of(log, keys).unwrap() else { panic!("it is a database") };
    assert_eq!(database.keys, Some(keys.parse().unwrap()));
    assert_eq!(database.address, log.parse().unwrap());
    for (store, keys) in [("sqlite", keys), (log, "ward:s3cret"), (log, "sqlite")] {
        let said = format!("{:#}", of(store, keys).unwrap_err());
        assert!(said.contains("`keys` is") && !said.contains("s3cret"), "{said}");
    }
}

#[test]
fn what_cannot_be_read_is_never_quoted() {
    for (store, news) in [
        (Some("postgres://ward:s3cret"), None),
        (Some("postgres://ward:s3cret@h/w?sslmode=maybe"), None),
        (Some("mysql://ward:s3cret@h/w"), None),
        (Some("postgres://w@localhost/w"), Some("ward:s3cret")),
        (None, Some("postgres://ward:s3cret@localhost/w")),
    ] {
        let said = format!("{:#}", read(store, news).unwrap_err());
        assert!(said.contains("`store") && !said.contains("s3cret"), "{said}");
    }
    let place = read(Some("postgres://ward:s3cret@localhost/w"), None).unwrap();
    let said = format!("{place:?} {:?}", PlaceText("s3cret".to_owned()));
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn a_data_directory_serves_one_log_and_one_process() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let said = |log_id| take_directory(dir.path(), log_id).unwrap_err().to_string();
    let held = take_directory(dir.path(), ours).unwrap();
    assert!(said(ours).contains("in use by another process"));
    drop(held);
    assert!(said(other).contains("belongs to another log"));
    drop(take_directory(dir.path(), ours).unwrap());
    assert!(must_be_its_own(dir.path()).unwrap_err().to_string().contains("--store"));
    fs::write(dir.path().join(EVENTS), "").unwrap();
    assert!(said(ours).contains("a log of its own"));
    assert!(must_be_its_own(dir.path()).is_ok());
}
