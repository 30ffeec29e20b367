//! Reads the steps that speak for a promise, excuse it or end it.

use steps::StepKind;

use super::conditions;
use crate::pack::{
    End, Ends, Excuse, Field, Trigger, Witness,
    raw::{ExcuseText, RuleText, WitnessText, Word},
    read::Reader,
};

pub(super) fn all(
    reader: &mut Reader<'_>,
    texts: &[WitnessText],
    triggers: &[Trigger],
) -> Vec<Witness> {
    texts.iter().filter_map(|text| one(reader, text, triggers)).collect()
}

pub(super) fn one(
    reader: &mut Reader<'_>,
    text: &WitnessText,
    triggers: &[Trigger],
) -> Option<Witness> {
    let step = reader.step(&text.step)?;
    let also = text.also.iter().filter(|word| {
        same_field(reader, step, Some(word), triggers);
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
        on_time: named(reader, text.on_time.as_ref()),
        or_unkeyed: text.or_unkeyed,
        keyed: same_field(reader, step, text.same.as_ref(), triggers),
    })
}

/// The triggers that have the field. It must be the witness's, and that of at least one trigger.
fn same_field(
    reader: &mut Reader<'_>,
    step: StepKind,
    same: Option<&Word>,
    triggers: &[Trigger],
) -> Vec<StepKind> {
    let Some(word) = same else { return Vec::new() };
    if !reader.field(step, word) {
        return Vec::new();
    }
    let mut keyed: Vec<StepKind> = triggers.iter().map(|trigger| trigger.step).collect();
    keyed.retain(|kind| reader.has_field(*kind, word.get_ref()));
    if keyed.is_empty() && !triggers.is_empty() {
        let problem = format!("no trigger of the rule has a field `{}`", word.get_ref());
        reader.refuse(word.span(), problem, "a field of both steps");
    }
    keyed
}

/// A witness that excuses, and its reason.
pub(super) fn excuse(
    reader: &mut Reader<'_>,
    text: &ExcuseText,
    triggers: &[Trigger],
) -> Option<Excuse> {
    let step = reader.step(&text.step)?;
    let witness = Witness {
        step,
        only: conditions::all(reader, step, &text.only),
        same: text.same.as_ref().map(|word| Field::of(word.get_ref())),
        also: Vec::new(),
        by: None,
        on_time: None,
        or_unkeyed: false,
        keyed: same_field(reader, step, text.same.as_ref(), triggers),
    };
    let undone_by = all(reader, &text.undone_by, triggers);
    Some(Excuse { witness, undone_by, reason: text.reason.clone() })
}

pub(super) fn ends(reader: &mut Reader<'_>, raw: &RuleText, triggers: &[Trigger]) -> Ends {
    let bare = |reader: &mut Reader<'_>, word: &Word| {
        let step = reader.step(word)?;
        Some(End { step, only: Vec::new(), same: None })
    };
    let mut steps: Vec<End> =
        raw.ends.iter().flatten().filter_map(|word| bare(reader, word)).collect();
    for text in raw.ends_on.iter().flatten() {
        let witness = one(reader, text, triggers);
        steps.extend(witness.map(|Witness { step, only, same, .. }| End { step, only, same }));
    }
    Ends { steps, nullified: raw.ends_when_nullified.unwrap_or(false) }
}
