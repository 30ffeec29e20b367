//! The shape of the file: what serde reads, with the place of everything that is checked later.

use serde::Deserialize;
use toml::Spanned;

pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default)]
    pub(super) limit: Vec<Spanned<LimitText>>,
    #[serde(default)]
    pub(super) target: Vec<Spanned<TargetText>>,
    #[serde(default)]
    pub(super) rule: Vec<Spanned<RuleText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitText {
    pub(super) standard: Word,
    pub(super) title: String,
    pub(super) within_days_max: Spanned<u32>,
    pub(super) long_days_min: Option<u32>,
    pub(super) from: Word,
    pub(super) to: Option<Word>,
    pub(super) source: String,
    pub(super) certainty: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetText {
    pub(super) id: Word,
    pub(super) standard: Word,
    pub(super) title: String,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    pub(super) from: Word,
    pub(super) to: Option<Word>,
    pub(super) source: String,
    pub(super) certainty: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    pub(super) id: Word,
    pub(super) applies_to: Vec<Word>,
    pub(super) times_max: Option<u32>,
    pub(super) arrived_late_is_missed: Option<bool>,
    pub(super) notice_days_min: Option<u32>,
    pub(super) reset_day: Option<Word>,
    pub(super) from: Word,
    pub(super) to: Option<Word>,
    pub(super) source: String,
    pub(super) certainty: Word,
}
