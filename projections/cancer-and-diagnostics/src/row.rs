//! The rows: a cancer clock is one, the clock of a test one for each stretch between resets.

use chrono::NaiveDate;
use pathway::{
    History,
    cancer_and_diagnostics::{
        Kind, Limit, Payer, StandardClock, Standards, cancer, diagnostics, payer,
    },
};
use projector::{Cell, Column, ColumnKind, Index, Row, Table};
use steps::{
    FunctionCode, OdsCode,
    named_by_rules::CancerModality,
    tests_and_results::{Dm01Test, Modality},
};

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Int }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Id }
}

const CANCER: usize = 0;
const DIAGNOSTIC: usize = 1;

/// The two tables. Dates are days since 1970-01-01. `within_days_max` is null where no standard was
/// in force on the day that the clock counts from.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "cancer_clock",
        columns: &[
            text("standard"),
            text("part"),
            text("modality"),
            text("provider"),
            text("commissioner"),
            text("function"),
            int("start"),
            int("stop"),
            int("counts"),
            int("days"),
            int("within_days_max"),
            text("start_rule"),
            id("start_event"),
            text("stop_rule"),
            id("stop_event"),
        ],
        indexes: &[Index {
            name: "cancer_clock_by_stop",
            columns: &["stop", "standard"],
            only: Some("counts = 1"),
        }],
    },
    Table {
        name: "diagnostic_clock",
        columns: &[
            text("test"),
            text("modality"),
            text("provider"),
            text("commissioner"),
            text("function"),
            int("start"),
            int("listed_to"),
            int("counts"),
            int("within_days_max"),
            int("long_days_min"),
            text("start_rule"),
            id("start_event"),
            text("stop_rule"),
            id("stop_event"),
        ],
        indexes: &[Index { name: "diagnostic_clock_by_start", columns: &["start"], only: None }],
    },
];

/// The rows of a history, by table.
pub(crate) fn rows_of(history: &History, standards: &Standards) -> Vec<Row> {
    let cancer = cancer::clocks(history, standards).clocks;
    let cancer = cancer.iter().map(|clock| cancer_cells(history, standards, clock));
    let tests = diagnostics::clocks(history, standards).clocks;
    let tests = tests.iter().flat_map(|clock| stretches(history, standards, clock));
    let numbered = |table, cells: Vec<Vec<Cell>>| {
        let rows = (0_u32..).zip(cells);
        rows.map(move |(seq, cells)| Row { table, seq, cells })
    };
    numbered(CANCER, cancer.collect()).chain(numbered(DIAGNOSTIC, tests.collect())).collect()
}

fn cancer_cells(history: &History, standards: &Standards, clock: &StandardClock) -> Vec<Cell> {
    let end = clock.end.as_ref();
    let Payer { commissioner, function } = payer(history, end.map(|end| end.date));
    let counted = end.filter(|end| end.counts);
    vec![
        clock.standard().code().into(),
        cancer::part_of(&clock.kind).into(),
        modality_of(&clock.kind).into(),
        clock.provider.as_ref().map(OdsCode::as_str).into(),
        commissioner.as_ref().map(OdsCode::as_str).into(),
        function.as_ref().map(FunctionCode::as_str).into(),
        clock.start().into(),
        end.map(|end| end.date).into(),
        counted.is_some().into(),
        counted.and_then(|end| clock.days(end.date)).map(i64::from).into(),
        clock.limit(standards).map(days_max).into(),
        clock.started_by.code().into(),
        clock.start_event.0.into(),
        end.map(|end| end.rule.code()).into(),
        end.map(|end| end.event_id.0).into(),
    ]
}

fn days_max(limit: &Limit) -> i64 {
    i64::from(limit.within_days_max)
}

/// A stretch in which a test waited from the same day, and until when.
struct Stretch<'a> {
    clock: &'a StandardClock,
    start: NaiveDate,
    rule: &'static str,
    event: uuid::Uuid,
    next: Option<NaiveDate>,
}

fn stretches<'a>(
    history: &'a History,
    standards: &'a Standards,
    clock: &'a StandardClock,
) -> impl Iterator<Item = Vec<Cell>> + 'a {
    let first = (clock.first_start, clock.started_by.code(), clock.start_event.0);
    let resets = clock.resets.iter();
    let resets = resets.map(|reset| (reset.on, reset.rule.code(), reset.event_id.0));
    let starts: Vec<_> = std::iter::once(first).chain(resets).collect();
    (0..starts.len()).filter_map(move |place| {
        let (start, rule, event) = *starts.get(place)?;
        let next = starts.get(place + 1).map(|(start, ..)| *start);
        let stretch = Stretch { clock, start, rule, event, next };
        Some(diagnostic_cells(history, standards, &stretch))
    })
}

fn diagnostic_cells(history: &History, standards: &Standards, stretch: &Stretch<'_>) -> Vec<Cell> {
    let clock = stretch.clock;
    // A stretch that a reset ended did not end the wait.
    let end = clock.end.as_ref().filter(|_| stretch.next.is_none());
    let Payer { commissioner, function } = payer(history, clock.end.as_ref().map(|end| end.date));
    let limit = standards.limit(clock.standard(), stretch.start);
    vec![
        test_of(&clock.kind).into(),
        modality_of(&clock.kind).into(),
        clock.provider.as_ref().map(OdsCode::as_str).into(),
        commissioner.as_ref().map(OdsCode::as_str).into(),
        function.as_ref().map(FunctionCode::as_str).into(),
        stretch.start.into(),
        stretch.next.or(end.map(|end| end.date)).into(),
        end.is_some_and(|end| end.counts).into(),
        limit.map(days_max).into(),
        limit.and_then(|limit| limit.long_days_min).map(i64::from).into(),
        stretch.rule.into(),
        stretch.event.into(),
        end.map(|end| end.rule.code()).into(),
        end.map(|end| end.event_id.0).into(),
    ]
}

/// The modality as the steps write it.
const fn modality_of(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Diagnosis(_) | Kind::FromReferral(_) => None,
        Kind::FromDecision(_, modality) => Some(match modality {
            CancerModality::Surgery => "SURGERY",
            CancerModality::DrugTherapy => "DRUG_THERAPY",
            CancerModality::Radiotherapy => "RADIOTHERAPY",
            CancerModality::Chemoradiotherapy => "CHEMORADIOTHERAPY",
            CancerModality::PalliativeCare => "PALLIATIVE_CARE",
            CancerModality::ActiveMonitoring => "ACTIVE_MONITORING",
            CancerModality::Other => "OTHER",
        }),
        Kind::Test { modality, .. } => Some(match modality {
            Modality::Imaging => "IMAGING",
            Modality::PhysiologicalMeasurement => "PHYSIOLOGICAL_MEASUREMENT",
            Modality::Endoscopy => "ENDOSCOPY",
            Modality::Pathology => "PATHOLOGY",
            Modality::Other => "OTHER",
        }),
    }
}

/// Which of the fifteen tests, as the steps write it.
fn test_of(kind: &Kind) -> Option<&'static str> {
    let Kind::Test { test, .. } = kind else { return None };
    test.map(|test| match test {
        Dm01Test::MagneticResonanceImaging => "MAGNETIC_RESONANCE_IMAGING",
        Dm01Test::ComputedTomography => "COMPUTED_TOMOGRAPHY",
        Dm01Test::NonObstetricUltrasound => "NON_OBSTETRIC_ULTRASOUND",
        Dm01Test::BariumEnema => "BARIUM_ENEMA",
        Dm01Test::DexaScan => "DEXA_SCAN",
        Dm01Test::AudiologyAssessment => "AUDIOLOGY_ASSESSMENT",
        Dm01Test::Echocardiography => "ECHOCARDIOGRAPHY",
        Dm01Test::CardiacElectrophysiology => "CARDIAC_ELECTROPHYSIOLOGY",
        Dm01Test::PeripheralNeurophysiology => "PERIPHERAL_NEUROPHYSIOLOGY",
        Dm01Test::SleepStudies => "SLEEP_STUDIES",
        Dm01Test::Urodynamics => "URODYNAMICS",
        Dm01Test::Colonoscopy => "COLONOSCOPY",
        Dm01Test::FlexibleSigmoidoscopy => "FLEXIBLE_SIGMOIDOSCOPY",
        Dm01Test::Cystoscopy => "CYSTOSCOPY",
        Dm01Test::Gastroscopy => "GASTROSCOPY",
    })
}
