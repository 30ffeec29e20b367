//! Rows that an earlier file told and that the corrected file does not have.

use super::*;

const FIRST: &str = "1,W,IN,05/01/2026,A1";
const SECOND: &str = "2,W,IN,05/01/2026,A2";

#[tokio::test]
async fn a_row_that_is_gone_is_reported_and_kept_where_nothing_is_to_be_withdrawn() {
    let world = world("local");
    world.import(&[FIRST, SECOND]).await;
    let (counts, told) = world.import(&[SECOND]).await;
    assert_eq!((counts.of(Became::RowGone), counts.of(Became::Withdrawn)), (1, 0));
    let gone: Vec<&Value> = told.iter().filter(|one| one["outcome"] == "ROW_GONE").collect();
    let [gone] = gone.as_slice() else { panic!("{told:?}") };
    assert_eq!((&gone["code"], &gone["line"]), (&json!("ROW_GONE"), &Value::Null));
    assert_eq!(world.arrivals().await.len(), 2);
}

#[tokio::test]
async fn a_row_that_is_gone_is_withdrawn_once_where_asked_and_comes_back_when_told_again() {
    let mut world = world("local");
    world.withdraw_missing = true;
    world.import(&[FIRST, SECOND]).await;
    assert_eq!(world.outcomes(&[SECOND]).await, ["ALREADY_THERE", "WITHDRAWN"]);
    assert_eq!(world.arrivals().await, ["A2"]);
    assert_eq!(world.outcomes(&[SECOND]).await, ["ALREADY_THERE"], "there is nothing more of it");
    assert_eq!(world.outcomes(&[FIRST, SECOND]).await, ["CORRECTED", "ALREADY_THERE"]);
    assert_eq!(world.arrivals().await.len(), 2);
    assert_eq!(world.outcomes(&[SECOND]).await, ["ALREADY_THERE", "WITHDRAWN"]);
    assert_eq!(world.arrivals().await, ["A2"]);
}

#[tokio::test]
async fn rows_of_another_table_and_steps_of_others_are_never_taken_for_gone() {
    let mut world = world("local");
    world.withdraw_missing = true;
    world.import(&[FIRST]).await;
    let other = fs::read_to_string(&world.map).unwrap().replace("arrivals", "visits");
    fs::write(&world.map, other).unwrap();
    assert_eq!(world.outcomes(&[SECOND]).await, ["RECORDED"]);
    assert_eq!(world.arrivals().await.len(), 2);
}

#[tokio::test]
async fn while_a_row_cannot_be_read_nothing_is_withdrawn() {
    let mut world = world("local");
    world.withdraw_missing = true;
    world.import(&[FIRST, SECOND]).await;
    assert_eq!(world.outcomes(&[SECOND, "1,W"]).await, ["ALREADY_THERE", "REFUSED", "ROW_GONE"]);
    assert_eq!(world.arrivals().await.len(), 2);
}

#[tokio::test]
async fn a_dry_run_lists_what_would_be_withdrawn_and_writes_nothing() {
    let world = world("local");
    world.import(&[FIRST, SECOND]).await;
    let events = world.events().await;
    let report = world.dir.path().join("dry.csv");
    let bar = ProgressBar::hidden();
    let told = Report::to(Some(&report), false, &bar).unwrap();
    let extract = world.extract(&[SECOND]);
    let counts = extract.dry_run(Some(&world.cellar), told, &bar).await.unwrap();
    assert_eq!((counts.of(Became::RowGone), counts.of(Became::Told)), (1, 1));
    let text = fs::read_to_string(&report).unwrap();
    assert!(text.lines().nth(1).unwrap().starts_with(",ROW_GONE,PatientArrived,"), "{text}");
    assert_eq!(world.events().await, events);
}
