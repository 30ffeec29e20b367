//! Laws: the order of arrival changes no row, and steps of no concern change none either.

use projector::{Cell, ColumnKind, View};
use proptest::prelude::*;
use steps::StepKind;

use super::*;

fn everything() -> Story {
    reported("2023-07-03T08:00:00Z", "CRITICAL")
        .on("2023-06-01", "referralReceived", json!({"provider": "RWA", "commissioner": "02Y"}))
        .on("2023-07-03T09:00:00Z", "resultNotificationSent", notice(true))
        .on("2023-07-03", "resultNotificationSent", notice(false))
        .on("2023-07-04T09:00:00Z", "resultNotificationDelivered", receipt(false))
        .on("2023-07-05", "letterDrafted", json!({"letterId": "L1"}))
        .on("2023-07-06", "letterAuthorised", json!({"letterId": "L1"}))
        .on("2023-07-07", "clinicLetterSent", json!({"letterId": "L1", "toOrganisation": "G85001"}))
        .on("2023-07-08", "documentBounced", json!({"letterId": "L1", "toPatient": false}))
        .on("2023-07-09", "documentFiled", json!({"letterId": "L1"}))
        .on("2023-07-10", "outpatientAttended", json!({"provider": "RWA"}))
        .on("2023-07-11", "resultActioned", json!({"testId": "T1"}))
        .on("2023-07-12", "patientDied", json!({}))
}

proptest! {
    #[test]
    fn the_rows_are_the_same_in_whatever_order_the_steps_arrive(
        told in Just(everything().told()).prop_shuffle()
    ) {
        let shuffled = History::of(testkit::pathway_id(), told);
        prop_assert_eq!(view().rows(&shuffled), view().rows(&everything().history()));
    }
}

#[test]
fn the_rows_fit_their_tables_and_are_numbered_in_order() {
    let view = view();
    let rows = view.rows(&everything().history());
    assert!(rows.is_sorted_by_key(|row| (row.table, row.seq)));
    for (number, table) in view.tables().iter().enumerate() {
        let of_table: Vec<_> = rows.iter().filter(|row| row.table == number).collect();
        for (seq, row) in of_table.iter().enumerate() {
            assert_eq!(row.seq as usize, seq);
            assert_eq!(row.cells.len(), table.columns.len(), "{}", table.name);
            for (cell, column) in row.cells.iter().zip(table.columns) {
                let fits = match cell {
                    Cell::Null => true,
                    Cell::Int(_) => column.kind == ColumnKind::Int,
                    Cell::Text(_) => column.kind == ColumnKind::Text,
                    Cell::Id(_) => column.kind == ColumnKind::Id,
                };
                assert!(fits, "{}.{}", table.name, column.name);
            }
        }
    }
}

#[test]
fn a_step_that_does_not_concern_the_view_moves_no_row() {
    let view = view();
    let before = view.rows(&everything().history());
    for kind in StepKind::ALL.iter().filter(|kind| !view.concerns(**kind)) {
        let story = everything().on("2023-07-06", &kind.field_name(), json!({}));
        assert_eq!(view.rows(&story.history()), before, "{}", kind.name());
    }
}

#[test]
fn other_rules_make_another_view() {
    let text = include_str!("../../../../schema/policies/safety-net.toml");
    let other = SafetyNet::parse("net.toml", &text.replace("weeks = 8", "weeks = 6")).unwrap();
    assert_ne!(SafetyNetView::new(other).rules_digest(), view().rules_digest());
}
