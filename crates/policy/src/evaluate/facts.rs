//! The steps of a history, as rules look at them: by field, by organisation, by what they speak for.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use chrono::NaiveDate;
use pathway::{
    Clock, Entry, History,
    clock::{ClockPolicy, Effect},
    london,
};
use serde_json::Value;
use steps::{EventId, FunctionCode, OccurredAt, OdsCode, Step, StepKind};

use super::{probe, span};
use crate::{Condition, Packs, Scope, Test};

/// A step, with its fields once somebody asked for them.
pub(super) struct Fact<'a> {
    pub(super) entry: &'a Entry,
    /// Its place in the order of the history.
    pub(super) place: usize,
    fields: OnceCell<Value>,
    packs: &'a Packs,
}

/// The organisations and the function that a step names.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) provider: Option<&'a OdsCode>,
    pub(super) referrer: Option<&'a OdsCode>,
    pub(super) commissioner: Option<&'a OdsCode>,
    pub(super) function: Option<&'a FunctionCode>,
    /// From when, where the step says another day than its own.
    from: Option<NaiveDate>,
}

impl Fact<'_> {
    /// The value of a field by its path; a personal field that is sealed has one too.
    pub(super) fn field(&self, path: &str) -> Option<&Value> {
        let wanted = |name: &str| self.packs.asks_for(name);
        debug_assert!(path.split('.').next().is_some_and(wanted), "`{path}` is read and not named");
        let fields = self.fields.get_or_init(|| probe::fields(self.entry.step(), &wanted));
        let value = path.split('.').try_fold(fields, |record, name| record.get(name));
        value.filter(|value| !value.is_null())
    }

    /// Whether all conditions hold.
    pub(super) fn holds_all(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.holds(condition))
    }

    /// Whether the condition holds.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let Some(value) = self.field(&condition.field) else { return condition.or_absent };
        match &condition.test {
            Test::Present => !value.as_array().is_some_and(Vec::is_empty),
            Test::OneOf(words) => words.contains(value),
            Test::Holds(words) => {
                value.as_array().into_iter().flatten().any(|item| words.contains(item))
            }
            Test::NotAfterStep => {
                let at: Option<OccurredAt> = value.as_str().and_then(|raw| raw.parse().ok());
                at.is_some_and(|at| london::bounds(at).0 <= span(self).1)
            }
        }
    }

    /// What the step names of organisations and function.
    pub(super) fn said(&self) -> Said<'_> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the steps that move a pathway; others name no new side"
        )]
        match self.entry.step() {
            Step::ReferralSent(step) => Said {
                provider: Some(&step.provider),
                referrer: Some(&step.referrer),
                function: step.function.as_ref(),
                ..Said::default()
            },
            Step::ReferralReceived(step) => Said {
                provider: Some(&step.provider),
                referrer: step.referrer.as_ref(),
                commissioner: step.commissioner.as_ref(),
                function: Some(&step.function),
                from: None,
            },
            Step::AdviceConvertedToReferral(step) => Said {
                provider: step.provider.as_ref(),
                commissioner: step.commissioner.as_ref(),
                function: step.function.as_ref(),
                ..Said::default()
            },
            Step::TransferReceived(step) => Said {
                provider: Some(&step.provider),
                commissioner: step.commissioner.as_ref(),
                function: Some(&step.function),
                ..Said::default()
            },
            Step::PathwayReclassified(step) => Said {
                commissioner: step.commissioner.as_ref(),
                function: step.function.as_ref(),
                from: Some(step.effective_date),
                ..Said::default()
            },
            _ => Said::default(),
        }
    }
}

/// All steps of a history, and what the RTT clock says of them once a rule asks.
pub(super) struct Facts<'a> {
    all: Vec<Fact<'a>>,
    history: &'a History,
    clock: &'a ClockPolicy,
    verdicts: OnceCell<BTreeMap<EventId, Effect>>,
    sent_back: OnceCell<BTreeSet<usize>>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(history: &'a History, packs: &'a Packs, clock: &'a ClockPolicy) -> Self {
        let entries = history.entries().iter().enumerate();
        let all =
            entries.map(|(place, entry)| Fact { entry, place, fields: OnceCell::new(), packs });
        let (verdicts, sent_back) = (OnceCell::new(), OnceCell::new());
        Self { all: all.collect(), history, clock, verdicts, sent_back }
    }

    /// The step at a place.
    pub(super) fn at(&self, place: usize) -> Option<&Fact<'a>> {
        self.all.get(place)
    }

    /// The steps after a place.
    pub(super) fn after(&self, place: usize) -> impl Iterator<Item = &Fact<'a>> {
        self.all.get(place + 1..).unwrap_or_default().iter()
    }

    /// Whether the clock says that of the step. No period was nullified, and none began anew after
    /// that, where neither a missed appointment nor a correction of the clock was recorded.
    pub(super) fn clock_says(&self, fact: &Fact<'_>, effect: Effect) -> bool {
        let verdicts = self.verdicts.get_or_init(|| self.judged_by_clock());
        verdicts.get(&fact.entry.event_id()) == Some(&effect)
    }

    fn judged_by_clock(&self) -> BTreeMap<EventId, Effect> {
        let nullifies = [StepKind::DnaRecorded, StepKind::RttClockCorrected];
        if !self.iter().any(|fact| nullifies.contains(&fact.entry.step().kind())) {
            return BTreeMap::new();
        }
        let clock = Clock::of(self.history, self.clock);
        clock.moves.iter().map(|one| (one.event_id, one.effect)).collect()
    }

    /// Whether the step passed care on and the other provider rejected it: the wait is the sender's
    /// again, as if it had never left.
    pub(super) fn was_sent_back(&self, passed: &Fact<'_>) -> bool {
        self.sent_back.get_or_init(|| self.all_sent_back()).contains(&passed.place)
    }

    fn all_sent_back(&self) -> BTreeSet<usize> {
        let (mut sent_back, mut answer) = (BTreeSet::new(), None);
        for fact in self.iter().rev() {
            let kind = fact.entry.step().kind();
            if [StepKind::TransferReceived, StepKind::TransferRejected].contains(&kind) {
                answer = Some(kind);
            }
            if kind == StepKind::CareTransferredOut && answer == Some(StepKind::TransferRejected) {
                sent_back.insert(fact.place);
            }
        }
        sent_back
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Fact<'a>> {
        self.all.iter()
    }

    /// What is said nearest to `trigger`: the latest that holds on its day, else the first of all.
    pub(super) fn nearest<T>(
        &self,
        trigger: &Fact<'_>,
        said: impl Fn(&Fact<'_>) -> Option<T>,
    ) -> Option<T> {
        let day = trigger.entry.date();
        let holds = |fact: &&Fact<'_>| match fact.said().from {
            Some(from) => from <= day,
            None => fact.place <= trigger.place,
        };
        let before = self.iter().rev().filter(holds).find_map(&said);
        before.or_else(|| self.iter().find_map(&said))
    }

    /// Whether the scope is `*` or known to match.
    pub(super) fn in_scope(&self, scope: &Scope, trigger: &Fact<'_>) -> bool {
        let commissioner = |fact: &Fact<'_>| fact.said().commissioner.cloned();
        let provider = |fact: &Fact<'_>| fact.said().provider.cloned();
        let function = |fact: &Fact<'_>| fact.said().function.cloned();
        self.is_one_of(&scope.commissioner, trigger, commissioner)
            && self.is_one_of(&scope.provider, trigger, provider)
            && self.is_one_of(&scope.function, trigger, function)
    }

    fn is_one_of<T: PartialEq>(
        &self,
        codes: &[T],
        trigger: &Fact<'_>,
        said: impl Fn(&Fact<'_>) -> Option<T>,
    ) -> bool {
        codes.is_empty() || self.nearest(trigger, said).is_some_and(|code| codes.contains(&code))
    }
}
