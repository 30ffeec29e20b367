//! The templates that come with the program.

use crate::{Template, TemplateError};

/// Each as its file name and text.
macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../schema/letters/", $name)))),+]
    };
}

pub(crate) const SHIPPED: &[(&str, &str)] = shipped![
    "declined-referral-reply.toml",
    "delay.toml",
    "dna-outcome.toml",
    "private-provider-reply.toml",
    "referral-declined.toml",
    "referral-declined-patient.toml",
    "referral-received.toml",
    "task-returned.toml",
    "work-returned-patient.toml",
    "workload-return.toml",
];

/// Templates, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    all: Vec<Template>,
}

impl Templates {
    /// The templates that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped files.
    #[expect(clippy::expect_used, reason = "the texts are compiled in, and a test reads the same")]
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("the shipped templates are well formed")
    }

    /// Reads templates, each as file name and text; every mistake is told at once.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, Vec<TemplateError>> {
        let (mut all, mut errors) = (Vec::new(), Vec::new());
        for (file, text) in files {
            match Template::parse(file, text) {
                Ok(template) => all.push(template),
                Err(found) => errors.extend(found),
            }
        }
        all.sort_by(|one, other| one.id.cmp(&other.id));
        if errors.is_empty() { Ok(Self { all }) } else { Err(errors) }
    }

    /// All, in the order of their ids.
    pub fn all(&self) -> &[Template] {
        &self.all
    }

    /// The template of that id.
    pub fn get(&self, id: &str) -> Option<&Template> {
        self.all.iter().find(|template| template.id.as_str() == id)
    }
}
