//! Arrows go down only. Each room names the rooms it may lean on; tests may lean on any.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cargo::ask;

/// The rooms from the ground up, and what each may lean on.
const ARROWS: &[(&str, &[&str])] = &[
    ("steps", &[]),
    ("event-store", &[]),
    ("postgres-lines", &[]),
    ("pathway", &["steps"]),
    ("policy", &["pathway", "steps"]),
    ("letters", &["pathway", "steps"]),
    ("rtt-extract", &["steps"]),
    ("csv-map", &["steps"]),
    ("envelope", &["event-store", "pathway", "steps"]),
    ("keys-postgres", &["envelope", "postgres-lines"]),
    ("leases", &["postgres-lines"]),
    ("cabinet", &["event-store", "leases", "postgres-lines"]),
    ("store-sqlite", &["event-store"]),
    ("store-kurrent", &["event-store"]),
    ("store-postgres", &["event-store", "postgres-lines"]),
    ("archive", &["envelope", "event-store"]),
    ("recorder", &["envelope", "event-store", "pathway", "steps"]),
    ("projector", &["envelope", "event-store", "leases", "pathway", "postgres-lines", "steps"]),
    ("directory", &["pathway", "steps"]),
    ("history", &["envelope", "event-store", "pathway", "steps"]),
    ("cancer-and-diagnostics", &["pathway", "projector", "steps"]),
    ("compliance", &["pathway", "policy", "projector", "steps"]),
    ("interface", &["pathway", "policy", "projector", "steps"]),
    ("next-step", &["directory", "pathway", "policy", "projector", "steps"]),
    ("safety-net", &["pathway", "policy", "projector", "steps"]),
    ("waiting-times", &["pathway", "projector", "steps"]),
    (
        "api",
        &[
            "cancer-and-diagnostics",
            "compliance",
            "directory",
            "envelope",
            "event-store",
            "history",
            "interface",
            "letters",
            "next-step",
            "pathway",
            "policy",
            "projector",
            "recorder",
            "safety-net",
            "steps",
            "waiting-times",
        ],
    ),
    (
        "server",
        &[
            "api",
            "archive",
            "cabinet",
            "cancer-and-diagnostics",
            "compliance",
            "csv-map",
            "directory",
            "envelope",
            "event-store",
            "history",
            "interface",
            "leases",
            "keys-postgres",
            "letters",
            "next-step",
            "pathway",
            "policy",
            "postgres-lines",
            "projector",
            "recorder",
            "rtt-extract",
            "safety-net",
            "steps",
            "store-kurrent",
            "store-postgres",
            "store-sqlite",
            "waiting-times",
        ],
    ),
    (
        "bench-ours",
        &[
            "envelope",
            "event-store",
            "pathway",
            "projector",
            "recorder",
            "steps",
            "store-postgres",
            "store-sqlite",
        ],
    ),
    ("testkit", &["pathway", "steps"]),
    ("opaque-for-tests", &["event-store"]),
    ("postgres-for-tests", &[]),
    ("kurrent-stand-in", &[]),
    ("views-for-tests", &["postgres-for-tests", "projector", "steps"]),
    ("waymark-tests", &[]),
];

/// Each room with the rooms it leans on, tests excepted.
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let metadata: Value =
        serde_json::from_str(&ask(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| (text(&package["name"]), leans_on(package))).collect()
}

/// A dependency of ours has a path; one for tests only is of the kind `dev`.
fn leans_on(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    let ours = dependencies.filter(|one| one["path"].is_string() && one["kind"] != "dev");
    ours.map(|one| text(&one["name"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn every_room_leans_only_on_rooms_below_it() {
    let drawn: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for (room, leans_on) in rooms() {
        let Some(allowed) = drawn.get(room.as_str()) else {
            panic!("`{room}` has no place in the house: draw its arrows in this test")
        };
        for other in leans_on {
            assert!(allowed.contains(&other.as_str()), "`{room}` may not lean on `{other}`");
        }
    }
}

#[test]
fn every_arrow_that_is_drawn_starts_and_ends_at_a_room_that_stands() {
    let rooms = rooms();
    for (room, leans_on) in ARROWS {
        for named in [room].into_iter().chain(*leans_on) {
            assert!(rooms.contains_key(*named), "`{named}` is drawn and does not stand");
        }
    }
}

#[test]
fn every_arrow_that_is_drawn_goes_down() {
    let mut below = BTreeSet::new();
    for (room, leans_on) in ARROWS {
        for other in *leans_on {
            assert!(below.contains(other), "`{room}` → `{other}` goes up");
        }
        below.insert(room);
    }
}
