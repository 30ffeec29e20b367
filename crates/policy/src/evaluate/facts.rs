//! The steps of a history, as rules look at them: by field, by organisation, by what they speak for.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::{
    Clock, Entry, History,
    clock::{ClockPolicy, ClockState, Effect},
    london,
};
use serde_json::Value;
use steps::{EventId, FunctionCode, OdsCode, Step, StepKind, codes::Funding};

use super::{by_kind::ByKind, funding::Private, probe};
use crate::{Field, Scope};

/// A step in its place.
pub(super) struct Fact<'a> {
    pub(super) entry: &'a Entry,
    kind: StepKind,
    /// Its place in the order of the history.
    pub(super) place: usize,
    /// The local day on which it happened.
    pub(super) day: NaiveDate,
    /// The first and the last microsecond at which it can have happened.
    pub(super) span: (DateTime<Utc>, DateTime<Utc>),
    /// The provider that the step names in a field of its own, once a rule asks.
    named_provider: OnceCell<Option<OdsCode>>,
}

/// The organisations and the function that a step names.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) provider: Option<&'a OdsCode>,
    pub(super) referrer: Option<&'a OdsCode>,
    pub(super) commissioner: Option<&'a OdsCode>,
    pub(super) function: Option<&'a FunctionCode>,
    /// The practice that the patient is registered with.
    pub(super) practice: Option<&'a OdsCode>,
    /// From when, where the step says another day than its own.
    from: Option<NaiveDate>,
}

impl<'a> Fact<'a> {
    fn of(entry: &'a Entry, place: usize) -> Self {
        let (first, end) = london::bounds(entry.occurred_at());
        let last = if first == end { end } else { end - Duration::microseconds(1) };
        let (kind, day) = (entry.step().kind(), entry.date());
        Self { entry, kind, place, day, span: (first, last), named_provider: OnceCell::new() }
    }

    /// The value of a field by its path; a personal field that is sealed has one too.
    pub(super) fn field(&self, field: &Field) -> Option<Value> {
        probe::field(self.entry.step(), field)
    }

    /// Which step it is.
    pub(super) fn kind(&self) -> StepKind {
        self.kind
    }

    /// The organisation that a field names.
    pub(super) fn organisation(&self, field: &Field) -> Option<OdsCode> {
        self.field(field).as_ref().and_then(Value::as_str).and_then(|code| code.parse().ok())
    }

    /// The provider that the step names.
    pub(super) fn named_provider(&self) -> Option<&OdsCode> {
        static PROVIDER: LazyLock<Field> = LazyLock::new(|| Field::of("provider"));
        self.named_provider.get_or_init(|| self.organisation(&PROVIDER)).as_ref()
    }

    /// What the step names of organisations and function.
    pub(super) fn said(&self) -> Said<'a> {
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
                ..Said::default()
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
            Step::TransferredFromPrivateCare(step) => Said {
                provider: Some(&step.provider),
                commissioner: step.commissioner.as_ref(),
                function: Some(&step.function),
                ..Said::default()
            },
            Step::PathwayReclassified(step) => Said {
                commissioner: step.commissioner.as_ref(),
                function: step.function.as_ref(),
                practice: step.gp_practice.as_ref(),
                from: Some(step.effective_date),
                ..Said::default()
            },
            Step::PathwaySubject(step) => {
                Said { practice: step.gp_practice.as_ref(), ..Said::default() }
            }
            _ => Said::default(),
        }
    }
}

/// All steps of a history, and what the RTT clock says of them once a rule asks.
pub(super) struct Facts<'a> {
    all: Vec<Fact<'a>>,
    by_kind: ByKind,
    may_nullify: bool,
    private: Private,
    history: &'a History,
    policy: &'a ClockPolicy,
    clock: OnceCell<Clock>,
    verdicts: OnceCell<BTreeMap<EventId, (Effect, ClockState)>>,
    nullifying: OnceCell<Vec<usize>>,
    sent_back: OnceCell<BTreeSet<usize>>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(history: &'a History, policy: &'a ClockPolicy) -> Self {
        let entries = history.entries().iter().enumerate();
        let all: Vec<_> = entries.map(|(place, entry)| Fact::of(entry, place)).collect();
        let by_kind = ByKind::of(&all);
        let nullifies = [StepKind::DnaRecorded, StepKind::RttClockCorrected];
        let may_nullify = nullifies.iter().any(|kind| !by_kind.places(*kind).is_empty());
        Self {
            all,
            by_kind,
            may_nullify,
            private: Private::of(history.entries().iter().map(Entry::step)),
            history,
            policy,
            clock: OnceCell::new(),
            verdicts: OnceCell::new(),
            nullifying: OnceCell::new(),
            sent_back: OnceCell::new(),
        }
    }

    /// The step at a place.
    pub(super) fn at(&self, place: usize) -> Option<&Fact<'a>> {
        self.all.get(place)
    }

    /// The steps of one kind, in the order of the history.
    pub(super) fn of_kind(&self, kind: StepKind) -> impl DoubleEndedIterator<Item = &Fact<'a>> {
        self.by_kind.places(kind).iter().filter_map(|place| self.at(*place))
    }

    /// The steps of one kind after a place.
    pub(super) fn of_kind_after(
        &self,
        kind: StepKind,
        place: usize,
    ) -> impl Iterator<Item = &Fact<'a>> {
        self.of_kind(kind).filter(move |fact| place < fact.place)
    }

    /// Who pays for what the step tells of.
    pub(super) fn funding(&self, fact: &Fact<'_>) -> Funding {
        self.private.funding(fact.entry.step())
    }

    /// The RTT clock of the history.
    pub(super) fn clock(&self) -> &Clock {
        self.clock.get_or_init(|| Clock::of(self.history, self.policy))
    }

    /// Whether the clock says that of the step. No period was nullified, and none began anew after
    /// that, where neither a missed appointment nor a correction of the clock was recorded.
    pub(super) fn clock_says(&self, fact: &Fact<'_>, effect: Effect) -> bool {
        self.may_nullify && self.verdict(fact).is_some_and(|(did, _)| *did == effect)
    }

    /// Whether the RTT clock was running when the step was told.
    pub(super) fn was_waiting(&self, fact: &Fact<'_>) -> bool {
        let running = [ClockState::Ticking, ClockState::Transferred];
        self.verdict(fact).is_some_and(|(_, from)| running.contains(from))
    }

    /// The first step after a place that nullified a waiting period.
    pub(super) fn first_nullifying_after(&self, place: usize) -> Option<&Fact<'a>> {
        if !self.may_nullify {
            return None;
        }
        let all = || {
            let nullifies = |fact: &&Fact<'_>| self.clock_says(fact, Effect::Nullified);
            self.iter().filter(nullifies).map(|fact| fact.place).collect()
        };
        let places: &Vec<usize> = self.nullifying.get_or_init(all);
        places.iter().find(|one| place < **one).and_then(|place| self.at(*place))
    }

    fn verdict(&self, fact: &Fact<'_>) -> Option<&(Effect, ClockState)> {
        let judge = || {
            let moves = self.clock().moves.iter();
            moves.map(|one| (one.event_id, (one.effect, one.from))).collect()
        };
        self.verdicts.get_or_init(judge).get(&fact.entry.event_id())
    }

    /// Whether the step passed care on and the other provider rejected it: the wait is the sender's
    /// again, as if it had never left.
    pub(super) fn was_sent_back(&self, passed: &Fact<'_>) -> bool {
        passed.kind() == StepKind::CareTransferredOut
            && self.sent_back.get_or_init(|| self.all_sent_back()).contains(&passed.place)
    }

    fn all_sent_back(&self) -> BTreeSet<usize> {
        let (mut sent_back, mut answer) = (BTreeSet::new(), None);
        for fact in self.iter().rev() {
            let kind = fact.kind();
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
    pub(super) fn nearest<T: 'a>(
        &self,
        trigger: &Fact<'_>,
        said: impl Fn(Said<'a>) -> Option<&'a T>,
    ) -> Option<&'a T> {
        let day = trigger.day;
        let holds = |(place, one): &(usize, Said<'a>)| match one.from {
            Some(from) => from <= day,
            None => *place <= trigger.place,
        };
        let all = || self.iter().map(|fact| (fact.place, fact.said()));
        let before = all().rev().filter(holds).find_map(|(_, one)| said(one));
        before.or_else(|| all().find_map(|(_, one)| said(one)))
    }

    /// Whether the scope is the same for every trigger: no step says another commissioner, provider or
    /// function than the others.
    pub(super) fn is_steady(&self) -> bool {
        let mut seen: [Option<&str>; 3] = [None; 3];
        self.iter().all(|fact| {
            let said = fact.said();
            let (commissioner, provider) = (said.commissioner, said.provider);
            let said = [
                commissioner.map(OdsCode::as_str),
                provider.map(OdsCode::as_str),
                said.function.map(FunctionCode::as_str),
            ];
            seen.iter_mut().zip(said).all(|(seen, said)| match (*seen, said) {
                (Some(one), Some(other)) => one == other,
                (None, Some(_)) => {
                    *seen = said;
                    true
                }
                (_, None) => true,
            })
        })
    }

    /// Whether the scope is `*` or known to match.
    pub(super) fn in_scope(&self, scope: &Scope, trigger: &Fact<'_>) -> bool {
        self.pays(scope, trigger)
            && self.is_one_of(&scope.provider, trigger, |said| said.provider)
            && self.is_one_of(&scope.function, trigger, |said| said.function)
    }

    /// Whether the commissioner is one of the scope's, or the ICB itself.
    fn pays(&self, scope: &Scope, trigger: &Fact<'_>) -> bool {
        let in_scope = |code| scope.commissioner.contains(code) || scope.icb.contains(code);
        let said = || self.nearest(trigger, |said| said.commissioner);
        scope.commissioner.is_empty() || said().is_some_and(in_scope)
    }

    fn is_one_of<T: PartialEq + 'a>(
        &self,
        codes: &[T],
        trigger: &Fact<'_>,
        said: impl Fn(Said<'a>) -> Option<&'a T>,
    ) -> bool {
        codes.is_empty() || self.nearest(trigger, said).is_some_and(|code| codes.contains(code))
    }
}
