//! Moving: what is exported and imported elsewhere gives the same views.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};
use steps::StepKind;
use testkit::{Fill, sample};
use uuid::Uuid;

use super::*;
use crate::{
    commands::import::tests::{Imported, imported, laid_down},
    house::{Views, keyless::keys_are_missing},
};

struct World {
    dir: tempfile::TempDir,
    cellar: Cellar,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let cellar = Cellar::open(&dir.path().join("data")).unwrap();
    World { dir, cellar }
}

impl World {
    async fn import(&self, text: &str) -> Imported {
        let imported = imported(&self.cellar, text).await;
        assert!(imported.told.is_empty(), "{:?}", imported.told);
        imported
    }

    async fn export(&self) -> (String, Written) {
        let mut output = Vec::new();
        let written = export(&self.cellar, &mut output).await.unwrap();
        (String::from_utf8(output).unwrap(), written)
    }

    async fn digests(&self) -> Vec<(&'static str, String, usize)> {
        let head = self.cellar.store.head().await.unwrap();
        let views = Views::shipped().all();
        let into = self.dir.path().join(format!("replay-{head}"));
        fs::create_dir_all(&into).unwrap();
        let replayed =
            projector::replay(&*self.cellar.store, &views, head, &into, &|_| ()).await.unwrap();
        let told = |one: &projector::Replayed| (one.view, one.digest.to_string(), one.dead_letters);
        replayed.iter().map(told).collect()
    }
}

fn id(n: usize) -> String {
    Uuid::from_u128(n as u128).to_string()
}

fn row(n: usize, target: Value, day: usize, step: &str, fields: Value) -> Value {
    let mut row = json!({
        "occurredAt": format!("2024-{:02}-{:02}", 1 + day / 28 % 12, 1 + day % 28),
        "commandId": id(n),
        "source": "the old house",
        "step": { step: fields },
    });
    for (field, value) in target.as_object().unwrap() {
        row[field] = value.clone();
    }
    row
}

fn on(pathway: usize) -> Value {
    json!({"pathway": {"id": id(900_000 + pathway)}})
}

/// Steps that need others before them, or an identifier that is well formed.
fn is_told_apart(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::ParkedStepLinked
            | StepKind::PathwayIdentified
            | StepKind::PathwayMerged
            | StepKind::PathwaySubject
    ) || pathway::decide::needs_history(kind)
}

/// Every step of the catalogue with every field, on two pathways or where it belongs.
fn catalogue() -> Vec<Value> {
    let kinds = StepKind::ALL.iter().copied().filter(|kind| !is_told_apart(*kind));
    let rows = kinds.enumerate().flat_map(|(n, kind)| {
        let fields = sample(kind, Fill::All);
        let step = testkit::step(&kind.field_name(), fields.clone());
        let is_own = recorder::own_stream(&step).is_some();
        let rows = (0..2).filter(move |copy| *copy == 0 || !is_own);
        rows.map(move |copy| {
            let target = if is_own { json!({}) } else { on(copy) };
            row(1_000 * (copy + 1) + n, target, n, &kind.field_name(), fields.clone())
        })
    });
    rows.collect()
}

/// What the samples do not tell: persons, corrections, two names of one pathway, parked steps.
fn stories() -> Vec<Value> {
    let person = json!({"subjectRef": id(5), "nhsNumber": "9990000018"});
    let event = |n| recorder::event_id(steps::CommandId(Uuid::from_u128(n)), 0);
    let ppid = json!({"value": "00000000000000000042", "issuer": "RJ1"});
    let received = sample(StepKind::ReferralReceived, Fill::Required);
    let assigned = sample(StepKind::NextStepAssigned, Fill::Required);
    let mut accepted = sample(StepKind::NextStepAccepted, Fill::Required);
    accepted["nextStepVersion"] = assigned["nextStepVersion"].clone();
    let mut late = received.clone();
    late["ubrn"] = json!("000000000077");
    vec![
        row(1, on(3), 1, "referralReceived", received.clone()),
        row(2, on(3), 2, "pathwaySubject", person),
        row(3, on(3), 3, "patientArrived", json!({"appointmentId": "A1"})),
        row(4, on(3), 4, "stepEnteredInError", json!({"eventId": event(3)})),
        row(5, on(3), 5, "nextStepAssigned", assigned),
        row(6, on(3), 6, "nextStepAccepted", accepted),
        row(7, json!({"patient": id(5)}), 7, "patientDied", json!({})),
        row(10, json!({"pathway": {"ppid": ppid}}), 8, "referralReceived", received),
        row(
            11,
            json!({"pathway": {"ubrn": "000000000077"}}),
            9,
            "patientArrived",
            json!({"appointmentId": "A1"}),
        ),
        row(12, on(4), 8, "referralReceived", late),
        row(
            13,
            json!({"pathway": {"ubrn": "000000000099"}}),
            9,
            "patientArrived",
            json!({"appointmentId": "A1"}),
        ),
    ]
}

fn text(rows: impl IntoIterator<Item = Value>) -> String {
    let lines: Vec<String> = rows.into_iter().map(|row| row.to_string()).collect();
    lines.join("\n")
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn an_export_imported_elsewhere_gives_the_same_views_and_the_same_export() {
    let (old, new) = (world(), world());
    old.import(&text(catalogue().into_iter().chain(stories()))).await;
    let (moved, written) = old.export().await;
    let first = new.import(&moved).await;
    assert_eq!((first.recorded + first.parked, first.parked), (written.steps, 1));
    assert_eq!(new.digests().await, old.digests().await);
    assert!(old.digests().await.iter().all(|(_, _, dead)| *dead == 0));
    assert_eq!(sorted(&new.export().await.0), sorted(&moved));
    let events = new.cellar.store.head().await.unwrap();
    let second = new.import(&moved).await;
    assert_eq!((second.recorded, second.already_there), (0, first.recorded));
    assert_eq!(new.cellar.store.head().await.unwrap(), events);
}

#[tokio::test]
async fn identifiers_and_what_waits_for_them_move_too() {
    let (old, new) = (world(), world());
    old.import(&text(stories())).await;
    new.import(&old.export().await.0).await;
    let later = |n| {
        let ppid = json!({"value": "00000000000000000042", "issuer": "RJ1"});
        let mut referral = sample(StepKind::ReferralReceived, Fill::Required);
        referral["ubrn"] = json!("000000000099");
        text([
            row(
                n,
                json!({"pathway": {"ppid": ppid}}),
                20,
                "patientArrived",
                json!({"appointmentId": "A1"}),
            ),
            row(n + 1, on(6), 8, "referralReceived", referral),
        ])
    };
    for world in [&old, &new] {
        assert_eq!(world.import(&later(50)).await.recorded, 2);
    }
    assert_eq!(new.export().await.1.parked, 0);
    let waited = new.export().await.0.matches(&on(6)["pathway"]["id"].to_string()).count();
    assert_eq!(waited, 2, "the referral, and what waited for it");
}

/// A booking reference put on the wrong pathway, taken back, and put on the right one; one that was
/// taken back and is free; and a pathway opened by one, with a step that came by it.
fn put_right() -> Vec<Value> {
    let event = |n| recorder::event_id(steps::CommandId(Uuid::from_u128(n)), 0);
    let known = |ubrn: &str| json!({"identifierSystem": "UBRN", "identifierValue": ubrn});
    let opens = json!({"pathway": {"ubrn": "000000000063"}});
    let received = sample(StepKind::ReferralReceived, Fill::Required);
    vec![
        row(60, on(20), 1, "pathwayIdentified", known("000000000061")),
        row(61, on(20), 2, "pathwayIdentified", known("000000000062")),
        row(62, on(20), 3, "stepEnteredInError", json!({"eventId": event(60)})),
        row(63, on(20), 3, "stepEnteredInError", json!({"eventId": event(61)})),
        row(64, on(21), 4, "pathwayIdentified", known("000000000061")),
        row(65, opens.clone(), 4, "referralReceived", received),
        row(66, opens, 5, "patientArrived", json!({"appointmentId": "A1"})),
    ]
}

#[tokio::test]
async fn identifiers_that_changed_hands_move_as_they_are() {
    let (old, new) = (world(), world());
    assert_eq!(old.import(&text(put_right())).await.recorded, 7);
    let (moved, _) = old.export().await;
    assert_eq!(new.import(&moved).await.recorded, 7);
    assert_eq!(new.digests().await, old.digests().await);
    assert_eq!(sorted(&new.export().await.0), sorted(&moved));
    let opening = recorder::event_id(steps::CommandId(Uuid::from_u128(65)), 0);
    for world in [&old, &new] {
        let by = |ubrn: &str, n| {
            let target = json!({"pathway": {"ubrn": ubrn}});
            text([row(n, target, 20, "patientArrived", json!({"appointmentId": "A1"}))])
        };
        assert_eq!(world.import(&by("000000000061", 70)).await.recorded, 1);
        assert_eq!(world.import(&by("000000000062", 71)).await.parked, 1);
        assert_eq!(world.import(&by("000000000063", 72)).await.recorded, 1);
        let opened = recorder::pathway_of_command(steps::CommandId(Uuid::from_u128(65)));
        let target = json!({"pathway": {"id": opened}});
        let withdrawn = json!({"eventId": opening});
        world.import(&text([row(73, target, 21, "stepEnteredInError", withdrawn)])).await;
        assert_eq!(world.import(&by("000000000063", 74)).await.parked, 1);
    }
}

#[tokio::test]
async fn a_laid_down_directory_keeps_its_streams() {
    let (old, new) = (world(), world());
    laid_down(&old.cellar).await;
    let (moved, written) = old.export().await;
    assert_eq!(new.import(&moved).await.recorded, written.steps);
    assert_eq!(new.digests().await, old.digests().await);
    assert_eq!(sorted(&new.export().await.0), sorted(&moved));
}

#[tokio::test]
async fn personal_fields_are_open_and_the_file_is_for_its_owner_alone() {
    let old = world();
    old.import(&text(stories())).await;
    let (moved, written) = old.export().await;
    assert!(moved.contains("9990000018"));
    assert_eq!((written.personal, written.sealed), (1, 0));
    let path = old.dir.path().join("moved.ndjson");
    fs::write(&path, "an older file").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mut output = Output::open(Some(&path)).unwrap();
    output.write_all(moved.as_bytes()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "an older file", "until it is whole");
    output.finish().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), moved);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_field_whose_key_is_gone_is_counted_and_stays_sealed() {
    let old = world();
    old.import(&text(stories())).await;
    assert!(!keys_are_missing(&old.cellar).await.unwrap());
    let World { dir, cellar } = old;
    let data = cellar.data_dir.clone();
    cellar.store.close();
    drop(cellar);
    fs::remove_file(data.join("keys.db")).unwrap();
    let old = World { dir, cellar: Cellar::open(&data).unwrap() };
    assert!(keys_are_missing(&old.cellar).await.unwrap(), "and a server says so at its start");
    let (moved, written) = old.export().await;
    assert_eq!((written.personal, written.sealed), (0, 1));
    assert!(moved.contains(r#""sealed":0"#) && !moved.contains("9990000018"));
}

#[tokio::test]
async fn a_house_that_moves_keeps_who_recorded_what_and_when() {
    let (old, new) = (world(), world());
    old.import(&text(catalogue().into_iter().chain(stories()))).await;
    let file = old.dir.path().join("log.ndjson");
    house::export(&old.cellar, &file).await.unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    let mut moved = std::io::BufReader::new(fs::File::open(&file).unwrap());
    let keys = new.cellar.recorder.keys();
    let to = &*new.cellar.store;
    archive::restore(&mut moved, to, keys, &|_| ()).await.unwrap();
    let whole = |world: &World| {
        let store = world.cellar.store.clone();
        async move { store.read_log(Position::START, 10_000).await.unwrap() }
    };
    assert_eq!(whole(&new).await, whole(&old).await);
    assert_eq!(new.digests().await, old.digests().await);
    assert_eq!(new.export().await.0, old.export().await.0);
}
