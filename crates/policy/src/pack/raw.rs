//! The shape of a pack file: what serde reads, with the place of everything that is checked later.

use serde::Deserialize;
use toml::Spanned;

pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) pack: Header,
    #[serde(default)]
    pub(super) rule: Vec<Spanned<RuleText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) id: Word,
    pub(super) version: u32,
    pub(super) title: String,
    pub(super) source: String,
    pub(super) precedence: u32,
    pub(super) scope: Spanned<ScopeText>,
    pub(super) effective: Spanned<EffectiveText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeText {
    pub(super) icb: Vec<Word>,
    pub(super) commissioner: Vec<Word>,
    pub(super) provider: Vec<Word>,
    pub(super) function: Vec<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EffectiveText {
    pub(super) from: Word,
    pub(super) to: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    pub(super) id: Word,
    pub(super) class: super::Class,
    pub(super) form: Word,
    pub(super) title: String,
    pub(super) reading: String,
    pub(super) source: String,
    pub(super) accountable: super::Accountable,
    pub(super) owner_role: steps::codes::Role,
    pub(super) severity: super::Severity,
    pub(super) trigger: Spanned<Vec<TriggerText>>,
    pub(super) due: Option<Spanned<TermText>>,
    #[serde(default)]
    pub(super) due_when: Vec<DueWhenText>,
    pub(super) satisfied_by: Option<Vec<WitnessText>>,
    pub(super) counts_before: Option<bool>,
    #[serde(default)]
    pub(super) ends: Vec<Word>,
    #[serde(default)]
    pub(super) ends_when_nullified: bool,
    pub(super) first: Option<WitnessText>,
    pub(super) grace_minutes: Option<u32>,
    pub(super) delegated: Option<bool>,
    pub(super) clinician_roles: Option<ConditionText>,
    pub(super) excused_by: Option<ExcuseText>,
    pub(super) accepted: Option<Vec<Vec<ConditionText>>>,
    pub(super) stands: Option<Vec<StandsText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TriggerText {
    pub(super) step: Word,
    #[serde(default)]
    pub(super) only: Vec<ConditionText>,
    #[serde(default)]
    pub(super) spared: Vec<ConditionText>,
    #[serde(default)]
    pub(super) restarts: bool,
    pub(super) due: Option<Spanned<TermText>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DueWhenText {
    pub(super) when: Vec<ConditionText>,
    pub(super) due: Spanned<TermText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermText {
    pub(super) amount: Option<u32>,
    pub(super) unit: Option<Word>,
    pub(super) basis: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WitnessText {
    pub(super) step: Word,
    #[serde(default)]
    pub(super) only: Vec<ConditionText>,
    pub(super) same: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExcuseText {
    pub(super) step: Word,
    #[serde(default)]
    pub(super) only: Vec<ConditionText>,
    pub(super) same: Option<Word>,
    pub(super) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StandsText {
    pub(super) name: String,
    pub(super) told_by: Vec<WitnessText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionText {
    pub(super) field: Word,
    pub(super) one_of: Option<Spanned<Vec<toml::Value>>>,
    pub(super) holds: Option<Spanned<Vec<toml::Value>>>,
    #[serde(default)]
    pub(super) not_after_step: bool,
    #[serde(default)]
    pub(super) or_absent: bool,
}
