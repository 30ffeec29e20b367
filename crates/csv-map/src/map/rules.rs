//! The steps of a map: when a row tells them, and when that happened.

use steps::StepKind;
use toml::Spanned;

use super::{
    Condition, Field, Moment, Rule, Test,
    check::{Checking, about, kind},
    fields,
    raw::{StepText, ValueText, WhenText},
};
use crate::{catalogue::Fields, dates::DateFormat};

/// All steps of the map.
pub(super) fn all(checking: &mut Checking<'_>, steps: &[Spanned<StepText>]) -> Vec<Rule> {
    if steps.is_empty() {
        checking.refuse(0..0, "the map tells no step", "at least one `[[step]]`");
    }
    let mut rules: Vec<Rule> = Vec::new();
    for step in steps {
        let Some(rule) = rule(checking, step.get_ref()) else { continue };
        if rules.iter().any(|other| other.name == rule.name) {
            let word = step.get_ref().name.as_ref().unwrap_or(&step.get_ref().kind);
            let problem = format!("two steps are named `{}`", rule.name);
            checking.refuse(word.span(), problem, "a `name` of its own for each");
        }
        rules.push(rule);
    }
    rules
}

fn rule(checking: &mut Checking<'_>, text: &StepText) -> Option<Rule> {
    let kind = kind(checking, &text.kind)?;
    let name = text.name.as_ref().map_or_else(|| kind.field_name(), |name| name.get_ref().clone());
    if name.trim().is_empty() {
        let span = text.name.as_ref().map_or(0..0, Spanned::span);
        checking.refuse(span, "the step's name is empty", "a short name, or none");
    }
    let about = about(checking, text);
    let when = text.when.iter().filter_map(|when| condition(checking, when)).collect();
    let occurred_at = moment(checking, &text.occurred_at, false);
    let entered = text.entered_in_source_at.as_ref();
    let entered_in_source_at = entered.and_then(|text| moment(checking, text, true));
    let fields = filled(checking, kind, text);
    Some(Rule { kind, name, about, when, occurred_at: occurred_at?, entered_in_source_at, fields })
}

fn condition(checking: &mut Checking<'_>, asked: &Spanned<WhenText>) -> Option<Condition> {
    let WhenText { column, equals, one_of, none_of, empty } = asked.get_ref();
    let cell = checking.column(column);
    let test = match (equals, one_of, none_of, empty) {
        (Some(word), None, None, None) => Test::OneOf(vec![word.clone()]),
        (None, Some(words), None, None) if !words.is_empty() => Test::OneOf(words.clone()),
        (None, None, Some(words), None) if !words.is_empty() => Test::NoneOf(words.clone()),
        (None, None, None, Some(empty)) => Test::Empty(*empty),
        _ => {
            let expected = "one of `equals`, `one_of`, `none_of` and `empty`";
            checking.refuse(asked.span(), "the condition asks for nothing, or too much", expected);
            return None;
        }
    };
    Some(Condition { cell, test })
}

/// A day or time; `instant`: it must say a time of day.
fn moment(checking: &mut Checking<'_>, text: &Spanned<ValueText>, instant: bool) -> Option<Moment> {
    const EXPECTED: &str =
        "`column` and `format`, such as `{ column = \"RECEIVED\", format = \"%d/%m/%Y\" }`";
    let raw = text.get_ref();
    let others = [raw.always.is_some(), raw.patient.is_some(), raw.codes.is_some()];
    if others.contains(&true) || raw.split.is_some() || raw.keep_spaces {
        checking.refuse(text.span(), "a time is read from a cell by its format", EXPECTED);
        return None;
    }
    let cells = fields::cells(checking, text, EXPECTED)?;
    let format = format(checking, text, EXPECTED)?;
    if instant && !format.has_time() {
        let span = raw.format.as_ref().map_or_else(|| text.span(), Spanned::span);
        checking.refuse(span, "the format says no time of day", "hour and minute (`%H:%M`)");
        return None;
    }
    Some(Moment { cells, format })
}

/// The format of a day or time.
pub(super) fn format(
    checking: &mut Checking<'_>,
    text: &Spanned<ValueText>,
    expected: &str,
) -> Option<DateFormat> {
    let Some(word) = &text.get_ref().format else {
        checking.refuse(text.span(), "a date has no format of its own", expected);
        return None;
    };
    match DateFormat::parse(word.get_ref()) {
        Ok(format) => Some(format),
        Err(expected) => {
            let problem = format!("the format `{}` cannot be used", word.get_ref());
            checking.refuse(word.span(), problem, expected);
            None
        }
    }
}

/// The fields, each known to the catalogue and none missing that is needed.
fn filled(checking: &mut Checking<'_>, kind: StepKind, text: &StepText) -> Vec<Field> {
    let known = Fields::of(kind);
    let mut filled = Vec::new();
    for (path, value) in &text.fields {
        filled.extend(fields::field(checking, kind, &known, (path, value)));
    }
    let mut records: Vec<Option<&str>> = vec![None];
    records.extend(
        text.fields
            .keys()
            .filter_map(|path| path.get_ref().split_once('.'))
            .map(|(record, _)| Some(record)),
    );
    records.dedup();
    for record in records {
        for name in known.required(record) {
            let path = record.map_or_else(|| name.clone(), |record| format!("{record}.{name}"));
            if !text.fields.keys().any(|known| *known.get_ref() == path) {
                let problem = format!("`{}` needs `{path}`", kind.field_name());
                checking.refuse(text.kind.span(), problem, "it in the step's `fields`");
            }
        }
    }
    filled
}
