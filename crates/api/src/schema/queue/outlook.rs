//! The outlook of a list: how long ended waits took, how large it may be, how it may go on, and what all
//! of that reckons with.

use ::waiting_times::{
    Drift, Ended, Guess, MonthSeen, Narrow, NotEnoughMonths, WaitingTimesView, clearance_weeks,
    relief_capacity_weekly, target_mean_wait_weeks, target_queue_size,
};
use async_graphql::SimpleObject;
use pathway::Month;
use policy::OutlookSettings as Settings;

use crate::schema::{scalars::Date, targets::Certainty};

/// Days of an average month, in weeks.
const WEEKS_A_MONTH: f64 = 365.25 / 12.0 / 7.0;

/// What is to be expected of the list of a provider in a treatment function.
#[derive(SimpleObject)]
pub struct WaitOutlook {
    /// The last day of the last whole month: all figures are up to it.
    as_of: Date,
    /// The waits that ended in the last months, as many as the settings say.
    ended: EndedWaits,
    /// The list and its rates; null where nobody was on it in the last month.
    load: Option<ListLoad>,
    /// The size of the list in the next months; empty where too few months are known.
    list_size: Vec<Forecast>,
    /// The share within 18 weeks in the next months, 0 to 1; empty where too few months are known.
    within18_weeks_share: Vec<Forecast>,
    /// Why there is no forecast.
    no_forecast_because: Option<String>,
    /// What all of it reckons with.
    settings: OutlookSettings,
}

/// What an outlook reckons with: dated settings.
#[derive(SimpleObject)]
pub struct OutlookSettings {
    /// The first day on which they are in force.
    from: Date,
    /// The wait within which nearly all are to be treated, in weeks.
    target_weeks: u16,
    /// Target / factor is the mean wait at which few wait beyond the target.
    factor: f64,
    /// In how many weeks relief is to bring the list to its target.
    relief_weeks: u16,
    /// Over how many whole months ended waits, demand and capacity are averaged.
    rate_months: u16,
    /// How many whole months of the past are looked at.
    months_seen_max: u16,
    /// The mean change of so many months is carried on.
    window_months: u16,
    /// At how many past months a guess is tested before it is given.
    tested_min: u16,
    /// Of fewer ended waits no share is told.
    ended_min: u32,
    /// Where they stand.
    source: String,
    /// How that is understood, and what is our own choice.
    reading: String,
    /// How sure we are.
    certainty: Certainty,
}

impl From<&Settings> for OutlookSettings {
    fn from(settings: &Settings) -> Self {
        Self {
            from: Date(settings.from),
            target_weeks: settings.target_weeks,
            factor: settings.factor,
            relief_weeks: settings.relief_weeks,
            rate_months: settings.rate_months,
            months_seen_max: settings.months_seen_max,
            window_months: settings.window_months,
            tested_min: settings.tested_min,
            ended_min: settings.ended_min,
            source: settings.source.clone(),
            reading: settings.reading.clone(),
            certainty: settings.certainty.into(),
        }
    }
}

/// The waits that ended with a stop of the clock.
#[derive(SimpleObject)]
pub struct EndedWaits {
    /// The first day.
    from: Date,
    /// The last day.
    to: Date,
    /// How many ended.
    count: u32,
    /// In how many weeks, as was asked; else the target.
    weeks: i32,
    /// The share of them that took no longer, 0 to 1; null where too few ended.
    share_within: Option<f64>,
    /// Why there is no share.
    no_share_because: Option<String>,
}

/// A list, what comes and leaves, and what would bring it to its target. Rates are people a week.
#[derive(SimpleObject)]
pub struct ListLoad {
    /// Over how many months the rates are averaged.
    months: i32,
    /// How many are on the list.
    queue: u32,
    /// How many came a week.
    demand_weekly: f64,
    /// How many left a week, for whatever reason.
    capacity_weekly: f64,
    /// The mean wait at which few wait beyond the target: target / factor of the settings.
    target_mean_wait_weeks: Option<f64>,
    /// Demand times that mean wait.
    target_queue: Option<f64>,
    /// What would have to leave a week for the list to be there in the weeks of relief.
    relief_capacity_weekly: Option<f64>,
    /// The weeks until the present capacity has it there; null where it never does.
    clearance_weeks: Option<f64>,
}

/// A figure of a month to come, and how wrong the same guess was at past months.
#[derive(SimpleObject)]
pub struct Forecast {
    /// How many months ahead.
    months_ahead: usize,
    /// The figure.
    value: f64,
    /// By how much it was wrong on average.
    mean_error: f64,
    /// By how much it was wrong at worst.
    worst_error: f64,
    /// At how many past months that was seen.
    tested_at: usize,
}

impl From<Guess> for Forecast {
    fn from(guess: Guess) -> Self {
        Self {
            months_ahead: guess.ahead,
            value: guess.value,
            mean_error: guess.mean_error,
            worst_error: guess.worst_error,
            tested_at: guess.tested,
        }
    }
}

impl WaitOutlook {
    pub(super) fn of(
        view: &WaitingTimesView,
        settings: &Settings,
        (narrow, last): (&Narrow, Month),
        weeks: Option<i32>,
    ) -> Self {
        let first = (1..settings.rate_months).fold(last, |month, _| month.before());
        let ended = view.ended(narrow, first.first(), last.last());
        let seen = view.months_seen(narrow, last, settings.months_seen_max.into());
        let sizes: Vec<f64> = seen.iter().map(|month| f64::from(month.closing)).collect();
        let shares: Vec<f64> = seen.iter().filter_map(|month| month.share).collect();
        let drift = Drift {
            window_months: settings.window_months.into(),
            tested_min: settings.tested_min.into(),
            ahead_max: settings.months_ahead.into(),
        };
        let (list_size, no_sizes) = told(drift.forecast(&sizes, (0.0, f64::MAX)));
        let (within18_weeks_share, no_shares) = told(drift.forecast(&shares, (0.0, 1.0)));
        Self {
            as_of: Date(last.last()),
            ended: EndedWaits::of(&ended, settings, weeks),
            load: ListLoad::of(&seen, settings),
            list_size,
            within18_weeks_share,
            no_forecast_because: no_sizes.or(no_shares),
            settings: settings.into(),
        }
    }
}

fn told(guesses: Result<Vec<Guess>, NotEnoughMonths>) -> (Vec<Forecast>, Option<String>) {
    match guesses {
        Ok(guesses) => (guesses.into_iter().map(Forecast::from).collect(), None),
        Err(too_few) => (Vec::new(), Some(too_few.to_string())),
    }
}

impl EndedWaits {
    fn of(ended: &Ended, settings: &Settings, weeks: Option<i32>) -> Self {
        let weeks = weeks.unwrap_or_else(|| settings.target_weeks.into());
        let least = settings.ended_min;
        let within = |weeks| ended.share_within(weeks, least);
        let share_within = usize::try_from(weeks).ok().and_then(within);
        let too_few = || format!("{} waits ended, and {least} are needed", ended.count());
        Self {
            from: Date(ended.from),
            to: Date(ended.to),
            count: ended.count(),
            weeks,
            share_within,
            no_share_because: share_within.is_none().then(too_few),
        }
    }
}

impl ListLoad {
    fn of(seen: &[MonthSeen], settings: &Settings) -> Option<Self> {
        let queue = seen.last()?.closing;
        let lately = seen.iter().rev().take(settings.rate_months.into());
        let (months, came, left) = lately
            .fold((0_i32, 0_u32, 0_u32), |(months, came, left), one| {
                (months + 1, came + one.came, left + one.left)
            });
        let weekly = |count: u32| f64::from(count) / (f64::from(months) * WEEKS_A_MONTH);
        let (demand, capacity) = (weekly(came), weekly(left));
        let mean_wait = target_mean_wait_weeks(settings.target_weeks.into(), settings.factor);
        let target = mean_wait.map(|weeks| target_queue_size(demand, weeks));
        let queue_now = f64::from(queue);
        Some(Self {
            months,
            queue,
            demand_weekly: demand,
            capacity_weekly: capacity,
            target_mean_wait_weeks: mean_wait,
            target_queue: target,
            relief_capacity_weekly: target.and_then(|target| {
                let weeks = settings.relief_weeks.into();
                relief_capacity_weekly(demand, queue_now, target, weeks)
            }),
            clearance_weeks: target
                .and_then(|target| clearance_weeks(demand, capacity, queue_now, target)),
        })
    }
}
