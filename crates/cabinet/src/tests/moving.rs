//! A directory of before is brought into the database once.

use std::fs;

use event_store::Position;
use postgres_for_tests::Database;

use super::{LOG, connect, dead};
use crate::{Cabinet, Drawer};

const PLACES: [&str; 2] = ["deadlines.json", "reactor.position"];

fn place(cabinet: &Cabinet, name: &str) -> Option<Vec<u8>> {
    Drawer::new(&cabinet.places, name).get().unwrap()
}

#[test]
fn what_a_directory_kept_is_moved_once_and_what_stands_there_stays() {
    let (dir, database) = (tempfile::tempdir().unwrap(), Database::fresh());
    let before = Cabinet::in_directory(dir.path()).unwrap();
    for name in PLACES {
        Drawer::new(&before.places, name).put(b"old").unwrap();
    }
    for (endpoint, position) in [("desk", 7), ("other", 8)] {
        before.shelf.reached(endpoint, Position(position), None).unwrap();
        before.shelf.bury(endpoint, &dead(1, 5), None).unwrap();
    }
    before.shelf.send_again(Some("desk"), None).unwrap();
    drop(before);
    let shared = Cabinet::in_database(connect(&database.address()), LOG).unwrap();
    Drawer::new(&shared.places, "reactor.position").put(b"new").unwrap();
    shared.shelf.reached("other", Position(9), None).unwrap();
    let moved = shared.move_in(dir.path(), &PLACES).unwrap();
    assert_eq!(moved, ["deadlines.json", "reactor.position", "alerts.db"]);
    assert_eq!(place(&shared, "deadlines.json").as_deref(), Some(&b"old"[..]));
    assert_eq!(place(&shared, "reactor.position").as_deref(), Some(&b"new"[..]));
    assert_eq!(shared.shelf.position("desk").unwrap(), Some(Position(7)));
    assert_eq!(shared.shelf.position("other").unwrap(), Some(Position(9)));
    let listed = shared.shelf.given_up().unwrap();
    let shown: Vec<_> = listed.iter().map(|one| (one.endpoint.as_str(), one.again)).collect();
    assert_eq!(shown, [("desk", true), ("other", false)]);
    assert!(shared.move_in(dir.path(), &PLACES).unwrap().is_empty(), "once");
    for name in moved {
        assert!(dir.path().join(format!("{name}.moved")).exists(), "{name}");
        assert!(!dir.path().join(&name).exists(), "{name}");
    }
}

#[test]
fn what_is_damaged_in_the_old_file_holds_up_no_other() {
    let (dir, database) = (tempfile::tempdir().unwrap(), Database::fresh());
    let before = Cabinet::in_directory(dir.path()).unwrap();
    for n in [1, 2] {
        before.shelf.bury("desk", &dead(n, 5), None).unwrap();
    }
    drop(before);
    let file = rusqlite::Connection::open(dir.path().join("alerts.db")).unwrap();
    file.execute_batch("UPDATE dead SET id = 'x' WHERE id LIKE '%1'").unwrap();
    drop(file);
    let shared = Cabinet::in_database(connect(&database.address()), LOG).unwrap();
    assert_eq!(shared.move_in(dir.path(), &PLACES).unwrap(), ["alerts.db"]);
    let listed = shared.shelf.given_up().unwrap();
    assert_eq!(listed.iter().map(|one| &one.dead).collect::<Vec<_>>(), [&dead(2, 5)]);
    assert!(fs::exists(dir.path().join("alerts.db.moved")).unwrap());
}
