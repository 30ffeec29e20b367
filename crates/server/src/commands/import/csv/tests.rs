//! What an import of CSV promises, over a real store in a temporary directory.

mod gone;

use std::{fs, path::PathBuf};

use event_store::Category;
use pathway::History;
use recorder::Intake;
use serde_json::{Value, json};
use steps::{PathwayId, StepKind};

use super::*;
use crate::secrets::Secrets;

const MAP: &str = r#"
source = "Example PAS"
table = "arrivals"
key = ["ID"]
[pathway]
PATHWAY
[[step]]
kind = "patientArrived"
when = [{ column = "STATE", equals = "IN" }]
occurred_at = { column = "DAY", format = "%d/%m/%Y" }
[step.fields]
appointmentId = { column = "APPT" }
[ignore]
STATE = ["OUT"]
"#;

const HEADER: &str = "ID,PATHWAY,STATE,DAY,APPT";

struct World {
    dir: tempfile::TempDir,
    cellar: Cellar,
    map: PathBuf,
    withdraw_missing: bool,
}

/// An empty house, and a map whose pathways are named so.
fn world(pathway: &str) -> World {
    let dir = tempfile::tempdir().unwrap();
    let cellar = Cellar::open(&dir.path().join("data")).unwrap();
    let map = dir.path().join("map.toml");
    fs::write(&map, MAP.replace("PATHWAY\n", &format!("{pathway} = \"PATHWAY\"\n"))).unwrap();
    World { dir, cellar, map, withdraw_missing: false }
}

impl World {
    fn extract(&self, rows: &[&str]) -> Extract {
        let csv = self.dir.path().join("rows.csv");
        fs::write(&csv, format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
        Extract::open(&csv, Some(&self.map)).unwrap()
    }

    /// What became of the rows, and the lines of the report of every row.
    async fn import(&self, rows: &[&str]) -> (Counts, Vec<Value>) {
        let extract = self.extract(rows);
        let path = self.dir.path().join("report.ndjson");
        let bar = ProgressBar::hidden();
        let report = Report::to(Some(&path), true, &bar).unwrap();
        let recorder = &self.cellar.recorder;
        let recording = Recording::of(recorder, &extract.map, self.withdraw_missing).unwrap();
        let key = key::patient_key(&self.cellar.secrets).unwrap();
        let store = &*self.cellar.store;
        let counts = extract.record(store, (&key, &recording), report, &bar).await.unwrap();
        let told = fs::read_to_string(path).unwrap();
        (counts, told.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    /// The outcome of each step of these rows, in their order.
    async fn outcomes(&self, rows: &[&str]) -> Vec<String> {
        let (_, told) = self.import(rows).await;
        told.iter().map(|one| one["outcome"].as_str().unwrap().to_owned()).collect()
    }

    async fn events(&self) -> u64 {
        self.cellar.store.head().await.unwrap().0
    }

    /// The only pathway.
    async fn history(&self) -> History {
        let head = self.cellar.store.head().await.unwrap();
        let scan =
            self.cellar.store.scan_streams(Category::Pathway, None, head, 100).await.unwrap();
        let [(stream, _)] = &scan.streams[..] else { panic!("not one pathway") };
        self.cellar.recorder.history(PathwayId(stream.id)).await.unwrap()
    }

    /// The appointments at which somebody arrived, as the record has it now.
    async fn arrivals(&self) -> Vec<String> {
        let history = self.history().await;
        let payloads = history.entries().iter().map(|entry| entry.step().payload().unwrap());
        payloads.map(|payload| payload["appointmentId"].as_str().unwrap().to_owned()).collect()
    }

    async fn tell(&self, intake: Value) {
        let provenance = super::super::provenance("a person", false).unwrap();
        let intake = Intake::parse(intake.to_string().as_bytes()).unwrap();
        let told = self.cellar.recorder.record(intake.command(provenance).unwrap()).await.unwrap();
        assert!(matches!(told, recorder::Outcome::Recorded { .. }), "{told:?}");
    }
}

#[tokio::test]
async fn the_same_file_again_finds_every_step_there() {
    let world = world("local");
    let rows: Vec<String> =
        (1..=40).map(|n| format!("{n},W{},IN,05/01/2026,A{n}", n % 4)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (first, _) = world.import(&rows).await;
    assert_eq!((first.of(Became::Recorded), world.events().await), (40, 40));
    let (second, _) = world.import(&rows).await;
    assert_eq!((second.of(Became::AlreadyThere), world.events().await), (40, 40));
}

#[tokio::test]
async fn a_row_told_otherwise_corrects_and_the_first_row_again_corrects_back() {
    let world = world("local");
    let (one, two) = ("1,W,IN,05/01/2026,A1", "1,W,IN,06/01/2026,A2");
    for (rows, outcome, now) in [
        (one, "RECORDED", "A1"),
        (two, "CORRECTED", "A2"),
        (two, "ALREADY_THERE", "A2"),
        (one, "CORRECTED", "A1"),
        (two, "CORRECTED", "A2"),
    ] {
        assert_eq!(world.outcomes(&[rows]).await, [outcome]);
        assert_eq!(world.arrivals().await, [now]);
    }
    let history = world.history().await;
    let entry = &history.entries()[0];
    assert_eq!(entry.date().to_string(), "2026-01-06");
    assert_eq!(history.set_aside().len(), 3, "each correction stays in sight");
}

#[tokio::test]
async fn what_a_person_corrected_since_is_not_undone_by_the_same_file() {
    let world = world("local");
    world.import(&["1,W,IN,05/01/2026,A1"]).await;
    let history = world.history().await;
    let (pathway, event) = (history.pathway_id(), history.entries()[0].event_id());
    world
        .tell(json!({
            "pathway": {"id": pathway.to_string()},
            "occurredAt": "2026-01-10",
            "commandId": "00000000-0000-4000-8000-000000000001",
            "step": {"stepCorrected": {
                "eventId": event.to_string(),
                "step": {"patientArrived": {"appointmentId": "A9"}},
            }},
        }))
        .await;
    assert_eq!(world.outcomes(&["1,W,IN,05/01/2026,A1"]).await, ["ALREADY_THERE"]);
    assert_eq!(world.arrivals().await, ["A9"]);
    assert_eq!(world.outcomes(&["1,W,IN,05/01/2026,A2"]).await, ["CORRECTED"]);
    assert_eq!(world.arrivals().await, ["A2"], "the source has changed its mind since");
}

#[tokio::test]
async fn a_step_no_longer_told_stands_until_it_is_asked_to_go_and_comes_back_when_told_again() {
    let mut world = world("local");
    let (told, silent) = ("1,W,IN,05/01/2026,A1", "1,W,OUT,05/01/2026,A1");
    world.import(&[told]).await;
    assert_eq!(world.outcomes(&[silent]).await, ["NO_LONGER_TOLD"]);
    assert_eq!(world.arrivals().await, ["A1"]);
    world.withdraw_missing = true;
    assert_eq!(world.outcomes(&[silent]).await, ["WITHDRAWN"]);
    assert_eq!(world.arrivals().await, [""; 0]);
    assert_eq!(world.outcomes(&[silent]).await, [""; 0], "there is nothing more to withdraw");
    assert_eq!(world.outcomes(&[told]).await, ["CORRECTED"]);
    assert_eq!(world.arrivals().await, ["A1"]);
}

#[tokio::test]
async fn a_row_that_names_another_pathway_is_refused_and_told_twice_nowhere() {
    let world = world("local");
    world.import(&["1,W,IN,05/01/2026,A1"]).await;
    let (counts, told) = world.import(&["1,X,IN,05/01/2026,A1"]).await;
    assert_eq!((counts.rows_refused, world.events().await), (1, 1));
    assert_eq!((&told[0]["code"], &told[0]["column"]), (&json!("MOVED"), &json!("PATHWAY")));
}

#[tokio::test]
async fn a_step_that_waits_for_its_pathway_is_corrected_where_it_waits_and_joins_as_corrected() {
    let world = world("ubrn");
    let (one, two) = ("1,700000000001,IN,05/01/2026,A1", "1,700000000001,IN,05/01/2026,A2");
    assert_eq!(world.outcomes(&[one]).await, ["PARKED"]);
    assert_eq!(world.outcomes(&[one]).await, ["PARKED"], "it still waits");
    assert_eq!(world.outcomes(&[two]).await, ["CORRECTED"]);
    let mut referral = testkit::sample(StepKind::ReferralReceived, testkit::Fill::Required);
    referral["ubrn"] = json!("700000000001");
    world
        .tell(json!({
            "occurredAt": "2026-01-01",
            "commandId": "00000000-0000-4000-8000-000000000002",
            "step": {"referralReceived": referral},
        }))
        .await;
    assert_eq!(world.outcomes(&[two]).await, ["ALREADY_THERE"]);
    let arrived = |history: &History| {
        let entries = history
            .entries()
            .iter()
            .filter(|entry| entry.step().kind() == StepKind::PatientArrived);
        entries
            .map(|entry| entry.step().payload().unwrap()["appointmentId"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(arrived(&world.history().await), ["A2"]);
    assert_eq!(world.outcomes(&[one]).await, ["CORRECTED"]);
    assert_eq!(arrived(&world.history().await), ["A1"]);
}

#[tokio::test]
async fn what_the_record_refuses_is_told_by_the_column_it_came_from() {
    let world = world("local");
    let (counts, told) = world.import(&["1,W,IN,05/01/2999,A1", "2,W,IN,05/01/2026,A2"]).await;
    assert_eq!((counts.rows_refused, counts.of(Became::Recorded)), (1, 1));
    assert_eq!(
        told[0],
        json!({"line": 2, "outcome": "REFUSED", "step": "patientArrived", "column": "DAY",
            "field": "occurredAt", "code": "IN_FUTURE",
            "message": "`occurredAt` is in the future: expected a time no later than 5 minutes from now"})
    );
    let extract = world.extract(&["1,W,IN,05/01/2999,A1"]);
    let bar = ProgressBar::hidden();
    let report = Report::to(None, false, &bar).unwrap();
    let dry = extract.dry_run(None, report, &bar).await.unwrap();
    assert_eq!(dry.refused, counts.refused, "a dry run refuses the same");
    assert!(check(&counts, None).unwrap_err().to_string().starts_with("1 of 2 rows were refused"));
}

#[tokio::test]
async fn an_organisation_is_told_once_and_what_is_new_of_it_is_a_row_of_its_own() {
    let world = world("local");
    let step = "kind = \"organisationRecorded\"\nabout = \"itself\"\n";
    let fields = "organisation = { column = \"APPT\" }\nname = { column = \"PATHWAY\" }\norganisationKind = { const = \"PROVIDER\" }\n";
    let map = MAP.replace("[pathway]\nPATHWAY\n", "");
    let map = map.replace("kind = \"patientArrived\"\n", step);
    let map = map.replace("appointmentId = { column = \"APPT\" }\n", fields);
    fs::write(&world.map, &map).unwrap();
    assert_eq!(world.outcomes(&["1,Hilltop,IN,05/01/2026,DT1"]).await, ["RECORDED"]);
    assert_eq!(world.outcomes(&["1,Hilltop,IN,05/01/2026,DT1"]).await, ["ALREADY_THERE"]);
    let (_, told) = world.import(&["1,Valley,IN,05/01/2026,DT1"]).await;
    assert_eq!(told[0]["code"], "NOT_CORRECTABLE");
    fs::write(&world.map, map.replace("[\"ID\"]", "[\"ID\", \"DAY\"]")).unwrap();
    assert_eq!(world.outcomes(&["1,Valley,IN,06/01/2026,DT1"]).await, ["RECORDED"]);
}

#[tokio::test]
async fn a_dry_run_refuses_a_step_that_is_sent_where_it_does_not_go() {
    let dir = tempfile::tempdir().unwrap();
    let (map, csv) = (dir.path().join("map.toml"), dir.path().join("rows.csv"));
    let text = MAP.replace("[pathway]\nPATHWAY\n", "");
    let text =
        text.replace("kind = \"patientArrived\"", "kind = \"patientArrived\"\nabout = \"itself\"");
    fs::write(&map, text).unwrap();
    fs::write(&csv, format!("{HEADER}\n1,W,IN,05/01/2026,A1\n")).unwrap();
    let bar = ProgressBar::hidden();
    let report = Report::to(None, false, &bar).unwrap();
    let extract = Extract::open(&csv, Some(&map)).unwrap();
    let counts = extract.dry_run(None, report, &bar).await.unwrap();
    assert_eq!(counts.refused.get("WRONG_TARGET"), Some(&1));
}

#[test]
fn the_report_takes_the_place_of_neither_file_that_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let map = dir.path().join("map.toml");
    fs::write(&map, MAP).unwrap();
    let refused = super::super::ndjson::check_report(Some(&map), Some(&map)).unwrap_err();
    assert!(refused.to_string().starts_with("the report would overwrite"), "{refused}");
}

#[test]
fn the_key_of_patients_is_made_once_and_one_of_another_size_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let secrets = Secrets::Directory(dir.path().to_owned());
    key::patient_key(&secrets).unwrap();
    let path = dir.path().join("import.key");
    let made = fs::read(&path).unwrap();
    key::patient_key(&secrets).unwrap();
    assert_eq!((fs::read(&path).unwrap(), made.len()), (made.clone(), 32));
    fs::write(&path, b"short").unwrap();
    let refused = key::patient_key(&secrets).unwrap_err().to_string();
    assert!(refused.contains("has 5 bytes where 32 are expected"), "{refused}");
}
