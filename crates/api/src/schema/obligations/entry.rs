//! An entry of the ledger: a promise that a step opened, and what became of it.

use async_graphql::{Enum, ID, Object};
use chrono::{DateTime, Utc};
use compliance::Listed;
use pathway::london;
use policy::{Due, Outcome, State};
use steps::{EventId, OdsCode, PathwayId};

use crate::{
    World,
    schema::{history::role_name, scalars::Moment},
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
    /// Counted, and not judged.
    Recorded,
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
    pub(super) fn of(
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

    /// As it stands now.
    pub(super) fn listed(world: &World, listed: Listed) -> Self {
        Self::of(world, listed.pathway_id, listed.obligation, world.now())
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
    /// The steps that prove it; the trigger is among them where it alone does.
    async fn evidence(&self) -> Vec<ID> {
        self.ledger_entry.evidence.iter().map(|event: &EventId| event.0.into()).collect()
    }
    /// What was left out or is still to be done, or what would tell.
    async fn missing(&self) -> Vec<String> {
        match &self.ledger_entry.outcome {
            Outcome::Breached { missing, .. }
            | Outcome::Unknown { missing, .. }
            | Outcome::Open { missing } => missing.clone(),
            Outcome::Met { .. }
            | Outcome::Excused { .. }
            | Outcome::NotApplicable { .. }
            | Outcome::Recorded { .. } => Vec::new(),
        }
    }
    /// Why it is excused.
    async fn excuse(&self) -> Option<&str> {
        match &self.ledger_entry.outcome {
            Outcome::Excused { reason, .. } => Some(reason),
            Outcome::Met { .. }
            | Outcome::Breached { .. }
            | Outcome::Open { .. }
            | Outcome::NotApplicable { .. }
            | Outcome::Unknown { .. }
            | Outcome::Recorded { .. } => None,
        }
    }
    /// Of what is counted and not judged: the code that it is counted by.
    async fn counted_as(&self) -> Option<&str> {
        match &self.ledger_entry.outcome {
            Outcome::Recorded { note, .. } => note.as_deref(),
            Outcome::Met { .. }
            | Outcome::Breached { .. }
            | Outcome::Open { .. }
            | Outcome::Excused { .. }
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
    /// Of a standing promise: on how many days it was not kept; of a promise to cover days: how many
    /// are not covered.
    async fn uncovered_days(&self) -> Option<i64> {
        let today = london::date_of(self.moment);
        let short = self.ledger_entry.short_days.map(i64::from);
        short.or_else(|| self.ledger_entry.uncovered.map(|uncovered| uncovered.days(today)))
    }
}
