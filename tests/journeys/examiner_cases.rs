//! The medical examiner's cases page by page, while deaths go on being told.

use serde_json::{Value, json};

use crate::office::Office;

#[test]
fn more_deaths_than_a_page_are_read_page_by_page_longest_first_and_each_once() {
    let mut office = Office::fresh();
    for n in 1..=5 {
        office.on(n, &format!("2026-02-0{}T10:00:00Z", 6 - n), json!({"patientDied": {}}));
    }
    let query =
        "query($at: Position, $after: String) { medicalExaminerCases(from: \"2026-02\", first: 2,
        after: $after, atLeast: $at) { nodes { since } pageInfo { hasNextPage endCursor } } }";
    let (mut told, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = office.ask(query, json!({"at": office.position, "after": after}));
        let page = page["medicalExaminerCases"].clone();
        told.extend(page["nodes"].as_array().unwrap().iter().map(|one| one["since"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        if told.len() == 2 {
            // A death that is told meanwhile, and has stood there longer, moves no page.
            office.on(6, "2026-02-01T09:00:00Z", json!({"patientDied": {}}));
        }
    }
    let since = |day: u32| json!(format!("2026-02-0{day}T10:00:00Z"));
    assert_eq!(told, (1..=5).map(since).collect::<Vec<_>>());
    let strange = office.server.ask(
        office.staff.as_deref(),
        "{ medicalExaminerCases(from: \"2026-02\", after: \"x\") { nodes { since } } }",
        json!({}),
    );
    assert!(strange.to_string().contains("expected a cursor that an answer gave"), "{strange:#}");
}
