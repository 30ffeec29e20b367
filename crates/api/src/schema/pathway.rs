//! A pathway: its clock with the rule behind each move, who owns the next step, and its history.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};

use super::{
    cancer_and_diagnostics::StandardClocks,
    findings::{self, DataFinding},
    history::{Step, page_of},
    obligations::{Obligation, of_pathway},
    page::{Page, PageAsk},
    rtt_clock::RttClock,
    safety_net::{self, ResultExpected},
    scalars::{LogPosition, pathway_id},
    who_to_contact::{Contacts, contacts_as_known},
};
use crate::{
    World,
    desk::{self, Asked, Desk, Known},
    identity::{self, Standing},
};

/// A pathway, as known at a moment.
pub struct Pathway(pub(super) Arc<Known>);

impl Pathway {
    /// The moment that is asked: everything of one answer is judged at the same.
    fn moment(&self, world: &World) -> DateTime<Utc> {
        self.0.at.unwrap_or_else(|| world.now())
    }
}

/// A pathway, as known at a moment.
#[Object]
impl Pathway {
    /// Our own id of it.
    pub async fn id(&self) -> ID {
        self.0.id.0.into()
    }

    /// The RTT clock: its periods, and what each step did to it or why it did nothing.
    async fn clock(&self, ctx: &Context<'_>) -> async_graphql::Result<RttClock> {
        let world = ctx.data::<World>()?;
        let today = pathway::london::date_of(self.moment(world));
        let clock = self.0.clock(&world.rules).await?;
        let policy = Arc::clone(&world.rules.clock);
        Ok(RttClock { history: Arc::clone(&self.0.history), clock, policy, today })
    }

    /// The clocks of the cancer standards (28, 31 and 62 days), beside the RTT clock, and why.
    async fn cancer_clocks(&self, ctx: &Context<'_>) -> async_graphql::Result<StandardClocks> {
        let world = ctx.data::<World>()?;
        desk::charge(ctx, self.0.history.entries().len()).await?;
        let (history, at) = (Arc::clone(&self.0.history), self.moment(world));
        let standards = Arc::clone(&world.rules.standards);
        desk::aside(history.entries().len(), move || {
            StandardClocks::of_cancer(&standards, &history, at)
        })
        .await
    }

    /// The clocks of the tests of the diagnostics return, beside the RTT clock, and why.
    async fn diagnostic_clocks(&self, ctx: &Context<'_>) -> async_graphql::Result<StandardClocks> {
        let world = ctx.data::<World>()?;
        desk::charge(ctx, self.0.history.entries().len()).await?;
        let (history, at) = (Arc::clone(&self.0.history), self.moment(world));
        let standards = Arc::clone(&world.rules.standards);
        desk::aside(history.entries().len(), move || {
            StandardClocks::of_tests(&standards, &history, at)
        })
        .await
    }

    /// Who owns the next step and whom to contact.
    async fn who_to_contact(&self, ctx: &Context<'_>) -> async_graphql::Result<Contacts> {
        let world = ctx.data::<World>()?;
        contacts_as_known(world, &self.0).await
    }

    /// Each promise that applies, and whether it was kept.
    async fn obligations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Obligation>> {
        let world = ctx.data::<World>()?;
        of_pathway(ctx, &self.0, self.moment(world)).await
    }

    /// The results that the patient has not been told: by when each is expected, whether that has passed,
    /// and whom to contact.
    async fn results_expected(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<ResultExpected>> {
        let world = ctx.data::<World>()?;
        safety_net::of_pathway(ctx, &self.0, self.moment(world)).await
    }

    /// What its steps name and it does not hold, and dates that cannot be: for staff and auditors;
    /// null for a patient. Each heals when the step that is missing arrives.
    async fn findings(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<DataFinding>>> {
        if identity::principal(ctx)?.standing == Standing::Patient {
            return Ok(None);
        }
        let found = findings::of_pathway(ctx, &self.0).await?;
        desk::charge(ctx, found.len()).await?;
        Ok(Some(found))
    }

    /// Its steps, in the order in which they happened.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Step>> {
        page_of(ctx, &self.0, &PageAsk::new(first, after)?).await
    }
}

/// The reads of pathways.
#[derive(Default)]
pub struct PathwayQuery;

#[Object]
impl PathwayQuery {
    /// One pathway; with `asKnownAt`, as it was known then. One that is not yours answers as one that
    /// does not exist: null.
    async fn pathway(
        &self,
        ctx: &Context<'_>,
        id: ID,
        as_known_at: Option<DateTime<Utc>>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Option<Pathway>> {
        let principal = identity::principal(ctx)?;
        let asked = Asked::by(ctx, principal)?;
        let (id, world) = (pathway_id(&id)?, asked.world);
        world.not_to_come("asKnownAt", as_known_at)?;
        world.wait(&world.next_steps, at_least.map(|at| at.0)).await?;
        let known = Desk::of(ctx)?.known(asked, id, as_known_at).await?;
        Ok(known.map(Pathway))
    }

    /// The pathways of the patient who asks, at most 100.
    async fn my_pathways(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Pathway>> {
        let principal = identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let Some(subject) = principal.subject else { return Ok(Vec::new()) };
        let found = world.next_steps.with(|conn| next_step::by_subject(conn, subject));
        let mut pathways = Vec::new();
        for (id, _row) in found.map_err(crate::world::unread)? {
            let known = Desk::of(ctx)?.known(Asked::by(ctx, principal)?, id, None).await?;
            pathways.extend(known.map(Pathway));
        }
        desk::charge(ctx, pathways.len()).await?;
        Ok(pathways)
    }
}
