//! The tests, the letters and the referral of a history: who sends, who receives, how urgent it is.

use std::collections::{BTreeMap, BTreeSet};

use pathway::History;
use policy::{About, NetPriority};
use steps::{
    OdsCode, Step,
    codes::{Priority, Role, Urgency},
    tests_and_results::Abnormality,
};

/// What a step is of: a test or a letter by its id, or the pathway.
pub(crate) type Thing<'a> = (About, &'a str);

/// Who has to do with a thing, as far as the steps say it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parties {
    pub(crate) sender: Option<OdsCode>,
    pub(crate) recipient: Option<OdsCode>,
    pub(crate) requester: Option<OdsCode>,
    /// Everybody who asked for it, owns it or was sent a notice of it.
    asked: BTreeSet<OdsCode>,
    urgency: Option<NetPriority>,
    serious: bool,
}

/// The things of a history.
pub(crate) struct Things<'h> {
    of: BTreeMap<Thing<'h>, Parties>,
    pub(crate) referral: Parties,
    pub(crate) commissioner: Option<OdsCode>,
}

/// The test or letter of a step, or the pathway where it is of neither.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other step is about the pathway")]
pub(crate) fn thing_of(step: &Step) -> Thing<'_> {
    match step {
        Step::TestRequested(s) => (About::Test, s.test_id.as_str()),
        Step::TestPerformed(s) => (About::Test, s.test_id.as_str()),
        Step::ResultReported(s) => (About::Test, s.test_id.as_str()),
        Step::ResultNotificationSent(s) => (About::Test, s.test_id.as_str()),
        Step::ResultNotificationDelivered(s) => (About::Test, s.test_id.as_str()),
        Step::ResultNotificationAcknowledged(s) => (About::Test, s.test_id.as_str()),
        Step::ResultReviewed(s) => (About::Test, s.test_id.as_str()),
        Step::ResultCommunicatedToPatient(s) => (About::Test, s.test_id.as_str()),
        Step::ResultActioned(s) => (About::Test, s.test_id.as_str()),
        Step::LetterDrafted(s) => (About::Letter, s.letter_id.as_str()),
        Step::LetterAuthorised(s) => (About::Letter, s.letter_id.as_str()),
        Step::ClinicLetterSent(s) => (About::Letter, s.letter_id.as_str()),
        Step::DischargeSummarySent(s) => (About::Letter, s.letter_id.as_str()),
        Step::DocumentDelivered(s) => (About::Letter, s.letter_id.as_str()),
        Step::DocumentOpened(s) => (About::Letter, s.letter_id.as_str()),
        Step::DocumentFiled(s) => (About::Letter, s.letter_id.as_str()),
        Step::DocumentBounced(s) => (About::Letter, s.letter_id.as_str()),
        Step::LetterIssued(s) => (About::Letter, s.letter_id.as_str()),
        Step::LetterSuppressed(s) => (About::Letter, s.letter_id.as_str()),
        Step::EpisodeConclusionSent(s) => {
            s.letter_id.as_ref().map_or((About::Pathway, ""), |id| (About::Letter, id.as_str()))
        }
        _ => (About::Pathway, ""),
    }
}

impl<'h> Things<'h> {
    /// Gathers them; what is said first of a thing stands, so that a second report moves nobody.
    pub(crate) fn of(history: &'h History) -> Self {
        let (of, referral) = (BTreeMap::new(), Parties::default());
        let mut things = Self { of, referral, commissioner: None };
        for entry in history.entries() {
            things.take_referral(entry.step());
            let thing = thing_of(entry.step());
            if thing.0 != About::Pathway {
                take(things.of.entry(thing).or_default(), entry.step());
            }
        }
        things
    }

    /// The parties of a thing; where its steps do not say it, those of the referral.
    pub(crate) fn parties(&self, thing: Thing<'_>) -> Parties {
        let said = self.of.get(&thing).cloned().unwrap_or_default();
        if thing.0 == About::Pathway {
            return self.referral.clone();
        }
        // Of a letter and a test the provider is the sender, of a referral the recipient.
        let sender = said.sender.or_else(|| self.referral.recipient.clone());
        Parties {
            requester: said.requester.or_else(|| sender.clone()),
            sender,
            recipient: said.recipient.or_else(|| self.referral.sender.clone()),
            ..said
        }
    }

    /// Whether the step counts as an acknowledgement, where it says that it is one: by a professional of
    /// an organisation that asked for the result, owns it or was sent a notice of it. Where the steps
    /// name no such organisation, nothing tells that it is another.
    pub(crate) fn may_acknowledge(&self, step: &Step) -> bool {
        let Step::ResultNotificationAcknowledged(said) = step else { return true };
        if matches!(said.by_role, Role::Patient | Role::Carer) {
            return false;
        }
        let thing = thing_of(step);
        let Some(named) = self.of.get(&thing).filter(|named| !named.asked.is_empty()) else {
            return true;
        };
        let parties = self.parties(thing);
        let by = Some(&said.organisation);
        named.asked.contains(&said.organisation)
            || parties.recipient.as_ref() == by
            || parties.requester.as_ref() == by
    }

    /// How urgent a thing is.
    pub(crate) fn priority(&self, thing: Thing<'_>) -> NetPriority {
        let said = self.of.get(&thing);
        if said.is_some_and(|said| said.serious) {
            return NetPriority::Critical;
        }
        let own = said.and_then(|said| said.urgency);
        let of_referral = self.referral.urgency.filter(|_| thing.0 != About::Test);
        own.or(of_referral).unwrap_or(NetPriority::Routine)
    }

    /// Who sends a step: what is counted as a feed of theirs.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other step is the provider's")]
    pub(crate) fn sender_of(&self, step: &Step) -> Option<OdsCode> {
        match step {
            Step::ReferralSent(s) => Some(s.referrer.clone()),
            Step::ReferralReceived(s) => Some(s.provider.clone()),
            Step::OutpatientAttended(s) => Some(s.provider.clone()),
            _ => match thing_of(step) {
                (About::Pathway, _) => self.referral.recipient.clone(),
                thing => self.parties(thing).sender,
            },
        }
    }

    fn take_referral(&mut self, step: &Step) {
        let said = &mut self.referral;
        #[expect(clippy::wildcard_enum_match_arm, reason = "two steps say who refers to whom")]
        match step {
            Step::ReferralSent(s) => {
                fill(&mut said.sender, Some(&s.referrer));
                fill(&mut said.recipient, Some(&s.provider));
                said.urgency = said.urgency.or(Some(of_referral(s.priority)));
            }
            Step::ReferralReceived(s) => {
                fill(&mut said.sender, s.referrer.as_ref());
                fill(&mut said.recipient, Some(&s.provider));
                fill(&mut self.commissioner, s.commissioner.as_ref());
                said.urgency = said.urgency.or(s.priority.map(of_referral));
            }
            _ => {}
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other steps name no party")]
fn take(said: &mut Parties, step: &Step) {
    match step {
        Step::TestRequested(s) => {
            fill(&mut said.requester, s.result_owner.as_ref().or(Some(&s.requester)));
            said.asked.extend(s.result_owner.iter().chain([&s.requester]).cloned());
            fill(&mut said.sender, s.provider.as_ref());
            said.urgency = said.urgency.max(Some(of_urgency(s.urgency)));
        }
        Step::TestPerformed(s) => fill(&mut said.sender, s.provider.as_ref()),
        Step::ResultReported(s) => {
            fill(&mut said.sender, s.provider.as_ref());
            said.urgency = said.urgency.max(s.urgency.map(of_urgency));
            said.serious |= is_serious(s.abnormality);
        }
        Step::ResultNotificationSent(s) => {
            fill(&mut said.recipient, s.to_organisation.as_ref());
            said.asked.extend(s.to_organisation.clone());
        }
        Step::LetterDrafted(s) => fill(&mut said.sender, s.provider.as_ref()),
        Step::ClinicLetterSent(s) => {
            fill(&mut said.sender, s.provider.as_ref());
            fill(&mut said.recipient, Some(&s.to_organisation));
        }
        Step::DischargeSummarySent(s) => {
            fill(&mut said.sender, s.provider.as_ref());
            fill(&mut said.recipient, Some(&s.to_organisation));
        }
        Step::EpisodeConclusionSent(s) => {
            fill(&mut said.sender, Some(&s.provider));
            fill(&mut said.recipient, s.to_organisation.as_ref());
        }
        Step::LetterIssued(s) => fill(&mut said.recipient, s.to_organisation.as_ref()),
        _ => {}
    }
}

fn fill(place: &mut Option<OdsCode>, with: Option<&OdsCode>) {
    if place.is_none() {
        *place = with.cloned();
    }
}

/// Whether a result needs a person's acknowledgement.
pub(crate) fn is_serious(abnormality: Abnormality) -> bool {
    matches!(abnormality, Abnormality::Critical | Abnormality::Unexpected)
}

const fn of_urgency(urgency: Urgency) -> NetPriority {
    match urgency {
        Urgency::Routine => NetPriority::Routine,
        Urgency::Urgent => NetPriority::Urgent,
        Urgency::SameDay => NetPriority::SameDay,
        Urgency::Critical => NetPriority::Critical,
    }
}

const fn of_referral(priority: Priority) -> NetPriority {
    match priority {
        Priority::Routine => NetPriority::Routine,
        Priority::Urgent | Priority::UrgentSuspectedCancer => NetPriority::Urgent,
    }
}
