//! Which rules attach: scope, version, and the same answer in whatever order steps arrive.

use pathway::{History, clock::ClockPolicy};
use proptest::prelude::*;
use testkit::{Story, json, story};

use super::{Reworded, at, of_rule, referred};
use crate::{Packs, State, evaluate};

fn rules(story: &Story) -> Vec<String> {
    let found = evaluate(&story.history(), &Packs::shipped(), &ClockPolicy::default());
    found.iter().map(|one| one.rule.to_string()).collect()
}

/// The rules of the South East London pack that a story opens.
fn sel(story: &Story) -> Vec<String> {
    rules(story).into_iter().filter(|rule| rule.starts_with("SEL-")).collect()
}

fn received(commissioner: serde_json::Value) -> Story {
    story().on("2026-01-05", "referralReceived", json!({"commissioner": commissioner}))
}

#[test]
fn the_south_east_london_pack_applies_to_its_own_commissioner_alone() {
    assert_eq!(sel(&received(json!("72Q"))), ["SEL-6.1", "SEL-6.2", "SEL-6.3"]);
    assert_eq!(sel(&received(json!("36L"))), [""; 0]);
}

#[test]
fn as_long_as_no_commissioner_is_known_only_packs_for_everybody_apply() {
    let story = received(json!(null)).on("2026-01-12", "outpatientAttended", json!({}));
    assert_eq!(rules(&story), ["RTT-18-WEEKS", "RTT-52-WEEKS", "NHS-SC-11.7"]);
    let known = story.on(
        "2026-01-20",
        "pathwayReclassified",
        json!({"commissioner": "72Q", "effectiveDate": "2026-01-01"}),
    );
    assert_eq!(sel(&known), ["SEL-6.1", "SEL-6.2", "SEL-6.3", "SEL-2.5a", "SEL-2.5c"]);
}

#[test]
fn a_referral_sent_before_the_receipt_that_names_the_commissioner_is_in_scope() {
    let story = referred("2026-01-05").on("2026-01-04", "referralSent", json!({}));
    let sent = ["SEL-5.1", "SEL-5.2", "SEL-5.3", "SEL-7.1"];
    assert_eq!(sel(&story), [&sent[..], &["SEL-6.1", "SEL-6.2", "SEL-6.3"]].concat());
}

#[test]
fn a_pathway_that_moves_to_another_commissioner_keeps_what_was_opened_before() {
    let moved = json!({"commissioner": "36L", "effectiveDate": "2026-02-01"});
    let story = referred("2026-01-05")
        .on("2026-01-20", "pathwayReclassified", moved)
        .on("2026-01-25", "outpatientAttended", json!({"appointmentId": "A1"}))
        .on("2026-02-05", "outpatientAttended", json!({"appointmentId": "A2"}));
    let letters = rules(&story).iter().filter(|rule| *rule == "SEL-2.5c").count();
    assert_eq!(letters, 1, "the visit before the move is judged, the one after it is not");
}

#[test]
fn nothing_attaches_before_a_pack_is_in_force() {
    let story = story().on("2025-07-31", "referralReceived", json!({"commissioner": "72Q"}));
    assert_eq!(sel(&story), [""; 0]);
}

#[test]
fn a_september_version_leaves_august_alone() {
    let from_august = r#"effective = { from = "2025-08-01" }"#;
    let august = Reworded::sel("august", |text| {
        let ends = r#"effective = { from = "2025-08-01", to = "2025-08-31" }"#;
        text.replace(from_august, ends)
    });
    let september = Reworded::sel("september", |text| {
        text.replace("version = 1", "version = 2")
            .replace(from_august, r#"effective = { from = "2025-09-01" }"#)
            .replace(
                r#"due = { amount = 10, unit = "day", basis = "calendar" }"#,
                r#"due = { amount = 5, unit = "day", basis = "working" }"#,
            )
    });
    let packs = Reworded::packs(&[august, september]);
    let story = story()
        .on("2025-08-01", "referralReceived", json!({"commissioner": "72Q", "referrer": "G85001"}))
        .on("2025-08-31", "outpatientAttended", json!({"appointmentId": "A1"}))
        .on("2025-09-01", "outpatientAttended", json!({"appointmentId": "A2"}))
        .on("2025-09-10", "clinicLetterSent", json!({"appointmentId": "A1"}))
        .on("2025-09-10", "clinicLetterSent", json!({"appointmentId": "A2"}));
    let found = evaluate(&story.history(), &packs, &ClockPolicy::default());
    let letters: Vec<_> = found.iter().filter(|one| one.rule.as_str() == "SEL-2.5c").collect();
    let now = at("2025-12-01T00:00:00Z");
    assert_eq!((letters[0].pack_version, letters[0].state(now)), (1, State::Met));
    assert_eq!((letters[1].pack_version, letters[1].state(now)), (2, State::MetLate));
    assert_eq!(letters[1].due, Some(crate::Due::EndOf("2025-09-08".parse().unwrap())));
}

#[test]
fn working_days_that_leave_the_calendar_cannot_be_told() {
    let packs = Reworded::packs(&[Reworded::sel("sel", |text| {
        text.replace(
            r#"due = { amount = 10, unit = "day", basis = "calendar" }"#,
            r#"due = { amount = 10, unit = "day", basis = "working" }"#,
        )
    })]);
    let story = referred("2027-12-01").on("2027-12-20", "outpatientAttended", json!({}));
    let found = evaluate(&story.history(), &packs, &ClockPolicy::default());
    let letter = found.iter().find(|one| one.rule.as_str() == "SEL-2.5c").unwrap();
    assert_eq!(letter.state(at("2028-03-01T00:00:00Z")), State::Unknown);
}

/// A pathway on which many rules are asked, some with ties within a day.
fn busy() -> Story {
    referred("2026-01-05")
        .on("2026-01-04", "referralSent", json!({"referrer": "G85001"}))
        .on("2026-01-05", "patientInformed", json!({"generalContact": "C1"}))
        .on("2026-01-06", "appointmentBooked", json!({"appointmentId": "A1", "startsAt": "2026-01-20T10:00:00Z"}))
        .on("2026-01-07", "appointmentCommunicated", json!({"appointmentId": "A1"}))
        .on("2026-01-20T10:10:00Z", "dnaCallAttempted", json!({"appointmentId": "A1", "byRole": "NURSE", "callOutcome": "NO_ANSWER"}))
        .entered("2026-01-20T10:00:00Z", "2026-01-20T10:20:00Z", "dnaRecorded", json!({"appointmentId": "A1", "appointmentDate": "2026-01-20", "attendanceCode": "DID_NOT_ATTEND"}))
        .on("2026-02-02", "patientInformed", json!({"deteriorationContact": "C2"}))
        .on("2026-02-10", "outpatientAttended", json!({"appointmentId": "A2"}))
        .on("2026-02-10", "clinicLetterSent", json!({"appointmentId": null}))
        .on("2026-02-20", "outpatientAttended", json!({"appointmentId": "A3"}))
        .on("2026-03-01", "inpatientDischarged", json!({"admissionId": "M1"}))
        .on("2026-03-02", "dischargeSummarySent", json!({"admissionId": "M1"}))
        .on("2026-03-05", "stepEnteredInError", json!({"eventId": Story::event(5)}))
        .on("2026-03-09", "referralDeclined", json!({}))
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_nothing(told in Just(busy().told()).prop_shuffle()) {
        let shuffled = History::of(testkit::pathway_id(), told);
        let packs = Packs::shipped();
        prop_assert_eq!(evaluate(&shuffled, &packs, &ClockPolicy::default()), evaluate(&busy().history(), &packs, &ClockPolicy::default()));
    }

    #[test]
    fn once_met_a_promise_never_falls_back(days in 0_i64..120) {
        let now = at("2026-01-01T12:00:00Z") + chrono::Duration::days(days);
        for one in evaluate(&busy().history(), &Packs::shipped(), &ClockPolicy::default()) {
            let (today, tomorrow) = (one.state(now), one.state(now + chrono::Duration::days(1)));
            if matches!(today, State::Met | State::MetLate | State::Excused) {
                prop_assert_eq!(today, tomorrow);
            }
        }
    }
}

#[test]
fn a_history_of_many_hundred_contacts_and_letters_is_judged_letter_by_letter() {
    let mut story = referred("2026-01-05");
    for n in 0..400 {
        let at = format!("2026-02-02T{:02}:{:02}:00Z", n / 60, n % 60);
        story = story.on(&at, "outpatientAttended", json!({"appointmentId": format!("A{n}")}));
    }
    for n in 0..400 {
        let at = format!("2026-02-03T{:02}:{:02}:00Z", n / 60, n % 60);
        let about = if n % 2 == 0 { json!(format!("A{n}")) } else { json!(null) };
        story = story.on(&at, "clinicLetterSent", json!({"appointmentId": about}));
    }
    let found = of_rule(&story, "SEL-2.5c");
    let states: Vec<_> = found.iter().map(|one| one.state(at("2026-06-01T00:00:00Z"))).collect();
    assert_eq!(states.iter().filter(|state| **state == State::Met).count(), 201);
    assert_eq!((states[0], states[1], states[399]), (State::Met, State::Breached, State::Met));
}
