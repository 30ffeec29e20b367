//! Inboxes that nobody services, organisations that closed, and what sources say of themselves.

use ::safety_net::closed_items;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use directory::Reach;
use pathway::london;
use steps::OdsCode;

use super::{ExpectedStep, feed_id, page_of, read};
use crate::{
    World, desk,
    schema::{
        directory::channel_name,
        page::{Page, PageAsk},
        scalars::Date,
    },
};

/// A contact point that nobody services.
#[derive(SimpleObject, Clone)]
pub struct UnservicedInbox {
    /// Its id.
    contact_point: ID,
    /// Its name.
    name: String,
    /// Who keeps it.
    organisation: String,
    /// How it is reached: TELEPHONE, EMAIL and so on.
    channel: String,
    /// Who covers when the owner is away.
    cover: Option<String>,
    /// When somebody last read, answered or tested it, or published it at its present address.
    serviced_at: DateTime<Utc>,
    /// From when on it is un-serviced.
    unserviced_from: DateTime<Utc>,
    /// How it was said to fail since: BOUNCED, AUTO_REPLY and so on.
    failure: Option<String>,
    /// How many messages were unanswered when it was last serviced.
    unanswered: Option<u32>,
}

/// An organisation that is closed.
#[derive(Clone)]
pub struct ClosedOrganisation {
    code: OdsCode,
    name: String,
    ends_on: NaiveDate,
    replaced_by: Option<OdsCode>,
    now: DateTime<Utc>,
}

/// An organisation that is closed.
#[Object]
impl ClosedOrganisation {
    /// Its ODS code.
    async fn code(&self) -> &str {
        self.code.as_str()
    }
    /// Its name.
    async fn name(&self) -> &str {
        &self.name
    }
    /// Its last day.
    async fn ends_on(&self) -> Date {
        Date(self.ends_on)
    }
    /// The organisation that took its place: where what is open may go.
    async fn replaced_by(&self) -> Option<&str> {
        self.replaced_by.as_ref().map(OdsCode::as_str)
    }
    /// What is still open and addressed to it, the soonest due first.
    async fn open_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<ExpectedStep>> {
        let (world, page) = (ctx.data::<World>()?, PageAsk::new(first, after)?);
        let (code, now) = (self.code.clone(), self.now);
        let (after, first) = (page.cursor()?, page.to_read());
        let read =
            read(world, move |conn| closed_items(conn, &code, now, after.as_ref(), first)).await?;
        desk::charge(ctx, read.len()).await?;
        Ok(page_of(&page, read, |one| ExpectedStep::of(world, one, now)))
    }
}

/// What a source said of its own counts.
#[derive(SimpleObject)]
pub struct SourceCount {
    /// The feed.
    feed: String,
    /// First day compared.
    from: Date,
    /// Last day compared.
    to: Date,
    /// How many the source counted.
    #[graphql(name = "sourceCount")]
    counted: u32,
    /// How many were sent.
    sent_count: u32,
    /// How many were acknowledged by a system.
    acknowledged_count: u32,
    /// How many the recipient filed.
    filed_count: u32,
    /// How many have no partner.
    orphan_count: u32,
    /// Where their list is kept.
    list_ref: Option<String>,
    /// Whether all four counts are the same and nothing has no partner.
    agrees: bool,
}

/// A page of contact points that nobody services.
pub(super) async fn unserviced(
    ctx: &Context<'_>,
    now: DateTime<Utc>,
    organisation: Option<OdsCode>,
    page: PageAsk,
) -> async_graphql::Result<Page<UnservicedInbox>> {
    let world = ctx.data::<World>()?;
    // Every contact point is looked at.
    desk::charge_survey(ctx, 1).await?;
    let all: Vec<UnservicedInbox> = {
        let (directory, freshness) = (world.directory(), world.freshness(now));
        let found = directory.unserviced_contacts(organisation.as_ref(), now, freshness);
        found.iter().map(|reach| inbox(world, reach, now)).collect()
    };
    in_memory(ctx, &page, &all, |one| one.contact_point.to_string()).await
}

fn inbox(world: &World, reach: &Reach<'_>, now: DateTime<Utc>) -> UnservicedInbox {
    let (point, calendar) = (reach.point, world.rules.packs.calendar());
    let failure = reach.failed.and_then(|(_, how)| serde_json::to_value(how).ok());
    let (read, today) = (london::date_of(reach.serviced_at), london::date_of(now));
    UnservicedInbox {
        contact_point: point.contact_point.to_string().into(),
        name: point.name.to_string(),
        organisation: point.organisation.to_string(),
        channel: channel_name(point.channel),
        cover: point.cover.as_ref().map(ToString::to_string),
        serviced_at: reach.serviced_at,
        unserviced_from: world.rules.contact_points.unserviced_from(read, today, calendar),
        failure: failure.and_then(|failure| failure.as_str().map(str::to_owned)),
        unanswered: reach.unanswered,
    }
}

/// A page of closed organisations.
pub(super) async fn closed(
    ctx: &Context<'_>,
    now: DateTime<Utc>,
    page: PageAsk,
) -> async_graphql::Result<Page<ClosedOrganisation>> {
    let world = ctx.data::<World>()?;
    desk::charge_survey(ctx, 1).await?;
    let all: Vec<ClosedOrganisation> = {
        let watched = world.watched();
        let closed = watched.closed(now);
        let told = closed.iter().map(|one| ClosedOrganisation {
            code: one.organisation.clone(),
            name: one.name.to_owned(),
            ends_on: one.ends_on,
            replaced_by: one.replaced_by.cloned(),
            now,
        });
        told.collect()
    };
    in_memory(ctx, &page, &all, |one| one.code.to_string()).await
}

/// A page of a list that is whole in memory.
pub(super) async fn in_memory<T: Clone + Send + Sync>(
    ctx: &Context<'_>,
    page: &PageAsk,
    all: &[T],
    cursor: impl Fn(&T) -> String + Send + Sync,
) -> async_graphql::Result<Page<T>> {
    let begins = page.begins_at(all, &cursor)?;
    let read: Vec<T> = all.iter().skip(begins).take(page.first + 1).cloned().collect();
    desk::charge(ctx, read.len()).await?;
    Ok(page.of_read(read, cursor))
}

/// What sources said of days between two.
pub(super) async fn source_counts(
    ctx: &Context<'_>,
    now: DateTime<Utc>,
    feed: Option<String>,
    days: (NaiveDate, NaiveDate),
) -> async_graphql::Result<Vec<SourceCount>> {
    let world = ctx.data::<World>()?;
    let feed = feed.as_deref().map(feed_id).transpose()?;
    desk::charge_survey(ctx, 1).await?;
    let counts: Vec<SourceCount> = {
        let watched = world.watched();
        watched.source_counts(feed.as_ref(), days, now).iter().map(|one| count(one.said)).collect()
    };
    desk::charge(ctx, counts.len()).await?;
    Ok(counts)
}

fn count(said: &steps::interface_and_safety::ReconciliationCompleted) -> SourceCount {
    let counts = [said.sent_count, said.acknowledged_count, said.filed_count];
    let same = counts.iter().all(|count| *count == said.source_count);
    SourceCount {
        feed: said.feed.to_string(),
        from: Date(said.from_date),
        to: Date(said.to_date),
        counted: said.source_count,
        sent_count: said.sent_count,
        acknowledged_count: said.acknowledged_count,
        filed_count: said.filed_count,
        orphan_count: said.orphan_count,
        list_ref: said.list_ref.as_ref().map(ToString::to_string),
        agrees: same && said.orphan_count == 0,
    }
}
