//! The steps that a letter is: that it was issued, what it does, or that it was held back.

use steps::{
    ContactPointId, Label, LetterId, OccurredAt, OdsCode, Personal, Step, Text,
    advice_and_referral::ReferralDeclineDisputed,
    codes::{Channel, Role},
    identifiers::{BadValue, Document},
    interface_and_safety::{WorkCategory, WorkloadReturned},
    letters_and_information::{InformationFormat, LetterType, PatientInformed},
    named_by_rules::{LetterIssued, LetterSuppressed, SuppressionReason},
};

use crate::{Act, Audience, Basis, Choice, Letter, Template};

/// A letter that is sent, and how.
#[derive(Debug, Clone)]
pub struct Sent<'a> {
    /// Its template.
    pub template: &'a Template,
    /// What it rests on.
    pub basis: &'a Basis,
    /// The letter itself.
    pub letter: &'a Letter,
    /// Its id.
    pub letter_id: LetterId,
    /// The reasons it gives.
    pub reasons: Vec<&'a Choice>,
    /// What the sender adds.
    pub words: Option<Text>,
    /// The kind of work.
    pub category: Option<WorkCategory>,
    /// The organisation that sends.
    pub sender: OdsCode,
    /// In which role.
    pub role: Role,
    /// The organisation it goes to; none: the patient, or one without a code.
    pub recipient: Option<OdsCode>,
    /// How it goes.
    pub channel: Channel,
    /// In which format.
    pub format: Option<InformationFormat>,
    /// The lines of the answer to whom to contact: with questions, about a delay, if worse.
    pub contacts: [Option<ContactPointId>; 3],
    /// When the patient was told that work goes back, where they were.
    pub patient_told_at: Option<OccurredAt>,
    /// Digest of what is sent.
    pub content_hash: Label,
}

/// The language in which every template is written.
const LANGUAGE: &str = "English";

impl Sent<'_> {
    /// That it was issued.
    pub fn issued(&self) -> Result<Step, BadValue> {
        let document = |text: &str| text.parse::<Document>().map(Personal::Given).map(Some);
        let to_patient = self.template.audience == Audience::Patient;
        let letter_type = if to_patient { LetterType::PatientLetter } else { LetterType::Other };
        Ok(LetterIssued {
            letter_id: self.letter_id.clone(),
            template: self.template.id.clone(),
            edition: edition(self.template)?,
            letter_type: Some(letter_type),
            to_organisation: self.recipient.clone(),
            to_patient,
            letter_reasons: self.codes()?,
            channel: self.channel,
            format: self.format,
            language: Some(LANGUAGE.parse()?),
            content_hash: Some(self.content_hash.clone()),
            action_id: self.basis.action.clone(),
            letter_text: document(&self.letter.text)?,
            letter_html: document(&self.letter.html)?,
        }
        .into())
    }

    /// What it does, beside being sent. None: nothing, or what it would do is not known.
    pub fn act(&self) -> Result<Option<Step>, BadValue> {
        match self.template.act {
            None => Ok(None),
            Some(Act::WorkloadReturn) => Ok(self.workload_returned()),
            Some(Act::DeclineDispute) => self.disputed().map(Some),
            Some(Act::InformPatient) => self.informed().map(Some),
        }
    }

    fn codes(&self) -> Result<Vec<Label>, BadValue> {
        self.reasons.iter().map(|reason| reason.code.parse()).collect()
    }

    fn workload_returned(&self) -> Option<Step> {
        Some(
            WorkloadReturned {
                action_id: self.basis.action.clone()?,
                work_category: self.category?,
                from_organisation: self.basis.practice.clone()?,
                to_organisation: self.basis.provider.clone()?,
                work_return_reasons: self
                    .reasons
                    .iter()
                    .filter_map(|reason| coded(&reason.code))
                    .collect(),
                reason: self.words.clone().map(Personal::Given),
                letter_ref: Some(self.letter_id.clone()),
                patient_told_at: self.patient_told_at,
            }
            .into(),
        )
    }

    fn disputed(&self) -> Result<Step, BadValue> {
        let reasons = self.reasons.iter().map(|reason| reason.words.as_str());
        let grounds: Vec<&str> = reasons.chain(self.words.as_ref().map(Text::as_str)).collect();
        // Grounds of the catalogue hold 4,000 characters; the letter holds them whole.
        let grounds: String = grounds.join(" ").chars().take(4_000).collect();
        let grounds = Some(Personal::Given(grounds.parse()?));
        Ok(ReferralDeclineDisputed { grounds, letter_ref: Some(self.letter_id.clone()) }.into())
    }

    /// Nobody is said to be told what the letter does not tell.
    fn informed(&self) -> Result<Step, BadValue> {
        let tells = |fact: &str| self.template.needs.iter().any(|need| need == fact);
        let [questions, delay, worse] = self.contacts.clone();
        let expected_by = self.basis.expected_by.filter(|_| tells("wait.expected"));
        Ok(PatientInformed {
            content: self.template.informs.clone(),
            next_step_version: self.basis.next_step_version.filter(|_| tells("next.owner")),
            channel: self.channel,
            organisation: Some(self.sender.clone()),
            told_by_role: Some(self.role),
            told_person: None,
            expected_by: expected_by.map(OccurredAt::Day),
            wait_estimate_weeks: None,
            wait_eight_in_ten_weeks: None,
            general_contact: questions.filter(|_| tells("contact.questions")),
            delay_contact: delay.filter(|_| tells("contact.delay")),
            deterioration_contact: worse.filter(|_| tells("contact.worse")),
            language: Some(LANGUAGE.parse()?),
            format: self.format,
            adjustment_considered: Some(true),
            letter_ref: Some(self.letter_id.clone()),
        }
        .into())
    }
}

/// That a letter to the patient was held back, because a death is known.
pub fn suppressed(
    template: &Template,
    letter_id: LetterId,
    sender: OdsCode,
) -> Result<Step, BadValue> {
    Ok(LetterSuppressed {
        letter_id,
        template: Some(template.id.clone()),
        edition: Some(edition(template)?),
        from_organisation: Some(sender),
        to_patient: true,
        suppression_reason: SuppressionReason::PatientDied,
    }
    .into())
}

fn edition(template: &Template) -> Result<Label, BadValue> {
    template.version.to_string().parse()
}

/// The kind of work of that code.
pub fn work_category(code: &str) -> Option<WorkCategory> {
    coded(code)
}

fn coded<T: serde::de::DeserializeOwned>(code: &str) -> Option<T> {
    toml::Value::String(code.to_owned()).try_into().ok()
}

#[cfg(test)]
mod tests {
    use testkit::{json, story};

    use super::*;
    use crate::{Print, Templates, basis, tests::facts};

    /// A history that has what every letter tells of.
    fn told(template: &Template) -> Basis {
        let work = json!({"actionId": "W1", "workCategory": "PRESCRIBE", "requester": "RJ1",
            "ownerOrganisation": "G85001"});
        let story = story()
            .on("2026-01-05", "pathwaySubject", json!({"gpPractice": "G85001"}))
            .on("2026-01-05", "referralSent", json!({"referrer": "G85001", "provider": "RJ1"}))
            .on("2026-02-01", "actionRequested", work)
            .on("2026-02-02", "expectedTimeframeSet", json!({"toDate": "2026-05-31"}))
            .on("2026-02-03", "nextStepAssigned", json!({"nextStepVersion": 3}));
        basis(&story.history(), template.topic, None)
    }

    fn with_sent<T>(template: &Template, look: impl FnOnce(Sent<'_>) -> T) -> T {
        let letter = template.write(&facts(template), Print::Ordinary).unwrap();
        let basis = told(template);
        look(Sent {
            template,
            basis: &basis,
            letter: &letter,
            letter_id: "L1".parse().unwrap(),
            reasons: template.reasons.iter().collect(),
            words: Some("because".parse().unwrap()),
            category: Some(WorkCategory::Prescribe),
            sender: "G85001".parse().unwrap(),
            role: Role::GeneralPractitioner,
            recipient: Some("RJ1".parse().unwrap()),
            channel: Channel::Post,
            format: None,
            contacts: ["line-1", "line-2", "line-3"].map(|id| Some(id.parse().unwrap())),
            patient_told_at: Some("2026-02-02".parse().unwrap()),
            content_hash: "hash".parse().unwrap(),
        })
    }

    #[test]
    fn every_letter_is_a_step_that_holds_it_whole_and_does_what_its_template_says() {
        for template in Templates::shipped().all() {
            with_sent(template, |sent| {
                let Step::LetterIssued(issued) = sent.issued().unwrap() else { panic!() };
                let text = issued.letter_text.unwrap().open().map(|it| it.as_str().to_owned());
                assert_eq!(text.as_deref(), Some(sent.letter.text.as_str()));
                assert_eq!(issued.letter_reasons.len(), template.reasons.len());
                let act = sent.act().unwrap().map(|step| step.kind().field_name());
                assert_eq!(act.as_deref(), template.act.map(Act::step_name), "{}", template.id);
            });
        }
    }

    #[test]
    fn a_return_gives_every_reason_as_its_code_and_goes_back_to_who_asked() {
        let templates = Templates::shipped();
        let returned = with_sent(templates.get("workload-return").unwrap(), |sent| sent.act());
        let Some(Step::WorkloadReturned(step)) = returned.unwrap() else { panic!() };
        assert_eq!(step.work_return_reasons.len(), 6);
        let (from, to) = (step.from_organisation.as_str(), step.to_organisation.as_str());
        assert_eq!((step.action_id.as_str(), from, to), ("W1", "G85001", "RJ1"));
        assert_eq!(step.patient_told_at, Some("2026-02-02".parse().unwrap()));
    }

    #[test]
    fn a_letter_to_the_patient_tells_what_its_template_informs_of_and_names_the_lines() {
        let templates = Templates::shipped();
        let template = templates.get("referral-received").unwrap();
        let informed = with_sent(template, |sent| sent.act());
        let Some(Step::PatientInformed(step)) = informed.unwrap() else { panic!() };
        assert_eq!(step.content, template.informs);
        assert_eq!(step.general_contact.unwrap().as_str(), "line-1");
        assert_eq!(step.letter_ref.unwrap().as_str(), "L1");
        assert_eq!((step.next_step_version, step.expected_by), (Some(3), None));
    }

    #[test]
    fn nobody_is_said_to_be_told_what_the_letter_does_not_tell() {
        let templates = Templates::shipped();
        let told = |id: &str| {
            let informed = with_sent(templates.get(id).unwrap(), |sent| sent.act());
            let Some(Step::PatientInformed(step)) = informed.unwrap() else { panic!() };
            (step.delay_contact.is_some(), step.expected_by.is_some(), step.next_step_version)
        };
        assert_eq!(told("delay"), (true, true, Some(3)));
        assert_eq!(told("dna-outcome"), (false, false, None));
        assert_eq!(told("work-returned-patient"), (false, false, None));
    }
}
