//! How each feed beats.

use ::safety_net::{Beat, Pulse};
use async_graphql::{Context, Enum, ID, SimpleObject};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::london;
use steps::RuleId;

use super::{read, streams::in_memory};
use crate::{
    World, desk,
    schema::{
        page::{Page, PageAsk},
        scalars::{Date, bad_input},
    },
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
    /// The system that sends it; null: no envelope says it.
    source_system: Option<String>,
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
        source_system: beat.source.as_ref().map(ToString::to_string),
        day: Date(beat.day),
        received: beat.received,
        usual: beat.usual,
        last_day: beat.last_day.map(Date),
        bank_holiday: beat.bank_holiday,
        pulse: Pulse::into(beat.pulse),
        alarm: beat.pulse.is_alarm(),
    }
}

/// A test message that was sent on a feed, from end to end.
#[derive(SimpleObject, Clone)]
pub struct TestMessage {
    /// The event that tells of it.
    id: ID,
    /// The feed, RWA/result-notices.
    feed: String,
    /// The message, by its reference in the source system.
    message_ref: String,
    /// Who sends the feed.
    organisation: Option<String>,
    /// The system that sends it.
    source_system: Option<String>,
    /// To whose end it was sent.
    to_organisation: Option<String>,
    /// When it was sent.
    sent_at: DateTime<Utc>,
    /// By when it is back.
    due_by: DateTime<Utc>,
    /// When it came back; null: it has not.
    returned_at: Option<DateTime<Utc>>,
    /// Whether it is overdue and has not come back: the feed is silent.
    lost: bool,
}

/// The test messages that were sent by a moment, the latest first.
pub(super) async fn test_messages(
    ctx: &Context<'_>,
    now: DateTime<Utc>,
    feed: Option<RuleId>,
    page: PageAsk,
) -> async_graphql::Result<Page<TestMessage>> {
    let world = ctx.data::<World>()?;
    desk::charge_survey(ctx, 1).await?;
    let mut all: Vec<TestMessage> = {
        let watched = world.watched();
        let messages = watched.test_messages(feed.as_ref(), now, &world.rules.safety_net);
        messages.into_iter().map(|message| test_message(message, now)).collect()
    };
    all.reverse();
    in_memory(ctx, &page, &all, |one| one.id.to_string()).await
}

fn test_message(message: ::safety_net::TestMessage, now: DateTime<Utc>) -> TestMessage {
    let lost = message.is_lost(now);
    let said = message.said;
    TestMessage {
        id: message.event_id.0.into(),
        feed: said.feed.to_string(),
        message_ref: said.message_ref.to_string(),
        organisation: said.organisation.as_ref().map(ToString::to_string),
        source_system: said.source_system.as_ref().map(ToString::to_string),
        to_organisation: said.to_organisation.as_ref().map(ToString::to_string),
        sent_at: message.sent_at,
        due_by: message.due,
        returned_at: message.returned.map(|(at, _)| at),
        lost,
    }
}
