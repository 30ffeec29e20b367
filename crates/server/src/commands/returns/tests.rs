//! The return against the files it was laid down from, against late corrections, and bad input.

mod payer;

use std::{collections::BTreeMap, path::Path};

use chrono::SecondsFormat;
use directory::Directory;
use pathway::Month;
use pathway::{History, Told, london};
use projector::{Change, View};
use rtt_extract::{ExtractRow, Part, Parts, lay_down, lay_down_completed, read_extract};
use serde_json::{Value, json};
use steps::{EventId, OccurredAt, Step};
use uuid::Uuid;
use waiting_times::{Narrow, WaitingTimesView};

use super::*;
use crate::{
    cli::{AccountArgs, DiffArgs, WhoseArgs, WlmdsArgs},
    commands::import::{extract, tests::imported},
};

const TOWN: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../rtt-extract/fixtures/town-january-2026.csv");

struct World {
    _dir: tempfile::TempDir,
    cellar: Cellar,
}

fn empty() -> World {
    let dir = tempfile::tempdir().unwrap();
    let cellar = Cellar::open(&dir.path().join("data")).unwrap();
    World { _dir: dir, cellar }
}

/// The town of the fixture, with all its parts.
async fn town() -> World {
    let world = empty();
    extract::import(&world.cellar.recorder, Path::new(TOWN), Parts::All).await.unwrap();
    world
}

fn of_file() -> Extract {
    read_extract(File::open(TOWN).unwrap(), None).unwrap()
}

fn whose(month: &str) -> WhoseArgs {
    WhoseArgs { month: month.to_owned(), icb: None, provider: None }
}

fn args(month: &str) -> RttArgs {
    let whose = whose(month);
    RttArgs { whose, out: None, as_known_at: None, last_month: None, json: false, strict: false }
}

fn told_now() -> String {
    edge::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn bytes(extract: &Extract) -> Vec<u8> {
    let mut written = Vec::new();
    rtt_extract::write_extract(extract, &mut written).unwrap();
    written
}

type Figures = BTreeMap<(String, String, &'static str, String), (Vec<u32>, u32, u32)>;

fn figures(extract: &Extract, takes: impl Fn(&ExtractRow) -> bool) -> Figures {
    let rows = extract.rows.iter().filter(|row| takes(row));
    let figures = rows.map(|row| {
        let of = |code: &dyn std::fmt::Display| code.to_string();
        let place = (of(&row.provider), of(&row.commissioner), row.part.name(), of(&row.function));
        (place, (row.bands.clone(), row.unknown_start, row.total_all))
    });
    figures.collect()
}

fn is_reconciled(row: &ExtractRow) -> bool {
    row.part != Part::NewPeriods
}

/// Part 3 of a return is what was laid down, which may not be what was published.
fn part_3_is_what_was_laid_down(made: &Extract, file: &Extract) {
    let ours = figures(made, |row| row.part == Part::NewPeriods && !row.is_total());
    let starts = rtt_extract::starts_of(file).into_iter().filter(|one| one.laid_down > 0);
    let laid: BTreeMap<_, _> = starts
        .map(|one| {
            let codes = (one.provider.to_string(), one.commissioner.to_string());
            ((codes.0, codes.1, "Part_3", one.function.to_string()), one.laid_down)
        })
        .collect();
    let ours: BTreeMap<_, _> = ours.into_iter().map(|(key, (_, _, total))| (key, total)).collect();
    assert_eq!(ours, laid);
}

#[tokio::test]
async fn the_return_of_the_fixture_is_the_file_it_was_laid_down_from() {
    let world = town().await;
    let made = made(&world.cellar, &args("2026-01")).await.unwrap();
    let file = of_file();
    let takes = |row: &ExtractRow| is_reconciled(row) && !row.is_total();
    assert_eq!(figures(&made.extract, takes), figures(&file, takes));
    part_3_is_what_was_laid_down(&made.extract, &file);
    let names = |extract: &Extract| {
        let names = extract.organisations.iter();
        names.map(|(code, one)| (code.clone(), one.name.clone())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(names(&made.extract), names(&file));
    assert_eq!(
        (made.extract.period.as_str(), made.extract.census),
        ("RTT-January-2026", file.census)
    );
}

#[tokio::test]
async fn an_icb_and_a_provider_narrow_the_return() {
    let world = town().await;
    let mut asked = args("2026-01");
    asked.whose.icb = "QT8".parse().ok();
    asked.whose.provider = "RT1".parse().ok();
    let made = made(&world.cellar, &asked).await.unwrap();
    let theirs =
        |row: &ExtractRow| row.provider.as_str() == "RT1" && row.commissioner.as_str() == "72T";
    let takes = |row: &ExtractRow| is_reconciled(row) && !row.is_total() && theirs(row);
    assert_eq!(figures(&made.extract, takes), figures(&of_file(), takes));
    assert!(made.extract.rows.iter().all(theirs));
}

/// A step told today of a pathway that waits in the file.
async fn tell(world: &World, step: Value) {
    let waiting = lay_down(&of_file()).next().unwrap();
    let row = json!({"pathway": {"id": waiting.pathway_id.0}, "occurredAt": "2026-01-31",
        "commandId": Uuid::new_v5(&waiting.pathway_id.0, b"told late"), "step": step});
    let told = imported(&world.cellar, &row.to_string()).await;
    assert_eq!(told.recorded, 1, "{:?}", told.told);
}

fn treated() -> Value {
    json!({"treatmentStarted": {"firstDefinitive": true, "treatmentSetting": "OUTPATIENT",
        "provider": "RT1"}})
}

#[tokio::test]
async fn a_late_correction_leaves_the_file_that_was_handed_in_and_is_told_with_its_step() {
    let world = town().await;
    let first = made(&world.cellar, &args("2026-01")).await.unwrap();
    let handed_in = told_now();
    tell(&world, treated()).await;
    let as_known_at = Some(handed_in.clone());
    let again = made(&world.cellar, &RttArgs { as_known_at, ..args("2026-01") }).await.unwrap();
    assert_eq!(bytes(&again.extract), bytes(&first.extract));
    assert_eq!(again.raised, first.raised);
    let now = made(&world.cellar, &args("2026-01")).await.unwrap();
    assert_ne!(bytes(&now.extract), bytes(&first.extract));

    let asked = DiffArgs { whose: whose("2026-01"), from: handed_in, to: None, json: false };
    let found = diff::difference(&world.cellar, &asked).await.unwrap();
    let totals = found.changes.iter().filter(|one| one.column == "Total All");
    let totals: Vec<_> = totals
        .map(|one| {
            (one.part.as_str(), one.function.as_str(), one.before.as_str(), one.after.as_str())
        })
        .collect();
    let expected = [
        ("Part_1B", "C_100", "", "1"),
        ("Part_1B", "C_999", "9", "10"),
        ("Part_2", "C_100", "30", "29"),
        ("Part_2", "C_999", "59", "58"),
    ];
    assert_eq!(totals, expected);
    let [moved] = found.pathways.as_slice() else { panic!("{:?}", found.pathways) };
    assert_eq!(moved.parts, ["Part_1B", "Part_2"]);
    let steps: Vec<_> = moved.steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(
        (steps, moved.steps[0].occurred_at),
        (vec!["TreatmentStarted"], "2026-01-31".parse().unwrap())
    );
}

#[tokio::test]
async fn a_step_that_changes_no_figure_is_no_difference() {
    let world = town().await;
    let from = told_now();
    tell(&world, json!({"patientArrived": {"appointmentId": "A1"}})).await;
    let asked = DiffArgs { whose: whose("2026-01"), from, to: None, json: false };
    let found = diff::difference(&world.cellar, &asked).await.unwrap();
    assert_eq!((found.changes, found.pathways), (vec![], vec![]));
}

#[tokio::test]
async fn opening_and_removals_of_a_laid_down_month_are_unknown_and_those_of_the_next_are_known() {
    let world = town().await;
    let of = async |month| {
        let asked = AccountArgs { whose: whose(month), json: false };
        account::accounts(&world.cellar, &asked).await.unwrap()
    };
    let (january, notes) = of("2026-01").await;
    assert!(
        january.iter().all(|one| (one.opening, one.removed, one.left_over) == (None, None, None))
    );
    assert!(notes[0].starts_with("opening and removals are unknown"), "{notes:?}");
    assert!(account::table(&january).contains("unknown"));
    let (february, notes) = of("2026-02").await;
    assert_eq!(notes, [""; 0]);
    let waiting = |accounts: &[account::Account], of: fn(&account::Account) -> Option<u32>| {
        accounts.iter().filter_map(of).sum::<u32>()
    };
    assert_eq!(waiting(&january, |one| Some(one.closing)), 96);
    assert_eq!(waiting(&february, |one| one.opening), 96);
    assert!(february.iter().all(|one| one.left_over == Some(0)), "{february:?}");
}

fn referred(pathway: u128, function: &str, commissioner: Option<&str>) -> String {
    let mut fields = testkit::sample(steps::StepKind::ReferralReceived, testkit::Fill::Required);
    fields["provider"] = json!("RT1");
    fields["function"] = json!(function);
    fields["rttScope"] = json!("IN_SCOPE");
    fields["referralPurpose"] = json!("TREATMENT");
    fields["route"] = json!("OTHER");
    fields["commissioner"] = json!(commissioner);
    json!({"pathway": {"id": Uuid::from_u128(pathway)}, "occurredAt": "2026-01-12",
        "commandId": Uuid::from_u128(pathway), "step": {"referralReceived": fields}})
    .to_string()
}

#[tokio::test]
async fn what_has_no_place_in_the_form_is_raised_and_in_no_row() {
    let world = empty();
    let lines = [
        referred(1, "110", Some("71T")),
        referred(2, "312", Some("71T")),
        referred(3, "110", None),
    ];
    assert_eq!(imported(&world.cellar, &lines.join("\n")).await.recorded, 3);
    let made = made(&world.cellar, &args("2026-01")).await.unwrap();
    let counted: Vec<_> = figures(&made.extract, |_| true)
        .into_iter()
        .map(|((_, _, part, function), (_, _, total))| (part, function, total))
        .collect();
    let row = |part, function: &str| (part, function.to_owned(), 1);
    let expected = [
        row("Part_2", "C_110"),
        row("Part_2", "C_999"),
        row("Part_3", "C_110"),
        row("Part_3", "C_999"),
    ];
    assert_eq!(counted, expected);
    let of = |check: &str| made.raised.iter().filter(|one| one.check == check).count();
    assert_eq!((of("FUNCTION_NOT_FOLDED"), of("NO_COMMISSIONER"), of("COMMISSIONER")), (2, 2, 1));
    // The month before is known to be empty, so there is nothing else to say.
    assert_eq!(made.notes, [asked::due(Month::of("2026-01-31".parse().unwrap()))]);
}

#[tokio::test]
async fn a_clock_that_starts_after_the_day_it_is_known_is_raised_and_in_no_row() {
    let world = empty();
    let fix = json!({"clockField": "CLOCK_START", "newDate": "2099-01-05"});
    let row = json!({"pathway": {"id": Uuid::from_u128(1)}, "occurredAt": "2026-01-20",
        "commandId": Uuid::from_u128(9), "step": {"rttClockCorrected": fix}});
    let rows = [referred(1, "110", Some("71T")), row.to_string()].join("\n");
    let report = imported(&world.cellar, &rows).await;
    assert_eq!(report.recorded, 2, "{:?}", report.told);
    let made = made(&world.cellar, &args("2026-01")).await.unwrap();
    assert_eq!(made.extract.rows.len(), 0);
    let raised = made.raised.iter().filter(|one| one.check == "START_AFTER_CENSUS");
    let raised: Vec<_> =
        raised.map(|one| (one.provider.as_str(), one.of.as_str(), one.figure)).collect();
    assert_eq!(raised, [("RT1", "Part_3", 1)]);
}

#[tokio::test]
async fn the_month_before_comes_from_a_file_where_one_is_given() {
    let world = town().await;
    let without = made(&world.cellar, &args("2026-01")).await.unwrap();
    assert!(without.notes[0].starts_with("nothing was compared with last month"));
    let december = world.cellar.data_dir.join("december.csv");
    let text = std::fs::read_to_string(TOWN).unwrap();
    std::fs::write(&december, text.replace("RTT-January-2026", "RTT-December-2025")).unwrap();
    let with = RttArgs { last_month: Some(december), ..args("2026-01") };
    let made_with = made(&world.cellar, &with).await.unwrap();
    let same = made_with.raised.iter().filter(|one| one.check == "SAME_AS_LAST_MONTH");
    assert!(
        same.clone().any(|one| one.of == "Part_2" && one.against == Some(62)),
        "{:?}",
        made_with.raised
    );
    let wrong = RttArgs { last_month: Some(TOWN.into()), ..args("2026-01") };
    let said = made(&world.cellar, &wrong).await.unwrap_err().to_string();
    assert!(said.ends_with("is of 2026-01-31: expected the month up to 2025-12-31"), "{said}");
}

#[tokio::test]
async fn bad_input_is_told_with_what_would_be_right() {
    let world = town().await;
    let said = async |asked: RttArgs| made(&world.cellar, &asked).await.unwrap_err().to_string();
    assert_eq!(said(args("2026-1")).await, "--month is `2026-1`: expected one such as 2026-01");
    assert_eq!(
        said(args("2999-01")).await,
        "--month 2999-01 is in the future: expected this month or one before"
    );
    assert_eq!(
        said(args("0026-01")).await,
        "--month is in the year 0026: expected a year from 1900 to 2200"
    );
    let mut asked = args("2026-01");
    asked.whose.icb = "QZZ".parse().ok();
    assert!(said(asked).await.starts_with("--icb QZZ: the directory knows no commissioner of it"));
    let mut asked = args("2026-01");
    asked.whose.provider = "RZZ".parse().ok();
    assert!(said(asked).await.starts_with("nobody knows the provider `RZZ`"));
    let later = RttArgs { as_known_at: Some("2999-01-01".to_owned()), ..args("2026-01") };
    assert!(said(later).await.contains("is in the future"));
    let no_time = RttArgs { as_known_at: Some("soon".to_owned()), ..args("2026-01") };
    assert!(said(no_time).await.starts_with("the moment `soon`: expected a day"));
}

#[tokio::test]
async fn queries_are_no_bar_unless_strictness_is_asked_for() {
    let world = town().await;
    let out = world.cellar.data_dir.join("return.csv");
    let asked = |strict| RttArgs { out: Some(out.clone()), json: true, strict, ..args("2026-01") };
    rtt(&world.cellar, &asked(false)).await.unwrap();
    let read = read_extract(File::open(&out).unwrap(), None).unwrap();
    assert_eq!(read.open_pathways(), of_file().open_pathways());
    let said = rtt(&world.cellar, &asked(true)).await.unwrap_err().to_string();
    assert!(said.ends_with(" queries, and --strict was given"), "{said}");
}

#[test]
fn a_month_says_by_when_it_is_handed_in_and_signed_off() {
    let due = |day: &str| asked::due(Month::of(day.parse().unwrap()));
    assert_eq!(
        due("2026-01-31"),
        "the provider hands the month in by 2026-02-18, the commissioner signs it off by 2026-02-25"
    );
    assert!(due("1999-01-31").starts_with("by when the month is handed in is not known"));
}

#[tokio::test]
async fn a_month_with_nobody_is_a_header_and_a_note() {
    let made = made(&town().await.cellar, &args("1999-01")).await.unwrap();
    let written = String::from_utf8(bytes(&made.extract)).unwrap();
    assert_eq!(written.lines().count(), 1);
    assert!(made.notes[0].starts_with("nobody in RTT-January-1999"), "{:?}", made.notes);
}

fn week(sunday: &str) -> WlmdsArgs {
    let week_ending = sunday.parse().unwrap();
    WlmdsArgs { week_ending, icb: None, provider: None, out: None, as_known_at: None }
}

#[tokio::test]
async fn a_week_has_who_waits_by_list_and_its_starts_and_stops() {
    let world = empty();
    let lines = [referred(1, "110", Some("71T")), referred(2, "110", Some("71T"))];
    let treated = json!({"pathway": {"id": Uuid::from_u128(2)}, "occurredAt": "2026-01-18",
        "commandId": Uuid::from_u128(9), "step": treated()});
    let listed = json!({"pathway": {"id": Uuid::from_u128(1)}, "occurredAt": "2026-01-19",
        "commandId": Uuid::from_u128(8), "step": {"addedToWaitingList": {"listType": "IRTT",
        "provider": "RT1", "admitForTreatment": true}}});
    let rows = [lines.join("\n"), treated.to_string(), listed.to_string()].join("\n");
    assert_eq!(imported(&world.cellar, &rows).await.recorded, 4);
    let of = async |sunday| {
        let text = wlmds::made(&world.cellar, &week(sunday)).await.unwrap();
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    // Both were referred on Monday 12 January, and one was treated on the Sunday.
    assert_eq!(of("2026-01-18").await, ["2026-01-18,RT1,71T,110,ORTT,1,2,1"]);
    assert_eq!(of("2026-01-25").await, ["2026-01-25,RT1,71T,110,IRTT,1,0,0"]);
    assert_eq!(of("2026-01-11").await, [""; 0]);
}

#[tokio::test]
async fn a_week_that_is_none_or_to_come_is_refused() {
    let world = empty();
    let said = async |day| wlmds::made(&world.cellar, &week(day)).await.unwrap_err().to_string();
    assert_eq!(
        said("2026-01-31").await,
        "--week-ending 2026-01-31 is no Sunday: expected one such as 2026-02-01"
    );
    assert_eq!(
        said("1899-12-31").await,
        "--week-ending is in the year 1899: expected a year from 1900 to 2200"
    );
    assert!(said("2999-01-06").await.contains("is in the future"), "{}", said("2999-01-06").await);
}

#[test]
fn the_limits_of_the_checks_are_read() {
    assert_eq!(limits::shipped().jump_percent, 20);
}

/// What is known from an extract, without a store.
fn known_from(file: &Extract) -> Known {
    let view = WaitingTimesView::default();
    for (no, laid) in (1..).zip(lay_down(file).chain(lay_down_completed(file))) {
        let told = told(laid.command_id.0, laid.steps);
        let rows = view.rows(&History::of(laid.pathway_id, told));
        let pathway_id = laid.pathway_id;
        view.committed(&[Change { pathway_id, no, old: Some(&[]), new: &rows }]);
    }
    let mut directory = Directory::default();
    for laid in rtt_extract::directory(file, Parts::All) {
        directory.apply(laid.stream_id, &told(laid.command_id.0, laid.steps));
    }
    Known::of(view, directory)
}

fn told(command: Uuid, steps: Vec<(OccurredAt, Step)>) -> Vec<Told> {
    let told = steps.into_iter().enumerate().map(|(index, (occurred_at, step))| Told {
        event_id: EventId(Uuid::from_u128(command.as_u128() ^ index as u128)),
        occurred_at,
        entered_in_source_at: None,
        recorded_at: london::bounds(occurred_at).1,
        actor: None,
        source: None,
        step,
    });
    told.collect()
}

#[test]
fn the_return_of_south_east_london_is_the_official_file_to_the_unit_but_for_part_3() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/rtt-january-2026-south-east-london/20260131-RTT-January-2026-QKK.csv"
    );
    let Ok(official) = File::open(path) else {
        eprintln!("not there, so not tested: {path}");
        return;
    };
    let file = read_extract(official, None).unwrap();
    let known = known_from(&file);
    let month = Month::of(file.census);
    let asked = Asked { month, narrow: Narrow::default() };
    let Gathered { extract, raised } = gather::gather(&known, &asked);
    assert_eq!(raised, []);
    assert_eq!(figures(&extract, is_reconciled), figures(&file, is_reconciled));
    part_3_is_what_was_laid_down(&extract, &file);
    let total = |part| extract.rows_of(part).map(|row| row.total_all).sum::<u32>();
    let parts = [
        Part::CompletedAdmitted,
        Part::CompletedNonAdmitted,
        Part::Incomplete,
        Part::IncompleteWithDecisionToAdmit,
    ];
    assert_eq!(parts.map(total), [8_711, 41_692, 220_019, 43_287]);
    let starts = rtt_extract::starts_of(&file);
    let apart = starts.iter().filter(|one| one.published != one.laid_down).count();
    let (ours, theirs) = (total(Part::NewPeriods), 55_307);
    eprintln!("Part_3: {ours} and {theirs} published, {apart} of {} rows apart", starts.len());
    let lines = |extract: &Extract| {
        let lines = rtt_extract::records(extract).into_iter();
        lines.filter(|line| line[9] != "Part_3").collect::<Vec<_>>()
    };
    assert!(lines(&extract) == lines(&file), "a line of the file differs");
    let asked = rtt_extract::queries(&extract, None, &limits::shipped());
    assert!(asked.iter().all(|one| one.check != rtt_extract::Check::DoesNotFoot));
}
