//! The safety net: what should have come and did not, how far documents came, which feeds are silent.
//!
//! Everything below `safetyNet` is asked as of one moment. For staff and auditors; what a patient waits
//! for stands on their pathway (`resultsExpected`).

mod alarms;
mod documents;
mod expected;
mod feeds;
mod misdirected;
mod results;
mod streams;

use ::safety_net::{Listed, LookBackAsk, MissingAsk};
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use projector::Connection;
use steps::{OdsCode, RuleId};

pub use self::{
    alarms::Alarm,
    documents::{Document, DocumentChain, DocumentStage, ReconciliationCount},
    expected::{AlarmRecipient, ExpectedStep, NetPriority},
    feeds::{FeedBeat, FeedPulse, TestMessage},
    misdirected::{Misdirected, MisdirectedWhy},
    results::ResultExpected,
    streams::{ClosedOrganisation, SourceCount, UnservicedInbox},
};
pub(super) use self::{expected::net_rule, results::of_pathway};
use super::{
    page::{Page, PageAsk},
    scalars::{Date, LogPosition, bad_input, failed},
};
use crate::{World, desk, identity, world::unread};

/// The safety net as of a moment.
pub struct SafetyNet {
    pub(super) now: DateTime<Utc>,
}

/// The reads of the safety net.
#[derive(Default)]
pub struct SafetyNetQuery;

#[Object]
impl SafetyNetQuery {
    /// What should have come and did not, as of `on` (left out: now). What came later is left out; what
    /// was corrected since is told as it is known today. For staff and auditors.
    async fn safety_net(
        &self,
        ctx: &Context<'_>,
        on: Option<DateTime<Utc>>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<SafetyNet> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        world.not_to_come("on", on)?;
        world.wait(&world.safety_net, at_least.map(|at| at.0)).await?;
        Ok(SafetyNet { now: on.unwrap_or_else(|| world.now()) })
    }
}

/// The safety net as of a moment.
#[Object]
impl SafetyNet {
    /// The moment.
    async fn on(&self) -> DateTime<Utc> {
        self.now
    }

    /// What was expected, is overdue and has not come, the longest overdue first. `owner`: whose turn it
    /// is, or who is told, with what is left of the closed ones whose place it took; `sender`: whose
    /// feed; `escalated`: only what is told beyond its owner (true), or only the owners' own (false).
    async fn missing(
        &self,
        ctx: &Context<'_>,
        owner: Option<String>,
        rule: Option<String>,
        sender: Option<String>,
        escalated: Option<bool>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<ExpectedStep>> {
        let (world, page) = (ctx.data::<World>()?, PageAsk::new(first, after)?);
        let owners = organisation("owner", owner)?;
        let owners = owners.map(|owner| world.with_predecessors(owner, self.now));
        let ask = MissingAsk {
            owner: None,
            rule: rule.map(|id| net_rule(world, &id)).transpose()?,
            sender: organisation("sender", sender)?,
            escalated,
            now: self.now,
            after: page.cursor()?,
            first: page.to_read(),
        };
        let read = read(world, move |conn| match owners {
            Some(owners) => ::safety_net::missing_of_all(conn, &owners, &ask),
            None => ::safety_net::missing(conn, &ask),
        });
        let read = read.await?;
        desk::charge(ctx, read.len()).await?;
        Ok(page_of(&page, read, |one| ExpectedStep::of(world, one, self.now)))
    }

    /// Who was affected: every pathway on which the trigger of a rule happened between two days and
    /// nothing answered it, in the order in which it happened; of one sender's feed where named.
    async fn look_back(
        &self,
        ctx: &Context<'_>,
        rule: String,
        from: Date,
        to: Date,
        sender: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<ExpectedStep>> {
        let (world, page) = (ctx.data::<World>()?, PageAsk::new(first, after)?);
        let ask = LookBackAsk {
            rule: net_rule(world, &rule)?,
            from: from.0,
            to: in_order(from, to)?,
            sender: organisation("sender", sender)?,
            now: self.now,
            after: page.cursor()?,
            first: page.to_read(),
        };
        let read = read(world, move |conn| ::safety_net::look_back(conn, &ask)).await?;
        desk::charge(ctx, read.len()).await?;
        Ok(page_of(&page, read, |one| ExpectedStep::of(world, one, self.now)))
    }

    /// Documents on their way, by when they began, each with the stage it had reached. `overdueOnly`:
    /// those of which something that should have followed is overdue.
    async fn documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "DocumentChain::Letter")] chain: DocumentChain,
        sender: Option<String>,
        stage: Option<DocumentStage>,
        #[graphql(default = false)] overdue_only: bool,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Document>> {
        let page = PageAsk::new(first, after)?;
        let ask = ::safety_net::LetterAsk {
            chain: chain.into(),
            sender: organisation("sender", sender)?,
            stage: stage.map(Into::into),
            overdue_only,
            now: self.now,
            after: page.cursor()?,
            first: page.to_read(),
        };
        documents::on_the_way(ctx, &page, ask).await
    }

    /// What each sender's source has of the documents that began between two days, and how many of them
    /// were sent, arrived and were filed.
    async fn reconciliation(
        &self,
        ctx: &Context<'_>,
        chain: DocumentChain,
        from: Date,
        to: Date,
        sender: Option<String>,
    ) -> async_graphql::Result<Vec<ReconciliationCount>> {
        let ask = documents::reconcile_ask(self.now, chain, (from, in_order(from, to)?), sender)?;
        documents::counted(ctx, ask).await
    }

    /// The documents that lack a stage of their way: those that `reconciliation` counts as orphans.
    async fn orphans(
        &self,
        ctx: &Context<'_>,
        chain: DocumentChain,
        from: Date,
        to: Date,
        sender: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Document>> {
        let page = PageAsk::new(first, after)?;
        let ask = documents::reconcile_ask(self.now, chain, (from, in_order(from, to)?), sender)?;
        documents::orphans(ctx, &page, ask).await
    }

    /// What sources said of their own counts for days between two.
    async fn source_counts(
        &self,
        ctx: &Context<'_>,
        feed: Option<String>,
        from: Date,
        to: Date,
    ) -> async_graphql::Result<Vec<SourceCount>> {
        streams::source_counts(ctx, self.now, feed, (from.0, in_order(from, to)?)).await
    }

    /// How each feed stood on a day (left out: the last day that is over) against the median of the
    /// same weekday. UNKNOWN where too few weeks are known to say, and on a bank holiday with less than usual.
    async fn feeds(
        &self,
        ctx: &Context<'_>,
        day: Option<Date>,
        #[graphql(default = false)] alarms_only: bool,
    ) -> async_graphql::Result<Vec<FeedBeat>> {
        feeds::on_day(ctx, self.now, day.map(|day| day.0), alarms_only).await
    }

    /// The test messages that were sent on feeds (`testMessageSent`), the latest first, with when each is
    /// back (`testMessageReturned`); of one feed, or of all.
    async fn test_messages(
        &self,
        ctx: &Context<'_>,
        feed: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<TestMessage>> {
        let feed = feed.as_deref().map(feed_id).transpose()?;
        feeds::test_messages(ctx, self.now, feed, PageAsk::new(first, after)?).await
    }

    /// Contact points that nobody has read, answered or tested in time, or that failed since, the
    /// longest neglected first.
    async fn unserviced_inboxes(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<UnservicedInbox>> {
        let of = self::organisation("organisation", organisation)?;
        streams::unserviced(ctx, self.now, of, PageAsk::new(first, after)?).await
    }

    /// Organisations that are closed, each with what is still open and addressed to it.
    async fn closed_organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<ClosedOrganisation>> {
        streams::closed(ctx, self.now, PageAsk::new(first, after)?).await
    }

    /// What others report as sent to an organisation after its last day, or to an endpoint since somebody
    /// last read it that nobody services now, and that had got through to nobody; by where it went, then
    /// by when. It is never refused, for it happened: `routingCheck` says so before sending.
    async fn misdirected(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Misdirected>> {
        let of = self::organisation("organisation", organisation)?;
        misdirected::listed(ctx, self.now, of, PageAsk::new(first, after)?).await
    }

    /// The alarms that became overdue from `since` on and before the moment that is asked, in that
    /// order; with what settled them.
    async fn alarms(
        &self,
        ctx: &Context<'_>,
        since: DateTime<Utc>,
        organisation: Option<String>,
        #[graphql(default = false)] open_only: bool,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Alarm>> {
        let page = PageAsk::new(first, after)?;
        let ask = ::safety_net::AlarmAsk {
            organisation: self::organisation("organisation", organisation)?,
            resends: false,
            open_only,
            since,
            until: self.now,
            after: page.cursor()?,
            first: page.to_read(),
        };
        alarms::raised(ctx, &page, ask).await
    }

    /// What an organisation is asked to send again by an approved channel, because it went as a task in
    /// a clinical system, the oldest first; the letter `task-returned` says so to it.
    async fn resends_asked(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
        #[graphql(default = true)] open_only: bool,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Alarm>> {
        let page = PageAsk::new(first, after)?;
        let ask = ::safety_net::AlarmAsk {
            organisation: self::organisation("organisation", organisation)?,
            resends: true,
            open_only,
            since: DateTime::UNIX_EPOCH,
            until: self.now,
            after: page.cursor()?,
            first: page.to_read(),
        };
        alarms::raised(ctx, &page, ask).await
    }
}

/// Reads the view on a thread that may block.
pub(super) async fn read<T: Send + 'static>(
    world: &World,
    ask: impl FnOnce(&Connection) -> Result<T, ::safety_net::SafetyNetError> + Send + 'static,
) -> async_graphql::Result<T> {
    let read = world.safety_net.read(move |conn| Ok(ask(conn)));
    read.await.map_err(unread)?.map_err(failed)
}

/// The page of what was read, one more than asked.
fn page_of<T, N>(page: &PageAsk, read: Vec<Listed<T>>, node: impl Fn(Listed<T>) -> N) -> Page<N> {
    page.of_read(read, |one| one.cursor.to_string()).map(node)
}

fn organisation(field: &str, raw: Option<String>) -> async_graphql::Result<Option<OdsCode>> {
    let parsed = raw.map(|raw| raw.parse()).transpose();
    parsed.map_err(|bad| bad_input(format!("`{field}`: {bad}")))
}

fn feed_id(raw: &str) -> async_graphql::Result<RuleId> {
    raw.parse().map_err(|bad| bad_input(format!("`feed`: {bad}")))
}

/// The second of two days, which is not before the first.
fn in_order(from: Date, to: Date) -> async_graphql::Result<chrono::NaiveDate> {
    if to.0 < from.0 {
        return Err(bad_input("`to` is before `from`: expected that day or a later one"));
    }
    Ok(to.0)
}
