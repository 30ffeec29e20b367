//! What fell due: of the ledger of promises and of the safety net, raised in the order of the deadlines.

use std::collections::BTreeSet;

use anyhow::anyhow;
use chrono::{DateTime, Duration, Utc};
use compliance::{FellDueAsk, PAGE_MAX};
use pathway::{History, london};
use policy::{Due, Obligation, Outcome, State};
use safety_net::{Expected, Raised, RaisedKind, to_code};
use steps::{
    EventId, OccurredAt, PathwayId, Step, StepKind,
    interface_and_safety::{ExpectedEventMissed, ObligationBreached},
};

use super::{Deadlines, kept::Kept, recording::Recording};

/// A deadline that passed, and the step that tells of it.
#[derive(Debug, Clone)]
pub(super) struct Fallen {
    pub(super) due: DateTime<Utc>,
    pub(super) pathway: PathwayId,
    /// What it is about: the id of its command is made from it.
    pub(super) about: String,
    pub(super) trigger: EventId,
    pub(super) step: Step,
}

impl Deadlines {
    /// Raises what fell due since the last tick, soonest first and a day at a time, so that a long pause
    /// is caught up in bounded memory; after each day it is kept how far. Past the bound of a tick it
    /// stops before the next moment at which something fell due.
    pub(super) async fn raise_fallen_due(
        &self,
        kept: &mut Kept,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut left = self.most;
        while kept.due < now && left > 0 {
            let until = now.min(kept.due + Duration::days(1));
            let mut fallen = self.obligations_due((kept.due, until), now).await?;
            fallen.extend(self.expectations_due((kept.due, until), now).await?);
            fallen.sort_by(|a, b| (a.due, &a.about).cmp(&(b.due, &b.about)));
            let (first, next) = first_due(&fallen, left);
            for one in first {
                self.raise(one).await?;
            }
            left = left.saturating_sub(first.len());
            kept.due = next.unwrap_or(until);
            kept.write(&self.kept)?;
        }
        Ok(())
    }

    /// Raises what a pathway that was told of just now had let pass before.
    pub(super) async fn raise_told_late(
        &self,
        touched: &BTreeSet<PathwayId>,
        from: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut fallen = Vec::new();
        for (pathway, obligations) in self.obligations_of(touched).await? {
            fallen.extend(obligations.iter().filter_map(|one| obligation(pathway, one, now)));
        }
        for (pathway, expected) in self.expected_of(touched).await? {
            for one in expected.iter().filter(|one| one.is_missing(now)) {
                fallen.push(self.expectation(pathway, one)?);
            }
        }
        fallen.retain(|one: &Fallen| from <= one.due && one.due < now);
        fallen.sort_by(|a, b| (a.due, &a.about).cmp(&(b.due, &b.about)));
        for one in &fallen {
            self.raise(one).await?;
        }
        Ok(())
    }

    /// Records one, unless it stands in the history already or a death ended what it asks.
    async fn raise(&self, fallen: &Fallen) -> anyhow::Result<()> {
        let mut before = self.alarms_of(&BTreeSet::from([fallen.pathway])).await?;
        let before = before.remove(&fallen.pathway).unwrap_or_default();
        if before.iter().any(|alarm| is_same(alarm, &fallen.step)) {
            return Ok(());
        }
        let history = self.world.recorder.history(fallen.pathway).await?;
        if is_silenced(&history, fallen) {
            return Ok(());
        }
        // First, for the alarm itself says that all of this was done.
        self.ask_again(fallen, &history).await?;
        self.record(Recording {
            about: &fallen.about,
            pathway: Some(fallen.pathway),
            occurred_at: OccurredAt::Instant(fallen.due),
            caused_by: Some(fallen.trigger),
            step: fallen.step.clone(),
        })
        .await
    }

    /// The promises whose last moment lies in a span and that are broken now.
    async fn obligations_due(
        &self,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Fallen>> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let ask = FellDueAsk { since, until, after, first: PAGE_MAX };
            let ledger = self.world.ledger.clone();
            let page = self.world.compliance.read(move |conn| Ok(ledger.fell_due(conn, &ask)));
            let page = page.await??;
            let whole = page.len() < PAGE_MAX as usize;
            let due = |one: &compliance::Listed| obligation(one.pathway_id, &one.obligation, now);
            found.extend(page.iter().filter_map(due));
            after = page.into_iter().next_back();
            if whole {
                return Ok(found);
            }
        }
    }

    /// What was expected by a moment in a span and is missing now.
    async fn expectations_due(
        &self,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Fallen>> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let ask = safety_net::FellDueAsk { since, until, after, first: PAGE_MAX };
            let page = self.world.safety_net.read(move |conn| Ok(safety_net::fell_due(conn, &ask)));
            let page = page.await??;
            let whole = page.len() < PAGE_MAX as usize;
            for one in page.iter().filter(|one| one.node.is_missing(now)) {
                found.push(self.expectation(one.pathway_id, &one.node)?);
            }
            after = page.into_iter().next_back().map(|one| one.cursor);
            if whole {
                return Ok(found);
            }
        }
    }

    fn expectation(&self, pathway: PathwayId, one: &Expected) -> anyhow::Result<Fallen> {
        let (rule, version, level) = (&one.rule, one.version, one.level);
        let said = self.world.rules.safety_net.expectation(rule);
        let first = said.and_then(|said| said.expected.first());
        let first = first.ok_or_else(|| anyhow!("the rule {rule} is not among the rules"))?;
        let bad = |bad| anyhow!("{bad}");
        let step = ExpectedEventMissed {
            rule: rule.clone(),
            step_name: first.name().parse().map_err(bad)?,
            event_id: Some(one.trigger),
            pathway_id: Some(pathway),
            due: Some(OccurredAt::Instant(one.due)),
            affected: 1,
            list_ref: None,
            pack_version: Some(version.to_string().parse().map_err(bad)?),
            organisation: one.owner.clone(),
            alarm_to: one.alarm_to,
        };
        let about = format!("expected/{rule}/{version}/{level}/{}", one.trigger);
        Ok(Fallen { due: one.due, pathway, about, trigger: one.trigger, step: step.into() })
    }
}

/// The first of what fell due, so many at most and what fell due in the same moment as the last of them;
/// and the moment of what comes next.
fn first_due(fallen: &[Fallen], most: usize) -> (&[Fallen], Option<DateTime<Utc>>) {
    let last = most.checked_sub(1).and_then(|last| fallen.get(last));
    let end = last.map(|last| fallen.partition_point(|one| one.due <= last.due));
    let Some((first, rest)) = end.and_then(|end| fallen.split_at_checked(end)) else {
        return (fallen, None);
    };
    (first, rest.first().map(|one| one.due))
}

/// The step that tells of a promise that is broken at a moment; `None`: it is not.
fn obligation(pathway: PathwayId, one: &Obligation, now: DateTime<Utc>) -> Option<Fallen> {
    if one.state(now) != State::Breached {
        return None;
    }
    let due = match &one.outcome {
        Outcome::Breached { since, .. } => london::bounds(*since).0,
        Outcome::Open { .. }
        | Outcome::Recorded { .. }
        | Outcome::Met { .. }
        | Outcome::Excused { .. }
        | Outcome::NotApplicable { .. }
        | Outcome::Unknown { .. } => one.due.map(Due::last_moment)?,
    };
    let (rule, pack, version) = (&one.rule, &one.pack, one.pack_version);
    let step = ObligationBreached {
        rule: rule.clone(),
        pack: pack.clone(),
        pack_version: version.to_string().parse().ok()?,
        event_id: one.trigger,
        due: one.due.map(|due| OccurredAt::Instant(due.last_moment())),
        organisation: one.accountable.clone(),
        owner_role: Some(one.owner_role),
    };
    let about = format!("obligation/{rule}/{pack}/{version}/{}", one.trigger);
    Some(Fallen { due, pathway, about, trigger: one.trigger, step: step.into() })
}

/// Whether a death ended what it asks: it was triggered before the death, in the order of the history,
/// and fell due after it. What the death itself or a later step triggered is owed all the same, and so
/// is what the history does not place.
fn is_silenced(history: &History, fallen: &Fallen) -> bool {
    let entries = history.entries();
    let died = entries.iter().position(|entry| entry.step().kind() == StepKind::PatientDied);
    let Some(died) = died else { return false };
    let trigger = entries.iter().position(|entry| entry.event_id() == fallen.trigger);
    trigger.is_some_and(|trigger| trigger < died)
        && entries
            .get(died)
            .is_some_and(|death| london::bounds(death.occurred_at()).0 <= fallen.due)
}

/// Whether the alarm is the one that the step would raise.
#[expect(clippy::wildcard_enum_match_arm, reason = "two steps raise an alarm on a pathway")]
fn is_same(alarm: &Raised, step: &Step) -> bool {
    let version = alarm.version.as_deref();
    match step {
        Step::ObligationBreached(said) => {
            alarm.kind == RaisedKind::Obligation
                && alarm.rule == said.rule
                && version == Some(said.pack_version.as_str())
                && alarm.trigger == Some(said.event_id)
        }
        Step::ExpectedEventMissed(said) => {
            alarm.kind == RaisedKind::Expected
                && alarm.rule == said.rule
                && version == said.pack_version.as_ref().map(steps::Label::as_str)
                && alarm.trigger == said.event_id
                && alarm.alarm_to.map(to_code) == said.alarm_to.map(to_code)
        }
        _ => false,
    }
}
