//! What the safety net expects, as dated data (`docs/safety-net.md`).
//!
//! Read in this order: here the words, `read` how the file is checked.

mod read;

use chrono::{Duration, NaiveDate};
use steps::{RuleId, StepKind, interface_and_safety::AlarmTo};

use crate::{
    pack::{PackError, Source},
    packs::digest,
};

const SHIPPED: &str = include_str!("../../../schema/policies/safety-net.toml");

/// The rules of the safety net, by the day from which each edition is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyNet {
    editions: Vec<NetEdition>,
    digest: String,
}

/// The rules of one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetEdition {
    /// Counts up.
    pub version: u32,
    /// The first day on which it is in force.
    pub from: NaiveDate,
    /// What must follow what.
    pub expectations: Vec<Expectation>,
    /// What is counted as a feed.
    pub feeds: Vec<FeedRule>,
    /// When a feed is silent.
    pub heartbeat: Heartbeat,
    /// When a patient may expect a result that has no date of its own.
    pub result_expected: Hours,
}

/// What an expectation is about: only steps of the same thing answer each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum About {
    /// A test, by its id.
    Test,
    /// A letter, by its id.
    Letter,
    /// The pathway.
    Pathway,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NetOwner {
    /// The organisation that sends.
    Sender,
    /// The organisation it is sent to.
    Recipient,
    /// The organisation that asked for it.
    Requester,
}

/// How urgent something is to the safety net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// Hours by priority, none longer than that of a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    routine: u32,
    urgent: u32,
    same_day: u32,
    critical: u32,
}

/// What must follow a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Its id.
    pub id: RuleId,
    /// In plain English.
    pub title: String,
    /// Of what.
    pub about: About,
    /// Any of these opens it.
    pub triggers: Vec<StepKind>,
    /// Any of these, at or after the trigger, satisfies it.
    pub expected: Vec<StepKind>,
    /// After any of these nothing is missed any more.
    pub ended_by: Vec<StepKind>,
    /// Only of critical and unexpected results.
    pub serious_only: bool,
    /// Notices that are the separate alert, or are not; `None`: either.
    pub alert: Option<bool>,
    /// A system's acknowledgement does not satisfy it.
    pub by_person: bool,
    /// Whose turn it is.
    pub owner: NetOwner,
    /// By when; with whom to tell.
    pub deadlines: Vec<NetDeadline>,
}

/// One deadline of an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetDeadline {
    /// 0: the owner's own; from 1 on: who else is told.
    pub level: u8,
    /// Who is told beyond the owner.
    pub to: Option<AlarmTo>,
    /// How long after the trigger.
    pub hours: Hours,
}

/// What is counted as one feed of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRule {
    /// Its id.
    pub id: RuleId,
    /// In plain English.
    pub title: String,
    /// The steps that are counted.
    pub steps: Vec<StepKind>,
}

/// When a feed is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// How many same weekdays before are looked at.
    pub weeks: u32,
    /// How many of them must be known.
    pub weeks_least: u32,
    /// From which median on something can be said.
    pub usual_least: u32,
    /// Below this share of the median is an alarm.
    pub alarm_below_percent: u32,
    /// How long after its end a day is judged.
    pub judged_after_hours: u32,
    /// Within how many hours a test message is back from the other end.
    pub test_message_within_hours: u32,
}

impl Heartbeat {
    /// How long a test message may be on its way.
    pub fn test_message_within(&self) -> Duration {
        Duration::hours(self.test_message_within_hours.into())
    }
}

impl SafetyNet {
    /// The rules that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("safety-net.toml", SHIPPED).expect("the shipped rules are sound")
    }

    /// Reads the rules, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let editions = read::editions(Source { name: file_name, text })?;
        let digest = digest(std::iter::once(&(file_name, text)));
        Ok(Self { editions, digest })
    }

    /// The rules in force on a day; `None` before all of them.
    pub fn on(&self, day: NaiveDate) -> Option<&NetEdition> {
        self.editions.iter().rev().find(|edition| edition.from <= day)
    }

    /// Every edition, oldest first.
    pub fn editions(&self) -> &[NetEdition] {
        &self.editions
    }

    /// The newest expectation of that id.
    pub fn expectation(&self, id: &RuleId) -> Option<&Expectation> {
        let newest = self.editions.iter().rev();
        newest.flat_map(|edition| &edition.expectations).find(|rule| rule.id == *id)
    }

    /// Whether a rule of any edition names the step.
    pub fn names(&self, kind: StepKind) -> bool {
        self.editions.iter().any(|edition| {
            let mut rules = edition.expectations.iter();
            let by_rule = rules.any(|rule| {
                let mut named = rule.triggers.iter().chain(&rule.expected).chain(&rule.ended_by);
                named.any(|named| *named == kind)
            });
            by_rule || edition.feeds.iter().any(|feed| feed.steps.contains(&kind))
        })
    }

    /// SHA-256 of the text, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl Hours {
    /// The same for every priority.
    pub(crate) const fn flat(hours: u32) -> Self {
        Self { routine: hours, urgent: hours, same_day: hours, critical: hours }
    }

    /// As long as that at that priority.
    pub fn of(&self, priority: NetPriority) -> Duration {
        let hours = match priority {
            NetPriority::Routine => self.routine,
            NetPriority::Urgent => self.urgent,
            NetPriority::SameDay => self.same_day,
            NetPriority::Critical => self.critical,
        };
        Duration::hours(i64::from(hours))
    }
}

impl NetPriority {
    /// Every priority, the lowest first.
    pub const ALL: [Self; 4] = [Self::Routine, Self::Urgent, Self::SameDay, Self::Critical];

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Routine => "ROUTINE",
            Self::Urgent => "URGENT",
            Self::SameDay => "SAME_DAY",
            Self::Critical => "CRITICAL",
        }
    }
}

#[cfg(test)]
mod tests;
