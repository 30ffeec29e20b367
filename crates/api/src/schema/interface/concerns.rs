//! Concerns about the interface: each, and how many.

use ::interface::{
    Concern, ConcernAsk, ConcernCount, Connection, Listed, Standing, concern_counts, concerns,
    word_of,
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use policy::ConcernRoute;
use steps::{OdsCode, PathwayId};

use super::{SURVEYS, coded, organisation, read, span};
use crate::{
    World, desk, identity,
    schema::{
        page::{Page, PageAsk},
        scalars::{Date, LogPosition, Moment},
    },
};

/// How far a concern has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::interface::Standing")]
pub enum ConcernStanding {
    /// Raised and not closed.
    Open,
    /// Closed, and who raised it has not been told.
    NotToldYet,
    /// Closed, with the answer told to who raised it.
    Answered,
}

/// Where a concern goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::ConcernRoute", name = "ConcernRoute")]
pub enum ConcernRouteName {
    /// To the interface leads of both sides.
    InterfaceLeads,
    /// To nobody at once: it is counted by month.
    MonthlyCount,
}

/// A concern about the interface. What happened stands in its steps.
pub struct InterfaceConcern {
    stream: PathwayId,
    concern: Concern,
    now: DateTime<Utc>,
}

impl InterfaceConcern {
    pub(super) fn of(listed: Listed<Concern>, now: DateTime<Utc>) -> Self {
        Self { stream: listed.stream, concern: listed.item, now }
    }

    pub(super) fn concern(&self) -> &Concern {
        &self.concern
    }
}

/// A concern about the interface. What happened stands in its steps.
#[Object]
impl InterfaceConcern {
    /// Its id.
    async fn concern_id(&self) -> &str {
        self.concern.concern_id.as_str()
    }
    /// The pathway that tells of it, or its own stream where it is about none: `history` shows its steps.
    async fn recorded_on(&self) -> ID {
        self.stream.0.into()
    }
    /// The pathway that it says it is about.
    async fn about_pathway(&self) -> Option<ID> {
        self.concern.about.map(|pathway| pathway.0.into())
    }
    /// What it is about, ONWARD_REFERRAL.
    async fn category(&self) -> String {
        word_of(self.concern.category)
    }
    /// How much harm came of it: NONE, LOW, MODERATE, SEVERE or DEATH.
    async fn harm_level(&self) -> String {
        word_of(self.concern.harm)
    }
    /// Who raised it: PATIENT, CARER, PRACTICE, HOSPITAL or OTHER.
    async fn raised_by(&self) -> String {
        word_of(self.concern.raised_by)
    }
    /// The organisation that raised it.
    async fn from_organisation(&self) -> &str {
        self.concern.from_organisation.as_str()
    }
    /// The organisation it is about.
    async fn to_organisation(&self) -> Option<&str> {
        self.concern.to_organisation.as_ref().map(OdsCode::as_str)
    }
    /// When it was raised.
    async fn raised_at(&self) -> Moment {
        Moment(self.concern.raised_at)
    }
    /// The step that raised it.
    async fn raised_in(&self) -> ID {
        self.concern.raised.0.into()
    }
    /// Where its harm sends it, by the rules of the day on which it was raised.
    async fn route(&self) -> Option<ConcernRouteName> {
        self.concern.routed.map(|routed| routed.to.into())
    }
    /// The last day on which the leads should have it; null: it goes to nobody.
    async fn with_leads_by(&self) -> Option<Date> {
        self.concern.routed.and_then(|routed| routed.by).map(Date)
    }
    /// When it first went on, as recorded.
    async fn escalated_at(&self) -> Option<Moment> {
        self.concern.escalated.map(|(at, _)| Moment(at))
    }
    /// To whom: INTERFACE_LEADS, MEDICAL_DIRECTOR or INTEGRATED_CARE_BOARD.
    async fn escalated_to(&self) -> Option<String> {
        self.concern.escalated.map(|(_, level)| word_of(level))
    }
    /// Whether the leads should have had it, and by what was recorded had it not in time.
    async fn late_with_leads(&self) -> bool {
        self.concern.is_late_with_leads(self.now)
    }
    /// How far it has come.
    async fn standing(&self) -> ConcernStanding {
        self.concern.standing().into()
    }
    /// For how many days it has been open; null once it is closed.
    async fn open_days(&self) -> Option<i64> {
        self.concern.open_days(self.now)
    }
    /// When it was closed.
    async fn closed_at(&self) -> Option<Moment> {
        self.concern.closed.map(|(at, ..)| Moment(at))
    }
    /// What it led to: PUT_RIGHT, PROCESS_CHANGED, EXPLAINED, SAFETY_INVESTIGATION or NO_ACTION.
    async fn outcome(&self) -> Option<String> {
        self.concern.closed.map(|(_, outcome, _)| word_of(outcome))
    }
    /// When who raised it was told.
    async fn told_at(&self) -> Option<Moment> {
        self.concern.told_at.map(Moment)
    }
}

/// What some closed concerns led to.
#[derive(SimpleObject)]
pub struct ConcernOutcomeCount {
    /// PUT_RIGHT, PROCESS_CHANGED, EXPLAINED, SAFETY_INVESTIGATION or NO_ACTION.
    outcome: String,
    /// How many.
    count: u64,
}

/// The concerns of one category about one organisation that were raised in a month.
#[derive(SimpleObject)]
pub struct InterfaceConcernCount {
    /// The month, 2026-01.
    month: String,
    /// What they are about.
    category: String,
    /// The organisation they are about; null: none was named.
    organisation: Option<String>,
    /// How many were raised.
    raised: u64,
    /// Of them, with harm of any level.
    with_harm: u64,
    /// Of them, those that their harm sends to the interface leads of both sides by a day.
    for_leads: u64,
    /// Of those, what the leads by the record had not in time.
    late_with_leads: u64,
    /// Not closed.
    open: u64,
    /// Closed, and who raised it has not been told.
    not_told_yet: u64,
    /// Closed, with the answer told.
    answered: u64,
    /// What those that are closed led to.
    outcomes: Vec<ConcernOutcomeCount>,
}

impl From<ConcernCount> for InterfaceConcernCount {
    fn from(line: ConcernCount) -> Self {
        let of = |standing| line.standing.get(&standing).copied().unwrap_or_default();
        let outcomes = line.outcomes.iter();
        Self {
            month: line.month.to_string(),
            category: word_of(line.category),
            organisation: line.organisation.as_ref().map(ToString::to_string),
            raised: line.raised,
            with_harm: line.with_harm,
            for_leads: line.for_leads,
            late_with_leads: line.late_with_leads,
            open: of(Standing::Open),
            not_told_yet: of(Standing::NotToldYet),
            answered: of(Standing::Answered),
            outcomes: outcomes
                .map(|(outcome, count)| ConcernOutcomeCount {
                    outcome: word_of(*outcome),
                    count: *count,
                })
                .collect(),
        }
    }
}

/// The reads of concerns.
#[derive(Default)]
pub struct ConcernsQuery;

#[Object]
impl ConcernsQuery {
    /// The concerns raised in some months, by when they were raised; those of an organisation are raised
    /// by it or about it. For staff and auditors.
    async fn interface_concerns(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        organisation: Option<String>,
        #[graphql(desc = "As steps have it, ONWARD_REFERRAL.")] category: Option<String>,
        route: Option<ConcernRouteName>,
        standing: Option<ConcernStanding>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<InterfaceConcern>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let page = PageAsk::new(first, after)?;
        let ask = ConcernAsk {
            months: span(&from, to.as_deref())?,
            organisation: self::organisation("organisation", organisation)?,
            category: coded("category", category, "a category of concerns, ONWARD_REFERRAL")?,
            route: route.map(ConcernRoute::from),
            standing: standing.map(Standing::from),
            after: page.cursor()?,
            first: page.to_read(),
        };
        let listed = read(world, at_least, move |conn| concerns(conn, &ask)).await?;
        desk::charge(ctx, listed.len()).await?;
        let read = page.of_read(listed, |one: &Listed<Concern>| one.cursor.to_string());
        let now = world.now();
        Ok(read.map(|one| InterfaceConcern::of(one, now)))
    }

    /// How many concerns were raised in some months, on a pathway or about none, by month, category and
    /// the organisation they are about, and what became of them: late with the leads, closed, answered;
    /// those of an organisation are raised by it or about it. For staff and auditors.
    async fn interface_concern_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        organisation: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Vec<InterfaceConcernCount>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let (months, who) =
            (span(&from, to.as_deref())?, self::organisation("organisation", organisation)?);
        desk::charge_survey(ctx, SURVEYS).await?;
        let now = world.now();
        let ask = move |conn: &Connection| concern_counts(conn, months, who.as_ref(), now);
        let lines = read(world, at_least, ask).await?;
        desk::charge(ctx, lines.len()).await?;
        Ok(lines.into_iter().map(InterfaceConcernCount::from).collect())
    }
}
