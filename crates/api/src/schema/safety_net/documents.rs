//! Documents on their way, and what was sent against what arrived.

use ::safety_net::{Chain, LetterAsk, Listed, ReconcileAsk, Stage, StageOf};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use steps::{OdsCode, PathwayId};

use super::{NetPriority, organisation, page_of, read};
use crate::{
    World, desk,
    schema::{
        page::{Page, PageAsk},
        scalars::Date,
    },
};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DocumentChain {
    /// A letter.
    Letter,
    /// The result of a test.
    Result,
    /// A referral.
    Referral,
}

/// A stage of a document's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::safety_net::Stage")]
pub enum DocumentStage {
    /// A letter was drafted.
    Drafted,
    /// A letter was authorised, a result reported.
    Authorised,
    /// It was sent.
    Sent,
    /// It reached the recipient's system.
    Delivered,
    /// Somebody there opened it.
    Opened,
    /// It was filed, a notice acknowledged, a referral triaged.
    Filed,
    /// What it asks was taken on.
    Actioned,
}

impl From<DocumentChain> for Chain {
    fn from(chain: DocumentChain) -> Self {
        match chain {
            DocumentChain::Letter => Self::Letter,
            DocumentChain::Result => Self::Result,
            DocumentChain::Referral => Self::Referral,
        }
    }
}

/// A document at the stage that it had reached.
pub struct Document {
    pathway_id: PathwayId,
    one: StageOf,
    moment: DateTime<Utc>,
}

/// A document at the stage that it had reached.
#[Object]
impl Document {
    /// The pathway.
    async fn pathway_id(&self) -> ID {
        self.pathway_id.0.into()
    }
    /// The test or letter, by its id; null: the referral.
    async fn item(&self) -> Option<&str> {
        self.one.item.as_deref()
    }
    /// How urgent it is.
    async fn priority(&self) -> NetPriority {
        self.one.priority.into()
    }
    /// The last stage that it had reached.
    async fn stage(&self) -> DocumentStage {
        Stage::into(self.one.stage)
    }
    /// Since when it stands there.
    async fn since(&self) -> DateTime<Utc> {
        self.one.since
    }
    /// For how many whole hours.
    async fn age_hours(&self) -> i64 {
        (self.moment - self.one.since).num_hours()
    }
    /// Since when something that should have followed is overdue; null: nothing is.
    async fn overdue_since(&self) -> Option<DateTime<Utc>> {
        self.one.overdue_since
    }
    /// Who sends it.
    async fn sender(&self) -> Option<&str> {
        self.one.sender.as_ref().map(OdsCode::as_str)
    }
    /// The organisation it is addressed to.
    async fn addressed_to(&self) -> Option<&str> {
        self.one.addressed_to.as_ref().map(OdsCode::as_str)
    }
}

/// What a sender's source has, and how far it came.
#[derive(SimpleObject)]
pub struct ReconciliationCount {
    /// The sender; null: no step says it.
    sender: Option<String>,
    /// How many the source has: reported, authorised, or else sent.
    source_count: u32,
    /// How many were sent.
    sent_count: u32,
    /// How many arrived at the recipient's system.
    delivered_count: u32,
    /// How many the recipient filed.
    filed_count: u32,
    /// How many lack one of these and have not ended.
    orphan_count: u32,
    /// How many ended: held back, or the patient died.
    ended_count: u32,
}

/// Which documents are reconciled.
pub(super) fn reconcile_ask(
    now: DateTime<Utc>,
    chain: DocumentChain,
    (from, to): (Date, NaiveDate),
    sender: Option<String>,
) -> async_graphql::Result<ReconcileAsk> {
    let sender = organisation("sender", sender)?;
    Ok(ReconcileAsk { chain: chain.into(), sender, from: from.0, to, now })
}

/// A page of documents on their way.
pub(super) async fn on_the_way(
    ctx: &Context<'_>,
    page: &PageAsk,
    ask: LetterAsk,
) -> async_graphql::Result<Page<Document>> {
    let (world, moment) = (ctx.data::<World>()?, ask.now);
    // It sorts every document that is on its way.
    desk::charge_survey(ctx, 1).await?;
    let read = read(world, move |conn| ::safety_net::letters(conn, &ask)).await?;
    desk::charge(ctx, read.len()).await?;
    Ok(page_of(page, read, |one| document(one, moment)))
}

/// What each sender's source has.
pub(super) async fn counted(
    ctx: &Context<'_>,
    ask: ReconcileAsk,
) -> async_graphql::Result<Vec<ReconciliationCount>> {
    let world = ctx.data::<World>()?;
    // It counts every document of those days.
    desk::charge_survey(ctx, 10).await?;
    let counted = read(world, move |conn| ::safety_net::reconciled(conn, &ask)).await?;
    desk::charge(ctx, counted.len()).await?;
    let told = |one: ::safety_net::Reconciled| ReconciliationCount {
        sender: one.sender.as_ref().map(ToString::to_string),
        source_count: one.source_count,
        sent_count: one.sent_count,
        delivered_count: one.delivered_count,
        filed_count: one.filed_count,
        orphan_count: one.orphan_count,
        ended_count: one.ended_count,
    };
    Ok(counted.into_iter().map(told).collect())
}

/// A page of documents that lack a stage.
pub(super) async fn orphans(
    ctx: &Context<'_>,
    page: &PageAsk,
    ask: ReconcileAsk,
) -> async_graphql::Result<Page<Document>> {
    let (world, moment) = (ctx.data::<World>()?, ask.now);
    let (after, first) = (page.cursor()?, page.to_read());
    desk::charge_survey(ctx, 1).await?;
    let read =
        read(world, move |conn| ::safety_net::orphans(conn, &ask, after.as_ref(), first)).await?;
    desk::charge(ctx, read.len()).await?;
    Ok(page_of(page, read, |one| document(one, moment)))
}

fn document(listed: Listed<StageOf>, moment: DateTime<Utc>) -> Document {
    Document { pathway_id: listed.pathway_id, one: listed.node, moment }
}
