//! Places and the shelf, in a directory and in PostgreSQL: the same promises, then what only one has.

mod damaged;
mod moving;
mod shared;

use chrono::{DateTime, Utc};
use event_store::Position;
use postgres_for_tests::Database;
pub(super) use postgres_for_tests::connect;
use tempfile::TempDir;

use uuid::Uuid;

use crate::{Cabinet, Dead, Drawer};

/// The log whose places they are.
const LOG: Uuid = Uuid::from_u128(7);

/// Where a cabinet stands, which is opened as often as one likes.
trait Home {
    fn fresh() -> Self;
    fn opened(&self) -> Cabinet;
}

impl Home for TempDir {
    fn fresh() -> Self {
        tempfile::tempdir().unwrap()
    }

    fn opened(&self) -> Cabinet {
        Cabinet::in_directory(self.path()).unwrap()
    }
}

impl Home for Database {
    fn fresh() -> Self {
        Self::fresh()
    }

    fn opened(&self) -> Cabinet {
        Cabinet::in_database(connect(&self.address()), LOG).unwrap()
    }
}

/// Each promise once in a directory and once in PostgreSQL.
macro_rules! on_both {
    ($($promise:ident)*) => {
        mod in_a_directory {
            $(#[test] fn $promise() { super::$promise::<super::TempDir>(); })*
        }
        mod in_postgres {
            $(#[test] fn $promise() { super::$promise::<super::Database>(); })*
        }
    };
}

on_both! {
    a_place_is_as_it_was_put_last
    an_endpoint_is_where_it_was_told_to
    an_alert_that_was_given_up_is_listed_until_it_is_taken
    alerts_to_send_again_come_oldest_first_and_of_the_endpoint_alone
}

pub(super) fn dead(n: u128, position: u64) -> Dead {
    let given_up_at: DateTime<Utc> = "2026-03-01T09:30:00.000001Z".parse().unwrap();
    let (attempts, why) = (3, "503".to_owned());
    Dead { id: Uuid::from_u128(n), position: Position(position), attempts, given_up_at, why }
}

fn a_place_is_as_it_was_put_last<H: Home>() {
    let home = H::fresh();
    let drawer = Drawer::new(&home.opened().places, "deadlines.json");
    assert_eq!(drawer.get().unwrap(), None);
    for value in [&b"one"[..], b"", b"\xff two"] {
        drawer.put(value).unwrap();
        let again = Drawer::new(&home.opened().places, "deadlines.json");
        assert_eq!(again.get().unwrap().as_deref(), Some(value));
    }
    assert_eq!(Drawer::new(&home.opened().places, "other").get().unwrap(), None);
    assert!(drawer.to_string().contains("deadlines.json"));
}

fn an_endpoint_is_where_it_was_told_to<H: Home>() {
    let home = H::fresh();
    let shelf = home.opened().shelf;
    assert_eq!(shelf.position("desk").unwrap(), None);
    for position in [7, 7, 9] {
        shelf.reached("desk", Position(position), None).unwrap();
        let again = home.opened().shelf;
        assert_eq!(again.position("desk").unwrap(), Some(Position(position)));
    }
    assert_eq!(shelf.position("other").unwrap(), None);
}

fn an_alert_that_was_given_up_is_listed_until_it_is_taken<H: Home>() {
    let home = H::fresh();
    let shelf = home.opened().shelf;
    shelf.bury("desk", &dead(1, 5), None).unwrap();
    shelf.bury("other", &dead(1, 5), None).unwrap();
    assert!(shelf.next_again("desk").unwrap().next.is_none(), "nobody has asked yet");
    assert_eq!(shelf.send_again(Some("desk"), Some(Uuid::from_u128(2))).unwrap(), 0);
    assert_eq!(shelf.send_again(Some("desk"), Some(Uuid::from_u128(1))).unwrap(), 1);
    let shelf = home.opened().shelf;
    assert_eq!(shelf.next_again("desk").unwrap().next, Some(dead(1, 5)));
    let more = Dead { attempts: 4, why: "504".to_owned(), ..dead(1, 5) };
    shelf.bury("desk", &more, None).unwrap();
    assert!(shelf.next_again("desk").unwrap().next.is_none(), "it is to be asked for again");
    let listed = shelf.given_up().unwrap();
    let shown: Vec<_> = listed.iter().map(|one| (one.endpoint.as_str(), &one.dead)).collect();
    assert_eq!(shown, [("desk", &more), ("other", &dead(1, 5))]);
    shelf.forget("desk", more.id, None).unwrap();
    let listed = shelf.given_up().unwrap();
    assert_eq!(listed.iter().map(|one| one.endpoint.as_str()).collect::<Vec<_>>(), ["other"]);
    assert_eq!(shelf.trouble().unwrap(), None);
}

fn alerts_to_send_again_come_oldest_first_and_of_the_endpoint_alone<H: Home>() {
    let home = H::fresh();
    let shelf = home.opened().shelf;
    for (n, position) in [(1, 9), (2, 5), (3, 7)] {
        shelf.bury("desk", &dead(n, position), None).unwrap();
    }
    shelf.bury("other", &dead(4, 1), None).unwrap();
    assert_eq!(shelf.send_again(None, None).unwrap(), 4);
    let mut order = Vec::new();
    while let Some(next) = shelf.next_again("desk").unwrap().next {
        order.push(next.position.0);
        shelf.forget("desk", next.id, None).unwrap();
    }
    assert_eq!(order, [5, 7, 9]);
    assert!(shelf.given_up().unwrap().iter().all(|one| one.endpoint == "other" && one.again));
}
