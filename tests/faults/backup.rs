//! Backups beside a server that records, backups that are killed, and what is restored from them.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};

use crate::{
    process::{Client, Place, Server, id},
    town::{Over, digests, history, input, replayed_to, run, story},
};

const PATHWAYS: u64 = 2_000;
const WRITERS: u64 = 4;

/// Enough steps for a copy of several strides, most of them sealed with a key of their own.
fn fill(place: &Place) {
    let lines = (1..=PATHWAYS).flat_map(|pathway| {
        let steps = [("2026-04-07T08:00:00Z", referral()), story()[0].clone(), story()[1].clone()];
        let numbered = steps.into_iter().zip(pathway * 10..);
        numbered.map(move |(told, command)| input(pathway, command, &told).to_string() + "\n")
    });
    fs::write(place.path().join("steps.ndjson"), lines.collect::<String>()).unwrap();
    run(place.waymark(&["import", "steps.ndjson"]));
}

/// A step with words about the person, which are sealed.
pub(crate) fn referral() -> Value {
    json!({"referralSent": {
        "referrer": "G85001", "service": "RJ1.C_130", "provider": "RJ1", "function": "C_130",
        "priority": "ROUTINE", "reason": "blurred sight", "intendedOutcome": "a diagnosis",
        "patientExpectations": "to read again",
        "consent": {"consentBasis": "PATIENT_CONSENTED", "reasonExplained": true},
    }})
}

/// Records one referral after another, each on a pathway of its own, and so each with a new key.
fn record_until(client: &Client, writer: u64, is_over: &AtomicBool, told: &dyn Fn(u64, String)) {
    for n in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let pathway = 1_000_000 * (writer + 1) + n;
        let answer = client.record(&input(pathway, pathway, &("2026-04-07T08:00:00Z", referral())));
        assert_eq!(answer["__typename"], "StepRecorded", "{answer}");
        told(pathway, answer["eventId"].as_str().unwrap().to_owned());
    }
}

fn backup(place: &Place, to: &Path) -> String {
    let said = run(place.waymark(&["backup", "--to", to.to_str().unwrap()]));
    String::from_utf8(said.stdout).unwrap()
}

/// Why a backup, or another command, is refused.
fn refused(place: &Place, arguments: &[&str]) -> String {
    let answered = place.waymark(arguments).stdout(Stdio::null()).output().unwrap();
    assert_eq!(answered.status.code(), Some(1), "{arguments:?} was taken");
    String::from_utf8(answered.stderr).unwrap()
}

fn check(place: &Place, backup: &Path) -> String {
    let said = run(place.waymark(&["backup", "--check", backup.to_str().unwrap()]));
    String::from_utf8(said.stdout).unwrap()
}

fn manifest(backup: &Path) -> Value {
    serde_json::from_slice(&fs::read(backup.join("backup.json")).unwrap()).unwrap()
}

/// Writers record all the while; answers what was acknowledged before the backup began.
fn backup_beside_writers(place: &Place, server: &Server, to: &Path) -> Vec<(u64, String)> {
    let (client, is_over) = (server.staff(place), AtomicBool::new(false));
    let (told, answers) = std::sync::mpsc::channel();
    let mut acknowledged = Vec::new();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (client, is_over, told) = (client.clone(), &is_over, told.clone());
            scope.spawn(move || {
                record_until(&client, writer, is_over, &|pathway, event| {
                    told.send((pathway, event)).unwrap();
                });
            });
        }
        // Where every writer fails, nobody waits for what they would have told.
        drop(told);
        let _over = Over(&is_over);
        acknowledged.extend(answers.iter().take(40));
        backup(place, to);
        let meanwhile = answers.try_iter().count();
        assert!(meanwhile > 0, "nothing was recorded while the backup was made");
    });
    acknowledged
}

#[test]
fn a_backup_beside_a_server_that_records_is_whole_opens_and_gives_the_same_views() {
    let (place, restored) = (Place::new(), Place::new());
    fill(&place);
    let server = Server::start(&place);
    let acknowledged = backup_beside_writers(&place, &server, &restored.data());
    drop(server);
    let told = check(&restored, &restored.data());
    let manifest = manifest(&restored.data());
    let position = manifest["position"].as_u64().unwrap();
    assert!(told.contains(&format!("is whole: log {}", manifest["logId"].as_str().unwrap())));
    assert!(told.contains(&format!("up to position {position}, event ")), "{told}");
    assert!(position >= 3 * PATHWAYS + 40, "{position}");
    assert_eq!(manifest["keysErased"], 0, "an event in the copy has no key");

    assert_eq!(digests(&restored), replayed_to(&place, position));
    let exported = run(restored.waymark(&["export", "steps-out.ndjson"]));
    let said = String::from_utf8(exported.stderr).unwrap();
    assert!(said.contains("this file holds personal data"), "{said}");
    assert!(!said.contains("whose key is gone"), "{said}");
    let server = Server::start(&restored);
    let client = server.staff(&restored);
    for (pathway, event) in &acknowledged {
        assert_eq!(history(&client, *pathway), [event.as_str()], "{}", id(*pathway));
    }
    let goes_on = client.record(&input(1, 77, &story()[2]));
    assert_eq!(goes_on["__typename"], "StepRecorded", "{goes_on}");
    drop(server);
    let changed = refused(&place, &["backup", "--check", restored.data().to_str().unwrap()]);
    assert!(changed.contains("or a server has run on this backup"), "{changed}");
}

#[test]
fn a_backup_of_a_directory_that_nobody_uses_holds_all_of_it() {
    let (place, restored) = (Place::new(), Place::new());
    let server = Server::start(&place);
    let client = server.staff(&place);
    let recorded = client.record(&input(1, 1, &("2026-04-07T08:00:00Z", referral())));
    // What is in the log beside the file alone is copied too: nothing was written back.
    drop(server);
    let said = backup(&place, &restored.data());
    assert!(said.contains("up to position 1"), "{said}");
    let files: Vec<Value> = manifest(&restored.data())["files"].as_array().unwrap().clone();
    let names: BTreeSet<&str> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["alerts.db", "deadlines.json", "events.db", "keys.db"]));
    check(&place, &restored.data());
    let server = Server::start(&restored);
    let found = history(&server.staff(&restored), 1);
    assert_eq!(found, [recorded["eventId"].as_str().unwrap()]);
}

#[test]
fn a_backup_that_is_killed_at_any_moment_is_whole_or_is_refused_by_everybody() {
    let place = Place::new();
    fill(&place);
    run(place.waymark(&["parked"]));
    let (mut whole, mut broken) = (0, 0);
    for files in 0..8 {
        let target = Place::new();
        let to = target.data();
        let mut begun = place.waymark(&["backup", "--to", to.to_str().unwrap()]);
        let mut begun = begun.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let unfinished = to.join("unfinished");
        let copied = || fs::read_dir(&unfinished).map_or(0, Iterator::count);
        while begun.try_wait().unwrap().is_none() && copied() < files / 2 {
            thread::yield_now();
        }
        // Every other time a little later, within the file.
        for _turn in 0..(files % 2) * 2_000 {
            thread::yield_now();
        }
        drop(begun.kill());
        begun.wait().unwrap();
        if to.join("events.db").exists() && !unfinished.exists() {
            check(&target, &to);
            whole += 1;
        } else if to.exists() {
            is_refused_by_everybody(&place, &target);
            broken += 1;
        }
    }
    assert!(broken > 0, "no backup was broken off: {whole} are whole");
}

fn is_refused_by_everybody(place: &Place, target: &Place) {
    let to = target.data();
    let to = to.to_str().unwrap();
    let is_empty = fs::read_dir(to).unwrap().next().is_none();
    let checked = refused(place, &["backup", "--check", to]);
    if is_empty {
        assert!(checked.contains("holds no backup"), "{checked}");
        return;
    }
    assert!(checked.contains("holds a backup that broke off"), "{checked}");
    let again = refused(place, &["backup", "--to", to]);
    assert!(again.contains("holds a backup that broke off"), "{again}");
    let served = refused(target, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(served.contains("holds a backup that broke off"), "{served}");
}

#[test]
fn a_log_on_postgres_is_referred_to_the_tools_of_the_database() {
    let place = Place::new();
    let said = refused(
        &place,
        &["backup", "--to", "copy", "--store", "postgres://ward:s3cret@localhost/waymark"],
    );
    assert!(said.contains("pg_dump") && said.contains("docs/backup.md"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert!(!place.path().join("copy").exists());
    let nothing = refused(&place, &["backup", "--to", "copy"]);
    assert!(nothing.contains("there is no event log in"), "{nothing}");
}
