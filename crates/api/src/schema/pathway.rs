//! A pathway: its clock with the rule behind each move, who owns the next step, and its history.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use pathway::{
    Clock, History,
    clock::{ClockPolicy, Counted, Period, Row, waiting},
};

use super::{
    cancer_and_diagnostics::StandardClocks,
    clock_why::WhyReader,
    findings::{self, DataFinding},
    history::{Step, page_of},
    obligations::{Obligation, of_pathway},
    page::{Page, PageAsk},
    scalars::{Date, LogPosition, pathway_id},
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

    /// What its steps name and it does not hold, and dates that cannot be: for staff and auditors;
    /// null for a patient. Each heals when the step that is missing arrives.
    async fn findings(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<DataFinding>>> {
        if identity::principal(ctx)?.standing == Standing::Patient {
            return Ok(None);
        }
        let found = findings::of_pathway(ctx.data::<World>()?, &self.0).await?;
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

/// A rule of the clock: a row of the decision table.
#[derive(SimpleObject)]
pub struct ClockRule {
    /// The row, 1 to 62.
    row: u8,
    /// The section of the national guidance.
    section: &'static str,
    /// What the row says.
    what: &'static str,
    /// The guidance it rests on, written out: `RTT guidance v5.0, section 3.2.1`.
    guidance: String,
}

impl From<Row> for ClockRule {
    fn from(row: Row) -> Self {
        let (section, what, guidance) = (row.section(), row.what(), row.guidance());
        Self { row: row.number(), section, what, guidance }
    }
}

/// The RTT clock of a pathway.
pub struct RttClock {
    history: Arc<History>,
    clock: Arc<Clock>,
    policy: Arc<ClockPolicy>,
    today: NaiveDate,
}

/// The RTT clock of a pathway.
#[Object]
impl RttClock {
    /// NONE, TICKING, NULLIFIED, TREATED, MONITORING, STOPPED, TRANSFERRED, DECEASED or PLANNED.
    async fn state(&self) -> &'static str {
        self.clock.state_on(self.today).name()
    }

    /// Its waiting periods, the earliest first.
    async fn periods(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RttPeriod>> {
        desk::charge(ctx, self.clock.periods.len()).await?;
        let periods = self.clock.periods.iter();
        Ok(periods.map(|period| RttPeriod::of(period, &self.policy, self.today)).collect())
    }

    /// What each step did, and why.
    async fn why(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ClockMove>> {
        desk::charge(ctx, self.clock.moves.len()).await?;
        let reader = WhyReader::of(&self.history, &self.policy);
        Ok(self.clock.moves.iter().map(|one| reader.made(one)).collect())
    }

    /// The steps that made no move at all, and why: with `why`, every step of the pathway answers.
    async fn unmoved(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ClockMove>> {
        let unmoved = self.clock.silent(&self.history);
        desk::charge(ctx, unmoved.len()).await?;
        let reader = WhyReader::of(&self.history, &self.policy);
        let state = |on| self.clock.state_on(on);
        Ok(unmoved.iter().map(|step| reader.silent(step, state(step.on))).collect())
    }
}

/// One waiting period.
#[derive(SimpleObject)]
pub struct RttPeriod {
    /// The date it counts from; null: unknown, and still reported.
    clock_start: Option<Date>,
    /// The rule that started it.
    started_by: ClockRule,
    /// The step that started it.
    started_by_event: ID,
    /// The date it stopped.
    clock_stop: Option<Date>,
    /// The national code of the stop.
    stop_status: Option<String>,
    /// The rule that stopped it.
    stopped_by: Option<ClockRule>,
    /// The step that stopped it.
    stopped_by_event: Option<ID>,
    /// Whether it counts nowhere.
    nullified: bool,
    /// Days waited, until the stop or today.
    days: Option<u32>,
    /// The index of the week band, 0 to 104.
    band: Option<usize>,
    /// The week band in words.
    band_label: Option<String>,
    /// Where it counts in the national return, today as the census day.
    counts_in: Vec<ReturnPart>,
    /// The day from which it is on a list.
    listed_from: Date,
    /// An admission for treatment that no step has confirmed yet.
    provisional: bool,
    /// The day of the decision to admit for treatment.
    decision_to_admit: Option<Date>,
    /// The place on the list, where that is kept apart from the start.
    queue_position: Option<Date>,
    /// The provider that reports it now.
    provider: Option<String>,
    /// The treatment function it is reported under now.
    treatment_function: Option<String>,
    /// Who pays.
    commissioner: Option<String>,
}

/// A part of the national return in which a period counts.
#[derive(SimpleObject)]
pub struct ReturnPart {
    /// 1A, 1B, 2, 2A or 3.
    part: &'static str,
    /// The day that decides: of the stop, of the start, or the census day.
    on: Date,
}

impl From<Counted> for ReturnPart {
    fn from(counted: Counted) -> Self {
        Self { part: counted.part.name(), on: Date(counted.on) }
    }
}

/// What a step did to the clock, and by which rule.
#[derive(SimpleObject)]
pub struct ClockMove {
    /// The step.
    pub(super) event_id: ID,
    /// What it is.
    pub(super) title: String,
    /// The date on which it counts.
    pub(super) on: Date,
    /// The rule.
    pub(super) rule: ClockRule,
    /// The state before.
    pub(super) from_state: String,
    /// The state after.
    pub(super) to_state: String,
    /// STARTED, STOPPED, NULLIFIED, RETRACTED, RESTARTED, CORRECTED, STAYED or REJECTED; of a step that
    /// made no move EVIDENCE, NOT_READ, WITHDRAWN or AMENDMENT.
    pub(super) effect: String,
    /// Whether the clock moved.
    pub(super) moved: bool,
    /// Why it did not move the clock, in plain English.
    pub(super) reason: Option<&'static str>,
    /// The RTT period status of the activity.
    pub(super) status: Option<&'static str>,
    /// Who recorded it, as a role at an organisation.
    pub(super) recorded_by: Option<String>,
    /// The role in which it was recorded.
    pub(super) recorded_by_role: Option<String>,
    /// The organisation for which it was recorded.
    pub(super) recorded_by_organisation: Option<String>,
    /// When it was recorded.
    pub(super) recorded_at: Option<DateTime<Utc>>,
    /// The step as `StepInput` names it.
    pub(super) step: String,
    /// The place of the period it concerns in `periods`, from 0.
    pub(super) period: Option<usize>,
    /// The version of the clock's settings in force on that day.
    pub(super) policy_version: u32,
}

impl RttPeriod {
    fn of(period: &Period, policy: &ClockPolicy, today: NaiveDate) -> Self {
        let end = period.end.as_ref();
        let until = end.map_or(today, |end| end.date);
        let segment = period.segments.last();
        let days = period.start.date.and_then(|start| waiting::days(start, until));
        Self {
            clock_start: period.start.date.map(Date),
            started_by: period.start.row.into(),
            started_by_event: period.start.event_id.0.into(),
            clock_stop: end.map(|end| Date(end.date)),
            stop_status: end.and_then(|end| end.status.code()).map(str::to_owned),
            stopped_by: end.map(|end| end.row.into()),
            stopped_by_event: end.map(|end| end.event_id.0.into()),
            nullified: period.nullified,
            days,
            band: days.map(waiting::band),
            band_label: days.map(waiting::band).map(waiting::band_label),
            counts_in: period.counted(today, policy).into_iter().map(ReturnPart::from).collect(),
            listed_from: Date(period.start.listed_from),
            provisional: end.is_some_and(|end| end.provisional),
            decision_to_admit: period.decision_to_admit.map(Date),
            queue_position: period.queue_position.map(Date),
            provider: segment.map(|segment| segment.provider.to_string()),
            treatment_function: segment.map(|segment| segment.function.to_string()),
            commissioner: segment
                .and_then(|one| one.commissioner.as_ref())
                .map(ToString::to_string),
        }
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
