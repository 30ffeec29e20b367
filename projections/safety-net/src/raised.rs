//! The alarms that were raised on a pathway, and what settled them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pathway::{Entry, History, london};
use steps::{
    EventId, OdsCode, RuleId, Step,
    codes::Channel,
    interface_and_safety::{AlarmOutcome, AlarmResolved, AlarmTo, ResendRequested},
};

/// What an alarm is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RaisedKind {
    /// An obligation was not kept.
    Obligation,
    /// What should have followed did not.
    Expected,
    /// What went by a way that does not count is to be sent again.
    Resend,
}

/// An alarm that is in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The event that raised it.
    pub event_id: EventId,
    /// What it is about.
    pub kind: RaisedKind,
    /// The rule.
    pub rule: RuleId,
    /// The version of the rules that judged it.
    pub version: Option<String>,
    /// The step that should have been followed.
    pub trigger: Option<EventId>,
    /// Who is told beyond who should have acted.
    pub alarm_to: Option<AlarmTo>,
    /// The organisation that answers for it or is told.
    pub organisation: Option<OdsCode>,
    /// From when on it was overdue.
    pub since: DateTime<Utc>,
    /// When and how it was settled, and by which step.
    pub resolved: Option<(DateTime<Utc>, AlarmOutcome, Option<EventId>)>,
}

impl RaisedKind {
    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Obligation => "OBLIGATION",
            Self::Expected => "EXPECTED_EVENT",
            Self::Resend => "RESEND",
        }
    }
}

/// The alarms of a history, in the order in which they became due.
pub fn raised(history: &History) -> Vec<Raised> {
    let mut resolved: BTreeMap<EventId, (DateTime<Utc>, &AlarmResolved)> = BTreeMap::new();
    for entry in history.entries() {
        if let Step::AlarmResolved(step) = entry.step() {
            resolved.entry(step.event_id).or_insert((london::bounds(entry.occurred_at()).0, step));
        }
    }
    let mut all: Vec<Raised> = Vec::new();
    for entry in history.entries() {
        let Some(mut alarm) = alarm(entry.step(), entry.event_id()) else { continue };
        alarm.since = london::bounds(entry.occurred_at()).0;
        alarm.resolved = resolved
            .get(&alarm.event_id)
            .map(|(at, step)| (*at, step.alarm_outcome, step.resolved_by))
            .or_else(|| sent_again(history, entry));
        all.push(alarm);
    }
    all
}

#[expect(clippy::wildcard_enum_match_arm, reason = "three steps raise an alarm on a pathway")]
fn alarm(step: &Step, event_id: EventId) -> Option<Raised> {
    let since = DateTime::UNIX_EPOCH;
    Some(match step {
        Step::ObligationBreached(s) => Raised {
            event_id,
            kind: RaisedKind::Obligation,
            rule: s.rule.clone(),
            version: Some(s.pack_version.to_string()),
            trigger: Some(s.event_id),
            alarm_to: None,
            organisation: s.organisation.clone(),
            since,
            resolved: None,
        },
        Step::ExpectedEventMissed(s) => Raised {
            event_id,
            kind: RaisedKind::Expected,
            rule: s.rule.clone(),
            version: s.pack_version.as_ref().map(ToString::to_string),
            trigger: s.event_id,
            alarm_to: s.alarm_to,
            organisation: s.organisation.clone(),
            since,
            resolved: None,
        },
        Step::ResendRequested(s) => Raised {
            event_id,
            kind: RaisedKind::Resend,
            rule: s.rule.clone(),
            version: s.pack_version.as_ref().map(ToString::to_string),
            trigger: Some(s.event_id),
            alarm_to: None,
            organisation: Some(s.organisation.clone()),
            since,
            resolved: None,
        },
        _ => return None,
    })
}

/// The step by which what a request asks for was sent again: the same message or work, by the same
/// sender, later, by a channel that is said and is no task in a clinical system.
fn sent_again(
    history: &History,
    asked: &Entry,
) -> Option<(DateTime<Utc>, AlarmOutcome, Option<EventId>)> {
    let Step::ResendRequested(request) = asked.step() else { return None };
    let begun = london::bounds(asked.occurred_at()).0;
    let later = history.entries().iter().filter(|entry| {
        entry.event_id() != request.event_id && london::bounds(entry.occurred_at()).1 >= begun
    });
    let answer = later.filter(|entry| is_sent_again(request, entry.step()));
    let first = answer.min_by_key(|entry| london::bounds(entry.occurred_at()).0)?;
    let at = london::bounds(first.occurred_at()).0.max(begun);
    Some((at, AlarmOutcome::Late, Some(first.event_id())))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "three steps may go as a task")]
fn is_sent_again(request: &ResendRequested, step: &Step) -> bool {
    let (from, channel, query, action) = match step {
        Step::MessageSent(s) => {
            (&s.from_organisation, Some(s.channel), Some(&s.query_id), s.action_id.as_ref())
        }
        Step::WorkTransferRequested(s) => {
            (&s.from_organisation, s.channel, None, Some(&s.action_id))
        }
        Step::ActionRequested(s) => (&s.requester, s.channel, None, Some(&s.action_id)),
        _ => return false,
    };
    let same_message = query.is_some() && query == request.query_id.as_ref();
    let same_work = action.is_some() && action == request.action_id.as_ref();
    let approved = channel.is_some_and(|channel| channel != Channel::ClinicalSystemTask);
    *from == request.organisation && approved && (same_message || same_work)
}
