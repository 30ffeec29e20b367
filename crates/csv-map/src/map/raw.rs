//! The shape of a mapping file: what serde reads, with the place of everything that is checked later.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) source: Word,
    pub(super) table: Word,
    pub(super) key: Spanned<Vec<Word>>,
    #[serde(default)]
    pub(super) simulated: bool,
    pub(super) delimiter: Option<Word>,
    #[serde(default)]
    pub(super) no_value: Vec<String>,
    pub(super) pathway: Option<Spanned<PathwayText>>,
    pub(super) patient: Option<PatientText>,
    #[serde(default)]
    pub(super) ignore: BTreeMap<Word, Vec<String>>,
    #[serde(default)]
    pub(super) step: Vec<Spanned<StepText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathwayText {
    pub(super) local: Option<Word>,
    pub(super) ubrn: Option<Word>,
    pub(super) ppid: Option<Word>,
    pub(super) issuer: Option<Word>,
    pub(super) issuer_column: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PatientText {
    pub(super) local: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepText {
    pub(super) kind: Word,
    pub(super) name: Option<Word>,
    pub(super) about: Option<Word>,
    #[serde(default)]
    pub(super) when: Vec<Spanned<WhenText>>,
    pub(super) occurred_at: Spanned<ValueText>,
    pub(super) entered_in_source_at: Option<Spanned<ValueText>>,
    #[serde(default)]
    pub(super) fields: BTreeMap<Word, Spanned<ValueText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhenText {
    pub(super) column: Word,
    pub(super) equals: Option<String>,
    pub(super) one_of: Option<Vec<String>>,
    pub(super) none_of: Option<Vec<String>>,
    pub(super) empty: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueText {
    pub(super) column: Option<Word>,
    pub(super) columns: Option<Vec<Word>>,
    #[serde(rename = "const")]
    pub(super) always: Option<Spanned<toml::Value>>,
    pub(super) patient: Option<Spanned<bool>>,
    pub(super) format: Option<Word>,
    pub(super) codes: Option<BTreeMap<Word, Spanned<toml::Value>>>,
    pub(super) split: Option<Word>,
    #[serde(default)]
    pub(super) keep_spaces: bool,
}
