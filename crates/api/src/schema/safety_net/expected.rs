//! What a step lets expect, and what became of it.

use ::safety_net::{Expected, Listed};
use async_graphql::{Enum, ID, Object};
use chrono::{DateTime, Utc};
use policy::Expectation;
use steps::{OdsCode, PathwayId, RuleId};

use crate::{
    World,
    schema::scalars::{Moment, bad_input},
};

/// Who is told of an alarm beyond who should have acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::interface_and_safety::AlarmTo")]
pub enum AlarmRecipient {
    /// Who asked for the result.
    Requester,
    /// The deputy of who asked for it.
    Deputy,
    /// The medical director of the organisation that asked for it.
    MedicalDirector,
    /// The integrated care board.
    IntegratedCareBoard,
}

/// How urgent something is to the safety net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::NetPriority")]
pub enum NetPriority {
    /// In the ordinary course.
    Routine,
    /// Within days.
    Urgent,
    /// On the same day.
    SameDay,
    /// Within hours.
    Critical,
}

/// Something that a step lets expect by a moment.
pub struct ExpectedStep {
    pathway_id: PathwayId,
    one: Expected,
    title: Option<String>,
    steps: Vec<&'static str>,
    moment: DateTime<Utc>,
}

impl ExpectedStep {
    /// With the words of its rule.
    pub(super) fn of(world: &World, listed: Listed<Expected>, moment: DateTime<Utc>) -> Self {
        let rule: Option<&Expectation> = world.rules.safety_net.expectation(&listed.node.rule);
        Self {
            pathway_id: listed.pathway_id,
            title: rule.map(|rule| rule.title.clone()),
            steps: rule.map_or_else(Vec::new, |rule| {
                rule.expected.iter().map(|kind| kind.name()).collect()
            }),
            one: listed.node,
            moment,
        }
    }
}

/// Something that a step lets expect by a moment.
#[Object]
impl ExpectedStep {
    /// The pathway.
    async fn pathway_id(&self) -> ID {
        self.pathway_id.0.into()
    }
    /// The rule, NET-RESULT-NOTIFIED.
    async fn rule(&self) -> &str {
        self.one.rule.as_str()
    }
    /// What the rule expects, in plain English.
    async fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
    /// The version of the rules that was in force at the trigger.
    async fn rule_version(&self) -> u32 {
        self.one.version
    }
    /// The steps of which any would answer it.
    async fn expected_steps(&self) -> &[&'static str] {
        &self.steps
    }
    /// The test or letter, by its id; null: the pathway itself.
    async fn item(&self) -> Option<&str> {
        self.one.item.as_deref()
    }
    /// How urgent it is.
    async fn priority(&self) -> NetPriority {
        self.one.priority.into()
    }
    /// The step that lets expect it.
    async fn trigger(&self) -> ID {
        self.one.trigger.0.into()
    }
    /// When that happened.
    async fn triggered_on(&self) -> Moment {
        Moment(self.one.triggered_on)
    }
    /// The last moment in time.
    async fn due_by(&self) -> DateTime<Utc> {
        self.one.due
    }
    /// Whether it was overdue at the moment that is asked.
    async fn overdue(&self) -> bool {
        self.one.is_missing(self.moment)
    }
    /// When it came at last, or ended; null: not yet.
    async fn settled_at(&self) -> Option<DateTime<Utc>> {
        self.one.settled.map(|settled| settled.at)
    }
    /// The step that settled it.
    async fn settled_by(&self) -> Option<ID> {
        self.one.settled.map(|settled| settled.by.0.into())
    }
    /// Who sends.
    async fn sender(&self) -> Option<&str> {
        self.one.sender.as_ref().map(OdsCode::as_str)
    }
    /// Whose turn it is, or who is told.
    async fn owner(&self) -> Option<&str> {
        self.one.owner.as_ref().map(OdsCode::as_str)
    }
    /// The organisation it is addressed to.
    async fn addressed_to(&self) -> Option<&str> {
        self.one.addressed_to.as_ref().map(OdsCode::as_str)
    }
    /// Who is told beyond the owner; null: it is the owner's own deadline.
    async fn alarm_to(&self) -> Option<AlarmRecipient> {
        self.one.alarm_to.map(Into::into)
    }
}

/// A rule of the safety net by its id.
pub(in crate::schema) fn net_rule(world: &World, raw: &str) -> async_graphql::Result<RuleId> {
    let id: RuleId = raw.parse().map_err(|bad| bad_input(format!("`rule`: {bad}")))?;
    if world.rules.safety_net.expectation(&id).is_some() {
        return Ok(id);
    }
    let editions = world.rules.safety_net.editions().iter().rev();
    let ids: Vec<&str> = editions
        .take(1)
        .flat_map(|edition| &edition.expectations)
        .map(|rule| rule.id.as_str())
        .collect();
    Err(bad_input(format!("`rule`: expected one of {}", ids.join(", "))))
}
