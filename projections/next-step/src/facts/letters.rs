//! Letters: owed after each contact, sent, delivered or come back.

use pathway::london;
use steps::{
    AdmissionId, AppointmentId, LetterId, OccurredAt, OdsCode, Step,
    codes::Role,
    letters_and_information::{
        ActionFor, ClinicLetterSent, DischargeSummarySent, EpisodeConclusionSent, LetterAction,
    },
};

use super::{Facts, work::ByLetter};
use crate::{
    State,
    answer::Missing,
    thread::{Mark, Thread},
};

/// Of what a letter is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    Appointment(AppointmentId),
    Admission(AdmissionId),
}

/// A contact after which a letter is owed.
#[derive(Debug)]
pub(super) struct Contact {
    about: About,
    provider: OdsCode,
    mark: Mark,
    written: bool,
}

/// A letter that was sent.
#[derive(Debug)]
pub(super) struct Letter {
    id: Option<LetterId>,
    about: Option<About>,
    provider: Option<OdsCode>,
    to: Option<OdsCode>,
    mark: Mark,
    delivered: bool,
    came_back: bool,
    /// The first day by which the plan asks something of the practice.
    plan_due: Option<OccurredAt>,
}

/// A document that reached an organisation; which one, where the source says.
#[derive(Debug)]
pub(super) struct Arrival {
    letter: LetterId,
    at: Option<OdsCode>,
    pub(super) mark: Mark,
    place: usize,
}

impl Facts {
    pub(super) fn owe_clinic_letter(
        &mut self,
        appointment: &AppointmentId,
        provider: &OdsCode,
        mark: Mark,
    ) {
        self.owe(About::Appointment(appointment.clone()), provider, mark);
    }

    pub(super) fn owe_summary(&mut self, admission: AdmissionId, provider: &OdsCode, mark: Mark) {
        self.owe(About::Admission(admission), provider, mark);
    }

    fn owe(&mut self, about: About, provider: &OdsCode, mark: Mark) {
        // A contact known only to the day stands at the day's end, after a letter of that day.
        let written = self.letters.iter().any(|letter| letter.about.as_ref() == Some(&about));
        self.contacts.retain(|contact| contact.about != about);
        self.contacts.push(Contact { about, provider: provider.clone(), mark, written });
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about a letter")]
    pub(super) fn letter(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::ClinicLetterSent(it) => self.clinic_letter(it, mark),
            Step::DischargeSummarySent(it) => self.summary(it, mark),
            Step::EpisodeConclusionSent(it) => self.concluded(it, mark),
            Step::DocumentDelivered(it) if it.to_organisation.is_some() || !it.to_patient => {
                self.arrived(&it.letter_id, it.to_organisation.as_ref(), mark);
            }
            Step::DocumentOpened(it) if it.organisation.is_some() => {
                self.arrived(&it.letter_id, it.organisation.as_ref(), mark);
            }
            Step::DocumentFiled(it) => {
                self.arrived(&it.letter_id, Some(&it.organisation), mark);
            }
            Step::DocumentBounced(it) if it.to_organisation.is_some() || !it.to_patient => {
                self.arrivals.retain(|arrival| arrival.letter != it.letter_id);
                for letter in self
                    .letters
                    .iter_mut()
                    .filter(|letter| letter.id.as_ref() == Some(&it.letter_id))
                {
                    letter.delivered = false;
                    letter.came_back = true;
                    letter.mark = mark;
                }
            }
            _ => {}
        }
    }

    pub(super) fn letter_threads(&self) -> Vec<Thread> {
        let owed = self.contacts.iter().filter(|contact| !contact.written).map(|contact| {
            let state = match contact.about {
                About::Appointment(_) => State::LetterNotSent,
                About::Admission(_) => State::SummaryNotSent,
            };
            Thread::new(state, contact.mark).at_organisation(Some(contact.provider.clone()))
        });
        let sent = self.letters.iter().filter(|letter| !letter.delivered && letter.to.is_some());
        owed.chain(sent.map(Letter::thread)).collect()
    }

    fn clinic_letter(&mut self, it: &ClinicLetterSent, mark: Mark) {
        let about = self.spoken_of(it);
        let letter = Letter::sent(Some(it.letter_id.clone()), about, mark);
        let letter = letter.by(it.provider.clone()).to(Some(it.to_organisation.clone()));
        self.sent(letter.asking(&it.actions));
        let (letter, from, to) = (&it.letter_id, it.provider.as_ref(), &it.to_organisation);
        self.ask_by_letter(ByLetter { letter, from, to, mark }, &it.actions);
    }

    fn summary(&mut self, it: &DischargeSummarySent, mark: Mark) {
        let about = Some(About::Admission(it.admission_id.clone()));
        let letter = Letter::sent(Some(it.letter_id.clone()), about, mark);
        let letter = letter.by(it.provider.clone()).to(Some(it.to_organisation.clone()));
        self.sent(letter.asking(&it.actions));
        let (letter, from, to) = (&it.letter_id, it.provider.as_ref(), &it.to_organisation);
        self.ask_by_letter(ByLetter { letter, from, to, mark }, &it.actions);
    }

    /// When the document reached that organisation.
    pub(super) fn reached(&self, letter: &LetterId, at: Option<&OdsCode>) -> Option<Mark> {
        let there = |arrival: &&Arrival| {
            arrival.letter == *letter && (arrival.at.is_none() || arrival.at.as_ref() == at)
        };
        self.arrivals.iter().find(there).map(|arrival| arrival.mark)
    }

    pub(super) fn reached_the_practice_since(&self, place: usize) -> bool {
        let practice = self.who.practice();
        let there = |arrival: &Arrival| arrival.at.is_none() || arrival.at.as_ref() == practice;
        self.arrivals.iter().any(|arrival| arrival.place >= place && there(arrival))
    }

    /// By when the plan that reached the practice last asks something of it.
    pub(super) fn plan_due(&self) -> Option<OccurredAt> {
        let practice = self.who.practice();
        let delivered =
            self.letters.iter().filter(|one| one.delivered && one.to.as_ref() == practice);
        delivered.filter_map(|letter| letter.plan_due).next_back()
    }

    /// By its appointment, by its contact, else the last attendance that no letter speaks of.
    fn spoken_of(&self, it: &ClinicLetterSent) -> Option<About> {
        if let Some(id) = &it.appointment_id {
            return Some(About::Appointment(id.clone()));
        }
        if let Some(id) = &it.contact_id {
            let known = self.contacts.iter().find(|contact| contact.about.is_called(id.as_str()));
            return known.map(|contact| contact.about.clone());
        }
        self.last_unwritten()
    }

    fn last_unwritten(&self) -> Option<About> {
        let owed = self.contacts.iter().rev().find(|contact| !contact.written);
        owed.map(|contact| contact.about.clone())
    }

    fn concluded(&mut self, it: &EpisodeConclusionSent, mark: Mark) {
        let admission = it.admission_id.clone().map(About::Admission);
        let appointment = it.appointment_id.clone().map(About::Appointment);
        let about = admission.or(appointment).or_else(|| self.last_unwritten());
        let letter = Letter::sent(it.letter_id.clone(), about, mark);
        self.sent(letter.by(Some(it.provider.clone())).to(it.to_organisation.clone()));
    }

    fn sent(&mut self, letter: Letter) {
        for contact in &mut self.contacts {
            contact.written |= letter.about.as_ref() == Some(&contact.about);
        }
        self.letters.push(letter);
    }

    fn arrived(&mut self, id: &LetterId, at: Option<&OdsCode>, mark: Mark) {
        let (letter, at_organisation) = (id.clone(), at.cloned());
        self.arrivals.push(Arrival { letter, at: at_organisation, mark, place: self.place });
        for letter in &mut self.letters {
            let there = at.is_none() || letter.to.as_ref() == at;
            if letter.id.as_ref() == Some(id) && there {
                letter.delivered = true;
            }
        }
    }
}

impl About {
    fn is_called(&self, name: &str) -> bool {
        match self {
            Self::Appointment(id) => id.as_str() == name,
            Self::Admission(id) => id.as_str() == name,
        }
    }
}

impl Letter {
    fn sent(id: Option<LetterId>, about: Option<About>, mark: Mark) -> Self {
        Self {
            id,
            about,
            provider: None,
            to: None,
            mark,
            delivered: false,
            came_back: false,
            plan_due: None,
        }
    }

    fn asking(mut self, actions: &[LetterAction]) -> Self {
        let theirs = actions.iter().filter(|one| one.action_for == ActionFor::GeneralPractice);
        self.plan_due = theirs.filter_map(|one| one.due).min_by_key(|due| london::bounds(*due).1);
        self
    }

    fn by(mut self, provider: Option<OdsCode>) -> Self {
        self.provider = provider;
        self
    }

    fn to(mut self, to: Option<OdsCode>) -> Self {
        self.to = to;
        self
    }

    fn thread(&self) -> Thread {
        let missing = if self.came_back { Missing::Delivery } else { Missing::Acknowledgement };
        Thread::new(State::LetterUnacknowledged, self.mark)
            .with_role(Role::CorrespondenceTeam)
            .waiting(missing, self.to.clone())
            .at_organisation(self.provider.clone())
    }
}
