//! How late a promise was kept: rounded up, so that what was late is never nought.

use chrono::{DateTime, Duration, Utc};
use pathway::london;
use policy::{Due, Obligation, Outcome};
use steps::OccurredAt;

/// Up to here lateness after a time of day is told in hours, beyond it in days of 24 hours.
const HOURS_MAX: i64 = 48;

const HOURS_OF_A_DAY: i64 = 24;

/// By how many hours the promise was kept too late; `None` where it was not kept late.
///
/// After a day that was the last in time: 24 for each local day. After a time of day: begun hours, up
/// to 48, then begun days as 24 hours each.
pub(crate) fn hours_late(one: &Obligation) -> Option<i64> {
    let Outcome::Met { at, late: true } = one.outcome else { return None };
    Some(match one.due? {
        Due::EndOf(day) => {
            let days = london::date(at).signed_duration_since(day).num_days();
            days.max(1) * HOURS_OF_A_DAY
        }
        Due::At(due) => begun(earliest(at) - due),
    })
}

fn earliest(at: OccurredAt) -> DateTime<Utc> {
    london::bounds(at).0
}

fn begun(late: Duration) -> i64 {
    let hours = up(late.num_seconds(), 3_600).max(1);
    if hours <= HOURS_MAX { hours } else { up(hours, HOURS_OF_A_DAY) * HOURS_OF_A_DAY }
}

fn up(amount: i64, of: i64) -> i64 {
    amount.div_euclid(of) + i64::from(amount.rem_euclid(of) > 0)
}

#[cfg(test)]
mod tests {
    use policy::Packs;

    use super::*;
    use crate::tests::{at, pathway, visit};

    fn kept(due: Due, on: &str) -> Option<i64> {
        let histories = pathway(1, &visit("RJ1", "2026-02-02", Some("2026-02-20")));
        let clock = pathway::clock::ClockPolicy::default();
        let mut one = policy::evaluate(&histories, &Packs::shipped(), &clock).pop().unwrap();
        one.due = Some(due);
        one.outcome = Outcome::Met { at: on.parse().unwrap(), late: true };
        hours_late(&one)
    }

    #[test]
    fn after_the_last_day_it_is_late_by_whole_days() {
        let due = Due::EndOf("2026-02-12".parse().unwrap());
        assert_eq!(kept(due, "2026-02-13"), Some(24));
        assert_eq!(kept(due, "2026-02-13T00:00:01Z"), Some(24));
        assert_eq!(kept(due, "2026-02-20T17:00:00Z"), Some(8 * 24));
    }

    #[test]
    fn after_a_time_of_day_it_is_late_by_begun_hours_and_beyond_two_days_by_begun_days() {
        let due = Due::At(at("2026-02-12T10:00:00Z"));
        assert_eq!(kept(due, "2026-02-12T10:00:01Z"), Some(1));
        assert_eq!(kept(due, "2026-02-12T11:00:00Z"), Some(1));
        assert_eq!(kept(due, "2026-02-12T11:00:01Z"), Some(2));
        assert_eq!(kept(due, "2026-02-14T10:00:00Z"), Some(48));
        assert_eq!(kept(due, "2026-02-14T10:00:01Z"), Some(72));
    }
}
