//! Lines by pathway, and the lines that cannot be used.

use pathway::clock::ClockPolicy;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    answer::Answer,
    group::{self, Group},
    read::{self, Bad},
};

const FIRST: &str = "a0000000-0000-4000-8000-000000000001";
const SECOND: &str = "a0000000-0000-4000-8000-000000000002";

/// A line: the pathway, the day, the number of its command, and the step.
fn line(pathway: Value, on: &str, number: u128, name: &str, fields: Value) -> String {
    let step = testkit::step(name, fields);
    let command = Uuid::from_u128(number);
    let line = json!({"pathway": pathway, "occurredAt": on, "commandId": command, "step": step});
    format!("{line}\n")
}

fn by_id(id: &str) -> Value {
    json!({"id": id})
}

fn referred(pathway: Value, on: &str, number: u128) -> String {
    line(pathway, on, number, "referralReceived", json!({"route": "OTHER", "receivedAt": null}))
}

fn grouped(text: &str) -> (Vec<Group>, usize, Vec<Bad>) {
    let read = read::all(text.as_bytes()).unwrap();
    assert_eq!(read.bad, []);
    group::all(read.rows)
}

fn bad(text: &[u8]) -> Vec<String> {
    read::all(text).unwrap().bad.iter().map(ToString::to_string).collect()
}

fn starts(group: &Group) -> Vec<Option<String>> {
    let answer = Answer::of(group, &ClockPolicy::default(), "2026-06-01".parse().unwrap());
    answer.periods.iter().map(|one| one.clock_start.map(|date| date.to_string())).collect()
}

#[test]
fn pathways_come_in_the_order_in_which_they_first_appear_whatever_lies_between() {
    let text = referred(by_id(SECOND), "2026-02-01", 1)
        + &referred(by_id(FIRST), "2026-01-01", 2)
        + &line(by_id(SECOND), "2026-03-01", 3, "pathwayResumed", json!({}));
    let (groups, outside, bad) = grouped(&text);
    let keys: Vec<&Value> = groups.iter().map(|group| &group.key).collect();
    assert_eq!(keys, [&by_id(SECOND), &by_id(FIRST)]);
    assert_eq!((outside, bad), (0, vec![]));
    assert_eq!(groups[0].history.entries().len(), 2);
}

#[test]
fn a_step_sent_by_booking_reference_joins_the_pathway_that_carries_it() {
    let ubrn = "000000000042";
    let carries = json!({"route": "OTHER", "ubrn": ubrn});
    let text = line(json!({"ubrn": ubrn}), "2026-02-01", 1, "outpatientAttended", json!({}))
        + &line(by_id(FIRST), "2026-01-05", 2, "referralReceived", carries);
    let (groups, _, bad) = grouped(&text);
    assert_eq!((groups.len(), bad), (1, vec![]));
    assert_eq!((&groups[0].key, groups[0].history.entries().len()), (&by_id(FIRST), 2));
}

#[test]
fn a_death_told_of_the_person_stops_the_clock_of_the_pathway_that_names_them() {
    let person = "d1000000-0000-4000-8000-000000000001";
    let died = testkit::step("patientDied", json!({"notifiedAt": null}));
    let death = json!({"patient": person, "occurredAt": "2026-02-01", "commandId": Uuid::from_u128(9), "step": died});
    let text = referred(by_id(FIRST), "2026-01-05", 1)
        + &referred(by_id(SECOND), "2026-01-06", 2)
        + &line(by_id(FIRST), "2026-01-05", 3, "pathwaySubject", json!({"subjectRef": person}))
        + &death.to_string();
    let (groups, outside, _) = grouped(&text);
    let states = groups.iter().map(|group| {
        Answer::of(group, &ClockPolicy::default(), "2026-06-01".parse().unwrap()).state
    });
    assert_eq!(states.collect::<Vec<_>>(), ["DECEASED", "TICKING"]);
    assert_eq!(outside, 0);
}

#[test]
fn a_line_told_twice_is_one_step_and_another_step_under_its_id_is_told_with_both_lines() {
    let first = referred(by_id(FIRST), "2026-01-05", 1);
    let (groups, _, bad) = grouped(&(first.clone() + &first));
    assert_eq!((groups[0].history.entries().len(), bad), (1, vec![]));
    let (_, _, bad) = grouped(&(first + &referred(by_id(FIRST), "2026-01-06", 1)));
    let told: Vec<String> = bad.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: commandId: line 1 has this id and other content: expected a new id, or the same content"
        ]
    );
}

#[test]
fn a_withdrawal_of_a_step_that_is_not_in_the_file_is_told_with_its_line() {
    let withdrawal = json!({"eventId": FIRST});
    let text = referred(by_id(FIRST), "2026-01-05", 1)
        + &line(by_id(FIRST), "2026-01-06", 2, "stepEnteredInError", withdrawal);
    let (_, _, bad) = grouped(&text);
    assert_eq!((bad.len(), bad[0].line, bad[0].field.as_str()), (1, 2, "eventId"));
}

#[test]
fn a_step_that_is_still_to_come_is_taken() {
    let (groups, _, bad) = grouped(&referred(by_id(FIRST), "2126-01-05", 1));
    assert_eq!(bad, []);
    assert_eq!(starts(&groups[0]), [Some("2126-01-05".to_owned())]);
}

#[test]
fn bad_lines_are_told_with_line_field_and_what_would_be_right_and_never_their_value() {
    let good = referred(by_id(FIRST), "2026-01-05", 1);
    let told = bad(format!("{good}\n{{\"occurredAt\"\n[]\n").as_bytes());
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("3: line: "), "{told:?}");
    assert_eq!(told[1], "4: line: expected an object");
    let wrong = good.replace("\"OTHER\"", "\"Zebedee\"").replace("2026-01-05\"", "2026-13-05\"");
    let told = bad(wrong.as_bytes());
    assert!(told[0].starts_with("1: step.referralReceived.route: expected one of `"), "{told:?}");
    assert!(!told[0].contains("Zebedee"), "{told:?}");
}

#[test]
fn a_byte_order_mark_a_cut_line_and_bytes_that_are_no_text_are_named() {
    let good = referred(by_id(FIRST), "2026-01-05", 1);
    let marked = [b"\xef\xbb\xbf", good.as_bytes()].concat();
    assert_eq!(
        bad(&marked),
        ["1: line: starts with a byte order mark: expected UTF-8 without one"]
    );
    assert_eq!(bad(b"\xff\xfe{}\n"), ["1: line: expected UTF-8 text"]);
    let cut = good.split_at(good.len() - 20).0;
    let told = bad(format!("{good}{cut}").as_bytes());
    assert!(told.len() == 1 && told[0].starts_with("2: line: EOF"), "{told:?}");
}

#[test]
fn who_recorded_it_must_be_a_role_at_an_organisation() {
    let good = referred(by_id(FIRST), "2026-01-05", 1);
    let with = |by: &str| good.replacen('{', &format!("{{\"by\":{by},"), 1);
    assert_eq!(bad(with(r#"{"role":"BOOKING_TEAM","organisation":"RJ1"}"#).as_bytes()).len(), 0);
    let told = bad(with(r#"{"role":"WIZARD","organisation":"RJ1"}"#).as_bytes());
    assert!(told[0].starts_with("1: by: ") && !told[0].contains("WIZARD"), "{told:?}");
}

/// A wait from 5 January to 1 March, when the patient was told that there would be no treatment.
fn waited_until_march(more: &str) -> Vec<Group> {
    let decided = json!({"communicatedAt": "2026-03-01"});
    let text = referred(by_id(FIRST), "2026-01-05", 1)
        + &line(by_id(FIRST), "2026-03-01", 2, "decisionNotToTreat", decided)
        + more;
    let (groups, _, bad) = grouped(&text);
    assert_eq!(bad, []);
    groups
}

fn answer_on(group: &Group, on: &str) -> Value {
    let answer = Answer::of(group, &ClockPolicy::default(), on.parse().unwrap());
    serde_json::to_value(&answer).unwrap()
}

#[test]
fn a_period_is_shown_as_it_stood_on_the_day_and_a_later_stop_beside_it() {
    let groups = waited_until_march("");
    let before = answer_on(&groups[0], "2026-01-31");
    assert_eq!(before["state"], "TICKING");
    let period = &before["periods"][0];
    assert_eq!((&period["clockStop"], &period["stopStatus"]), (&Value::Null, &Value::Null));
    assert_eq!((&period["stoppedBy"], &period["stoppedByEvent"]), (&Value::Null, &Value::Null));
    assert_eq!((&period["days"], &period["stopsLater"]), (&json!(26), &json!("2026-03-01")));
    let parts = period["countsIn"].as_array().unwrap().iter();
    let parts: Vec<&str> = parts.filter_map(|one| one["part"].as_str()).collect();
    assert_eq!(parts, ["2", "3"]);

    let after = answer_on(&groups[0], "2026-03-01");
    let period = &after["periods"][0];
    assert_eq!((&period["clockStop"], &period["stopsLater"]), (&json!("2026-03-01"), &Value::Null));
    assert_eq!((&period["days"], &period["stopStatus"]), (&json!(55), &json!("34")));
}

#[test]
fn the_table_says_open_and_names_the_later_stop_in_the_notes() {
    let groups = waited_until_march("");
    let on = |day: &str| {
        let answer = Answer::of(&groups[0], &ClockPolicy::default(), day.parse().unwrap());
        super::table::of(&answer)
    };
    let row = |text: String| text.lines().find(|line| line.starts_with("| 1 ")).unwrap().to_owned();
    let before = row(on("2026-01-31"));
    assert!(before.contains("| open "), "{before}");
    assert!(before.contains("stops on 2026-03-01, after this day"), "{before}");
    assert!(!before.contains("1B"), "{before}");
    let after = row(on("2026-03-01"));
    assert!(after.contains("1B in 2026-03") && !after.contains("open"), "{after}");
}

#[test]
fn a_decision_to_admit_after_the_day_is_not_shown_on_it() {
    let listed = json!({"listType": "IRTT", "admitForTreatment": true});
    let listed = line(by_id(FIRST), "2026-02-10", 3, "addedToWaitingList", listed);
    let groups = waited_until_march(&listed);
    let decided = |on: &str| answer_on(&groups[0], on)["periods"][0]["decisionToAdmit"].clone();
    assert_eq!((decided("2026-02-09"), decided("2026-02-10")), (Value::Null, json!("2026-02-10")));
}

#[test]
fn a_clock_that_starts_after_the_census_is_found_and_has_no_days_and_counts_nowhere() {
    let later = json!({"route": "OTHER", "receivedAt": "2026-02-05"});
    let text = line(by_id(FIRST), "2026-01-20", 1, "referralReceived", later);
    let (groups, ..) = grouped(&text);
    let answer = answer_on(&groups[0], "2026-01-31");
    let period = &answer["periods"][0];
    assert_eq!(answer["state"], "NONE");
    assert_eq!(period["clockStart"], "2026-02-05");
    assert_eq!((&period["days"], &period["band"]), (&Value::Null, &Value::Null));
    assert_eq!((&period["countsIn"], &period["within18Weeks"]), (&json!([]), &Value::Null));
    assert_eq!(period["findings"], json!(["START_AFTER_CENSUS: it starts after this day"]));
    let on_its_day = &answer_on(&groups[0], "2026-02-05")["periods"][0];
    assert_eq!((&on_its_day["days"], &on_its_day["findings"]), (&json!(0), &json!([])));
}
