//! A pathway: its clock with the rule behind each move, who owns the next step, and its history.

use std::sync::Arc;

use ::history::Recorded;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use pathway::{
    Clock, History,
    clock::{Effect, Move, Period, Row, waiting},
};
use steps::{EventId, PathwayId, StepKind};

use super::{
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
        Ok(RttClock::of(&self.history, &Clock::of(&self.history, &world.rules.clock), today))
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
}

impl From<Row> for ClockRule {
    fn from(row: Row) -> Self {
        Self { row: row.number(), section: row.section(), what: row.what() }
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
    /// The provider that reports it now.
    provider: Option<String>,
    /// The treatment function it is reported under now.
    treatment_function: Option<String>,
    /// Who pays.
    commissioner: Option<String>,
}

/// What a step did to the clock, and by which rule.
#[derive(SimpleObject)]
pub struct ClockMove {
    /// The step.
    event_id: ID,
    /// What it is.
    title: String,
    /// The date on which it counts.
    on: Date,
    /// The rule.
    rule: ClockRule,
    /// The state before.
    from_state: String,
    /// The state after.
    to_state: String,
    /// STARTED, STOPPED, NULLIFIED, RETRACTED, RESTARTED, CORRECTED, STAYED or REJECTED.
    effect: String,
    /// Why it did not move the clock, in plain English.
    reason: Option<&'static str>,
    /// The RTT period status of the activity.
    status: Option<&'static str>,
    /// Who recorded it, as a role at an organisation.
    recorded_by: Option<String>,
}

impl RttClock {
    fn of(history: &History, clock: &Clock, today: chrono::NaiveDate) -> Self {
        Self {
            state: format!("{:?}", clock.state).to_uppercase(),
            periods: clock.periods.iter().map(|period| RttPeriod::of(period, today)).collect(),
            why: clock.moves.iter().map(|one| ClockMove::of(history, one)).collect(),
        }
    }
}

impl RttPeriod {
    fn of(period: &Period, today: chrono::NaiveDate) -> Self {
        let end = period.end.as_ref();
        let until = end.map_or(today, |end| end.date);
        let segment = period.segments.last();
        Self {
            clock_start: period.start.date.map(Date),
            started_by: period.start.row.into(),
            started_by_event: period.start.event_id.0.into(),
            clock_stop: end.map(|end| Date(end.date)),
            stop_status: end.and_then(|end| end.status.code()).map(str::to_owned),
            stopped_by: end.map(|end| end.row.into()),
            stopped_by_event: end.map(|end| end.event_id.0.into()),
            nullified: period.nullified,
            days: period.start.date.and_then(|start| waiting::days(start, until)),
            provider: segment.map(|segment| segment.provider.to_string()),
            treatment_function: segment.map(|segment| segment.function.to_string()),
            commissioner: segment
                .and_then(|one| one.commissioner.as_ref())
                .map(ToString::to_string),
        }
    }
}

impl ClockMove {
    fn of(history: &History, one: &Move) -> Self {
        let (effect, reason) = effect_in_words(one.effect);
        Self {
            event_id: one.event_id.0.into(),
            title: StepKind::title(one.kind),
            on: Date(one.on),
            rule: one.row.into(),
            from_state: format!("{:?}", one.from).to_uppercase(),
            to_state: format!("{:?}", one.to).to_uppercase(),
            effect: effect.to_owned(),
            reason,
            status: one.status.and_then(steps::codes::RttStatus::code),
            recorded_by: recorded_by(history, one.event_id),
        }
    }
}

fn recorded_by(history: &History, event_id: EventId) -> Option<String> {
    let actor = history.told(event_id)?.actor.as_ref()?;
    Some(format!("{} at {}", next_step::role_in_words(actor.role), actor.organisation))
}

fn effect_in_words(effect: Effect) -> (&'static str, Option<&'static str>) {
    match effect {
        Effect::Started => ("STARTED", None),
        Effect::Stopped => ("STOPPED", None),
        Effect::Nullified => ("NULLIFIED", None),
        Effect::Retracted => ("RETRACTED", None),
        Effect::Restarted => ("RESTARTED", None),
        Effect::Corrected => ("CORRECTED", None),
        Effect::Stayed => ("STAYED", None),
        Effect::Rejected(reason) => ("REJECTED", Some(reason.sentence())),
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
