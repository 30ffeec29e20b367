//! Late evidence settles an alarm: the alarm stays in the history, and so does when it was settled.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use pathway::london;
use policy::{Obligation, State};
use safety_net::{Expected, Raised, RaisedKind};
use steps::{
    EventId, OccurredAt, PathwayId,
    interface_and_safety::{AlarmOutcome, AlarmResolved},
};

use super::{Deadlines, recording::Recording};

/// When and how an alarm was settled, and by which step.
type Settled = (DateTime<Utc>, AlarmOutcome, Option<EventId>);

impl Deadlines {
    /// Settles the alarms of pathways that something was told of.
    pub(super) async fn settle(
        &self,
        touched: &BTreeSet<PathwayId>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut alarms = self.alarms_of(touched).await?;
        for raised in alarms.values_mut() {
            raised.retain(|alarm| alarm.resolved.is_none());
        }
        alarms.retain(|_pathway, open| !open.is_empty());
        let alarmed = alarms.keys().copied().collect();
        let obligations = self.obligations_of(&alarmed).await?;
        let expected = self.expected_of(&alarmed).await?;
        for (pathway, open) in &alarms {
            let obligations = obligations.get(pathway).map_or(&[][..], Vec::as_slice);
            let expected = expected.get(pathway).map_or(&[][..], Vec::as_slice);
            for alarm in open {
                let settled = match alarm.kind {
                    RaisedKind::Obligation => of_obligation(alarm, obligations, now),
                    RaisedKind::Expected => of_expected(alarm, expected, now),
                    // Settled by what is sent again, as the view has it.
                    RaisedKind::Resend => None,
                };
                if let Some(settled) = settled {
                    self.resolve(*pathway, alarm, settled).await?;
                }
            }
        }
        Ok(())
    }

    async fn resolve(
        &self,
        pathway: PathwayId,
        alarm: &Raised,
        (at, alarm_outcome, resolved_by): Settled,
    ) -> anyhow::Result<()> {
        let step = AlarmResolved {
            event_id: alarm.event_id,
            rule: Some(alarm.rule.clone()),
            feed: None,
            alarm_outcome,
            resolved_by,
        };
        self.record(Recording {
            about: &format!("resolved/{}", alarm.event_id),
            pathway: Some(pathway),
            // An answer that was in time and told late settles the alarm no earlier than it was raised.
            occurred_at: OccurredAt::Instant(at.max(alarm.since)),
            caused_by: Some(resolved_by.unwrap_or(alarm.event_id)),
            step: step.into(),
        })
        .await
    }
}

/// How a promise is settled that was broken once; one that is gone was corrected away.
fn of_obligation(alarm: &Raised, all: &[Obligation], now: DateTime<Utc>) -> Option<Settled> {
    let is_it = |one: &&Obligation| one.rule == alarm.rule && Some(one.trigger) == alarm.trigger;
    let Some(one) = all.iter().find(is_it) else {
        return Some((alarm.since, AlarmOutcome::NoLongerDue, None));
    };
    let outcome = match one.state(now) {
        State::Met => AlarmOutcome::InTime,
        State::MetLate => AlarmOutcome::Late,
        State::Excused
        | State::NotApplicable
        | State::NotDue
        | State::Pending
        | State::Recorded => AlarmOutcome::NoLongerDue,
        State::Breached | State::Unknown => return None,
    };
    let at = one.outcome.since().map_or(alarm.since, |since| london::bounds(since).0);
    Some((at, outcome, one.evidence.last().copied()))
}

/// How an expectation is settled that was missed once.
fn of_expected(alarm: &Raised, all: &[Expected], now: DateTime<Utc>) -> Option<Settled> {
    let is_it = |one: &&Expected| {
        one.rule == alarm.rule
            && Some(one.trigger) == alarm.trigger
            && one.alarm_to == alarm.alarm_to
    };
    let Some(one) = all.iter().find(is_it) else {
        return Some((alarm.since, AlarmOutcome::NoLongerDue, None));
    };
    if one.is_missing(now) {
        return None;
    }
    let Some(settled) = one.settled.filter(|settled| settled.at <= now) else {
        return Some((alarm.since, AlarmOutcome::NoLongerDue, None));
    };
    let outcome = match (settled.ended, settled.at <= one.due) {
        (true, _) => AlarmOutcome::NoLongerDue,
        (false, true) => AlarmOutcome::InTime,
        (false, false) => AlarmOutcome::Late,
    };
    Some((settled.at, outcome, Some(settled.by)))
}
