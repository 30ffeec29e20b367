//! How far each document came: from the draft to the action, with the moment of each stage.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use pathway::{History, london};
use policy::{About, NetPriority};
use steps::{OdsCode, Step, StepKind};

use crate::{
    expected::is_to_patient_only,
    things::{Thing, Things, thing_of},
};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Chain {
    /// A letter.
    Letter,
    /// The result of a test.
    Result,
    /// The referral.
    Referral,
}

/// A stage of a document's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// A letter was drafted.
    Drafted,
    /// A letter was authorised, a result reported: from here on it should go.
    Authorised,
    /// It was sent.
    Sent,
    /// It reached the recipient's system.
    Delivered,
    /// Somebody there opened it.
    Opened,
    /// It was filed, a notice acknowledged, a referral triaged.
    Filed,
    /// What it asks was taken on.
    Actioned,
}

/// The stages, in order.
pub const STAGES: [Stage; 7] = [
    Stage::Drafted,
    Stage::Authorised,
    Stage::Sent,
    Stage::Delivered,
    Stage::Opened,
    Stage::Filed,
    Stage::Actioned,
];

/// A document on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What it is.
    pub chain: Chain,
    /// The test or letter, by its id; of a referral none.
    pub item: Option<String>,
    /// How urgent it is.
    pub priority: NetPriority,
    /// Who sends it.
    pub sender: Option<OdsCode>,
    /// Who receives it.
    pub addressed_to: Option<OdsCode>,
    /// When it first reached each stage, as [`STAGES`] has them.
    pub reached: [Option<DateTime<Utc>>; 7],
    /// When nothing more was to come: it was held back, or the patient died.
    pub ended: Option<DateTime<Utc>>,
}

impl Passage {
    /// When it began.
    pub fn started(&self) -> Option<DateTime<Utc>> {
        self.reached.iter().flatten().min().copied()
    }

    /// From when on it is off the ledger.
    pub fn closed(&self) -> Option<DateTime<Utc>> {
        let [.., actioned] = self.reached;
        actioned.into_iter().chain(self.ended).min()
    }
}

impl Stage {
    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drafted => "DRAFTED",
            Self::Authorised => "AUTHORISED",
            Self::Sent => "SENT",
            Self::Delivered => "DELIVERED",
            Self::Opened => "OPENED",
            Self::Filed => "FILED",
            Self::Actioned => "ACTIONED",
        }
    }
}

impl Chain {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Letter, Self::Result, Self::Referral];

    /// What an expectation about that is on the way of.
    pub(crate) const fn about(what: About) -> Self {
        match what {
            About::Letter => Self::Letter,
            About::Test => Self::Result,
            About::Pathway => Self::Referral,
        }
    }

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Letter => "LETTER",
            Self::Result => "RESULT",
            Self::Referral => "REFERRAL",
        }
    }
}

/// The documents of a history: letters and results by their ids, then the referral.
pub fn passages(history: &History) -> Vec<Passage> {
    passages_of(history, &Things::of(history))
}

/// The same, of a history whose things are known.
pub(crate) fn passages_of(history: &History, things: &Things<'_>) -> Vec<Passage> {
    let mut found: BTreeMap<(Chain, &str), Way> = BTreeMap::new();
    for entry in history.entries() {
        let counts = Some(entry.step()).filter(|step| things.may_acknowledge(step));
        let Some((chain, stage)) = counts.and_then(stage_of) else { continue };
        let at = london::bounds(entry.occurred_at()).0;
        let way = found.entry((chain, thing_of(entry.step()).1)).or_default();
        way.reach(stage, at);
        way.asked.extend(asked_by(entry.step()));
    }
    // What was received and never said to be sent has no sender to hold it against.
    found.retain(|(chain, _), way| *chain != Chain::Referral || way.is_sent());
    let found = found.iter();
    found.map(|((chain, item), way)| way.passage(history, things, (*chain, item))).collect()
}

/// What was found of one document.
#[derive(Default)]
struct Way {
    reached: [Option<DateTime<Utc>>; 7],
    asked: BTreeSet<String>,
}

impl Way {
    fn is_sent(&self) -> bool {
        let [_drafted, _authorised, sent, ..] = self.reached;
        sent.is_some()
    }

    fn reach(&mut self, stage: Stage, at: DateTime<Utc>) {
        if let Some(place) = self.reached.get_mut(stage as usize) {
            *place = Some(place.map_or(at, |before| before.min(at)));
        }
    }

    fn passage(&self, history: &History, things: &Things<'_>, of: (Chain, &str)) -> Passage {
        let (chain, item) = of;
        let thing: Thing<'_> = match chain {
            Chain::Letter => (About::Letter, item),
            Chain::Result => (About::Test, item),
            Chain::Referral => (About::Pathway, ""),
        };
        let parties = things.parties(thing);
        let mut reached = self.reached;
        let [.., filed, actioned] = &mut reached;
        *actioned = actioned.or_else(|| self.taken_on(history, chain, *filed));
        Passage {
            chain,
            item: Some(item).filter(|item| !item.is_empty()).map(str::to_owned),
            priority: things.priority(thing),
            sender: parties.sender,
            addressed_to: parties.recipient,
            reached,
            ended: ended(history, thing),
        }
    }

    /// When the last action that a filed letter asks for was taken on or given back; a letter that
    /// asks nothing is done with when it is filed, and so is a referral.
    fn taken_on(
        &self,
        history: &History,
        chain: Chain,
        filed: Option<DateTime<Utc>>,
    ) -> Option<DateTime<Utc>> {
        let filed = filed.filter(|_| chain != Chain::Result)?;
        let answers = self.asked.iter().map(|action| {
            let answered = history.entries().iter().filter(|entry| answers(entry.step(), action));
            answered.map(|entry| london::bounds(entry.occurred_at()).0).min()
        });
        let answered: Option<Vec<DateTime<Utc>>> = answers.collect();
        Some(answered?.into_iter().fold(filed, DateTime::max))
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other step moves a document")]
fn stage_of(step: &Step) -> Option<(Chain, Stage)> {
    if is_to_patient_only(step) {
        return None;
    }
    let alert = matches!(step, Step::ResultNotificationSent(s) if s.alert);
    Some(match step {
        Step::LetterDrafted(_) => (Chain::Letter, Stage::Drafted),
        Step::LetterAuthorised(_) => (Chain::Letter, Stage::Authorised),
        Step::ClinicLetterSent(_) | Step::DischargeSummarySent(_) | Step::LetterIssued(_) => {
            (Chain::Letter, Stage::Sent)
        }
        Step::EpisodeConclusionSent(s) if s.letter_id.is_some() => (Chain::Letter, Stage::Sent),
        Step::DocumentDelivered(_) => (Chain::Letter, Stage::Delivered),
        Step::DocumentOpened(_) => (Chain::Letter, Stage::Opened),
        Step::DocumentFiled(_) => (Chain::Letter, Stage::Filed),
        Step::ResultReported(_) => (Chain::Result, Stage::Authorised),
        Step::ResultNotificationSent(_) if !alert => (Chain::Result, Stage::Sent),
        Step::ResultNotificationDelivered(s) if !s.alert => (Chain::Result, Stage::Delivered),
        Step::ResultNotificationAcknowledged(_) => (Chain::Result, Stage::Filed),
        Step::ResultReviewed(_) => (Chain::Result, Stage::Opened),
        Step::ResultActioned(_) => (Chain::Result, Stage::Actioned),
        Step::ReferralSent(_) => (Chain::Referral, Stage::Sent),
        Step::ReferralReceived(_) => (Chain::Referral, Stage::Delivered),
        Step::ReferralTriaged(_) | Step::ReferralAccepted(_) | Step::ReferralDeclined(_) => {
            (Chain::Referral, Stage::Filed)
        }
        _ => return None,
    })
}

/// The actions that a letter asks for and that are tracked by themselves.
#[expect(clippy::wildcard_enum_match_arm, reason = "two letters carry actions")]
fn asked_by(step: &Step) -> Vec<String> {
    let actions = match step {
        Step::ClinicLetterSent(s) => &s.actions,
        Step::DischargeSummarySent(s) => &s.actions,
        _ => return Vec::new(),
    };
    actions.iter().filter_map(|one| Some(one.action_id.as_ref()?.to_string())).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "these answer an action")]
fn answers(step: &Step, action: &str) -> bool {
    match step {
        Step::ActionAccepted(s) => s.action_id.as_str() == action,
        Step::ActionReturned(s) => s.action_id.as_str() == action,
        Step::WorkTransferAccepted(s) => s.action_id.as_str() == action,
        Step::WorkloadReturned(s) => s.action_id.as_str() == action,
        _ => false,
    }
}

/// When the document was held back, or the patient died.
fn ended(history: &History, thing: Thing<'_>) -> Option<DateTime<Utc>> {
    let ends = |step: &Step| match step.kind() {
        StepKind::PatientDied | StepKind::PathwayMerged => true,
        StepKind::ReferralCancelled => thing.0 == About::Pathway,
        kind => kind == StepKind::LetterSuppressed && thing_of(step) == thing,
    };
    let ends = history.entries().iter().filter(|entry| ends(entry.step()));
    ends.map(|entry| london::bounds(entry.occurred_at()).0).min()
}
