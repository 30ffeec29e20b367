//! The pathways behind a figure, a page at a time.

use ::waiting_times::{Ask, ListedPathway, PageOf, Which, pathways_of};
use async_graphql::{Context, ID, SimpleObject};
use chrono::NaiveDate;
use steps::PathwayId;

use super::month::{WayIn, WayOut, reason_word};
use crate::{
    World, desk,
    schema::{
        page::{Page, PageAsk, bad_cursor},
        scalars::{Date, failed, pathway_id},
    },
    world::unread,
};

/// A pathway on a waiting list.
#[derive(SimpleObject)]
pub struct WaitingPathway {
    /// The pathway; `history` and `pathway` tell its steps and its clock.
    pathway_id: ID,
    /// Which of its stretches on lists this is, from 0.
    stretch: u32,
    /// The date its wait counts from; null where that is not known.
    clock_start: Option<Date>,
    /// Days waited on the day asked, or until it left the list.
    days_waited: Option<u32>,
    /// From when it is on this list.
    listed_from: Date,
    /// The first day it is not; null while it waits.
    listed_to: Option<Date>,
    /// How it came to this list.
    entered: WayIn,
    /// How it left, if it did.
    left: Option<WayOut>,
    /// Why it was taken off, where it was while the clock ticked.
    removal_reason: Option<String>,
    /// The RTT period status of the stop.
    stop_status: Option<String>,
    /// The provider that reports it.
    provider: Option<String>,
    /// The site.
    site: Option<String>,
    /// Who pays.
    commissioner: Option<String>,
    /// The treatment function.
    treatment_function: Option<String>,
    /// How urgent the referral is.
    priority: Option<String>,
    /// The responsible clinician.
    clinician: Option<String>,
    /// The day of the decision to admit.
    decision_to_admit: Option<Date>,
    /// The date its place in the queue counts from, where that is kept apart from the start.
    queue_position: Option<Date>,
}

/// The page of the pathways that a group counts.
pub(super) async fn page_of(
    ctx: &Context<'_>,
    ask: &Ask,
    key: &str,
    (which, on): (Which, NaiveDate),
    (first, after): (i32, Option<String>),
) -> async_graphql::Result<Page<WaitingPathway>> {
    let world = ctx.data::<World>()?;
    let page = PageAsk::new(first, after)?;
    let after = page.after.as_deref().map(cursor_of).transpose()?;
    let first = page.to_read();
    let (ask, key) = (ask.clone(), key.to_owned());
    let view = std::sync::Arc::clone(&world.waiting_times);
    let read = world.waiting.read(move |conn| {
        Ok(pathways_of(&view, conn, &ask, PageOf { key: &key, which, after, first }))
    });
    let listed = read.await.map_err(unread)?.map_err(failed)?;
    desk::charge(ctx, listed.len()).await?;
    let nodes = listed.into_iter().map(|listed| WaitingPathway::of(listed, on)).collect();
    let cursor = |node: &WaitingPathway| format!("{}/{}", node.pathway_id.0, node.stretch);
    Ok(page.of_read(nodes, cursor))
}

fn cursor_of(raw: &str) -> async_graphql::Result<(PathwayId, u32)> {
    let (pathway, stretch) = raw.split_once('/').ok_or_else(bad_cursor)?;
    let pathway = pathway_id(&ID(pathway.to_owned())).map_err(|_malformed| bad_cursor())?;
    Ok((pathway, stretch.parse().map_err(|_malformed| bad_cursor())?))
}

impl WaitingPathway {
    fn of(listed: ListedPathway, on: NaiveDate) -> Self {
        Self {
            pathway_id: listed.pathway_id.0.into(),
            stretch: listed.stretch,
            days_waited: listed.days_waited(on),
            clock_start: listed.clock_start.map(Date),
            listed_from: Date(listed.listed_from),
            listed_to: listed.listed_to.map(Date),
            entered: listed.entered.into(),
            left: listed.left.map(WayOut::from),
            removal_reason: listed.left.and_then(reason_word),
            stop_status: listed.end_status,
            provider: listed.provider,
            site: listed.site,
            commissioner: listed.commissioner,
            treatment_function: listed.function,
            priority: listed.priority,
            clinician: listed.clinician,
            decision_to_admit: listed.decision_to_admit.map(Date),
            queue_position: listed.queue_position.map(Date),
        }
    }
}
