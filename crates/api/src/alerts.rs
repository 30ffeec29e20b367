//! What leaves the house when an alarm is raised or settled: ids, codes and moments, and nothing about
//! a person. One alert is one event of the log, so its id is the same however often it is sent.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, SecondsFormat, Utc};
use event_store::{Category, StoredEvent};
use safety_net::{outcome_code, to_code};
use serde::Serialize;
use serde_json::{Value, json};
use steps::{Step, StepKind};

use crate::schema::scalars::LogPosition;

/// What an alert tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertKind {
    /// A promise was not kept in time.
    ObligationBreached,
    /// What should have followed a step did not.
    ExpectedEventMissed,
    /// A feed is silent, or far below its usual volume.
    FeedSilent,
    /// What an earlier alert was about is settled.
    AlarmResolved,
}

/// An alarm that was raised or settled.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The event: the same however often the alert is sent.
    #[serde(skip)]
    pub id: ID,
    /// What it tells.
    pub kind: AlertKind,
    /// Its place in the log: give it back as `after`.
    #[serde(skip)]
    pub position: LogPosition,
    /// When the system knew it.
    #[serde(skip)]
    pub recorded_at: DateTime<Utc>,
    /// When it became so in the world: a moment, or a day.
    pub occurred_at: String,
    /// The pathway; null: it is about a feed.
    pub pathway_id: Option<ID>,
    /// The feed, RWA/result-notices.
    pub feed: Option<String>,
    /// Of a feed: the system that sends it.
    pub source_system: Option<String>,
    /// Of a feed: the test message that did not come back.
    pub message_ref: Option<String>,
    /// The rule.
    pub rule: Option<String>,
    /// The version of its pack or rules.
    pub rule_version: Option<String>,
    /// The step that should have been followed.
    pub trigger: Option<ID>,
    /// The organisation that answers for it or is told.
    pub organisation: Option<String>,
    /// Who is told there beyond who should have acted: REQUESTER, DEPUTY,
    /// `MEDICAL_DIRECTOR` or `INTEGRATED_CARE_BOARD`.
    pub alarm_to: Option<String>,
    /// Of a feed: how many came.
    pub received: Option<u32>,
    /// Of a feed: the median of the same weekday.
    pub usual: Option<u32>,
    /// The alert that is settled.
    pub resolves: Option<ID>,
    /// How it is settled: `IN_TIME` and told late, LATE, or `NO_LONGER_DUE`.
    pub outcome: Option<String>,
    /// The step that settles it.
    pub resolved_by: Option<ID>,
}

impl Alert {
    /// The alert that an event is; `None`: it is none, or cannot be read.
    pub fn of(stored: &StoredEvent) -> Option<Self> {
        let kind = kind_of(stored)?;
        let told = envelope::read(stored).ok()?;
        let of_pathway = stored.stream.category == Category::Pathway;
        let mut alert = Self {
            id: stored.event.event_id.into(),
            kind,
            position: LogPosition(stored.position),
            recorded_at: told.recorded_at,
            occurred_at: told.occurred_at.to_string(),
            pathway_id: of_pathway.then(|| stored.stream.id.into()),
            feed: None,
            source_system: None,
            message_ref: None,
            rule: None,
            rule_version: None,
            trigger: None,
            organisation: None,
            alarm_to: None,
            received: None,
            usual: None,
            resolves: None,
            outcome: None,
            resolved_by: None,
        };
        alert.say(&told.step);
        Some(alert)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "four steps are alerts")]
    fn say(&mut self, step: &Step) {
        match step {
            Step::ObligationBreached(said) => {
                self.rule = Some(said.rule.to_string());
                self.rule_version = Some(said.pack_version.to_string());
                self.trigger = Some(said.event_id.0.into());
                self.organisation = said.organisation.as_ref().map(ToString::to_string);
            }
            Step::ExpectedEventMissed(said) => {
                self.rule = Some(said.rule.to_string());
                self.rule_version = said.pack_version.as_ref().map(ToString::to_string);
                self.trigger = said.event_id.map(|event| event.0.into());
                self.organisation = said.organisation.as_ref().map(ToString::to_string);
                self.alarm_to = said.alarm_to.map(|to| to_code(to).to_owned());
            }
            Step::FeedSilent(said) => {
                self.feed = Some(said.feed.to_string());
                self.organisation = said.organisation.as_ref().map(ToString::to_string);
                self.received = Some(said.received_count);
                self.usual = Some(said.usual_count);
                self.source_system = said.source_system.as_ref().map(ToString::to_string);
                self.message_ref = said.message_ref.as_ref().map(ToString::to_string);
            }
            Step::AlarmResolved(said) => {
                self.rule = said.rule.as_ref().map(ToString::to_string);
                self.feed = said.feed.as_ref().map(ToString::to_string);
                self.resolves = Some(said.event_id.0.into());
                self.outcome = Some(outcome_code(said.alarm_outcome).to_owned());
                self.resolved_by = said.resolved_by.map(|event| event.0.into());
            }
            _ => {}
        }
    }

    /// As an event of `CloudEvents` 1.0 in structured mode.
    pub fn cloud_event(&self) -> Value {
        let kind = match self.kind {
            AlertKind::ObligationBreached => "obligation-breached",
            AlertKind::ExpectedEventMissed => "expected-event-missed",
            AlertKind::FeedSilent => "feed-silent",
            AlertKind::AlarmResolved => "alarm-resolved",
        };
        let subject = self.pathway_id.as_ref().map(|id| format!("pathway/{}", **id));
        let subject = subject.or_else(|| self.feed.as_ref().map(|feed| format!("feed/{feed}")));
        json!({
            "specversion": "1.0",
            "id": *self.id,
            "source": "/waymark",
            "type": format!("waymark.{kind}.v1"),
            "subject": subject,
            "time": self.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "datacontenttype": "application/json",
            "data": self.told(),
        })
    }

    /// Its fields, those that say nothing left out.
    fn told(&self) -> Value {
        let mut told = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(fields) = &mut told {
            fields.retain(|_, value| !value.is_null());
        }
        told
    }
}

/// Whether the event is an alert, by its name alone.
fn kind_of(stored: &StoredEvent) -> Option<AlertKind> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "four steps are alerts")]
    match StepKind::from_name(&stored.event.kind)? {
        StepKind::ObligationBreached => Some(AlertKind::ObligationBreached),
        StepKind::ExpectedEventMissed => Some(AlertKind::ExpectedEventMissed),
        StepKind::FeedSilent => Some(AlertKind::FeedSilent),
        StepKind::AlarmResolved => Some(AlertKind::AlarmResolved),
        _ => None,
    }
}

/// An alert that an endpoint did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadAlert {
    /// The endpoint, by its name in the settings.
    pub endpoint: String,
    /// The event of the alert.
    pub id: uuid::Uuid,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub given_up_at: DateTime<Utc>,
    /// Why, in words without the alert's content.
    pub why: String,
}

/// Who sends alerts out and keeps those that nobody took.
pub trait Deliveries: Send + Sync {
    /// The alerts that were given up, the oldest first.
    fn dead(&self) -> Result<Vec<DeadAlert>, DeliveriesError>;

    /// Sends alerts that were given up once more, of one endpoint or one alert where named; how many.
    fn retry(
        &self,
        endpoint: Option<&str>,
        id: Option<uuid::Uuid>,
    ) -> Result<usize, DeliveriesError>;
}

/// The file of the deliveries failed.
#[derive(Debug, thiserror::Error)]
#[error("what was delivered cannot be read")]
pub struct DeliveriesError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
