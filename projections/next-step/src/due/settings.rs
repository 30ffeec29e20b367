//! The settings as they stand in the file, and what is wrong with them.

use std::{collections::HashMap, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use super::{Anchor, Setting, Unit, When};
use crate::{
    State,
    hand_over::{self, HandOver, HandOverText},
};

/// The longest of any span that is set, in its own unit.
pub(crate) const AMOUNT_MAX: u32 = 3_660;

/// Why the settings cannot be used: where, what is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}: expected {expected}")]
pub struct DuePolicyError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

/// What a file says.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) title: String,
    pub(super) version: u32,
    pub(super) due: HashMap<(State, Option<When>), Setting>,
    pub(super) hand_over: Vec<HandOver>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    version: u32,
    due: Vec<Entry>,
    #[serde(default)]
    hand_over: Vec<Spanned<HandOverText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    state: Spanned<String>,
    when: Option<When>,
    amount: Spanned<u32>,
    unit: Unit,
    #[serde(default)]
    from: Anchor,
    source: String,
}

/// A file, for what is said of its lines.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// What is wrong there, with the line.
    pub(crate) fn refuse(
        self,
        at: usize,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) -> DuePolicyError {
        let before = self.text.bytes().take(at);
        DuePolicyError {
            file: self.file.to_owned(),
            line: 1 + before.filter(|byte| *byte == b'\n').count(),
            problem: problem.into(),
            expected: expected.into(),
        }
    }

    /// Refuses a span that reaches too far.
    pub(crate) fn bounded(self, name: &str, amount: &Spanned<u32>) -> Result<u32, DuePolicyError> {
        let given = *amount.get_ref();
        if given <= AMOUNT_MAX {
            return Ok(given);
        }
        let problem = format!("`{name}` is {given}");
        Err(self.refuse(amount.span().start, problem, format!("at most {AMOUNT_MAX}")))
    }
}

pub(super) fn read(file: &str, text: &str) -> Result<Settings, DuePolicyError> {
    let source = Source { file, text };
    let raw: File = toml::from_str(text).map_err(|error| {
        let at = error.span().unwrap_or(Range { start: 0, end: 0 }).start;
        source.refuse(at, error.message().trim(), "settings as in the shipped file")
    })?;
    Ok(Settings {
        title: raw.title,
        version: raw.version,
        due: due(source, raw.due)?,
        hand_over: hand_over::read(source, raw.hand_over)?,
    })
}

fn due(
    source: Source<'_>,
    entries: Vec<Entry>,
) -> Result<HashMap<(State, Option<When>), Setting>, DuePolicyError> {
    let mut settings = HashMap::new();
    for entry in entries {
        let at = entry.state.span().start;
        let name = entry.state.get_ref();
        let state = State::from_code(name).ok_or_else(|| {
            let expected = format!("a name such as `{}`", State::Booked.code());
            source.refuse(at, format!("`state = \"{name}\"` is not a state"), expected)
        })?;
        let amount = source.bounded("amount", &entry.amount)?;
        let setting = Setting { amount, unit: entry.unit, from: entry.from, source: entry.source };
        if settings.insert((state, entry.when), setting).is_some() {
            let problem = format!("`{}` is set twice for the same case", state.code());
            return Err(source.refuse(at, problem, "each state and `when` once"));
        }
    }
    Ok(settings)
}
