//! Templates as they are told.

use async_graphql::SimpleObject;
use letters::{Audience, Choice, Side, Template, fact_info};

/// A letter that can be issued.
#[derive(SimpleObject)]
pub struct LetterTemplate {
    /// Its id.
    id: String,
    /// Its version.
    version: u32,
    /// What the letter is called.
    title: String,
    /// Whom it is for: PATIENT, PRACTICE or PROVIDER.
    audience: &'static str,
    /// Who sends it: PRACTICE or PROVIDER.
    sender: &'static str,
    /// The step that it records beside `letterIssued`, where the letter itself does something.
    records: Option<&'static str>,
    /// The reasons that it can give.
    reasons: Vec<LetterChoice>,
    /// The kinds of work that it can be about.
    categories: Vec<LetterChoice>,
    /// The facts without which there is no letter.
    required_facts: Vec<LetterFact>,
    /// The facts that it tells where they are known.
    optional_facts: Vec<LetterFact>,
    /// On what it rests.
    source: String,
    /// How that is understood.
    reading: String,
}

/// A coded choice and its plain words.
#[derive(SimpleObject)]
pub(super) struct LetterChoice {
    /// Its stable code.
    code: String,
    /// What the letter says for it.
    words: String,
    /// Whether `words` must be given with it.
    needs_words: bool,
}

/// A fact that a letter tells.
#[derive(SimpleObject)]
pub(super) struct LetterFact {
    /// Its name.
    name: String,
    /// What it is, and from where it is known.
    means: &'static str,
}

impl From<&Template> for LetterTemplate {
    fn from(template: &Template) -> Self {
        let facts = |names: &[String]| names.iter().map(|name| LetterFact::of(name)).collect();
        Self {
            id: template.id.to_string(),
            version: template.version,
            title: template.title.clone(),
            audience: match template.audience {
                Audience::Patient => "PATIENT",
                Audience::Practice => "PRACTICE",
                Audience::Provider => "PROVIDER",
            },
            sender: match template.sender {
                Side::Practice => "PRACTICE",
                Side::Provider => "PROVIDER",
            },
            records: template.act.map(letters::Act::step_name),
            reasons: template.reasons.iter().map(LetterChoice::from).collect(),
            categories: template.categories.iter().map(LetterChoice::from).collect(),
            required_facts: facts(&template.needs),
            optional_facts: facts(&template.tells),
            source: template.source.clone(),
            reading: template.reading.clone(),
        }
    }
}

impl From<&Choice> for LetterChoice {
    fn from(choice: &Choice) -> Self {
        Self {
            code: choice.code.clone(),
            words: choice.words.clone(),
            needs_words: choice.needs_words,
        }
    }
}

impl LetterFact {
    fn of(name: &str) -> Self {
        Self { name: name.to_owned(), means: fact_info(name).map_or("", |fact| fact.means) }
    }
}
