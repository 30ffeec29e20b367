//! How a monthly figure may go on, and how wrong the same way of guessing was before
//! (docs/forecast.md). Pure.

/// How a figure is carried on: the last one, and the mean change of some months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    /// Months whose mean change is carried on; at least one.
    pub window_months: usize,
    /// The fewest past months on which a guess of some reach is tested before it is given.
    pub tested_min: usize,
    /// How many months are guessed.
    pub ahead_max: usize,
}

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

impl Drift {
    /// The figure for each of the next months: the last one, and the mean change of the window carried
    /// on; never below `floor` nor above `ceiling`. Each guess comes with its error over the past, from
    /// the same months and by the same rule, and none comes without.
    pub fn forecast(
        self,
        months: &[f64],
        (floor, ceiling): (f64, f64),
    ) -> Result<Vec<Guess>, NotEnoughMonths> {
        let needed = self.window_months + self.ahead_max + self.tested_min;
        let too_few = NotEnoughMonths { have: months.len(), needed };
        if months.len() < needed {
            return Err(too_few);
        }
        let bounded = |value: f64| value.clamp(floor, ceiling.max(floor));
        let guess = |ahead: usize| {
            let value = bounded(self.carried_on(months, ahead)?);
            let errors: Vec<f64> = (1..=months.len())
                .filter_map(|known| {
                    let actual = months.get(known - 1 + ahead)?;
                    let guessed = bounded(self.carried_on(months.get(..known)?, ahead)?);
                    Some((guessed - actual).abs())
                })
                .collect();
            let tested = errors.len();
            let mean_error = errors.iter().sum::<f64>() / number(tested.max(1));
            let worst_error = errors.iter().copied().fold(0.0, f64::max);
            Some(Guess { ahead, value, mean_error, worst_error, tested })
        };
        (1..=self.ahead_max).map(|ahead| guess(ahead).ok_or(too_few)).collect()
    }

    /// The last figure and the mean change of the window, carried on; `None` where the window is not
    /// full.
    fn carried_on(self, months: &[f64], ahead: usize) -> Option<f64> {
        let window = self.window_months.max(1);
        let last = months.last()?;
        let first = months.len().checked_sub(window + 1).and_then(|place| months.get(place))?;
        Some(last + (last - first) / number(window) * number(ahead))
    }
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

    fn three() -> Drift {
        Drift { window_months: 6, tested_min: 6, ahead_max: 3 }
    }

    fn one() -> Drift {
        Drift { ahead_max: 1, ..three() }
    }

    #[test]
    fn a_list_that_grows_by_ten_a_month_is_guessed_without_error() {
        let months: Vec<f64> = (0..20).map(|month| 100.0 + 10.0 * f64::from(month)).collect();
        let guesses = three().forecast(&months, ANY).unwrap();
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
        let guess = one().forecast(&months, ANY).unwrap()[0];
        assert_eq!((guess.tested, guess.worst_error.round()), (13, 70.0));
        assert!((guess.mean_error - 70.0 / 13.0).abs() < 1e-9);
        assert!((guess.value - (170.0 + 70.0 / 6.0)).abs() < 1e-9);
    }

    #[test]
    fn too_few_months_give_no_figure_and_say_how_many_would_do() {
        let refused = three().forecast(&[100.0; 14], ANY).unwrap_err();
        assert_eq!(refused, NotEnoughMonths { have: 14, needed: 15 });
        assert_eq!(refused.to_string(), "not enough months: 14 are known and 15 are needed");
        assert!(three().forecast(&[100.0; 15], ANY).is_ok());
        assert!(one().forecast(&[], ANY).is_err());
    }

    proptest! {
        #[test]
        fn a_guess_keeps_its_bounds_and_never_looks_ahead(
            months in proptest::collection::vec(0.0_f64..1.0, 20..40),
        ) {
            let guesses = three().forecast(&months, (0.0, 1.0)).unwrap();
            for guess in &guesses {
                prop_assert!((0.0..=1.0).contains(&guess.value));
                prop_assert!(guess.mean_error <= guess.worst_error + 1e-12);
            }
            // The guess for next month needs the last seven months and no other.
            let recent = &months[months.len() - 7..];
            let alone = one().carried_on(recent, 1).unwrap().clamp(0.0, 1.0);
            prop_assert!((guesses[0].value - alone).abs() < 1e-12);
        }
    }
}
