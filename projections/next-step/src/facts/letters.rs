//! Letters: owed after each contact, sent, delivered or come back.

use steps::{
    AdmissionId, AppointmentId, LetterId, OdsCode, Step,
    codes::Role,
    letters_and_information::{ClinicLetterSent, EpisodeConclusionSent},
};

use super::Facts;
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
            Step::ClinicLetterSent(it) => {
                let about = self.spoken_of(it);
                let letter = Letter::sent(Some(it.letter_id.clone()), about, mark);
                self.sent(letter.by(it.provider.clone()).to(Some(it.to_organisation.clone())));
            }
            Step::DischargeSummarySent(it) => {
                let about = Some(About::Admission(it.admission_id.clone()));
                let letter = Letter::sent(Some(it.letter_id.clone()), about, mark);
                self.sent(letter.by(it.provider.clone()).to(Some(it.to_organisation.clone())));
            }
            Step::EpisodeConclusionSent(it) => self.concluded(it, mark),
            Step::DocumentDelivered(it) if it.to_organisation.is_some() || !it.to_patient => {
                self.arrived(&it.letter_id, it.to_organisation.as_ref());
            }
            Step::DocumentOpened(it) if it.organisation.is_some() => {
                self.arrived(&it.letter_id, it.organisation.as_ref());
            }
            Step::DocumentFiled(it) => self.arrived(&it.letter_id, Some(&it.organisation)),
            Step::DocumentBounced(it) if it.to_organisation.is_some() || !it.to_patient => {
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

    fn arrived(&mut self, id: &LetterId, at: Option<&OdsCode>) {
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
        Self { id, about, provider: None, to: None, mark, delivered: false, came_back: false }
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
