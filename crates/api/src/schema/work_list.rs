//! Work lists: the next steps that an organisation owns, overdue first; those that nobody owns; and
//! news of both.

use std::collections::BTreeSet;

use async_graphql::{Context, Enum, ID, Object, Subscription};
use futures::{Stream, StreamExt, stream};
use next_step::{Alarm, AlarmedAt, Cursor, OwnedBy, OwnedRow};
use steps::{OdsCode, PathwayId, codes::Role};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    page::{Page, PageAsk, bad_cursor},
    scalars::{Date, LogPosition, bad_input},
    who_to_contact::{Contacts, contacts_of},
};
use crate::{World, desk, identity, world::unread};

/// A next step in a work list.
pub struct OwnedStep {
    pathway_id: PathwayId,
    since: Option<Date>,
    also_open: Vec<&'static str>,
    alarm: Option<Alarm>,
    contacts: Contacts,
}

/// Why a pathway needs its coordinator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "next_step::Alarm")]
pub enum PathwayAlarm {
    /// Nobody owns the next step.
    Unowned,
    /// Activity arrived that fits no pathway, or more than one.
    Unmatched,
}

impl OwnedStep {
    fn of(world: &World, pathway_id: PathwayId, step: &next_step::NextStep) -> Self {
        Self {
            pathway_id,
            since: step.since.map(|since| Date(since.on)),
            also_open: step.at(world.now()).also_open.iter().map(|state| state.code()).collect(),
            alarm: step.alarm,
            contacts: contacts_of(world, step, None),
        }
    }
}

/// A next step in a work list.
#[Object]
impl OwnedStep {
    /// The pathway.
    async fn pathway_id(&self) -> ID {
        self.pathway_id.0.into()
    }
    /// Since when it has stood there.
    async fn since(&self) -> Option<Date> {
        self.since
    }
    /// What else is open on the pathway, as stable codes.
    async fn also_open(&self) -> &[&'static str] {
        &self.also_open
    }
    /// Why the pathway needs its coordinator; null where somebody owns its next step.
    async fn alarm(&self) -> Option<PathwayAlarm> {
        self.alarm.map(PathwayAlarm::from)
    }
    /// What is to be done, by when, and whom the patient contacts.
    async fn who_to_contact(&self) -> &Contacts {
        &self.contacts
    }
}

/// The reads of work lists.
#[derive(Default)]
pub struct WorkListQuery;

#[Object]
impl WorkListQuery {
    /// The next steps that an organisation owns, by when they become overdue: overdue first, without a
    /// date last. Those of a closed organisation are in the list of the one that took its place. For staff
    /// and auditors.
    async fn next_steps(
        &self,
        ctx: &Context<'_>,
        organisation: String,
        role: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<OwnedStep>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        world.wait(&world.next_steps, at_least.map(|at| at.0)).await?;
        let page = PageAsk::new(first, after)?;
        let after = page.after.as_deref().map(cursor).transpose()?;
        let organisation = owner(&organisation)?;
        let role = role.as_deref().map(role_of).transpose()?;
        let (now, most) = (world.now(), page.to_read());
        let owners = world.with_predecessors(organisation.clone(), now);
        let read = world.next_steps.read(move |conn| {
            let asked = OwnedBy { organisation: &organisation, role, now, after, first: most };
            next_step::by_owners(conn, &owners, &asked)
        });
        let rows: Vec<OwnedRow> = read.await.map_err(unread)?;
        desk::charge(ctx, rows.len()).await?;
        Ok(owned_page(world, &page, rows))
    }

    /// The alarm list: pathways whose next step nobody owns, or that have activity nobody could place;
    /// the longest overdue first. The provider's pathway coordinator is the contact. Without a provider:
    /// all, those of no known provider too. For staff and auditors.
    async fn unowned_pathways(
        &self,
        ctx: &Context<'_>,
        provider: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<OwnedStep>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        world.wait(&world.next_steps, at_least.map(|at| at.0)).await?;
        let page = PageAsk::new(first, after)?;
        let after = page.after.as_deref().map(cursor).transpose()?;
        let provider = provider.as_deref().map(code_of_provider).transpose()?;
        let most = page.to_read();
        let read = world.next_steps.read(move |conn| {
            let asked = AlarmedAt { provider: provider.as_ref(), after, first: most };
            next_step::alarmed(conn, &asked)
        });
        let rows: Vec<OwnedRow> = read.await.map_err(unread)?;
        desk::charge(ctx, rows.len()).await?;
        Ok(owned_page(world, &page, rows))
    }
}

fn owned_page(world: &World, page: &PageAsk, rows: Vec<OwnedRow>) -> Page<OwnedStep> {
    let read =
        page.of_read(rows, |row: &OwnedRow| format!("{}.{}", row.cursor.due_by, row.cursor.no));
    read.map(|row| OwnedStep::of(world, row.pathway_id, &row.step))
}

fn code_of_provider(raw: &str) -> async_graphql::Result<OdsCode> {
    raw.parse().map_err(|bad| bad_input(format!("`provider`: {bad}")))
}

fn cursor(raw: &str) -> async_graphql::Result<Cursor> {
    let (due_by, no) = raw.split_once('.').ok_or_else(bad_cursor)?;
    let number = |raw: &str| raw.parse().map_err(|_malformed| bad_cursor());
    Ok(Cursor { due_by: number(due_by)?, no: number(no)? })
}

fn owner(raw: &str) -> async_graphql::Result<OdsCode> {
    raw.parse().map_err(|bad| bad_input(format!("`organisation`: {bad}")))
}

fn role_of(raw: &str) -> async_graphql::Result<Role> {
    let role = next_step::role_from_code(raw);
    role.ok_or_else(|| bad_input("`role`: expected a role as steps have it, BOOKING_TEAM"))
}

/// What can be followed of work lists.
#[derive(Default)]
pub struct WorkListSubscription;

#[Subscription]
impl WorkListSubscription {
    /// The next steps that come to an organisation (and role) from now on. For staff and auditors.
    async fn next_steps_of(
        &self,
        ctx: &Context<'_>,
        organisation: String,
        role: Option<String>,
    ) -> async_graphql::Result<impl Stream<Item = OwnedStep> + use<>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let organisation = owner(&organisation)?;
        let role = role.as_deref().map(role_of).transpose()?;
        Ok(Watching::from_now(world, Wanted::OwnedBy { organisation, role }))
    }

    /// The pathways that come to have no owner, or activity that nobody could place, from now on; of one
    /// provider, or all. For staff and auditors.
    async fn unowned_pathways_of(
        &self,
        ctx: &Context<'_>,
        provider: Option<String>,
    ) -> async_graphql::Result<impl Stream<Item = OwnedStep> + use<>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let provider = provider.as_deref().map(code_of_provider).transpose()?;
        Ok(Watching::from_now(world, Wanted::Alarmed { provider }))
    }
}

/// Which next steps somebody follows.
enum Wanted {
    OwnedBy { organisation: OdsCode, role: Option<Role> },
    Alarmed { provider: Option<OdsCode> },
}

struct Watching {
    world: World,
    wanted: Wanted,
    news: Receiver<PathwayId>,
}

impl Watching {
    fn from_now(world: World, wanted: Wanted) -> impl Stream<Item = OwnedStep> + use<> {
        let news = world.changed.subscribe();
        let watching = Self { world, wanted, news };
        stream::unfold(watching, Self::next).map(stream::iter).flatten()
    }

    /// The steps of the pathways that changed since and are wanted.
    async fn next(mut self) -> Option<(Vec<OwnedStep>, Self)> {
        let first = match self.news.recv().await {
            Ok(changed) => Some(changed),
            // Too slow: what was missed is in the work list.
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return None,
        };
        let mut changed: BTreeSet<PathwayId> = first.into_iter().collect();
        while let Ok(more) = self.news.try_recv() {
            changed.insert(more);
        }
        let mut steps = Vec::new();
        for id in changed {
            let row = self.world.next_steps.with(|conn| next_step::by_pathway(conn, id)).ok()?;
            if let Some(step) = row.filter(|step| self.is_wanted(step)) {
                steps.push(OwnedStep::of(&self.world, id, &step));
            }
        }
        Some((steps, self))
    }

    fn is_wanted(&self, step: &next_step::NextStep) -> bool {
        match &self.wanted {
            Wanted::OwnedBy { organisation, role } => {
                let now = self.world.now();
                let as_of = step.at(now);
                let directory = self.world.directory();
                let owner = as_of.organisation.is_some_and(|owner| {
                    owner == organisation || directory.successor(owner, now, None) == organisation
                });
                owner && role.is_none_or(|asked| asked == as_of.role)
            }
            Wanted::Alarmed { provider } => {
                step.alarm.is_some()
                    && provider.as_ref().is_none_or(|asked| step.provider.as_ref() == Some(asked))
            }
        }
    }
}
