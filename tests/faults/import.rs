//! An import that is killed, and run again until it ends.

use std::{fs, process::Stdio, thread};

use crate::{
    process::{Place, Server},
    town::{Chance, digests, head, history, input, run, story},
};

const PATHWAYS: u64 = 400;
const STEPS: u64 = 5 * PATHWAYS;

/// 2,000 steps, those of one pathway far apart, as NDJSON.
fn write(place: &Place) {
    let story = story();
    let lines = (0..STEPS).map(|n| {
        let told = &story[usize::try_from(n / PATHWAYS).unwrap()];
        input(1 + n % PATHWAYS, 10_000 + n, told).to_string() + "\n"
    });
    fs::write(place.path().join("steps.ndjson"), lines.collect::<String>()).unwrap();
}

#[test]
fn an_import_killed_again_and_again_ends_with_every_step_once() {
    let undisturbed = Place::new();
    write(&undisturbed);
    run(undisturbed.waymark(&["import", "steps.ndjson"]));

    let place = Place::new();
    write(&place);
    let mut chance = Chance(7);
    for kill in 1..=6 {
        let until = (STEPS * kill / 7 + chance.below(STEPS / 8)).min(STEPS);
        let mut import = place.waymark(&["import", "steps.ndjson"]);
        let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while head(&place) < until {
            assert!(import.try_wait().unwrap().is_none(), "the import ended by itself");
            thread::yield_now();
        }
        import.kill().unwrap();
        let ended = import.wait().unwrap();
        assert!(!ended.success(), "it ended before it was killed");
        assert!(head(&place) >= until, "what was on disk is lost");
    }
    run(place.waymark(&["import", "steps.ndjson"]));

    assert_eq!((head(&place), head(&undisturbed)), (STEPS, STEPS));
    let again = run(place.waymark(&["import", "steps.ndjson"]));
    let again = String::from_utf8(again.stdout).unwrap();
    let line = again.lines().find(|line| line.starts_with("| already there")).unwrap();
    assert!(line.contains("2,000"), "{line}");
    assert_eq!(digests(&place), digests(&undisturbed));
    let server = Server::start(&place);
    let client = server.staff(&place);
    for pathway in [1, PATHWAYS / 2, PATHWAYS] {
        assert_eq!(history(&client, pathway).len(), 5);
    }
}
