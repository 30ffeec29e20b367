//! How each feed beats.

use ::safety_net::{Beat, Pulse};
use async_graphql::{Context, Enum, SimpleObject};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::london;

use super::read;
use crate::{
    World, desk,
    schema::scalars::{Date, bad_input},
};

/// How a feed stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::safety_net::Pulse")]
pub enum FeedPulse {
    /// Nothing came, where something usually does.
    Silent,
    /// Far less came than usually does.
    Low,
    /// As usual.
    Usual,
    /// Too few weeks are known, too little comes, or it is a bank holiday: nobody can say.
    Unknown,
}

/// A feed of an organisation on a day.
#[derive(SimpleObject)]
pub struct FeedBeat {
    /// Its name, RWA/result-notices.
    feed: String,
    /// What it is, in plain English.
    title: Option<String>,
    /// Who sends it; null: no step says it.
    organisation: Option<String>,
    /// The day.
    day: Date,
    /// How many came.
    received: u32,
    /// The median of the same weekday; null: too few weeks are known.
    usual: Option<u32>,
    /// The last day on which anything came, up to this one.
    last_day: Option<Date>,
    /// Whether it is a bank holiday of England; null: the calendar does not reach the day, which is
    /// judged as any other.
    bank_holiday: Option<bool>,
    /// How it stands.
    pulse: FeedPulse,
    /// Whether somebody has to look.
    alarm: bool,
}

/// The feeds of a day that is over.
pub(super) async fn on_day(
    ctx: &Context<'_>,
    now: DateTime<Utc>,
    day: Option<NaiveDate>,
    alarms_only: bool,
) -> async_graphql::Result<Vec<FeedBeat>> {
    let world = ctx.data::<World>()?;
    let day = day.unwrap_or_else(|| london::date_of(now - Duration::days(1)));
    if london::end_of(day) > now {
        return Err(bad_input("`day` is not over: expected a day before the one that is asked"));
    }
    // It counts every step of the feeds on that day and the weekdays before it.
    desk::charge_survey(ctx, 5).await?;
    let net = std::sync::Arc::clone(&world.rules.safety_net);
    let packs = std::sync::Arc::clone(&world.rules.packs);
    let beats = read(world, move |conn| match net.on(day) {
        Some(edition) => ::safety_net::pulses(conn, day, edition, packs.calendar()),
        None => Ok(Vec::new()),
    });
    let beats = beats.await?;
    desk::charge(ctx, beats.len()).await?;
    let told = beats.into_iter().filter(|beat| !alarms_only || beat.pulse.is_alarm());
    Ok(told.map(|beat| told_of(world, beat)).collect())
}

fn told_of(world: &World, beat: Beat) -> FeedBeat {
    let edition = world.rules.safety_net.on(beat.day);
    let rule = edition.and_then(|edition| edition.feeds.iter().find(|rule| rule.id == beat.feed));
    FeedBeat {
        feed: beat.name(),
        title: rule.map(|rule| rule.title.clone()),
        organisation: beat.organisation.as_ref().map(ToString::to_string),
        day: Date(beat.day),
        received: beat.received,
        usual: beat.usual,
        last_day: beat.last_day.map(Date),
        bank_holiday: beat.bank_holiday,
        pulse: Pulse::into(beat.pulse),
        alarm: beat.pulse.is_alarm(),
    }
}
