//! Two servers over one database, each with a data directory of its own: each alert is sent once.

use std::{collections::BTreeSet, process::Command, time::Duration};

use postgres_for_tests::Database;

use super::{Desk, Mood, raised, report, settings};
use crate::{
    deadlines::{ticking, until},
    process::{Client, Place, Server},
};

/// How long no alert may come for it to be said that none comes.
const QUIET: Duration = Duration::from_secs(3);

fn over(database: &Database, mut command: Command) -> Command {
    command.env("WAYMARK_STORE", database.address());
    command
}

fn client(database: &Database, place: &Place, server: &Server) -> Client {
    let mut command = over(database, place.waymark(&["token", "--organisation", "RJ1"]));
    let token = command.output().unwrap().stdout;
    server.client(Some(String::from_utf8(token).unwrap().trim().to_owned()))
}

/// The ids that come until none does for a while, each once.
fn came_once(desk: &Desk, enough: usize) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    loop {
        let patience = if ids.len() < enough { Duration::from_secs(120) } else { QUIET };
        let Ok(came) = desk.came.recv_timeout(patience) else { break };
        let id = came.headers["webhook-id"].clone();
        assert!(ids.insert(id.clone()), "{id} came twice");
    }
    ids
}

#[test]
fn two_servers_send_each_alert_once_and_one_goes_on_where_the_other_died() {
    let (database, desk) = (Database::fresh(), Desk::open(vec![Mood::Well]));
    let places = [Place::new(), Place::new()];
    let mut servers = places.each_ref().map(|place| {
        settings(place, &desk.address, 86_400);
        Some(Server::of(place, over(&database, ticking(place))))
    });
    let clients = [0, 1].map(|n| client(&database, &places[n], servers[n].as_ref().unwrap()));
    let places_kept = "SELECT (SELECT count(*) FROM waymark_work.endpoint)
        + (SELECT count(*) FROM waymark_work.place WHERE name = 'deadlines.json')";
    until("the places in the database", || {
        database.run(places_kept).unwrap().filter(|kept| kept == "2")
    });
    report(&clients[0], 1..=3);
    let first = raised(&clients[1], 6);
    assert_eq!(came_once(&desk, 6), first);
    for place in &places {
        for file in ["alerts.db", "deadlines.json", "reactor.position", "keys.db", "token.key"] {
            assert!(!place.data().join(file).exists(), "{file}");
        }
    }
    // Each dies once, so whoever sends dies: the other sends what comes then, and nothing again.
    let mut known = first;
    for (gone, stays, pathways) in [(0, 1, 4..=6), (1, 0, 7..=9)] {
        drop(servers[gone].take());
        if servers[stays].is_none() {
            servers[stays] =
                Some(Server::of(&places[stays], over(&database, ticking(&places[stays]))));
        }
        let client = client(&database, &places[stays], servers[stays].as_ref().unwrap());
        report(&client, pathways);
        let all = raised(&client, known.len() + 6);
        let fresh: BTreeSet<String> = all.difference(&known).cloned().collect();
        assert_eq!(came_once(&desk, 6), fresh);
        known = all;
    }
}
