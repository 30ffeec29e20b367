//! Reads the steps that speak for a promise, excuse it or end it.

use std::collections::BTreeMap;

use steps::StepKind;

use super::conditions;
use crate::pack::{
    Before, End, Ends, Excuse, Field, Trigger, Witness,
    raw::{BeforeText, ExcuseText, RuleText, WitnessText, Word},
    read::Reader,
};

pub(super) fn all(
    reader: &mut Reader<'_>,
    texts: &[WitnessText],
    triggers: &[Trigger],
    before: Before,
) -> Vec<Witness> {
    texts.iter().filter_map(|text| one(reader, text, triggers, before)).collect()
}

pub(super) fn one(
    reader: &mut Reader<'_>,
    text: &WitnessText,
    triggers: &[Trigger],
    before: Before,
) -> Option<Witness> {
    let kinds: Vec<StepKind> = triggers.iter().map(|trigger| trigger.step).collect();
    beside(reader, text, &kinds, before)
}

/// A witness beside the steps with which it shares its fields.
fn beside(
    reader: &mut Reader<'_>,
    text: &WitnessText,
    kinds: &[StepKind],
    before: Before,
) -> Option<Witness> {
    let step = reader.step(&text.step)?;
    let also = text.also.iter().filter(|word| {
        same_field(reader, step, Some(word), kinds);
        true
    });
    let also = also.map(|word| Field::of(word.get_ref())).collect();
    let named = |reader: &mut Reader<'_>, word: Option<&Word>| {
        word.and_then(|word| reader.field_of(step, word))
    };
    Some(Witness {
        step,
        only: conditions::all(reader, step, &text.only),
        same: text.same.as_ref().map(|word| Field::of(word.get_ref())),
        also,
        by: named(reader, text.by.as_ref()),
        like: like(reader, step, &text.like, kinds),
        to_practice: named(reader, text.to_practice.as_ref()),
        on_time: named(reader, text.on_time.as_ref()),
        told_with: all_beside(reader, &text.told_with, step),
        undone_by: all_beside(reader, &text.undone_by, step),
        before,
        or_unkeyed: text.or_unkeyed,
        keyed: same_field(reader, step, text.same.as_ref(), kinds),
    })
}

/// What stands beside a witness, and shares its fields with that.
fn all_beside(reader: &mut Reader<'_>, texts: &[WitnessText], step: StepKind) -> Vec<Witness> {
    texts.iter().filter_map(|text| beside(reader, text, &[step], Before::Ever)).collect()
}

/// Pairs of a field of the witness and one of a trigger.
fn like(
    reader: &mut Reader<'_>,
    step: StepKind,
    pairs: &BTreeMap<String, Word>,
    kinds: &[StepKind],
) -> Vec<(Field, Field)> {
    let mut read = Vec::new();
    for (ours, theirs) in pairs {
        let own = toml::Spanned::new(theirs.span(), ours.clone());
        let own = reader.field_of(step, &own);
        let known = kinds.iter().any(|kind| reader.has_field(*kind, theirs.get_ref()));
        if !known {
            let problem = format!("no trigger of the rule has a field `{}`", theirs.get_ref());
            reader.refuse(theirs.span(), problem, "a field of a trigger");
        }
        read.extend(own.map(|own| (own, Field::of(theirs.get_ref()))));
    }
    read
}

/// The steps beside it that have the field. It must be the witness's, and that of at least one of them.
fn same_field(
    reader: &mut Reader<'_>,
    step: StepKind,
    same: Option<&Word>,
    kinds: &[StepKind],
) -> Vec<StepKind> {
    let Some(word) = same else { return Vec::new() };
    if !reader.field(step, word) {
        return Vec::new();
    }
    let mut keyed = kinds.to_vec();
    keyed.retain(|kind| reader.has_field(*kind, word.get_ref()));
    if keyed.is_empty() && !kinds.is_empty() {
        let problem = format!("no trigger of the rule has a field `{}`", word.get_ref());
        reader.refuse(word.span(), problem, "a field of both steps");
    }
    keyed
}

/// Whether a rule counts what was done before its trigger.
pub(super) fn before(reader: &mut Reader<'_>, raw: &RuleText) -> Before {
    let Some(text) = &raw.counts_before else { return Before::Never };
    match text.get_ref() {
        BeforeText::Flag(true) => Before::Ever,
        BeforeText::Flag(false) => Before::Never,
        BeforeText::Word(word) if word == "same_day" => Before::SameDay,
        BeforeText::Word(word) => {
            let expected = "`true`, `false` or `\"same_day\"`";
            reader.refuse(text.span(), format!("`{word}` is not a time"), expected);
            Before::Never
        }
    }
}

/// A witness that excuses, and its reason.
pub(super) fn excuse(
    reader: &mut Reader<'_>,
    text: &ExcuseText,
    triggers: &[Trigger],
) -> Option<Excuse> {
    let kinds: Vec<StepKind> = triggers.iter().map(|trigger| trigger.step).collect();
    let step = reader.step(&text.step)?;
    let witness = Witness {
        step,
        only: conditions::all(reader, step, &text.only),
        same: text.same.as_ref().map(|word| Field::of(word.get_ref())),
        also: Vec::new(),
        by: None,
        like: like(reader, step, &text.like, &kinds),
        to_practice: None,
        on_time: None,
        told_with: Vec::new(),
        undone_by: all_beside(reader, &text.undone_by, step),
        before: if text.counts_before { Before::Ever } else { Before::Never },
        or_unkeyed: false,
        keyed: same_field(reader, step, text.same.as_ref(), &kinds),
    };
    Some(Excuse { witness, reason: text.reason.clone() })
}

pub(super) fn ends(reader: &mut Reader<'_>, raw: &RuleText, triggers: &[Trigger]) -> Ends {
    let bare = |reader: &mut Reader<'_>, word: &Word| {
        let step = reader.step(word)?;
        Some(End { step, only: Vec::new(), same: None })
    };
    let mut steps: Vec<End> =
        raw.ends.iter().flatten().filter_map(|word| bare(reader, word)).collect();
    for text in raw.ends_on.iter().flatten() {
        let witness = one(reader, text, triggers, Before::Never);
        steps.extend(witness.map(|Witness { step, only, same, .. }| End { step, only, same }));
    }
    Ends { steps, nullified: raw.ends_when_nullified.unwrap_or(false) }
}
