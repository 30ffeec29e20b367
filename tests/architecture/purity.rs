//! The rooms of words and rules, and what reads a stranger's file from a reader it is given, do no input
//! and no output of their own, also not through what they lean on.

use crate::cargo::ask;

const PURE: [&str; 5] = ["steps", "pathway", "policy", "letters", "csv-map"];

/// Runtimes, the network and databases.
const IMPURE: [&str; 10] = [
    "tokio",
    "mio",
    "axum",
    "hyper",
    "reqwest",
    "ureq",
    "rustls",
    "rusqlite",
    "libsqlite3-sys",
    "tokio-postgres",
];

/// The names of everything that `room` is built from.
fn built_from(room: &str) -> Vec<String> {
    let tree = ask(&["tree", "--package", room, "--edges", "normal", "--prefix", "none"]);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn words_and_rules_are_built_without_runtime_network_or_database() {
    for room in PURE {
        let built_from = built_from(room);
        assert!(built_from.iter().any(|name| name == "serde"), "{room}: {built_from:?}");
        for impure in IMPURE {
            assert!(!built_from.iter().any(|name| name == impure), "`{room}` pulls in `{impure}`");
        }
    }
}

/// The rooms of views, and the door to them.
const ASK_VIEWS: [&str; 7] = [
    "api",
    "cancer-and-diagnostics",
    "compliance",
    "interface",
    "next-step",
    "safety-net",
    "waiting-times",
];

#[test]
fn views_and_the_door_to_them_name_no_database() {
    for room in ASK_VIEWS {
        let tree = ["tree", "--package", room, "--edges", "normal", "--prefix", "none"];
        let named = ask(&[&tree[..], &["--depth", "1"]].concat());
        assert!(named.contains("projector"), "{room}: {named}");
        for database in ["rusqlite", "tokio-postgres"] {
            let leans_on_it = named.lines().any(|line| line.starts_with(&format!("{database} ")));
            assert!(!leans_on_it, "`{room}` names `{database}`");
        }
    }
}
