//! Was each promise kept: obligations of a pathway, lists and scorecards.

mod entry;
mod known;
mod scorecard;

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use compliance::{Days, LedgerAsk};
use policy::State;
use steps::OdsCode;

use super::{
    page::{Page, PageAsk},
    scalars::{Date, LogPosition, bad_input, failed},
};
use crate::{
    World,
    desk::{self, Known},
    identity,
    world::unread,
};

use self::known::{known_pack, known_rule};
pub use self::{
    entry::{Obligation, ObligationState},
    scorecard::{Scorecard, ScorecardGroup, ScorecardLine, ScorecardQuery},
};

/// The obligations that a pathway opens, as they stand at a moment.
pub(super) async fn of_pathway(
    ctx: &Context<'_>,
    known: &Known,
    moment: DateTime<Utc>,
) -> async_graphql::Result<Vec<Obligation>> {
    let world = ctx.data::<World>()?;
    let all = known.promises(&world.rules).await?;
    desk::charge(ctx, all.len()).await?;
    Ok(all.iter().map(|one| Obligation::of(world, known.id, one.clone(), moment)).collect())
}

/// The reads of promises.
#[derive(Default)]
pub struct ObligationsQuery;

#[Object]
impl ObligationsQuery {
    /// The obligations an organisation answers for (left out: those of which the steps name nobody),
    /// by rule and by when they were opened. With the pack or rule, the organisation and the days of
    /// a line of the scorecard: what that line counts. For staff and auditors.
    async fn obligations(
        &self,
        ctx: &Context<'_>,
        accountable: Option<String>,
        pack: Option<String>,
        rule: Option<String>,
        state: Option<ObligationState>,
        opened_from: Option<Date>,
        opened_to: Option<Date>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<Obligation>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        world.wait(&world.compliance, at_least.map(|at| at.0)).await?;
        let page = PageAsk::new(first, after)?;
        let ask = LedgerAsk {
            accountable: accountable.map(|code| organisation("accountable", &code)).transpose()?,
            rule: rule.map(|id| known_rule(&world.rules.packs, &id)).transpose()?,
            pack: pack.map(|id| known_pack(&world.rules.packs, &id)).transpose()?,
            opened: Days { from: opened_from.map(|day| day.0), to: opened_to.map(|day| day.0) },
            state: state.map(State::from),
            now: world.now(),
            after: page.cursor()?,
            first: page.to_read(),
        };
        let ledger = world.ledger.clone();
        let read = world.compliance.read(move |conn| Ok(ledger.list(conn, &ask)));
        let listed = read.await.map_err(unread)?.map_err(failed)?;
        desk::charge(ctx, listed.len()).await?;
        let read = page.of_read(listed, |one| one.cursor.to_string());
        Ok(read.map(|one| Obligation::listed(&world, one)))
    }
}

fn organisation(field: &str, raw: &str) -> async_graphql::Result<OdsCode> {
    raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}")))
}
