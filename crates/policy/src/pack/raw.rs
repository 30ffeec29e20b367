//! The shape of a pack file: what serde reads, with the place of everything that is checked later.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// None in a file that a pack names in `rules_in`.
    pub(super) pack: Option<Header>,
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
    pub(super) empty_because: Option<Word>,
    #[serde(default)]
    pub(super) rules_in: Vec<Word>,
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
    pub(super) accountable: Spanned<AccountableText>,
    pub(super) owner_role: steps::codes::Role,
    pub(super) severity: super::Severity,
    pub(super) effective: Option<Spanned<EffectiveText>>,
    pub(super) funding: Option<Spanned<Vec<steps::codes::Funding>>>,
    pub(super) trigger: Option<Spanned<Vec<TriggerText>>>,
    pub(super) due: Option<Spanned<TermText>>,
    pub(super) due_when: Option<Vec<DueWhenText>>,
    pub(super) satisfied_by: Option<Vec<WitnessText>>,
    pub(super) parts: Option<Vec<PartText>>,
    pub(super) forbidden: Option<Vec<WitnessText>>,
    pub(super) until_kept: Option<bool>,
    pub(super) counts_before: Option<Spanned<BeforeText>>,
    pub(super) ends: Option<Vec<Word>>,
    pub(super) ends_on: Option<Vec<WitnessText>>,
    pub(super) ends_when_nullified: Option<bool>,
    pub(super) excuses: Option<Vec<ExcuseText>>,
    pub(super) wait_days: Option<u32>,
    pub(super) first: Option<WitnessText>,
    pub(super) grace_minutes: Option<u32>,
    pub(super) delegated: Option<bool>,
    pub(super) clinician_roles: Option<ConditionText>,
    pub(super) excused_by: Option<ExcuseText>,
    pub(super) accepted: Option<Vec<Vec<ConditionText>>>,
    pub(super) stands: Option<Vec<StandsText>>,
    pub(super) covers: Option<Spanned<CoversText>>,
    pub(super) note: Option<Word>,
    pub(super) of_services: Option<OfServicesText>,
    pub(super) asks_again: Option<bool>,
}

/// `true`, `false` or `"same_day"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum BeforeText {
    Flag(bool),
    Word(String),
}

/// A side, a field of the trigger, or a field of another step.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum AccountableText {
    Word(String),
    Asked { step: String, same: String, field: String },
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
    pub(super) unknown: Vec<Vec<ConditionText>>,
    pub(super) clock: Option<super::ClockAsk>,
    #[serde(default)]
    pub(super) alone: bool,
    #[serde(default)]
    pub(super) once_per: Vec<Word>,
    #[serde(default)]
    pub(super) told_with: Vec<WitnessText>,
    pub(super) due: Option<Spanned<TermText>>,
    pub(super) accepted: Option<Vec<Vec<ConditionText>>>,
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
    pub(super) anchor: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartText {
    pub(super) name: String,
    #[serde(default)]
    pub(super) kept_by: Vec<WitnessText>,
    #[serde(default)]
    pub(super) holds: Vec<Vec<ConditionText>>,
    #[serde(default)]
    pub(super) kept_at: Vec<Word>,
    #[serde(default)]
    pub(super) if_told: Vec<WitnessText>,
    pub(super) before: Option<bool>,
    pub(super) due: Option<Spanned<TermText>>,
    #[serde(default)]
    pub(super) due_when: Vec<DueWhenText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WitnessText {
    pub(super) step: Word,
    #[serde(default)]
    pub(super) only: Vec<ConditionText>,
    pub(super) same: Option<Word>,
    #[serde(default)]
    pub(super) also: Vec<Word>,
    pub(super) by: Option<Word>,
    #[serde(default)]
    pub(super) like: BTreeMap<String, Word>,
    pub(super) to_practice: Option<Word>,
    pub(super) on_time: Option<Word>,
    #[serde(default)]
    pub(super) or_unkeyed: bool,
    #[serde(default)]
    pub(super) told_with: Vec<WitnessText>,
    #[serde(default)]
    pub(super) undone_by: Vec<WitnessText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExcuseText {
    pub(super) step: Word,
    #[serde(default)]
    pub(super) only: Vec<ConditionText>,
    pub(super) same: Option<Word>,
    #[serde(default)]
    pub(super) like: BTreeMap<String, Word>,
    #[serde(default)]
    pub(super) counts_before: bool,
    #[serde(default)]
    pub(super) undone_by: Vec<WitnessText>,
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
pub(super) struct CoversText {
    pub(super) given_by: Vec<WitnessText>,
    pub(super) from: Option<Word>,
    pub(super) to: Option<Word>,
    pub(super) days: Option<Word>,
    pub(super) days_min: Option<Spanned<u32>>,
    pub(super) days_floor: Option<u32>,
    pub(super) until: Option<Vec<WitnessText>>,
    pub(super) planned: Option<Word>,
    pub(super) schedule: Option<Word>,
    pub(super) item: Option<Word>,
    pub(super) excuse_field: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfServicesText {
    pub(super) asks: super::ServiceAsk,
    pub(super) days_max: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionText {
    pub(super) field: Word,
    pub(super) one_of: Option<Spanned<Vec<toml::Value>>>,
    pub(super) none_of: Option<Spanned<Vec<toml::Value>>>,
    pub(super) holds: Option<Spanned<Vec<toml::Value>>>,
    pub(super) holds_all: Option<Spanned<Vec<toml::Value>>>,
    #[serde(default)]
    pub(super) absent: bool,
    #[serde(default)]
    pub(super) not_after_step: bool,
    pub(super) not_before_step: Option<bool>,
    pub(super) same_as: Option<Word>,
    pub(super) differs_from: Option<Word>,
    pub(super) within_days_of: Option<WithinText>,
    pub(super) as_last_told: Option<LastToldText>,
    #[serde(default)]
    pub(super) or_absent: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithinText {
    pub(super) field: Word,
    pub(super) days: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LastToldText {
    pub(super) step: Word,
    pub(super) field: Word,
}
