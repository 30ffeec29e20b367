//! A template filled with facts.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use steps::RuleId;

use crate::{
    Audience, Facts, Template,
    facts::fact_info,
    layout::{self, Block},
    template::{Part, Says},
};

/// A letter, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is called. It may name the work, never the person.
    pub title: String,
    /// As plain text, in lines of at most 78 characters where words allow it.
    pub text: String,
    /// As a whole HTML document.
    pub html: String,
}

/// Its words are about a person: nothing prints them.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(..)")
    }
}

/// How the HTML is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Print {
    /// Ordinary print.
    #[default]
    Ordinary,
    /// Large print.
    Large,
}

/// A fact that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub fact: &'static str,
    /// What it is, and from where it would be known.
    pub means: &'static str,
}

/// Why there is no letter. It never holds the value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// Facts are missing.
    #[error("`{template}` needs {}", in_words(.missing))]
    Missing {
        /// The template.
        template: RuleId,
        /// Which, in the order of the catalogue.
        missing: Vec<Missing>,
    },
    /// A part cannot be filled: the template was not read by [`Template::parse`].
    #[error("`{template}` cannot be filled: {problem}")]
    Broken {
        /// The template.
        template: RuleId,
        /// What the engine says, without values.
        problem: String,
    },
}

fn in_words(missing: &[Missing]) -> String {
    let one = |it: &Missing| format!("`{}` ({})", it.fact, it.means);
    missing.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl Template {
    /// The facts that the letter needs and are not there.
    pub fn missing(&self, facts: &Facts) -> Vec<Missing> {
        let needs = self.needs.iter().filter(|need| !facts.has(need));
        let known = needs.filter_map(|need| fact_info(need));
        known.map(|info| Missing { fact: info.name, means: info.means }).collect()
    }

    /// The letter that these facts make.
    pub fn write(&self, facts: &Facts, print: Print) -> Result<Letter, LetterError> {
        let missing = self.missing(facts);
        if !missing.is_empty() {
            return Err(LetterError::Missing { template: self.id.clone(), missing });
        }
        let filled = |escape| self.filled(facts, escape);
        let (text, html) = (filled(AutoEscape::None)?, filled(AutoEscape::Html)?);
        Ok(Letter {
            text: layout::text(&text),
            html: layout::html(&html, print),
            title: text.title,
        })
    }

    /// What the letter says, escaped for where it is going.
    fn filled(&self, facts: &Facts, escape: AutoEscape) -> Result<layout::Sheet, LetterError> {
        let (engine, told) = (engine(escape), nested(facts));
        let fill = |words: &str| self.rendered(&engine, words, told.clone());
        let fact = |name: &str| fill(&format!("{{{{ {name} }}}}"));
        let parts = self.parts.iter().filter(|part| part.is_told(facts));
        let list = |name: &str| {
            let items = facts.items(name).iter().map(|item| self.escaped(&engine, item));
            items.collect::<Result<_, _>>()
        };
        let blocks = parts.map(|part| part.block(fill, list)).collect::<Result<_, _>>()?;
        let signed = [fact("signer.name")?, fact("signer.role")?, fact("sender.organisation")?];
        Ok(layout::Sheet { title: fill(&self.title)?, head: self.head(fact)?, blocks, signed })
    }

    /// From whom, to whom, about whom: the lines above the letter.
    fn head(
        &self,
        fact: impl Fn(&str) -> Result<String, LetterError>,
    ) -> Result<Vec<(&'static str, String)>, LetterError> {
        let to_patient = self.audience == Audience::Patient;
        let to = if to_patient { "patient.name" } else { "recipient.organisation" };
        let mut head = vec![
            ("From", fact("sender.organisation")?),
            ("To", fact(to)?),
            ("Date", fact("letter.date")?),
        ];
        if !to_patient {
            head.push(("Patient", fact("patient.name")?));
        }
        head.push(("NHS number", fact("patient.nhs_number")?));
        head.push(("Letter reference", fact("letter.reference")?));
        Ok(head)
    }

    fn escaped(&self, engine: &Environment<'_>, item: &str) -> Result<String, LetterError> {
        let told = BTreeMap::from([("item".to_owned(), Value::from(item))]);
        self.rendered(engine, "{{ item }}", Value::from(told))
    }

    fn rendered(
        &self,
        engine: &Environment<'_>,
        words: &str,
        told: Value,
    ) -> Result<String, LetterError> {
        engine.render_str(words, told).map_err(|error| LetterError::Broken {
            template: self.id.clone(),
            problem: error.kind().to_string(),
        })
    }
}

impl Part {
    fn is_told(&self, facts: &Facts) -> bool {
        self.when.as_ref().is_none_or(|when| facts.has(when))
    }

    /// Its words filled, or the list of facts that it stands for.
    fn block(
        &self,
        fill: impl Fn(&str) -> Result<String, LetterError>,
        list: impl Fn(&str) -> Result<Vec<String>, LetterError>,
    ) -> Result<Block, LetterError> {
        Ok(match &self.says {
            Says::Heading(words) => Block::Heading(fill(words)?),
            Says::Paragraph(words) => Block::Paragraph(fill(words)?),
            Says::Items(items) => {
                Block::List(items.iter().map(|item| fill(item)).collect::<Result<_, _>>()?)
            }
            Says::Each(name) => Block::List(list(name)?),
        })
    }
}

/// Without a filter or a function: a template has none to call.
fn engine<'e>(escape: AutoEscape) -> Environment<'e> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(move |_name| escape.clone());
    engine
}

/// `patient.name` as a field of `patient`.
fn nested(facts: &Facts) -> Value {
    let mut all: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    for (name, value) in facts.all() {
        match name.split_once('.') {
            Some((group, field)) => {
                let group = all.entry(group.to_owned()).or_default();
                group.insert(field.to_owned(), Value::from(value));
            }
            None => drop(told.insert(name.to_owned(), Value::from(value))),
        }
    }
    told.extend(all.into_iter().map(|(group, fields)| (group, Value::from(fields))));
    Value::from(told)
}

/// The facts that words name, or why they cannot be read.
pub(crate) fn names_in(words: &str) -> Result<BTreeSet<String>, String> {
    let engine = engine(AutoEscape::Html);
    let template = engine.template_from_str(words);
    let template =
        template.map_err(|error| format!("the words cannot be read: {}", error.kind()))?;
    let names: BTreeSet<String> = template.undeclared_variables(true).into_iter().collect();
    // Anything but facts fails here: a filter, a call, a sum of words.
    let mut stand_ins = Facts::default();
    for name in &names {
        stand_ins.set(name, "x");
    }
    let known = names.iter().all(|name| fact_info(name).is_some());
    match template.render(nested(&stand_ins)) {
        Err(error) if known => Err(format!("the words cannot be filled: {}", error.kind())),
        Ok(_) | Err(_) => Ok(names),
    }
}
