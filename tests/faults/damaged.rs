//! A damaged page: of the log, of a view, of the keys. It is named before anybody is answered, a backup
//! puts the log right, and a view is built anew from it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use crate::{
    crash::kill,
    full_disk::health,
    process::{Client, Place, Server},
    start::{SERVE, sentence},
    town::{digests, history, input, story},
};

const PATHWAYS: u64 = 40;

/// Records the story of each of these pathways, again and again with the same ids.
fn tell(client: &Client, pathways: std::ops::RangeInclusive<u64>) -> usize {
    let told = story();
    let mut known = 0;
    for pathway in pathways {
        for (told, n) in told.iter().zip(0..) {
            let answer = client.record(&input(pathway, pathway * 10 + n, told));
            assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
            known += usize::from(answer["duplicate"] == true);
        }
    }
    known
}

/// A file of SQLite with nothing beside it.
fn alone(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    connection
}

/// Makes rubbish of a page of this table; says which.
fn damage(file: &Path, table: &str) -> u32 {
    let connection = alone(file);
    let sql = "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf'
        ORDER BY pageno LIMIT 1";
    let page: u32 = connection.query_row(sql, [table], |row| row.get(0)).unwrap();
    drop(connection);
    let mut bytes = fs::read(file).unwrap();
    let from = usize::try_from((page - 1) * 4_096).unwrap();
    bytes[from..from + 4_096].fill(0xa5);
    fs::write(file, bytes).unwrap();
    page
}

fn view(place: &Place, name: &str) -> PathBuf {
    let views = place.data().join("views");
    let current = fs::read_to_string(views.join(format!("{name}.current"))).unwrap();
    views.join(current.trim())
}

#[test]
fn a_damaged_page_of_the_log_is_named_and_a_backup_puts_it_right() {
    let place = Place::new();
    let server = Server::start(&place);
    tell(&server.staff(&place), 1..=PATHWAYS / 2);
    kill(server);
    let (log, backup) = (place.data().join("events.db"), place.path().join("backup.db"));
    drop(alone(&log));
    fs::copy(&log, &backup).unwrap();
    let server = Server::start(&place);
    tell(&server.staff(&place), PATHWAYS / 2 + 1..=PATHWAYS);
    kill(server);

    let page = damage(&log, "events");
    for command in [&SERVE[..], &["export"], &["rebuild"]] {
        let said = sentence(place.waymark(command));
        let expected = format!("`{}` is damaged or no event log: ", log.display());
        assert!(said.contains(&expected), "{said}");
        assert!(said.contains(&format!("page {page}")), "{said}");
        assert!(said.ends_with("put a backup in its place, with nothing beside it"), "{said}");
    }

    fs::rename(&backup, &log).unwrap();
    for beside in ["events.db-wal", "events.db-shm"] {
        drop(fs::remove_file(place.data().join(beside)));
    }
    let server = Server::start(&place);
    let client = server.staff(&place);
    // What was sent since the backup is sent again; the rest is known.
    assert_eq!(tell(&client, 1..=PATHWAYS), 5 * usize::try_from(PATHWAYS / 2).unwrap());
    for pathway in 1..=PATHWAYS {
        assert_eq!(history(&client, pathway).len(), 5);
    }
    drop(server);
    digests(&place);
}

#[test]
fn a_damaged_page_of_a_view_is_named_and_the_view_is_built_anew() {
    let place = Place::new();
    let server = Server::start(&place);
    tell(&server.staff(&place), 1..=PATHWAYS);
    kill(server);
    let file = view(&place, "compliance");
    let page = damage(&file, "obligation");
    let server = Server::start(&place);
    let (status, said) = health(&server);
    let views = said["views"].as_array().unwrap();
    let found = views.iter().find(|one| one["view"] == "compliance").unwrap();
    let reason = found["refused"].as_str().unwrap();
    assert!(reason.contains("the view's file is damaged"), "{reason}");
    assert!(reason.contains(&format!("page {page}")), "{reason}");
    assert_eq!(status, 200, "{said}");
    drop(server);
    digests(&place);
}

#[test]
fn a_damaged_page_of_the_keys_is_named() {
    let place = Place::new();
    let server = Server::start(&place);
    tell(&server.staff(&place), 1..=1);
    kill(server);
    let file = place.data().join("keys.db");
    let table = "subject_key";
    let connection = alone(&file);
    let page = connection.query_row(
        "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
        [table],
        |row| row.get::<_, u32>(0),
    );
    let page = page.unwrap();
    drop(connection);
    let whole = fs::read(&file).unwrap();
    let mut bytes = whole.clone();
    let from = usize::try_from((page - 1) * 4_096).unwrap();
    bytes[from..from + 4_096].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    let said = sentence(place.waymark(&SERVE));
    let expected = format!("the keys in {} cannot be used", place.data().display());
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains(&format!("page {page}")) && said.contains("put a backup"), "{said}");
    fs::write(&file, whole).unwrap();
    let server = Server::start(&place);
    assert_eq!(tell(&server.staff(&place), 1..=1), 5);
}
