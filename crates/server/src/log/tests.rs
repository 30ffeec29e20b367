//! Where the log is, and whose the data directory is.

use std::fs;

use uuid::Uuid;

use super::*;

fn read(store: Option<&str>, news: Option<&str>) -> anyhow::Result<Place> {
    let (store, news) = (store.map(text), news.map(text));
    Place::read(Told { store: store.as_ref(), store_news: news.as_ref(), ..Told::default() })
}

fn text(raw: &str) -> PlaceText {
    raw.parse().unwrap()
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
    let of = |store: &str, keys: &str| {
        let (store, keys) = (text(store), text(keys));
        Place::read(Told { store: Some(&store), keys: Some(&keys), ..Told::default() })
    };
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
    let said = format!("{place:?} {:?}", text("s3cret"));
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

fn of(store: &str, told: Told<'_>) -> anyhow::Result<Place> {
    let store = text(store);
    Place::read(Told { store: Some(&store), ..told })
}

fn refused(store: &str, told: Told<'_>) -> String {
    format!("{:#}", of(store, told).unwrap_err())
}

#[test]
fn what_belongs_to_a_log_on_kurrentdb_is_refused_beside_another() {
    let views = text("postgres://w:s3cret@localhost/views");
    for store in ["sqlite", "postgres://w@localhost/w"] {
        let beside = refused(store, Told { views: Some(&views), ..Told::default() });
        assert!(beside.contains("`views` is read with a `store` on KurrentDB alone"), "{beside}");
        let named = refused(store, Told { store_log: Some("ward7"), ..Told::default() });
        assert_eq!(named, "`store_log` is read with a `store` on KurrentDB alone");
    }
}

#[cfg(feature = "kurrent")]
#[test]
fn a_log_on_kurrentdb_has_a_name_and_shares_what_is_no_event_where_that_is_said() {
    let (views, keys) = (text("postgres://w@localhost/views"), text("postgres://w@localhost/keys"));
    for store in ["kurrentdb://h:2113?tls=false", "esdb://h:2113", "kurrentdb+discover://h:2113"] {
        let alone = of(store, Told::default()).unwrap();
        assert!(matches!(&alone, Place::Kurrent(_, None)) && alone.common().is_none());
        let named = of(store, Told { store_log: Some("ward7"), ..Told::default() }).unwrap();
        assert_ne!(named, alone);
        let told = Told { views: Some(&views), keys: Some(&keys), ..Told::default() };
        let common = of(store, told).unwrap().common().unwrap();
        assert_eq!(common.address, "postgres://w@localhost/views".parse().unwrap());
        assert_eq!(common.keys, Some("postgres://w@localhost/keys".parse().unwrap()));
    }
}

#[cfg(feature = "kurrent")]
#[test]
fn a_wrong_setting_beside_kurrentdb_is_named_and_never_quoted() {
    let at = "kurrentdb://ward:s3cret@h:2113";
    let bad = text("ward:s3cret");
    let (news, keys) = (text("postgres://w:s3cret@h/w"), text("postgres://w:s3cret@h/keys"));
    for (store, told, wanted) in [
        (at, Told { store_news: Some(&news), ..Told::default() }, "`store_news` is read"),
        (at, Told { keys: Some(&keys), ..Told::default() }, "only where `views` is said"),
        (at, Told { views: Some(&bad), ..Told::default() }, "`views` is no place of views"),
        (at, Told { store_log: Some("Ward-7"), ..Told::default() }, "`store_log` is no name"),
        ("kurrentdb://s3cret@", Told::default(), "`store` is no place of a log"),
    ] {
        let said = refused(store, told);
        assert!(said.contains(wanted) && !said.contains("s3cret"), "{said}");
    }
}

#[cfg(not(feature = "kurrent"))]
#[test]
fn a_build_without_kurrentdb_says_so() {
    let said = refused("kurrentdb://h:2113", Told::default());
    assert!(said.contains("made without the feature `kurrent`"), "{said}");
}
