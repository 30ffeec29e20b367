//! A row of the file that this server did not write.

use std::error::Error;

use tempfile::TempDir;
use uuid::Uuid;

use super::dead;
use crate::{Cabinet, CabinetError};

/// A file with one alert to send again and one damaged by hand.
fn damaged(dir: &TempDir, by_hand: &str) -> Cabinet {
    let cabinet = Cabinet::in_directory(dir.path()).unwrap();
    for (n, position) in [(1, 5), (2, 6)] {
        cabinet.shelf.bury("desk", &dead(n, position), None).unwrap();
    }
    assert_eq!(cabinet.shelf.send_again(None, None).unwrap(), 2);
    by_hand_in(dir, by_hand);
    cabinet
}

fn by_hand_in(dir: &TempDir, sql: &str) {
    let file = rusqlite::Connection::open(dir.path().join("alerts.db")).unwrap();
    file.execute_batch(sql).unwrap();
}

fn told(error: &CabinetError) -> String {
    let mut said = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        said = format!("{said}: {cause}");
        beneath = cause.source();
    }
    said
}

#[test]
fn a_damaged_row_is_refused_left_in_place_and_holds_up_no_other() {
    for (by_hand, said) in [
        ("UPDATE dead SET id = 'x' WHERE position = 5", "`id` is `x`: expected the UUID"),
        (
            "UPDATE dead SET given_up = 9223372036854775807 WHERE position = 5",
            "`given_up` is `9223372036854775807`: expected the microseconds",
        ),
        ("UPDATE dead SET position = -5 WHERE position = 5", "`position` is `-5`: expected 0"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let shelf = damaged(&dir, by_hand).shelf;
        let again = shelf.next_again("desk").unwrap();
        assert_eq!(again.next.unwrap().id, Uuid::from_u128(2), "{by_hand}");
        assert_eq!(again.damaged.len(), 1, "{by_hand}");
        assert!(told(&again.damaged[0]).contains(said), "{}", told(&again.damaged[0]));
        let listing = shelf.given_up().unwrap_err();
        assert!(told(&listing).contains(said), "it stays in place");
    }
}

#[test]
fn a_damaged_row_is_told_of_once_is_trouble_while_it_stands_and_is_looked_at_when_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = damaged(&dir, "UPDATE dead SET id = 'x' WHERE position = 5").shelf;
    assert_eq!(shelf.trouble().unwrap(), None, "nobody has looked yet");
    assert_eq!(shelf.next_again("desk").unwrap().damaged.len(), 1);
    for _second in 0..3 {
        let again = shelf.next_again("desk").unwrap();
        assert!(again.damaged.is_empty() && again.next.is_some(), "it is told of once");
        let trouble = shelf.trouble().unwrap().unwrap();
        assert!(trouble.starts_with("1 of the alerts to send again cannot be read"), "{trouble}");
    }
    shelf.send_again(None, None).unwrap();
    assert_eq!(shelf.next_again("desk").unwrap().damaged.len(), 1, "somebody asked again");
    by_hand_in(&dir, "DELETE FROM dead WHERE id = 'x'");
    assert_eq!(shelf.trouble().unwrap(), None);
}
