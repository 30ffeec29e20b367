//! Where somebody stands in a queue, and how large a queue may be: formulas of the open literature on
//! waiting lists (docs/forecast.md). Pure; rates are people a week.

use chrono::NaiveDate;

/// The place of one pathway among those that wait with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePlace {
    /// How many stand before it.
    pub before: usize,
    /// How many others have the very same date: no order is known among them.
    pub same_day: usize,
    /// How many wait in all, itself counted.
    pub of: usize,
    /// How many more wait whose date is not known: they may stand anywhere.
    pub undated: usize,
}

/// What one waiter's place counts from: the queue position, where that is kept apart from the clock
/// start (guidance 8.3), else the clock start.
pub(crate) fn queue_date(
    queue_position: Option<NaiveDate>,
    clock_start: Option<NaiveDate>,
) -> Option<NaiveDate> {
    queue_position.or(clock_start)
}

/// The place of `own` in a list of dates, its own among them.
pub(crate) fn place_of(own: NaiveDate, list: &[Option<NaiveDate>]) -> QueuePlace {
    let dated = list.iter().flatten();
    let (before, same) = dated.fold((0, 0_usize), |(before, same), date| {
        (before + usize::from(*date < own), same + usize::from(*date == own))
    });
    QueuePlace {
        before,
        same_day: same.saturating_sub(1),
        of: list.len(),
        undated: list.iter().filter(|date| date.is_none()).count(),
    }
}

/// The mean wait at which few wait beyond the target: target / factor. Where waits are exponential,
/// a factor of 4 leaves about 2 in 100 beyond it, and one of 2.5 about 8. `None` where the factor is
/// not above nought.
pub fn target_mean_wait_weeks(target_weeks: f64, factor: f64) -> Option<f64> {
    (factor > 0.0 && target_weeks >= 0.0).then(|| target_weeks / factor)
}

/// The queue that gives that mean wait: demand × mean wait (Little's law).
pub fn target_queue_size(demand_weekly: f64, mean_wait_weeks: f64) -> f64 {
    demand_weekly * mean_wait_weeks
}

/// The capacity that brings the queue to its target in so many weeks; never less than demand. `None`
/// where there are no weeks.
pub fn relief_capacity_weekly(
    demand_weekly: f64,
    queue: f64,
    target_queue: f64,
    weeks: f64,
) -> Option<f64> {
    (weeks > 0.0).then(|| demand_weekly + (queue - target_queue).max(0.0) / weeks)
}

/// The weeks until a capacity has brought the queue to its target; nought where it is there, `None`
/// where it never will, for capacity does not exceed demand.
pub fn clearance_weeks(
    demand_weekly: f64,
    capacity_weekly: f64,
    queue: f64,
    target_queue: f64,
) -> Option<f64> {
    let excess = queue - target_queue;
    if excess <= 0.0 {
        return Some(0.0);
    }
    let gain = capacity_weekly - demand_weekly;
    (gain > 0.0).then(|| excess / gain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    #[test]
    fn a_queue_position_counts_before_the_clock_start() {
        let (kept, start) = (Some(day("2025-03-01")), Some(day("2025-06-01")));
        assert_eq!(queue_date(kept, start), kept);
        assert_eq!(queue_date(None, start), start);
        assert_eq!(queue_date(None, None), None);
    }

    #[test]
    fn a_tie_is_said_and_an_unknown_date_is_counted_apart() {
        let list =
            ["2026-01-05", "2026-01-02", "2026-01-05", "2026-01-09"].map(|one| Some(day(one)));
        let list = [&list[..], &[None]].concat();
        let place = place_of(day("2026-01-05"), &list);
        assert_eq!(place, QueuePlace { before: 1, same_day: 1, of: 5, undated: 1 });
        let alone = place_of(day("2026-01-05"), &[Some(day("2026-01-05"))]);
        assert_eq!(alone, QueuePlace { before: 0, same_day: 0, of: 1, undated: 0 });
    }

    /// 18 weeks by a factor of 4 is 4.5; 30 a week then make 135; 350 in the queue leave 215 to clear.
    #[test]
    fn a_worked_list_comes_out_by_hand() {
        let wait = target_mean_wait_weeks(18.0, 4.0).unwrap();
        let target = target_queue_size(30.0, wait);
        let relief = relief_capacity_weekly(30.0, 350.0, target, 26.0).unwrap();
        assert_eq!((wait.to_string(), target.to_string()), ("4.5".into(), "135".into()));
        assert!((relief - (30.0 + 215.0 / 26.0)).abs() < 1e-12);
        let weeks = clearance_weeks(30.0, 35.0, 350.0, target).unwrap();
        assert!((weeks - 43.0).abs() < 1e-12);
    }

    #[test]
    fn a_capacity_that_does_not_exceed_demand_never_clears_an_excess() {
        assert_eq!(clearance_weeks(30.0, 30.0, 350.0, 135.0), None);
        assert_eq!(clearance_weeks(30.0, 29.0, 350.0, 135.0), None);
        assert_eq!(clearance_weeks(30.0, 29.0, 135.0, 135.0), Some(0.0));
        assert_eq!(
            (target_mean_wait_weeks(18.0, 0.0), relief_capacity_weekly(1.0, 2.0, 1.0, 0.0)),
            (None, None)
        );
    }

    proptest! {
        #[test]
        fn relief_capacity_clears_the_queue_in_just_those_weeks(
            demand in 1.0_f64..500.0, queue in 0.0_f64..50_000.0, target in 1.0_f64..5_000.0,
            weeks in 1.0_f64..104.0,
        ) {
            let relief = relief_capacity_weekly(demand, queue, target, weeks).unwrap();
            prop_assert!(relief >= demand);
            let cleared = clearance_weeks(demand, relief, queue, target);
            if queue > target + 1.0 {
                prop_assert!((cleared.unwrap() - weeks).abs() < 1e-6 * weeks);
            } else if queue <= target {
                prop_assert_eq!(cleared, Some(0.0));
            }
        }

        #[test]
        fn everybody_has_a_place_and_ties_share_it(days in proptest::collection::vec(0_i64..9, 1..40)) {
            let dates: Vec<_> = days.iter().map(|days| {
                NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(*days))
            }).collect();
            for own in dates.iter().flatten() {
                let place = place_of(*own, &dates);
                let after = dates.iter().flatten().filter(|date| *date > own).count();
                prop_assert_eq!(place.before + place.same_day + 1 + after, place.of);
            }
        }
    }
}
