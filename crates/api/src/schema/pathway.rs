//! A pathway: its clock with the rule behind each move, who owns the next step, and its history.

use std::sync::Arc;

use ::history::Recorded;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use pathway::{
    Clock, History,
    clock::{ClockPolicy, Counted, Period, Row, waiting},
};
use steps::PathwayId;

use super::{
    cancer_and_diagnostics::StandardClocks,
    clock_why::WhyReader,
    findings::{self, DataFinding},
    history::Step,
    obligations::{Obligation, of_history},
    page::{Page, PageAsk},
    scalars::{Date, LogPosition, pathway_id},
    who_to_contact::{Contacts, contacts_of},
};
use crate::{
    World,
    identity::{self, Standing},
};

/// A pathway, as known at a moment.
pub struct Pathway {
    pub(super) id: PathwayId,
    pub(super) recorded: Arc<Vec<Recorded>>,
    pub(super) history: Arc<History>,
    pub(super) as_known_at: Option<DateTime<Utc>>,
}

impl Pathway {
    pub(super) fn of(
        id: PathwayId,
        recorded: Vec<Recorded>,
        as_known_at: Option<DateTime<Utc>>,
    ) -> Self {
        let told = recorded.iter().map(|one| one.told.clone()).collect();
        let history = Arc::new(History::of(id, told));
        Self { id, recorded: Arc::new(recorded), history, as_known_at }
    }

    /// The moment that is asked: everything of one answer is judged at the same.
    fn moment(&self, world: &World) -> DateTime<Utc> {
        self.as_known_at.unwrap_or_else(|| world.now())
    }
}

/// A pathway, as known at a moment.
#[Object]
impl Pathway {
    /// Our own id of it.
    pub async fn id(&self) -> ID {
        self.id.0.into()
    }

    /// The RTT clock: its periods, and what each step did to it or why it did nothing.
    async fn clock(&self, ctx: &Context<'_>) -> async_graphql::Result<RttClock> {
        let world = ctx.data::<World>()?;
        let today = pathway::london::date_of(self.moment(world));
        let policy = &world.rules.clock;
        Ok(RttClock::of(&self.history, &Clock::of(&self.history, policy), policy, today))
    }

    /// The clocks of the cancer standards (28, 31 and 62 days), beside the RTT clock, and why.
    async fn cancer_clocks(&self, ctx: &Context<'_>) -> async_graphql::Result<StandardClocks> {
        let world = ctx.data::<World>()?;
        Ok(StandardClocks::of_cancer(world, &self.history, self.moment(world)))
    }

    /// The clocks of the tests of the diagnostics return, beside the RTT clock, and why.
    async fn diagnostic_clocks(&self, ctx: &Context<'_>) -> async_graphql::Result<StandardClocks> {
        let world = ctx.data::<World>()?;
        Ok(StandardClocks::of_tests(world, &self.history, self.moment(world)))
    }

    /// Who owns the next step and whom to contact.
    async fn who_to_contact(&self, ctx: &Context<'_>) -> async_graphql::Result<Contacts> {
        let world = ctx.data::<World>()?;
        let step = next_step::next_step(&self.history, &world.rules.due);
        Ok(contacts_of(world, &step, self.as_known_at))
    }

    /// Each promise that applies, and whether it was kept.
    async fn obligations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Obligation>> {
        let world = ctx.data::<World>()?;
        Ok(of_history(world, &self.history, self.moment(world)))
    }

    /// What its steps name and it does not hold, and dates that cannot be: for staff and auditors;
    /// null for a patient. Each heals when the step that is missing arrives.
    async fn findings(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<DataFinding>>> {
        if identity::principal(ctx)?.standing == Standing::Patient {
            return Ok(None);
        }
        let world = ctx.data::<World>()?;
        findings::of_pathway(world, &self.history, self.as_known_at).await.map(Some)
    }

    /// Its steps, in the order in which they happened.
    async fn history(
        &self,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<Step>> {
        let ask = PageAsk::new(first, after)?;
        let lines = ::history::timeline(self.id, self.recorded.to_vec());
        ask.of_all(lines.into_iter().map(Step).collect(), Step::cursor)
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
#[derive(SimpleObject)]
pub struct RttClock {
    /// NONE, TICKING, NULLIFIED, TREATED, MONITORING, STOPPED, TRANSFERRED, DECEASED or PLANNED.
    state: String,
    /// Its waiting periods, the earliest first.
    periods: Vec<RttPeriod>,
    /// What each step did, and why.
    why: Vec<ClockMove>,
    /// The steps that made no move at all, and why: with `why`, every step of the pathway answers.
    unmoved: Vec<ClockMove>,
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

impl RttClock {
    fn of(
        history: &History,
        clock: &Clock,
        policy: &ClockPolicy,
        today: chrono::NaiveDate,
    ) -> Self {
        let reader = WhyReader::of(history, policy);
        let periods = clock.periods.iter();
        let unmoved = clock.silent(history);
        let unmoved = unmoved.iter().map(|step| reader.silent(step, clock.state_on(step.on)));
        Self {
            state: clock.state_on(today).name().to_owned(),
            periods: periods.map(|period| RttPeriod::of(period, policy, today)).collect(),
            why: clock.moves.iter().map(|one| reader.made(one)).collect(),
            unmoved: unmoved.collect(),
        }
    }
}

impl RttPeriod {
    fn of(period: &Period, policy: &ClockPolicy, today: chrono::NaiveDate) -> Self {
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
        let world = ctx.data::<World>()?;
        let id = pathway_id(&id)?;
        world.not_to_come("asKnownAt", as_known_at)?;
        world.wait(&world.next_steps, at_least.map(|at| at.0)).await?;
        let recorded = world.recorded(principal, id, as_known_at).await?;
        Ok(recorded.map(|recorded| Pathway::of(id, recorded, as_known_at)))
    }

    /// The pathways of the patient who asks, at most 100.
    async fn my_pathways(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Pathway>> {
        let principal = identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let Some(subject) = principal.subject else { return Ok(Vec::new()) };
        let found = world.next_steps.with(|conn| next_step::by_subject(conn, subject));
        let mut pathways = Vec::new();
        for (id, _row) in found.map_err(crate::world::unread)? {
            if let Some(recorded) = world.recorded(principal, id, None).await? {
                pathways.push(Pathway::of(id, recorded, None));
            }
        }
        Ok(pathways)
    }
}
