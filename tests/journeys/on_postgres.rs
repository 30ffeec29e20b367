//! A log on PostgreSQL: moved there, read there by every command, and its password told to nobody.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use postgres_for_tests::Database;
use tempfile::TempDir;
use waymark_tests::{Server, waymark};

use crate::thin_slice::Clinic;

/// What a command over a log says, wherever the log is.
fn said(store: Option<&str>, data_dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(waymark());
    command.args(arguments).arg("--data-dir").arg(data_dir);
    if let Some(store) = store {
        command.env("WAYMARK_STORE", store);
    }
    command.output().unwrap()
}

fn run(store: Option<&str>, data_dir: &Path, arguments: &[&str]) -> String {
    let output = said(store, data_dir, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// Why a command gives up: everything it says, on one line.
fn refused(store: Option<&str>, data_dir: &Path, arguments: &[&str]) -> String {
    let output = said(store, data_dir, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?} was taken");
    String::from_utf8(output.stderr).unwrap()
}

/// The digests of a fresh replay of every view.
fn replayed(store: Option<&str>, data_dir: &Path) -> String {
    let into = TempDir::new().unwrap();
    run(store, data_dir, &["replay", "--into", into.path().to_str().unwrap()])
}

/// A data directory with some pathways in it, on SQLite; nobody uses it any more.
fn some_pathways() -> TempDir {
    let directory = TempDir::new().unwrap();
    let mut clinic = Clinic::over(directory.path());
    for _pathway in 0..3 {
        clinic.pathway();
    }
    clinic.server.kill();
    directory
}

#[test]
fn a_log_that_moved_to_postgres_gives_the_same_digest_of_every_view() {
    let (here, there, files) = (some_pathways(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let archive = files.path().join("log.ndjson");
    let archive = archive.to_str().unwrap();
    run(None, here.path(), &["export", "--archive", archive]);
    let database = Database::fresh();
    let store = database.address();
    run(Some(&store), there.path(), &["import", "--archive", archive]);
    let (on_sqlite, on_postgres) =
        (replayed(None, here.path()), replayed(Some(&store), there.path()));
    assert!(on_sqlite.contains("next-step") && on_sqlite.lines().count() > 8, "{on_sqlite}");
    assert_eq!(on_postgres, on_sqlite);
    let events = database.run("SELECT count(*) FROM waymark.events").unwrap();
    assert_eq!(events.as_deref(), Some("21"));
}

#[test]
fn the_same_steps_imported_give_the_same_digest_on_either_store() {
    let (first, files) = (some_pathways(), TempDir::new().unwrap());
    let steps = files.path().join("steps.ndjson");
    let steps = steps.to_str().unwrap();
    run(None, first.path(), &["export", steps]);
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let database = Database::fresh();
    let store = database.address();
    run(None, here.path(), &["import", steps]);
    run(Some(&store), there.path(), &["import", steps]);
    assert_eq!(replayed(Some(&store), there.path()), replayed(None, here.path()));
    let rebuilt = run(Some(&store), there.path(), &["rebuild"]);
    assert_eq!(rebuilt.matches("| 0, 0, 0 ").count(), 6, "{rebuilt}");
}

#[test]
fn the_demo_town_stands_on_postgres_and_is_laid_down_once() {
    let (directory, database) = (TempDir::new().unwrap(), Database::fresh());
    let store = database.address();
    let counted = || database.run("SELECT count(*) FROM waymark.events").unwrap();
    Server::over_log_at(&store, directory.path(), &["demo"]).kill();
    let laid_down = counted();
    assert_ne!(laid_down.as_deref(), Some("0"));
    Server::over_log_at(&store, directory.path(), &["demo"]).kill();
    assert_eq!(counted(), laid_down);
}

#[test]
fn a_directory_of_another_log_is_refused_from_either_side() {
    let (here, there) = (some_pathways(), TempDir::new().unwrap());
    let (database, other) = (Database::fresh(), Database::fresh());
    let (store, other) = (database.address(), other.address());
    let into_sqlite = refused(Some(&store), here.path(), &["parked"]);
    assert!(into_sqlite.contains("holds a log of its own"), "{into_sqlite}");
    run(Some(&store), there.path(), &["parked"]);
    let forgotten = refused(None, there.path(), &["parked"]);
    assert!(forgotten.contains("belongs to a log on PostgreSQL"), "{forgotten}");
    assert!(!there.path().join("events.db").exists());
    let mixed = refused(Some(&other), there.path(), &["parked"]);
    assert!(mixed.contains("belongs to another log"), "{mixed}");
    let held = Server::over_log_at(&store, there.path(), &["serve"]);
    let in_use = refused(Some(&store), there.path(), &["parked"]);
    assert!(in_use.contains("in use by another process"), "{in_use}");
    drop(held);
}

#[test]
fn a_password_is_told_to_nobody() {
    let (directory, database) = (TempDir::new().unwrap(), Database::fresh());
    let here = database.address_at(&database.tcp()).replace("postgres@", "postgres:s3cret@");
    let nowhere = here.replace(database.name(), "nowhere");
    for (store, wanted) in [
        (nowhere.as_str(), "cannot be reached"),
        ("postgres://ward:s3cret@127.0.0.1:1/w", "cannot be reached"),
        ("postgres://ward:s3cret@h/w?sslmode=maybe", "sslmode=verify-full"),
        ("postgres:ward:s3cret@h", "is no place of a log"),
    ] {
        let by_environment = refused(Some(store), directory.path(), &["parked"]);
        let by_argument = refused(None, directory.path(), &["parked", "--store", store]);
        let settings = directory.path().join("waymark.toml");
        fs::write(&settings, format!("store = '{store}'\n")).unwrap();
        let settings = settings.to_str().unwrap();
        let by_file = refused(None, directory.path(), &["parked", "--config", settings]);
        for said in [by_environment, by_argument, by_file] {
            assert!(said.contains(wanted) && !said.contains("s3cret"), "{said}");
        }
    }
    let loud = said(Some(&here), directory.path(), &["parked", "--log", "trace"]);
    assert!(loud.status.success(), "{loud:?}");
    let all = [loud.stdout, loud.stderr].concat();
    assert!(!String::from_utf8_lossy(&all).contains("s3cret"));
}
