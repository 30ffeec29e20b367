//! A rebuild that is killed: the views in use go on, and what it left is taken away.

use std::{fs, process::Stdio, thread};

use serde_json::json;

use crate::{
    process::{Place, Server, id},
    town::{digests, input, run, story},
};

const PATHWAYS: u64 = 400;

fn fill(place: &Place) {
    let told = story();
    let lines = (1..=PATHWAYS).flat_map(|pathway| {
        let numbered = told.iter().zip(pathway * 10..);
        numbered.map(move |(told, command)| input(pathway, command, told).to_string() + "\n")
    });
    fs::write(place.path().join("steps.ndjson"), lines.collect::<String>()).unwrap();
    run(place.waymark(&["import", "steps.ndjson"]));
}

fn names(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.data().join("views")).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Numbers of the views' files, which count up with every rebuild.
fn newest(place: &Place) -> u64 {
    let number = |name: &String| name.strip_suffix(".db")?.rsplit_once('-')?.1.parse().ok();
    names(place).iter().filter_map(number).max().unwrap_or(0)
}

/// Whether a file is not yet a view or a pointer to one.
fn is_unfinished(name: &str) -> bool {
    name.contains(".building") || name.contains(".new")
}

#[test]
fn a_rebuild_killed_at_any_stage_leaves_views_that_answer_and_equal_a_fresh_one() {
    let place = Place::new();
    fill(&place);
    let whole = digests(&place);
    let mut killed_while_building = 0;
    for stage in 0..6 {
        let before = newest(&place);
        let reached = |place: &Place| match stage % 3 {
            0 => names(place).iter().any(|name| is_unfinished(name)),
            1 => names(place).iter().filter(|name| name.contains(".building")).count() > 1,
            _ => newest(place) > before,
        };
        let mut rebuild = place.waymark(&["rebuild"]);
        let mut rebuild = rebuild.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !reached(&place) && rebuild.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        rebuild.kill().unwrap();
        rebuild.wait().unwrap();
        killed_while_building += usize::from(names(&place).iter().any(|name| is_unfinished(name)));

        let server = Server::start(&place);
        let query = "query ($id: ID!) { whoToContact(pathwayId: $id) { ownerPlain } }";
        for pathway in [1, PATHWAYS] {
            let answer = server.staff(&place).ask(query, &json!({"id": id(pathway)}));
            assert!(answer["data"]["whoToContact"]["ownerPlain"].is_string(), "{answer}");
        }
        let left: Vec<String> =
            names(&place).into_iter().filter(|name| is_unfinished(name)).collect();
        assert_eq!(left, Vec::<String>::new());
        drop(server);
        assert_eq!(digests(&place), whole);
    }
    assert!(killed_while_building > 0, "the rebuilds were over before they were killed");
}
