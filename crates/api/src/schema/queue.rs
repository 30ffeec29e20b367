//! What somebody who runs a list may expect of it: how long ended waits took, how large it may be, how
//! it may go on, each with what it rests on (docs/forecast.md).

mod outlook;

use ::waiting_times::{Narrow, Standing, standing_of};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::NaiveDate;
use pathway::Month;
use steps::{FunctionCode, OdsCode};

pub use self::outlook::{EndedWaits, Forecast, ListLoad, OutlookSettings, WaitOutlook};
use super::scalars::{Date, LogPosition, bad_input, failed, pathway_id};
use crate::{World, desk, identity, world::unread};

/// Counts over the whole list that an outlook makes: of the waits that ended, and of all months.
const SURVEYS: usize = 2;

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

/// Of a list on which fewer than `least` wait no numbers are told.
fn told_of(standing: Standing, least: usize) -> Standing {
    Standing { place: standing.place.filter(|place| place.of >= least), ..standing }
}

/// The reads of what is to be expected.
#[derive(Default)]
pub struct QueueQuery;

#[Object]
impl QueueQuery {
    /// Where a pathway stands in its list; null where it waits on none. One that is not yours answers as
    /// one that does not exist: null. A patient is told no numbers of a list on which so few wait that
    /// `publicWaits` withholds it.
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
        let least = match principal.standing {
            identity::Standing::Patient => world.rules.public_waits.on(today),
            identity::Standing::Staff | identity::Standing::Auditor => None,
        };
        let least = least.and_then(|settings| usize::try_from(settings.smallest_count).ok());
        let standing = standing.map(|standing| told_of(standing, least.unwrap_or(0)));
        Ok(standing.map(|standing| QueuePlace::standing(standing, today)))
    }

    /// What is to be expected of a list: the share of waits that ended within so many weeks, the size it
    /// may have, and a forecast with its past error. For staff and auditors.
    async fn wait_outlook(
        &self,
        ctx: &Context<'_>,
        provider: String,
        treatment_function: String,
        weeks: Option<i32>,
    ) -> async_graphql::Result<WaitOutlook> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let provider: OdsCode =
            provider.parse().map_err(|bad| bad_input(format!("`provider`: {bad}")))?;
        let function: FunctionCode = treatment_function
            .parse()
            .map_err(|bad| bad_input(format!("`treatmentFunction`: {bad}")))?;
        if weeks.is_some_and(|weeks| !(1..=104).contains(&weeks)) {
            return Err(bad_input("`weeks`: expected 1 to 104"));
        }
        let narrow =
            Narrow { provider: Some(provider), function: Some(function), ..Narrow::default() };
        let last = Month::of(pathway::london::date_of(world.now())).before();
        let settings = world.rules.outlook.on(last.last());
        let settings = settings.ok_or_else(|| bad_input("no settings are in force on that day"))?;
        world.waiting.must_be_ready().map_err(unread)?;
        desk::charge_survey(ctx, SURVEYS).await?;
        Ok(WaitOutlook::of(&world.waiting_times, settings, (&narrow, last), weeks))
    }
}

#[cfg(test)]
mod tests {
    use ::waiting_times::QueuePlace as Place;

    use super::*;

    #[test]
    fn of_a_list_of_a_few_a_patient_is_told_no_numbers() {
        let of = |of| {
            let place = Some(Place { before: 3, same_day: 0, of, undated: 0 });
            Standing { provider: None, function: None, counted_from: None, place }
        };
        assert_eq!(told_of(of(19), 20).place, None);
        assert_eq!(told_of(of(20), 20).place, of(20).place);
        assert_eq!(told_of(of(1), 0).place, of(1).place, "staff are told");
    }
}
