//! A template: its words, whom it is for, what it asks of the facts.

mod raw;
mod read;

use steps::{RuleId, letters_and_information::InformedOf};

/// Whom a letter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The patient.
    Patient,
    /// The GP practice.
    Practice,
    /// A provider, NHS or private.
    Provider,
}

/// The side of the pathway that sends a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The GP practice.
    Practice,
    /// The provider.
    Provider,
}

/// The step of the pathway that a letter tells of or answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// The referral.
    Referral,
    /// That it was declined.
    Decline,
    /// A piece of work that one side asked of the other.
    Work,
    /// A missed appointment.
    Dna,
    /// The wait.
    Wait,
    /// A message between organisations.
    Message,
    /// A request of a private provider.
    PrivateRequest,
}

/// What the letter itself does, beside being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// It returns work: a step `WorkloadReturned`.
    WorkloadReturn,
    /// It disputes a decline: a step `ReferralDeclineDisputed`.
    DeclineDispute,
    /// It tells the patient: a step `PatientInformed`.
    InformPatient,
}

impl Act {
    /// The step that says so, as JSON and GraphQL write it.
    pub const fn step_name(self) -> &'static str {
        match self {
            Self::WorkloadReturn => "workloadReturned",
            Self::DeclineDispute => "referralDeclineDisputed",
            Self::InformPatient => "patientInformed",
        }
    }
}

/// A coded choice with its plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its stable code.
    pub code: String,
    /// What the letter says for it.
    pub words: String,
    /// Whether the sender must add own words.
    pub needs_words: bool,
}

/// A part of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The fact without which the part is left out.
    pub(crate) when: Option<String>,
    pub(crate) says: Says,
}

/// What a part says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    Heading(String),
    Paragraph(String),
    /// A list of fixed items.
    Items(Vec<String>),
    /// A list of the items of a fact.
    Each(String),
}

/// A template of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its name, which is also that of its file.
    pub id: RuleId,
    /// Its version: any change of its words counts it up.
    pub version: u32,
    /// What the letter is called.
    pub title: String,
    /// Whom it is for.
    pub audience: Audience,
    /// Who sends it.
    pub sender: Side,
    /// What it tells of or answers.
    pub topic: Topic,
    /// What it does.
    pub act: Option<Act>,
    /// What the patient is told by it.
    pub informs: Vec<InformedOf>,
    /// On what it rests.
    pub source: String,
    /// How that is understood.
    pub reading: String,
    /// The reasons that can be given; at least one is, where there are any.
    pub reasons: Vec<Choice>,
    /// The kinds of work that it can be about.
    pub categories: Vec<Choice>,
    /// The facts without which there is no letter, in the order of the catalogue.
    pub needs: Vec<String>,
    /// The facts that are told where they are known.
    pub tells: Vec<String>,
    pub(crate) parts: Vec<Part>,
}

/// What is wrong in a file of a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}: expected {expected}")]
pub struct TemplateError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

impl Template {
    /// Reads a template; every mistake is told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<TemplateError>> {
        read::template(file, text)
    }

    /// The reason of that code.
    pub fn reason(&self, code: &str) -> Option<&Choice> {
        self.reasons.iter().find(|reason| reason.code == code)
    }

    /// The kind of work of that code.
    pub fn category(&self, code: &str) -> Option<&Choice> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// Every sentence that the template itself can say, for those who judge its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let choices = self.reasons.iter().chain(&self.categories).map(|choice| &choice.words);
        let parts = self.parts.iter().flat_map(Part::words);
        std::iter::once(self.title.as_str()).chain(parts).chain(choices.map(String::as_str))
    }
}

impl Part {
    fn words(&self) -> impl Iterator<Item = &str> {
        let words: Vec<&str> = match &self.says {
            Says::Heading(words) | Says::Paragraph(words) => vec![words],
            Says::Items(items) => items.iter().map(String::as_str).collect(),
            Says::Each(_) => Vec::new(),
        };
        words.into_iter()
    }
}

#[cfg(test)]
mod tests;
