//! What a row tells.

use steps::{OccurredAt, Step};

use super::{HEADER, ROW, read, refused};
use crate::{About, PathwayName};

#[test]
fn a_row_tells_its_steps_with_their_times_and_what_they_are_about() {
    let rows = read(&[HEADER, ROW]);
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert!(row.refused.is_empty() && row.absent.is_empty(), "{row:?}");
    let [received, subject] = &row.steps[..] else { panic!("{row:?}") };
    assert_eq!((row.line, received.name.as_str()), (2, "referralReceived"));
    assert_eq!(received.occurred_at, OccurredAt::Day("2026-01-05".parse().unwrap()));
    assert!(matches!(&received.about, About::Pathway(PathwayName::Id(_))));
    assert_eq!(received.about, subject.about);
    let Step::ReferralReceived(step) = &received.step else { panic!("{row:?}") };
    assert_eq!(step.function.as_str(), "110");
    assert_eq!(step.route, steps::advice_and_referral::ReferralRoute::EReferralService);
    assert_eq!(step.priority, Some(steps::codes::Priority::Routine), "the national code is read");
    let Step::PathwaySubject(step) = &subject.step else { panic!("{row:?}") };
    assert_eq!(step.nhs_number.as_ref().unwrap().open().unwrap().as_str(), "9990000018");
}

#[test]
fn a_moved_column_and_more_columns_make_no_difference() {
    let moved = read(&[
        "NEW,PRIORITY,ROUTE,SPECIALTY,RECEIVED,STATUS,NHS_NO,PATIENT_ID,PATHWAY_ID,REFERRAL_ID",
        "x,1,E,110,05/01/2026,OPEN,9990000018,P1,W1,R1",
    ]);
    assert_eq!(moved[0].steps, read(&[HEADER, ROW])[0].steps);
}

#[test]
fn an_empty_cell_and_a_word_that_means_none_leave_a_field_out() {
    for nothing in ["", "  ", "NULL"] {
        let row = format!("R1,W1,P1,{nothing},OPEN,05/01/2026,110,E,{nothing}");
        let rows = read(&[HEADER, &row]);
        let Step::ReferralReceived(step) = &rows[0].steps[0].step else { panic!("{rows:?}") };
        assert_eq!(step.priority, None, "{nothing:?}");
    }
}

#[test]
fn a_step_that_the_row_does_not_tell_is_named_as_absent_under_the_same_command() {
    let told = read(&[HEADER, ROW]);
    let draft = read(&[HEADER, &ROW.replace("OPEN", "DRAFT")]);
    assert_eq!(draft[0].absent[0].command_id, told[0].steps[0].command_id);
    assert_eq!(draft[0].absent[0].about, told[0].steps[0].about);
    assert_eq!(draft[0].steps.len(), 1);
}

#[test]
fn each_bad_cell_is_refused_by_line_step_column_field_and_code() {
    let nhs = "pathwaySubject NHS_NO nhsNumber MALFORMED: expected a ten-digit NHS number with a right check digit";
    let routes = "referralReceived ROUTE route UNKNOWN_CODE: the map does not know this code: expected one of `E`, `P`";
    let status = "- STATUS - UNKNOWN_CODE: the map does not know this code: expected one of `DRAFT`, `OPEN`, `SEEN`";
    let day = "expected a date of the format `%d/%m/%Y`";
    for (was, now, expected) in [
        ("9990000018", "9990000019", vec![nhs.to_owned()]),
        (",E,", ",X,", vec![routes.to_owned()]),
        ("OPEN", "SHUT", vec![status.to_owned()]),
        (
            "05/01/2026",
            "2026-01-05",
            vec![
                format!("referralReceived RECEIVED occurredAt MALFORMED: {day}"),
                format!("pathwaySubject RECEIVED occurredAt MALFORMED: {day}"),
            ],
        ),
        (
            ",110,",
            ",,",
            vec!["referralReceived SPECIALTY function MISSING_VALUE: the cell is empty: expected a treatment function such as 100, or a reporting code such as C_100 or X02".to_owned()],
        ),
        (
            "W1",
            "",
            vec!["- PATHWAY_ID - MISSING_VALUE: the cell is empty: expected what names the pathway".to_owned()],
        ),
        (
            "P1",
            "",
            vec!["pathwaySubject PATIENT_ID subjectRef MISSING_VALUE: the cell is empty: expected the patient's number".to_owned()],
        ),
        (
            "R1",
            "",
            vec!["- REFERRAL_ID - MISSING_VALUE: the row has no key: expected a value in each column of `key`".to_owned()],
        ),
    ] {
        let expected: Vec<String> = expected.iter().map(|one| format!("2 {one}")).collect();
        assert_eq!(refused(&[HEADER, &ROW.replacen(was, now, 1)]), expected, "{was} → {now}");
    }
    let priority = refused(&[HEADER, "R1,W1,P1,9990000018,OPEN,05/01/2026,110,E,9"]);
    assert!(
        priority[0]
            .starts_with("2 referralReceived PRIORITY priority UNKNOWN_CODE: expected one of"),
        "{priority:?}"
    );
}

#[test]
fn what_is_right_of_a_row_is_told_beside_what_is_refused() {
    let rows = read(&[HEADER, &ROW.replace("9990000018", "1")]);
    assert_eq!((rows[0].steps.len(), rows[0].refused.len()), (1, 1));
}

#[test]
fn no_refusal_repeats_a_cell() {
    let secret = "Zebedee";
    for place in 0..9 {
        let mut cells: Vec<&str> = ROW.split(',').collect();
        cells[place] = secret;
        let told = refused(&[HEADER, &cells.join(",")]);
        assert!(told.iter().all(|one| !one.contains(secret)), "{told:?}");
    }
}
