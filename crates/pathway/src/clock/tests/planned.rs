//! Planned admissions that become a wait: on the day the plan's own dates say, or by a step.

use testkit::{Story, Value, json, story};

use super::language::{Told, clock_of, clock_under, referred};
use crate::clock::{ClockSettings, ClockState, waiting};

/// On a planned list after treatment: due on 1 September, with what the plan says beside that.
fn planned(more: Value) -> Story {
    let treated = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
    plan(referred().on("2026-03-01", "treatmentStarted", treated), "2026-03-10", more)
}

fn plan(story: Story, on: &str, more: Value) -> Story {
    let mut fields = json!({"dueDate": "2026-09-01", "plannedKind": "TREATMENT_ADMISSION"});
    let all = fields.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    story.on(on, "placedOnPlannedList", fields)
}

fn ready() -> Value {
    json!({"clinicallyReadyAt": "2026-08-20"})
}

fn passed(story: Story, on: &str, ready: bool) -> Story {
    story.on(on, "plannedDatePassed", json!({"dueDate": "2026-09-01", "clinicallyReady": ready}))
}

/// The last period: start and the day from which it counts.
fn overdue(told: &Told) -> (String, String) {
    let start = &told.clock.periods.last().unwrap().start;
    assert_eq!(start.row.number(), 45);
    (start.date.unwrap().to_string(), start.listed_from.to_string())
}

fn dates(start: &str, listed: &str) -> (String, String) {
    (start.to_owned(), listed.to_owned())
}

const TREATED: &str = "2026-01-05 to 2026-03-01 30";

#[test]
fn a_plan_that_says_when_the_patient_is_ready_becomes_a_wait_on_its_due_date_without_a_step() {
    let told = clock_of(planned(ready()))
        .last("2026-09-01 row 45 restarted")
        .periods(&[TREATED, "2026-09-01 to open"]);
    assert_eq!(told.clock.state_on("2026-08-31".parse().unwrap()), ClockState::Planned);
    assert_eq!(told.clock.state_on("2026-09-01".parse().unwrap()), ClockState::Ticking);
}

#[test]
fn the_step_behind_such_a_wait_is_the_plan_itself() {
    let told = clock_of(planned(ready()));
    let made = told.clock.moves.last().unwrap();
    assert_eq!(made.event_id, Story::event(3));
    assert_eq!(told.clock.periods[1].start.event_id, Story::event(3));
}

#[test]
fn before_that_day_nobody_waits_and_from_it_on_the_patient_does() {
    let told = clock_of(planned(ready()));
    let period = &told.clock.periods[1];
    assert!(!period.waits_on("2026-08-31".parse().unwrap()));
    assert!(period.waits_on("2026-09-01".parse().unwrap()));
}

#[test]
fn a_plan_that_does_not_say_that_the_patient_is_ready_starts_nothing_by_itself() {
    clock_of(planned(json!({}))).periods(&[TREATED]).is(ClockState::Planned);
}

#[test]
fn a_patient_who_is_ready_later_waits_from_then_and_the_days_count_from_the_due_date() {
    let told = clock_of(planned(json!({"clinicallyReadyAt": "2026-09-15"})));
    assert_eq!(overdue(&told), dates("2026-09-01", "2026-09-15"));
}

#[test]
fn the_latest_clinically_appropriate_day_must_have_passed() {
    let plan =
        json!({"clinicallyReadyAt": "2026-08-20", "latestClinicallyAppropriate": "2026-09-30"});
    assert_eq!(overdue(&clock_of(planned(plan))), dates("2026-09-01", "2026-10-01"));
}

#[test]
fn days_of_grace_are_waited_out_and_then_counted() {
    let grace = ClockSettings { planned_grace_days: 14, ..ClockSettings::default() };
    let told = clock_under(&grace, planned(ready()));
    assert_eq!(overdue(&told), dates("2026-09-01", "2026-09-15"));
    let start = told.clock.periods[1].start.date.unwrap();
    assert_eq!(waiting::days(start, "2026-09-15".parse().unwrap()), Some(14));
}

#[test]
fn an_admission_on_the_due_date_is_in_time_and_a_day_later_ends_a_wait_of_one_day() {
    let admitted = |on: &str| {
        let fields = json!({"admissionId": "S1", "admissionIntent": "FIRST_DEFINITIVE_TREATMENT"});
        clock_of(planned(ready()).on(on, "patientAdmitted", fields))
    };
    admitted("2026-09-01").last("2026-09-01 row 57 stayed 90").periods(&[TREATED]);
    admitted("2026-09-02")
        .last("2026-09-02 row 21 stopped 30")
        .periods(&[TREATED, "2026-09-01 to 2026-09-02 30 admitted provisional"]);
}

#[test]
fn tests_and_follow_ups_that_are_overdue_start_no_rtt_clock() {
    for kind in ["DIAGNOSTIC", "OUTPATIENT_FOLLOW_UP"] {
        let plan = json!({"clinicallyReadyAt": "2026-08-20", "plannedKind": kind});
        clock_of(planned(plan)).periods(&[TREATED]).is(ClockState::Planned);
    }
}

#[test]
fn a_step_about_the_date_decides_instead_of_the_plan() {
    clock_of(passed(planned(ready()), "2026-09-05", false))
        .last("2026-09-05 row 46 stayed")
        .periods(&[TREATED]);
    clock_of(passed(planned(json!({})), "2026-09-05", true))
        .last("2026-09-05 row 45 restarted")
        .periods(&[TREATED, "2026-09-01 to open"]);
}

#[test]
fn a_patient_who_is_unfit_before_the_date_is_not_ready() {
    clock_of(planned(ready()).on("2026-08-25", "patientTemporarilyUnfit", json!({})))
        .periods(&[TREATED])
        .is(ClockState::Planned);
    clock_of(planned(ready()).on("2026-09-25", "patientTemporarilyUnfit", json!({})))
        .last("2026-09-25 row 43 stayed 20")
        .periods(&[TREATED, "2026-09-01 to open"]);
}

#[test]
fn a_new_plan_takes_the_place_of_the_old_one() {
    let moved = json!({"clinicallyReadyAt": "2026-08-20", "dueDate": "2026-11-01"});
    let told = clock_of(plan(planned(ready()), "2026-08-10", moved));
    assert_eq!(overdue(&told), dates("2026-11-01", "2026-11-01"));
}

#[test]
fn a_plan_made_after_its_own_due_date_counts_from_its_own_day() {
    let told = clock_of(plan(story(), "2026-09-20", ready()));
    assert_eq!(overdue(&told), dates("2026-09-01", "2026-09-20"));
}

#[test]
fn a_due_date_that_lies_in_the_wait_before_is_no_start() {
    let due = |date: &str| json!({"clinicallyReadyAt": "2026-01-20", "dueDate": date});
    let told = clock_of(planned(due("2026-02-28")));
    assert_eq!(overdue(&told), dates("2026-03-10", "2026-03-10"));
    let told = clock_of(planned(due("2026-03-01")));
    assert_eq!(overdue(&told), dates("2026-03-01", "2026-03-10"));
}

#[test]
fn death_or_a_new_referral_before_the_date_leaves_nothing_to_fall_due() {
    clock_of(planned(ready()).on("2026-07-01", "patientDied", json!({})))
        .periods(&[TREATED])
        .is(ClockState::Deceased);
    clock_of(planned(ready()).on("2026-07-01", "referralReceived", json!({"route": "OTHER"})))
        .periods(&[TREATED, "2026-07-01 to open"]);
}

#[test]
fn a_plan_while_the_clock_ticks_starts_nothing_and_stops_nothing() {
    clock_of(plan(referred(), "2026-03-10", ready()))
        .last("2026-03-10 row 56 rejected ClockIsTicking")
        .periods(&["2026-01-05 to open"]);
}

#[test]
fn who_made_the_plan_reports_the_wait() {
    let told = clock_of(plan(
        story(),
        "2026-03-10",
        json!({"clinicallyReadyAt": "2026-08-20", "provider": "RJ2", "function": "110"}),
    ));
    let segment = &told.clock.periods[0].segments[0];
    assert_eq!((segment.provider.as_str(), segment.function.to_string().as_str()), ("RJ2", "110"));
}
