//! The RTT clock of a pathway: its periods, and the rule behind each move.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use pathway::{
    Clock, History,
    clock::{ClockPolicy, Counted, Period, Row, waiting},
};

use super::{clock_why::WhyReader, scalars::Date};
use crate::desk;

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
    pub(super) history: Arc<History>,
    pub(super) clock: Arc<Clock>,
    pub(super) policy: Arc<ClockPolicy>,
    pub(super) today: NaiveDate,
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
        desk::charge(ctx, self.history.entries().len()).await?;
        let unmoved = self.clock.silent(&self.history);
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
        let segment = period.reported_on(until);
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
