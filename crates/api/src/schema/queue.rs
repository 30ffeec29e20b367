//! What somebody who runs a list may expect of it: how long ended waits took, how large it may be, how
//! it may go on, each with what it rests on (docs/forecast.md).

use ::waiting_times::{
    Ended, Guess, MonthSeen, Narrow, NotEnoughMonths, Standing, clearance_weeks, forecast,
    relief_capacity_weekly, standing_of, target_mean_wait_weeks, target_queue_size,
};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::NaiveDate;
use pathway::Month;
use steps::{FunctionCode, OdsCode};

use super::scalars::{Date, LogPosition, bad_input, failed, pathway_id};
use crate::{World, desk, identity, world::unread};

/// Months of the past that are looked at.
const MONTHS_SEEN_MAX: usize = 36;
/// Months that are guessed ahead.
const AHEAD_MAX: usize = 3;
/// Weeks of the standard.
const TARGET_WEEKS: f64 = 18.0;
/// At four times the mean wait about 2 in 100 still wait, where waits are exponential.
const FACTOR: f64 = 4.0;
/// The weeks in which relief is to bring the list to its target.
const RELIEF_WEEKS: f64 = 26.0;
/// Days of an average month, in weeks.
const WEEKS_A_MONTH: f64 = 365.25 / 12.0 / 7.0;
/// Months over which demand and capacity are averaged.
const RATE_MONTHS: usize = 12;

/// What is to be expected of the list of a provider in a treatment function.
#[derive(SimpleObject)]
pub struct WaitOutlook {
    /// The last day of the last whole month: all figures are up to it.
    as_of: Date,
    /// The waits that ended in the twelve months before.
    ended: EndedWaits,
    /// The list and its rates; null where nobody was on it in the last month.
    load: Option<ListLoad>,
    /// The size of the list in the next months; empty where too few months are known.
    list_size: Vec<Forecast>,
    /// The share within 18 weeks in the next months, 0 to 1; empty where too few months are known.
    within18_weeks_share: Vec<Forecast>,
    /// Why there is no forecast.
    no_forecast_because: Option<String>,
}

/// Where a pathway stands today in the list of its provider and treatment function, by date alone: who
/// is urgent goes first.
#[derive(SimpleObject)]
pub struct QueuePlace {
    /// The day.
    on: Date,
    /// Whose list it is.
    provider: Option<String>,
    /// In which treatment function.
    treatment_function: Option<String>,
    /// The date from which the place counts: the queue position where that is kept apart from the clock
    /// start, else the clock start; null where neither is known.
    counted_from: Option<Date>,
    /// How many stand before it; null without that date.
    before: Option<usize>,
    /// How many others have the very same date: no order is known among them.
    same_day: Option<usize>,
    /// How many wait in all, itself counted.
    of: Option<usize>,
    /// How many of these have no known date, and may stand anywhere.
    undated: Option<usize>,
}

impl QueuePlace {
    fn standing(standing: Standing, on: NaiveDate) -> Self {
        let place = standing.place.as_ref();
        Self {
            on: Date(on),
            before: place.map(|place| place.before),
            same_day: place.map(|place| place.same_day),
            of: place.map(|place| place.of),
            undated: place.map(|place| place.undated),
            counted_from: standing.counted_from.map(Date),
            provider: standing.provider,
            treatment_function: standing.function,
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
    /// In how many weeks, as was asked.
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
    /// The mean wait at which few wait over 18 weeks: 18 / 4.
    target_mean_wait_weeks: Option<f64>,
    /// Demand times that mean wait.
    target_queue: Option<f64>,
    /// What would have to leave a week for the list to be there in 26 weeks.
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

/// The reads of what is to be expected.
#[derive(Default)]
pub struct QueueQuery;

#[Object]
impl QueueQuery {
    /// Where a pathway stands in its list; null where it waits on none. One that is not yours answers as
    /// one that does not exist: null.
    async fn queue_place(
        &self,
        ctx: &Context<'_>,
        pathway_id: ID,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Option<QueuePlace>> {
        let principal = identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let id = self::pathway_id(&pathway_id)?;
        for view in [&world.next_steps, &world.waiting] {
            world.wait(view, at_least.map(|at| at.0)).await?;
        }
        let row = world.next_steps.one(|conn| next_step::by_pathway(conn, id)).map_err(unread)?;
        if !row.is_some_and(|row| principal.may_see(row.subject)) {
            return Ok(None);
        }
        desk::charge_survey(ctx, 1).await?;
        let today = pathway::london::date_of(world.now());
        let read = world.waiting.read(move |conn| Ok(standing_of(conn, id, today)));
        let standing = read.await.map_err(unread)?.map_err(failed)?;
        Ok(standing.map(|standing| QueuePlace::standing(standing, today)))
    }

    /// What is to be expected of a list: the share of waits that ended within so many weeks, the size it
    /// may have, and a forecast with its past error. For staff and auditors.
    async fn wait_outlook(
        &self,
        ctx: &Context<'_>,
        provider: String,
        treatment_function: String,
        #[graphql(default = 18)] weeks: i32,
    ) -> async_graphql::Result<WaitOutlook> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let provider: OdsCode =
            provider.parse().map_err(|bad| bad_input(format!("`provider`: {bad}")))?;
        let function: FunctionCode = treatment_function
            .parse()
            .map_err(|bad| bad_input(format!("`treatmentFunction`: {bad}")))?;
        if !(1..=104).contains(&weeks) {
            return Err(bad_input("`weeks`: expected 1 to 104"));
        }
        let narrow =
            Narrow { provider: Some(provider), function: Some(function), ..Narrow::default() };
        let last = Month::of(pathway::london::date_of(world.now())).before();
        desk::charge_survey(ctx, 2 * MONTHS_SEEN_MAX).await?;
        Ok(WaitOutlook::of(world, &narrow, last, weeks))
    }
}

impl WaitOutlook {
    fn of(world: &World, narrow: &Narrow, last: Month, weeks: i32) -> Self {
        let view = &world.waiting_times;
        let first = (1..RATE_MONTHS).fold(last, |month, _| month.before());
        let ended = view.ended(narrow, first.first(), last.last());
        let seen = view.months_seen(narrow, last, MONTHS_SEEN_MAX);
        let sizes: Vec<f64> = seen.iter().map(|month| f64::from(month.closing)).collect();
        let shares: Vec<f64> = seen.iter().filter_map(|month| month.share).collect();
        let (list_size, no_sizes) = told(forecast(&sizes, AHEAD_MAX, (0.0, f64::MAX)));
        let (within18_weeks_share, no_shares) = told(forecast(&shares, AHEAD_MAX, (0.0, 1.0)));
        Self {
            as_of: Date(last.last()),
            ended: EndedWaits::of(&ended, weeks),
            load: ListLoad::of(&seen),
            list_size,
            within18_weeks_share,
            no_forecast_because: no_sizes.or(no_shares),
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
    fn of(ended: &Ended, weeks: i32) -> Self {
        let share_within = usize::try_from(weeks).ok().and_then(|weeks| ended.share_within(weeks));
        let too_few = || {
            format!("{} waits ended, and {} are needed", ended.count(), ::waiting_times::ENDED_MIN)
        };
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
    fn of(seen: &[MonthSeen]) -> Option<Self> {
        let queue = seen.last()?.closing;
        let lately = seen.iter().rev().take(RATE_MONTHS);
        let (months, came, left) = lately
            .fold((0_i32, 0_u32, 0_u32), |(months, came, left), one| {
                (months + 1, came + one.came, left + one.left)
            });
        let weekly = |count: u32| f64::from(count) / (f64::from(months) * WEEKS_A_MONTH);
        let (demand, capacity) = (weekly(came), weekly(left));
        let mean_wait = target_mean_wait_weeks(TARGET_WEEKS, FACTOR);
        let target = mean_wait.map(|weeks| target_queue_size(demand, weeks));
        let queue_now = f64::from(queue);
        Some(Self {
            months,
            queue,
            demand_weekly: demand,
            capacity_weekly: capacity,
            target_mean_wait_weeks: mean_wait,
            target_queue: target,
            relief_capacity_weekly: target
                .and_then(|target| relief_capacity_weekly(demand, queue_now, target, RELIEF_WEEKS)),
            clearance_weeks: target
                .and_then(|target| clearance_weeks(demand, capacity, queue_now, target)),
        })
    }
}
