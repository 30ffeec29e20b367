//! What an import promises, over a real store in a temporary directory.

use std::{fs::File, io::BufWriter};

use indicatif::ProgressBar;
use recorder::event_id;
use serde_json::{Value, json};
use steps::CommandId;
use uuid::Uuid;

use super::*;
use report::{Out, Report, Tally};

const TOWN: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../rtt-extract/fixtures/town-january-2026.csv");

struct World {
    _dir: tempfile::TempDir,
    cellar: Cellar,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let cellar = Cellar::open(&dir.path().join("data")).unwrap();
    World { _dir: dir, cellar }
}

/// What became of imported rows, for the tests of other commands.
pub(in crate::commands) struct Imported {
    pub(in crate::commands) recorded: u64,
    pub(in crate::commands) already_there: u64,
    pub(in crate::commands) parked: u64,
    pub(in crate::commands) told: Vec<Value>,
}

pub(in crate::commands) async fn imported(cellar: &Cellar, input: &str) -> Imported {
    let (tally, told) = import_into(cellar, input.to_owned().into_bytes()).await;
    let Tally { recorded, already_there, parked, .. } = tally;
    Imported { recorded, already_there, parked, told }
}

pub(in crate::commands) async fn laid_down(cellar: &Cellar) {
    extract::import(&cellar.recorder, Path::new(TOWN), Parts::Waiting).await.unwrap();
}

async fn import_into(cellar: &Cellar, input: Vec<u8>) -> (Tally, Vec<Value>) {
    let path = cellar.data_dir.join("refused.ndjson");
    let report = Report::new(Out::File(BufWriter::new(File::create(&path).unwrap())));
    let input = Box::new(std::io::Cursor::new(input));
    let bar = ProgressBar::hidden();
    let tally = ndjson::import(&cellar.recorder, input, report, bar).await.unwrap();
    let told = std::fs::read_to_string(path).unwrap();
    (tally, told.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

impl World {
    async fn import(&self, input: impl Into<Vec<u8>>) -> (Tally, Vec<Value>) {
        import_into(&self.cellar, input.into()).await
    }

    async fn events(&self) -> u64 {
        self.cellar.store.head().await.unwrap().0
    }
}

fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// A row of pathway 7, with other or more fields.
fn row(command: u128, others: Value) -> Value {
    let mut row = json!({
        "pathway": {"id": id(7)},
        "occurredAt": "2024-02-01",
        "commandId": id(command),
        "step": {"patientArrived": {"appointmentId": "A1"}},
    });
    for (field, value) in others.as_object().unwrap() {
        row[field] = value.clone();
    }
    row
}

fn text(rows: impl IntoIterator<Item = Value>) -> String {
    let lines: Vec<String> = rows.into_iter().map(|row| row.to_string()).collect();
    lines.join("\n")
}

fn code_of(told: &[Value]) -> (&str, &str) {
    let [only] = told else { panic!("{told:?}") };
    (only["code"].as_str().unwrap(), only["field"].as_str().unwrap())
}

#[tokio::test]
async fn the_same_file_twice_records_nothing_twice() {
    let world = world();
    let file = text((1..=40).map(|n| row(n, json!({"pathway": {"id": id(n % 4)}}))));
    let (first, _) = world.import(file.clone()).await;
    assert_eq!((first.recorded, first.already_there), (40, 0));
    let (second, told) = world.import(file).await;
    assert_eq!((second.recorded, second.already_there), (0, 40));
    assert_eq!((told.len(), world.events().await), (0, 40));
}

#[tokio::test]
async fn a_file_that_was_cut_short_goes_on_where_it_was() {
    let world = world();
    let file = text((1..=20).map(|n| row(n, json!({}))));
    let cut = file.len() / 2 + 5;
    let (first, told) = world.import(file.get(..cut).unwrap()).await;
    assert_eq!((first.recorded, code_of(&told).0), (10, "NOT_JSON"));
    let (second, told) = world.import(file).await;
    assert_eq!((second.recorded, second.already_there, told.len()), (10, 10, 0));
}

#[tokio::test]
async fn each_bad_row_is_refused_by_its_code_and_field() {
    let world = world();
    let ubrn = json!({"referralSent": {"ubrn": "12"}});
    let bad_nhs_number = json!({"pathwaySubject": {
        "subjectRef": id(9), "nhsNumber": "9990000019",
    }});
    for (others, expected) in [
        (json!({"occurredAt": "2999-01-01"}), ("IN_FUTURE", "occurredAt")),
        (json!({"occurredAt": "1899-12-31"}), ("BEFORE_1900", "occurredAt")),
        (json!({"occurredAt": "soon"}), ("MALFORMED", "occurredAt")),
        (json!({"occurredAt": 7}), ("MALFORMED", "occurredAt")),
        (json!({"occurredOn": "2024-02-01"}), ("UNKNOWN_FIELD", "occurredOn")),
        (json!({"commandId": "seven"}), ("MALFORMED", "commandId")),
        (json!({"pathway": {"id": "seven"}}), ("MALFORMED", "pathway.id")),
        (json!({"pathway": {"ubrn": "12"}}), ("MALFORMED", "pathway.ubrn")),
        (json!({"pathway": {"inbox": "12"}}), ("MALFORMED", "pathway.inbox")),
        (json!({"pathway": null}), ("MALFORMED", "pathway")),
        (json!({"patient": id(9)}), ("MALFORMED", "patient")),
        (json!({"source": ""}), ("MALFORMED", "source")),
        (json!({"enteredInSourceAt": "2024-02-01"}), ("MALFORMED", "enteredInSourceAt")),
        (json!({"step": {"patientVanished": {}}}), ("UNKNOWN_STEP", "step")),
        (json!({"step": {"patientArrived": {"x": 1}}}), ("UNKNOWN_FIELD", "step.patientArrived.x")),
        (json!({"step": ubrn}), ("MALFORMED", "step.referralSent.ubrn")),
        (json!({"step": bad_nhs_number}), ("MALFORMED", "step.pathwaySubject.nhsNumber")),
        (json!({"step": {"stepEnteredInError": {"eventId": id(9)}}}), ("UNKNOWN_EVENT", "eventId")),
        (
            json!({"step": {"contactPointRetired": {"contactPoint": "C1"}}}),
            ("WRONG_TARGET", "pathway"),
        ),
    ] {
        let (tally, told) = world.import(text([row(1, others)])).await;
        assert_eq!((code_of(&told), tally.refused_in_all()), (expected, 1), "{told:?}");
        assert_eq!(told[0]["line"], 1);
    }
    let mut without = row(1, json!({}));
    without.as_object_mut().unwrap().remove("commandId");
    let (_, told) = world.import(text([without])).await;
    assert_eq!(code_of(&told).0, "MISSING_FIELD");
    assert_eq!(world.events().await, 0);
}

#[tokio::test]
async fn a_line_that_is_no_row_is_refused_and_the_next_is_recorded() {
    let world = world();
    let good = text([row(1, json!({}))]);
    let deep =
        |open: &str, close: &str| [&open.repeat(10_000), "{}", &close.repeat(10_000)].concat();
    let nested = deep(r#"{"stepCorrected":{"step":"#, "}}");
    let lists = deep("[", "]");
    let in_step = |step: &str| {
        row(2, json!({"step": "HERE"})).to_string().replace(r#""HERE""#, step).into_bytes()
    };
    for (line, expected) in [
        (b"\xff\xfe{}".to_vec(), "NOT_UTF8"),
        (b"{".to_vec(), "NOT_JSON"),
        (b"{} {}".to_vec(), "MISSING_FIELD"),
        (b"[]".to_vec(), "MALFORMED"),
        (lists.clone().into_bytes(), "MALFORMED"),
        (in_step(&lists), "MALFORMED"),
        (in_step(&nested), "MALFORMED"),
        (vec![b'x'; lines::LINE_BYTES_MAX + 1], "LINE_TOO_LONG"),
    ] {
        let shown = String::from_utf8_lossy(&line).chars().take(40).collect::<String>();
        let (tally, told) =
            world.import([&line, b"\n\n".as_slice(), good.as_bytes()].concat()).await;
        assert_eq!(code_of(&told).0, expected, "{shown}: {told:?}");
        assert_eq!(told[0]["line"], 1);
        assert_eq!(tally.recorded + tally.already_there, 1, "{shown}");
    }
}

#[tokio::test]
async fn the_report_never_repeats_a_value() {
    let world = world();
    let secret = "Jane Example";
    let rows = ["occurredAt", "commandId", "source", "patient", "pathway", "step", "origin"];
    let rows = rows.map(|field| row(1, json!({field: secret})));
    let steps = ["nhsNumber", "subjectRef"]
        .map(|field| row(1, json!({"step": {"pathwaySubject": {field: secret}}})));
    let (tally, told) = world.import(text(rows.into_iter().chain(steps))).await;
    assert_eq!(tally.rows(), 9);
    assert!(!serde_json::to_string(&told).unwrap().contains("Jane"), "{told:?}");
}

#[tokio::test]
async fn a_correction_finds_the_step_before_it_whatever_else_is_in_flight() {
    let world = world();
    let rows = (1..=200_u128).flat_map(|n| {
        let corrected = event_id(CommandId(Uuid::from_u128(n)), 0);
        let withdrawn = json!({"stepEnteredInError": {"eventId": corrected}});
        let pathway = json!({"id": id(n)});
        [
            row(n, json!({"pathway": pathway})),
            row(1_000 + n, json!({"pathway": pathway, "step": withdrawn})),
        ]
    });
    let (tally, told) = world.import(text(rows)).await;
    assert_eq!((tally.recorded, told.len()), (400, 0), "{told:?}");
}

#[tokio::test]
async fn a_pathway_called_by_two_names_is_still_told_in_order() {
    let world = world();
    let rows = (1..=10_u128).flat_map(|n| {
        let ubrn = format!("{n:012}");
        let mut referral =
            testkit::sample(steps::StepKind::ReferralReceived, testkit::Fill::Required);
        referral["ubrn"] = json!(ubrn);
        let corrected = event_id(CommandId(Uuid::from_u128(n)), 0);
        let withdrawn = json!({"stepEnteredInError": {"eventId": corrected}});
        [
            row(n, json!({"pathway": {"id": id(n)}, "step": {"referralReceived": referral}})),
            row(100 + n, json!({"pathway": {"ubrn": ubrn}, "step": withdrawn})),
        ]
    });
    let (tally, told) = world.import(text(rows)).await;
    assert_eq!((tally.recorded, tally.parked, told.len()), (20, 0, 0), "{told:?}");
}

#[tokio::test]
async fn an_identifier_that_one_pathway_releases_is_free_for_the_row_after() {
    let world = world();
    let rows = (1..=60_u128).flat_map(|n| {
        let known = json!({"pathwayIdentified": {
            "identifierSystem": "UBRN", "identifierValue": format!("{n:012}"),
        }});
        let wrong = event_id(CommandId(Uuid::from_u128(n)), 0);
        let withdrawn = json!({"stepEnteredInError": {"eventId": wrong}});
        let (first, second) = (json!({"id": id(n)}), json!({"id": id(500 + n)}));
        [
            row(n, json!({"pathway": first, "step": known})),
            row(1_000 + n, json!({"pathway": first, "step": withdrawn})),
            row(2_000 + n, json!({"pathway": second, "step": known})),
        ]
    });
    let (tally, told) = world.import(text(rows)).await;
    assert_eq!((tally.recorded, told.len()), (180, 0), "{told:?}");
}

#[tokio::test]
async fn a_step_that_names_an_unknown_booking_is_parked_and_counted() {
    let world = world();
    let (tally, _) =
        world.import(text([row(1, json!({"pathway": {"ubrn": "000000000042"}}))])).await;
    assert_eq!((tally.parked, tally.recorded), (1, 0));
}

#[tokio::test]
async fn an_extract_is_laid_down_once_however_often_it_is_imported() {
    let world = world();
    let import = || extract::import(&world.cellar.recorder, Path::new(TOWN), Parts::All);
    let first = import().await.unwrap();
    let second = import().await.unwrap();
    let extract = rtt_extract::read_extract(File::open(TOWN).unwrap(), None).unwrap();
    assert_eq!(first.pathways.recorded, extract.open_pathways());
    assert_eq!(first.completed.recorded, extract.completed_pathways());
    assert_eq!(
        (first.pathways.refused, first.services.refused, first.completed.refused),
        (0, 0, 0)
    );
    assert_eq!(second.pathways.already_there, first.pathways.recorded);
    assert_eq!(second.completed.already_there, first.completed.recorded);
    assert_eq!((second.pathways.recorded, second.services.recorded), (0, 0));
    assert_eq!(world.events().await, first.steps);
}

#[tokio::test]
async fn part_2_alone_is_part_2_of_the_whole() {
    let (alone, whole) = (world(), world());
    let import = |world: &World, parts| {
        let recorder = world.cellar.recorder.clone();
        async move { extract::import(&recorder, Path::new(TOWN), parts).await.unwrap() }
    };
    let (alone, whole) = (import(&alone, Parts::Waiting).await, import(&whole, Parts::All).await);
    assert_eq!((alone.pathways, alone.completed.recorded), (whole.pathways, 0));
    assert!(alone.starts.is_empty() && !whole.starts.is_empty());
}

#[test]
fn what_was_refused_is_told_in_one_sentence() {
    let mut tally = Tally { recorded: 1_187, ..Tally::default() };
    assert!(check(&tally, None).is_ok());
    tally.refused.insert("MALFORMED", 17);
    let said = check(&tally, Some(Path::new("refused.ndjson"))).unwrap_err().to_string();
    assert_eq!(said, "17 of 1,204 rows were refused; see refused.ndjson");
}
