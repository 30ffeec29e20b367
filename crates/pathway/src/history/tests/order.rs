//! The order in which things happened, whatever is known of the time.

use super::*;

#[test]
fn steps_stand_in_the_order_in_which_they_happened() {
    let told = vec![
        arrived(1, "2026-01-07T09:00:00Z"),
        arrived(2, "2026-01-05T09:00:00Z"),
        arrived(3, "2026-01-06"),
    ];
    assert_eq!(ids(&history(told)), [2, 3, 1]);
}

#[test]
fn of_steps_at_one_instant_the_catalogue_gives_the_order() {
    let when = "2026-01-05T09:00:00Z";
    let told = vec![
        told(1, when, "outpatientAttended", json!({})),
        told(2, when, "patientArrived", json!({})),
        told(3, when, "referralReceived", json!({})),
    ];
    assert_eq!(ids(&history(told)), [3, 2, 1]);
}

#[test]
fn of_equal_steps_at_one_instant_the_event_id_gives_the_order() {
    let when = "2026-01-05T09:00:00Z";
    assert_eq!(ids(&history(vec![arrived(2, when), arrived(1, when)])), [1, 2]);
}

#[test]
fn a_referral_known_to_the_day_opens_the_day() {
    let told = vec![
        arrived(1, "2026-01-05T00:00:00Z"),
        told(2, "2026-01-05", "referralReceived", json!({})),
        arrived(3, "2026-01-04T23:59:59Z"),
    ];
    assert_eq!(ids(&history(told)), [3, 2, 1]);
}

#[test]
fn a_booking_is_the_last_step_that_opens_a_day() {
    let told = |name| {
        let instant = arrived(1, "2026-01-05T12:00:00Z");
        history(vec![instant, told(2, "2026-01-05", name, json!({}))])
    };
    assert_eq!(ids(&told("appointmentBooked")), [2, 1]);
    assert_eq!(ids(&told("appointmentCommunicated")), [1, 2]);
}

#[test]
fn an_arrival_known_to_the_day_closes_the_day_and_not_the_next() {
    let told = vec![
        arrived(1, "2026-01-06T00:00:00Z"),
        arrived(2, "2026-01-05"),
        arrived(3, "2026-01-05T23:59:59Z"),
    ];
    assert_eq!(ids(&history(told)), [3, 2, 1]);
}

#[test]
fn days_are_days_in_london() {
    // In June London is an hour ahead: half past eleven in UTC is already the next day.
    let told = vec![
        arrived(1, "2026-06-30T23:30:00Z"),
        told(2, "2026-07-01", "referralReceived", json!({})),
        arrived(3, "2026-06-30"),
    ];
    let history = history(told);
    assert_eq!(ids(&history), [3, 2, 1]);
    assert_eq!(history.entries()[2].date(), "2026-07-01".parse().unwrap());
}

#[test]
fn when_it_was_recorded_plays_no_part() {
    let mut late = arrived(1, "2026-01-05T09:00:00Z");
    late.recorded_at = "2026-12-31T09:00:00Z".parse().unwrap();
    assert_eq!(ids(&history(vec![arrived(2, "2026-01-06T09:00:00Z"), late])), [1, 2]);
}
