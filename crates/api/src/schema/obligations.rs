//! Was each promise kept: obligations of a pathway, lists and scorecards, and what falls due.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Subscription};
use chrono::{DateTime, Utc};
use compliance::{FellDueAsk, LedgerAsk, Listed, PAGE_MAX, ScorecardAsk};
use futures::{Stream, StreamExt, stream};
use pathway::london;
use policy::{Due, Outcome, State};
use steps::{EventId, OdsCode, PathwayId, RuleId};

use super::{
    history::role_name,
    page::{Page, PageAsk, bad_cursor},
    scalars::{Date, LogPosition, Moment, bad_input, failed},
};
use crate::{
    World,
    desk::{self, Known},
    identity,
    world::unread,
};

/// How an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::State")]
pub enum ObligationState {
    /// Its trigger is still to come.
    NotDue,
    /// Open, and in time.
    Pending,
    /// Kept in time.
    Met,
    /// Kept late.
    MetLate,
    /// Not kept in time.
    Breached,
    /// Not kept, for a reason that the rule allows.
    Excused,
    /// Does not apply.
    NotApplicable,
    /// Cannot be told; shown, and never counted as met.
    Unknown,
}

/// A promise that a step opened, and what became of it.
pub struct Obligation {
    pathway_id: PathwayId,
    ledger_entry: policy::Obligation,
    title: Option<String>,
    reading: Option<String>,
    source: Option<String>,
    state: State,
    moment: DateTime<Utc>,
}

impl Obligation {
    fn of(
        world: &World,
        pathway_id: PathwayId,
        obligation: policy::Obligation,
        moment: DateTime<Utc>,
    ) -> Self {
        let packs = &world.rules.packs;
        let rule = packs.rule(&obligation.pack, obligation.pack_version, &obligation.rule);
        Self {
            pathway_id,
            title: rule.map(|rule| rule.title.clone()),
            reading: rule.map(|rule| rule.reading.clone()).filter(|text| !text.is_empty()),
            source: rule.map(|rule| rule.source.clone()),
            state: obligation.state(moment),
            moment,
            ledger_entry: obligation,
        }
    }
}

/// A promise that a step opened, and what became of it.
#[Object]
impl Obligation {
    /// The pathway it stands on.
    async fn pathway_id(&self) -> ID {
        self.pathway_id.0.into()
    }
    /// The rule, SEL-2.4.
    async fn rule(&self) -> &str {
        self.ledger_entry.rule.as_str()
    }
    /// What the rule promises, in plain English.
    async fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
    /// How the rule is read where its text leaves it open.
    async fn reading(&self) -> Option<&str> {
        self.reading.as_deref()
    }
    /// Where the rule stands.
    async fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }
    /// The pack of the rule.
    async fn pack(&self) -> &str {
        self.ledger_entry.pack.as_str()
    }
    /// The version of the pack that was in force at the trigger.
    async fn pack_version(&self) -> u32 {
        self.ledger_entry.pack_version
    }
    /// How it stands, now or at the moment that was asked.
    async fn state(&self) -> ObligationState {
        self.state.into()
    }
    /// The step that opened it.
    async fn trigger(&self) -> ID {
        self.ledger_entry.trigger.0.into()
    }
    /// When that happened.
    async fn triggered_on(&self) -> Moment {
        Moment(self.ledger_entry.triggered_on)
    }
    /// The last moment in time; null: the rule names none.
    async fn due_by(&self) -> Option<DateTime<Utc>> {
        self.ledger_entry.due.map(Due::last_moment)
    }
    /// Since when it has been settled so.
    async fn settled_at(&self) -> Option<Moment> {
        self.ledger_entry.outcome.since().map(Moment)
    }
    /// The steps that prove it, beside the trigger.
    async fn evidence(&self) -> Vec<ID> {
        self.ledger_entry.evidence.iter().map(|event: &EventId| event.0.into()).collect()
    }
    /// What was left out, or what would tell.
    async fn missing(&self) -> Vec<String> {
        match &self.ledger_entry.outcome {
            Outcome::Breached { missing, .. } | Outcome::Unknown { missing, .. } => missing.clone(),
            Outcome::Met { .. }
            | Outcome::Open
            | Outcome::Excused { .. }
            | Outcome::NotApplicable { .. } => Vec::new(),
        }
    }
    /// Why it is excused.
    async fn excuse(&self) -> Option<&str> {
        match &self.ledger_entry.outcome {
            Outcome::Excused { reason, .. } => Some(reason),
            Outcome::Met { .. }
            | Outcome::Breached { .. }
            | Outcome::Open
            | Outcome::NotApplicable { .. }
            | Outcome::Unknown { .. } => None,
        }
    }
    /// Who answers for it.
    async fn accountable(&self) -> Option<&str> {
        self.ledger_entry.accountable.as_ref().map(OdsCode::as_str)
    }
    /// The role there.
    async fn owner_role(&self) -> String {
        role_name(self.ledger_entry.owner_role)
    }
    /// Of a standing promise: on how many days it was not kept.
    async fn uncovered_days(&self) -> Option<i64> {
        let today = london::date_of(self.moment);
        self.ledger_entry.uncovered.map(|uncovered| uncovered.days(today))
    }
}

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

/// How many obligations of a rule are in a state.
#[derive(SimpleObject)]
pub struct ComplianceScore {
    /// The rule.
    rule: String,
    /// The state; UNKNOWN is never counted as met.
    state: ObligationState,
    /// How many.
    count: u64,
}

/// The reads of promises.
#[derive(Default)]
pub struct ObligationsQuery;

#[Object]
impl ObligationsQuery {
    /// The obligations an organisation answers for, by rule and by when they were opened. For staff
    /// and auditors.
    async fn obligations(
        &self,
        ctx: &Context<'_>,
        accountable: String,
        rule: Option<String>,
        state: Option<ObligationState>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<Obligation>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        world.wait(&world.compliance, at_least.map(|at| at.0)).await?;
        let page = PageAsk::new(first, after)?;
        let ask = LedgerAsk {
            accountable: Some(organisation("accountable", &accountable)?),
            rule: rule.map(|id| rule_id(&id)).transpose()?,
            state: state.map(State::from),
            now: world.now(),
            after: page
                .after
                .as_ref()
                .map(|raw| raw.parse())
                .transpose()
                .map_err(|_bad| bad_cursor())?,
            first: u32::try_from(page.first + 1).unwrap_or(u32::MAX),
        };
        let ledger = world.ledger.clone();
        let read = world.compliance.read(move |conn| Ok(ledger.list(conn, &ask)));
        let listed = read.await.map_err(unread)?.map_err(failed)?;
        desk::charge(ctx, listed.len()).await?;
        let cursors: Vec<String> = listed.iter().map(|one| one.cursor.to_string()).collect();
        let nodes = listed.into_iter().zip(cursors);
        let nodes = nodes.map(|(one, cursor)| (obligation(&world, one), cursor)).collect();
        let read = page.of_read(nodes, |(_, cursor): &(Obligation, String)| cursor.clone());
        Ok(read.map(|(node, _)| node))
    }

    /// How many obligations of each rule are in each state, of those opened between two days. For
    /// staff and auditors.
    async fn compliance(
        &self,
        ctx: &Context<'_>,
        accountable: Option<String>,
        from: Date,
        to: Date,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Vec<ComplianceScore>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        world.wait(&world.compliance, at_least.map(|at| at.0)).await?;
        let ask = ScorecardAsk {
            accountable: accountable.map(|code| organisation("accountable", &code)).transpose()?,
            from: from.0,
            to: to.0,
            now: world.now(),
        };
        // It counts every promise of those days.
        desk::charge_survey(ctx, 10).await?;
        let ledger = world.ledger.clone();
        let read = world.compliance.read(move |conn| Ok(ledger.scorecard(conn, &ask)));
        let scores = read.await.map_err(unread)?.map_err(failed)?;
        Ok(scores
            .into_iter()
            .map(|score| ComplianceScore {
                rule: score.rule.to_string(),
                state: score.state.into(),
                count: score.count,
            })
            .collect())
    }
}

/// What can be followed of promises.
#[derive(Default)]
pub struct ObligationsSubscription;

/// How often it is looked for what fell due.
const DUE_EVERY: Duration = Duration::from_secs(1);

#[Subscription]
impl ObligationsSubscription {
    /// Obligations as they fall due unkept, from `since` (left out: now) on. For staff and auditors.
    async fn obligations_fallen_due(
        &self,
        ctx: &Context<'_>,
        since: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<impl Stream<Item = Obligation> + use<>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let since = since.unwrap_or_else(|| world.now());
        Ok(stream::unfold((world, since), look).map(stream::iter).flatten())
    }
}

/// What fell due since the last look, page by page. A look that fails is made again from its start.
async fn look(
    (world, since): (World, DateTime<Utc>),
) -> Option<(Vec<Obligation>, (World, DateTime<Utc>))> {
    tokio::time::sleep(DUE_EVERY).await;
    let until = world.now();
    let mut found: Vec<Listed> = Vec::new();
    loop {
        let ask = FellDueAsk { since, until, after: found.last().cloned(), first: PAGE_MAX };
        let ledger = world.ledger.clone();
        let read = world.compliance.read(move |conn| Ok(ledger.fell_due(conn, &ask))).await;
        let Ok(Ok(page)) = read else {
            tracing::warn!("what fell due cannot be read for now");
            return Some((Vec::new(), (world, since)));
        };
        let whole = page.len() < PAGE_MAX as usize;
        found.extend(page);
        if whole {
            let due = found.into_iter().map(|one| obligation(&world, one)).collect();
            return Some((due, (world, until)));
        }
    }
}

fn obligation(world: &World, listed: Listed) -> Obligation {
    Obligation::of(world, listed.pathway_id, listed.obligation, world.now())
}

fn organisation(field: &str, raw: &str) -> async_graphql::Result<OdsCode> {
    raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}")))
}

fn rule_id(raw: &str) -> async_graphql::Result<RuleId> {
    raw.parse().map_err(|bad| bad_input(format!("`rule`: {bad}")))
}
