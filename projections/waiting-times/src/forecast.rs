//! How a monthly figure may go on, and how wrong the same way of guessing was before
//! (docs/forecast.md). Pure.

/// Months whose mean change is carried on.
pub const WINDOW_MONTHS: usize = 6;
/// The fewest past months on which a guess of some reach is tested before it is given.
pub const TESTED_MIN: usize = 6;

/// A guess some months ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// How many months ahead.
    pub ahead: usize,
    /// The figure.
    pub value: f64,
    /// By how much the same guess was wrong on average, made at each past month that allows it.
    pub mean_error: f64,
    /// By how much it was wrong at worst.
    pub worst_error: f64,
    /// At how many past months it was tested.
    pub tested: usize,
}

/// Too little is known to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not enough months: {have} are known and {needed} are needed")]
pub struct NotEnoughMonths {
    /// How many months are known.
    pub have: usize,
    /// How many would do.
    pub needed: usize,
}

/// The figure for each of the next months: the last one, and the mean change of the last six carried
/// on; never below `floor` nor above `ceiling`. Each guess comes with its error over the past, from the
/// same months and by the same rule, and none comes without.
pub fn forecast(
    months: &[f64],
    ahead_max: usize,
    (floor, ceiling): (f64, f64),
) -> Result<Vec<Guess>, NotEnoughMonths> {
    let needed = WINDOW_MONTHS + ahead_max + TESTED_MIN;
    let too_few = NotEnoughMonths { have: months.len(), needed };
    if months.len() < needed {
        return Err(too_few);
    }
    let bounded = |value: f64| value.clamp(floor, ceiling.max(floor));
    let guess = |ahead: usize| {
        let value = bounded(carried_on(months, ahead)?);
        let errors: Vec<f64> = (1..=months.len())
            .filter_map(|known| {
                let actual = months.get(known - 1 + ahead)?;
                Some((bounded(carried_on(months.get(..known)?, ahead)?) - actual).abs())
            })
            .collect();
        let tested = errors.len();
        let mean_error = errors.iter().sum::<f64>() / number(tested.max(1));
        let worst_error = errors.iter().copied().fold(0.0, f64::max);
        Some(Guess { ahead, value, mean_error, worst_error, tested })
    };
    (1..=ahead_max).map(|ahead| guess(ahead).ok_or(too_few)).collect()
}

/// The last figure and the mean change of the window, carried on; `None` where the window is not full.
fn carried_on(months: &[f64], ahead: usize) -> Option<f64> {
    let last = months.last()?;
    let first = months.len().checked_sub(WINDOW_MONTHS + 1).and_then(|place| months.get(place))?;
    Some(last + (last - first) / number(WINDOW_MONTHS) * number(ahead))
}

#[expect(clippy::cast_precision_loss, reason = "counts of months are far below 2^53")]
const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANY: (f64, f64) = (f64::MIN, f64::MAX);

    #[test]
    fn a_list_that_grows_by_ten_a_month_is_guessed_without_error() {
        let months: Vec<f64> = (0..20).map(|month| 100.0 + 10.0 * f64::from(month)).collect();
        let guesses = forecast(&months, 3, ANY).unwrap();
        let values: Vec<_> =
            guesses.iter().map(|guess| (guess.ahead, guess.value.round())).collect();
        assert_eq!(values, [(1, 300.0), (2, 310.0), (3, 320.0)]);
        assert!(guesses.iter().all(|guess| guess.worst_error < 1e-9));
        // 20 months, of which the first 7 fill the window and the last 1 to 3 are what is guessed.
        assert_eq!(guesses.iter().map(|guess| guess.tested).collect::<Vec<_>>(), [13, 12, 11]);
    }

    /// A jump of 70 in the last month: a guess one month ahead made before it was wrong by 70, and by
    /// nothing before that.
    #[test]
    fn the_error_is_that_of_the_same_guess_in_the_past() {
        let mut months = vec![100.0; 19];
        months.push(170.0);
        let guess = forecast(&months, 1, ANY).unwrap()[0];
        assert_eq!((guess.tested, guess.worst_error.round()), (13, 70.0));
        assert!((guess.mean_error - 70.0 / 13.0).abs() < 1e-9);
        assert!((guess.value - (170.0 + 70.0 / 6.0)).abs() < 1e-9);
    }

    #[test]
    fn too_few_months_give_no_figure_and_say_how_many_would_do() {
        let refused = forecast(&[100.0; 14], 3, ANY).unwrap_err();
        assert_eq!(refused, NotEnoughMonths { have: 14, needed: 15 });
        assert_eq!(refused.to_string(), "not enough months: 14 are known and 15 are needed");
        assert!(forecast(&[100.0; 15], 3, ANY).is_ok());
        assert!(forecast(&[], 1, ANY).is_err());
    }

    proptest! {
        #[test]
        fn a_guess_keeps_its_bounds_and_never_looks_ahead(
            months in proptest::collection::vec(0.0_f64..1.0, 20..40),
        ) {
            let guesses = forecast(&months, 3, (0.0, 1.0)).unwrap();
            for guess in &guesses {
                prop_assert!((0.0..=1.0).contains(&guess.value));
                prop_assert!(guess.mean_error <= guess.worst_error + 1e-12);
            }
            // The guess for next month needs the last seven months and no other.
            let recent = &months[months.len() - 7..];
            let alone = carried_on(recent, 1).unwrap().clamp(0.0, 1.0);
            prop_assert!((guesses[0].value - alone).abs() < 1e-12);
        }
    }
}
