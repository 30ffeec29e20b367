//! Rows: the same in any order of telling, and nothing where nothing concerns them.

use pathway::{History, cancer_and_diagnostics::concerns};
use projector::{Cell, ColumnKind, View};
use proptest::{prelude::*, sample};
use steps::StepKind;
use testkit::{Fill, Story, json, story};

use super::{asked_for, suspected, told, view};

#[test]
fn a_cancer_row_keeps_dates_days_and_what_judges_them() {
    let rows = view().rows(&told(suspected("RJ1"), "2026-02-02").history());
    let first: Vec<Cell> = rows[0].cells[..11].to_vec();
    let start = Cell::from(super::date("2026-01-05"));
    let stop = Cell::from(super::date("2026-02-02"));
    let expected: Vec<Cell> = vec![
        "CANCER_28_DAY".into(),
        "URGENT_SUSPECTED_CANCER".into(),
        Cell::Null,
        "RJ1".into(),
        "72Q".into(),
        "C_100".into(),
        start,
        stop,
        Cell::Int(1),
        Cell::Int(28),
        Cell::Int(28),
    ];
    assert_eq!(first, expected);
    assert_eq!(rows.len(), 2, "and the 62 days, which run on");
}

#[test]
fn a_test_that_was_reset_is_two_stretches() {
    let booked = json!({"appointmentId": "A1", "startsAt": "2026-02-20T10:00:00Z",
        "bookingKind": "TEST", "provider": "RJ1"});
    let off = json!({"appointmentId": "A1", "initiator": "PATIENT",
        "appointmentCancelReason": "PATIENT_ILL"});
    let story = asked_for("2026-01-05", json!("COLONOSCOPY"), "RJ1")
        .on("2026-01-10", "appointmentBooked", booked)
        .on("2026-02-01", "appointmentCancelled", off);
    let rows = view().rows(&story.history());
    let spans: Vec<_> =
        rows.iter().map(|row| (row.cells[5].clone(), row.cells[6].clone())).collect();
    let day = |raw| Cell::from(super::date(raw));
    assert_eq!(spans, [(day("2026-01-05"), day("2026-02-01")), (day("2026-02-01"), Cell::Null)]);
}

#[test]
fn who_pays_is_as_of_the_stop_and_a_later_change_touches_what_is_open_alone() {
    let changed = json!({"commissioner": "92G", "effectiveDate": "2026-02-10"});
    let story =
        told(suspected("RJ1"), "2026-02-02").on("2026-01-20", "pathwayReclassified", changed);
    let rows = view().rows(&story.history());
    let payers: Vec<_> = rows.iter().map(|row| row.cells[4].clone()).collect();
    assert_eq!(payers, [Cell::from("72Q"), Cell::from("92G")]);
}

#[test]
fn a_pathway_without_cancer_and_tests_has_no_rows() {
    let referral = json!({"provider": "RJ1", "commissioner": "72Q"});
    let story = story().on("2026-01-05", "referralReceived", referral);
    assert!(view().rows(&story.history()).is_empty());
}

#[test]
fn a_correction_concerns_the_view_and_so_does_every_step_the_clocks_read() {
    for kind in StepKind::ALL {
        let record = matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError);
        assert_eq!(view().concerns(*kind), record || concerns(*kind), "{kind:?}");
    }
}

#[test]
fn other_standards_are_another_view() {
    let mut standards = policy::shipped_standards();
    standards.limits[0].within_days_max = 27;
    let other = crate::CancerAndDiagnosticsView::new(standards);
    assert_ne!(other.rules_digest(), view().rules_digest());
}

fn any_story() -> impl Strategy<Value = Story> {
    let read: Vec<StepKind> =
        StepKind::ALL.iter().copied().filter(|kind| concerns(*kind)).collect();
    let step = (sample::select(read), any::<bool>(), 1_u32..=28, 1_u32..=4);
    prop::collection::vec(step, 0..16).prop_map(|steps| {
        steps.into_iter().fold(story(), |story, (kind, all, day, month)| {
            let fill = if all { Fill::AllButPersonal } else { Fill::Required };
            let fields = testkit::sample(kind, fill);
            story.on(&format!("2026-{month:02}-{day:02}"), &kind.field_name(), fields)
        })
    })
}

proptest! {
    #[test]
    fn rows_are_the_same_in_any_order_of_telling_and_fit_their_tables(
        (story, shuffled) in any_story().prop_flat_map(|story| {
            let told = story.told();
            (Just(story), Just(told).prop_shuffle())
        })
    ) {
        let view = view();
        let rows = view.rows(&story.history());
        let shuffled = History::of(testkit::pathway_id(), shuffled);
        prop_assert_eq!(&rows, &view.rows(&shuffled));
        for row in &rows {
            let columns = view.tables()[row.table].columns;
            prop_assert_eq!(columns.len(), row.cells.len());
            for (column, cell) in columns.iter().zip(&row.cells) {
                let fits = matches!(
                    (column.kind, cell),
                    (_, Cell::Null) | (ColumnKind::Int, Cell::Int(_))
                        | (ColumnKind::Text, Cell::Text(_)) | (ColumnKind::Id, Cell::Id(_))
                );
                prop_assert!(fits, "{}: {:?}", column.name, cell);
            }
        }
    }
}
