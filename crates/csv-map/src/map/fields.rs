//! The fields of a step in the map: what fills each, checked against the field's shape.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use steps::StepKind;
use toml::Spanned;

use super::{
    Col, Field,
    check::Checking,
    raw::{ValueText, Word},
    rules::format,
};
use crate::{
    catalogue::{Fields, Shape},
    nearest::one_of,
    value::{Form, From, Value},
};

/// A field and what fills it.
pub(super) fn field(
    checking: &mut Checking<'_>,
    kind: StepKind,
    known: &Fields,
    (path, text): (&Word, &Spanned<ValueText>),
) -> Option<Field> {
    let name = path.get_ref();
    let Some(shape) = known.shape(name) else {
        let paths = known.paths();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let problem = format!("`{name}` is not a field of `{}`", kind.field_name());
        checking.refuse(path.span(), problem, one_of(name, &paths));
        return None;
    };
    let value = value(checking, &shape, text)?;
    let of_patient = matches!(&value.from, From::Cells(cells) if cells.iter().any(|cell| checking.patient == Some(*cell)));
    if of_patient && name == "nhsNumber" {
        let problem = format!(
            "`{}` names the patient to the source and is the NHS number",
            checking.title(checking.patient.unwrap_or_default())
        );
        let expected = "the hospital's own number in `[patient]`: a reference is never made from an NHS number";
        checking.refuse(text.span(), problem, expected);
    }
    let (record, last) =
        name.rsplit_once('.').map_or((None, name.as_str()), |(record, last)| (Some(record), last));
    let required = known.required(record).iter().any(|needed| needed == last);
    Some(Field { path: name.clone(), value, required })
}

fn value(checking: &mut Checking<'_>, shape: &Shape, text: &Spanned<ValueText>) -> Option<Value> {
    let raw = text.get_ref();
    match (shape, &raw.always, &raw.patient) {
        (Shape::Person, None, Some(patient)) if *patient.get_ref() => person(checking, text),
        (Shape::Person, ..) => {
            checking.refuse(
                text.span(),
                "a person is known by a reference",
                "`{ patient = true }`",
            );
            None
        }
        (_, _, Some(patient)) => {
            let expected = "`column` or `const`: only a reference to a person is the patient";
            checking.refuse(patient.span(), "the field is no person", expected);
            None
        }
        (_, Some(always), None) => constant(checking, shape, text, always),
        (_, None, None) => from_cells(checking, shape, text),
    }
}

fn person(checking: &mut Checking<'_>, text: &Spanned<ValueText>) -> Option<Value> {
    if checking.patient.is_none() {
        let expected = "a table `[patient]` with `local`, the column of the hospital's own number";
        checking.refuse(text.span(), "no patient is named", expected);
        return None;
    }
    Some(Value { from: From::Patient, form: Form::Text, split: None, expected: String::new() })
}

fn constant(
    checking: &mut Checking<'_>,
    shape: &Shape,
    text: &Spanned<ValueText>,
    always: &Spanned<toml::Value>,
) -> Option<Value> {
    let raw = text.get_ref();
    let others = raw.column.is_some() || raw.columns.is_some() || raw.codes.is_some();
    if others || raw.format.is_some() || raw.split.is_some() || raw.keep_spaces {
        checking.refuse(text.span(), "`const` says all", "`const` alone, or `column`");
        return None;
    }
    let json = literal(checking, shape, always)?;
    let json = if matches!(shape, Shape::List(_)) { Json::Array(vec![json]) } else { json };
    Some(Value { from: From::Always(json), form: Form::Text, split: None, expected: String::new() })
}

/// A value that the map itself says, as the field writes it.
fn literal(
    checking: &mut Checking<'_>,
    shape: &Shape,
    said: &Spanned<toml::Value>,
) -> Option<Json> {
    let expected = match (shape, said.get_ref()) {
        (Shape::List(inner), _) => return literal(checking, inner, said),
        (Shape::Coded(words), toml::Value::String(word)) => {
            if words.contains(word) {
                return Some(word.clone().into());
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            one_of(word, &words)
        }
        (Shape::Boolean, toml::Value::Boolean(is_so)) => return Some((*is_so).into()),
        (Shape::Integer, toml::Value::Integer(number)) if *number >= 0 => {
            return Some((*number).into());
        }
        (
            Shape::Text(_) | Shape::Day | Shape::Instant | Shape::DayOrInstant,
            toml::Value::String(word),
        ) => {
            return Some(word.clone().into());
        }
        (Shape::Coded(words), _) => format!("one of {}", words.join(", ")),
        (Shape::Boolean, _) => "true or false, without quotes".to_owned(),
        (Shape::Integer, _) => "a whole number, without quotes".to_owned(),
        (Shape::Record, _) => "its fields one by one, as in `\"consent.byRole\"`".to_owned(),
        _ => "text in quotes".to_owned(),
    };
    checking.refuse(said.span(), "the value does not fit the field", expected);
    None
}

fn from_cells(
    checking: &mut Checking<'_>,
    shape: &Shape,
    text: &Spanned<ValueText>,
) -> Option<Value> {
    let raw = text.get_ref();
    let cells = cells(checking, text, "`column`, `columns`, `const` or `patient`")?;
    let (inner, split) = match (shape, &raw.split) {
        (Shape::List(inner), split) => {
            (&**inner, split.as_ref().map(|split| split.get_ref().clone()))
        }
        (shape, None) => (shape, None),
        (_, Some(split)) => {
            checking.refuse(split.span(), "the field holds one value", "no `split` here");
            return None;
        }
    };
    let form = form(checking, inner, text)?;
    let list = matches!(shape, Shape::List(_)).then(|| split.unwrap_or_default());
    let expected = match inner {
        Shape::Text(expected) => expected.clone(),
        _ => String::new(),
    };
    Some(Value { from: From::Cells(cells), form, split: list, expected })
}

/// How a cell becomes a value of the shape.
fn form(checking: &mut Checking<'_>, shape: &Shape, text: &Spanned<ValueText>) -> Option<Form> {
    let raw = text.get_ref();
    let a_time = matches!(shape, Shape::Day | Shape::Instant | Shape::DayOrInstant);
    if let (Some(word), false) = (&raw.format, a_time) {
        checking.refuse(word.span(), "the field is no date", "no `format` here");
        return None;
    }
    if let Some(codes) = &raw.codes {
        return translated(checking, shape, codes).map(Form::Codes);
    }
    match shape {
        Shape::Coded(_) => Some(Form::Word),
        Shape::Boolean => Some(Form::Boolean),
        Shape::Integer => Some(Form::Integer),
        Shape::Text(_) if raw.keep_spaces => Some(Form::Spaced),
        Shape::Text(_) => Some(Form::Text),
        Shape::Day | Shape::Instant | Shape::DayOrInstant => {
            let expected = "`format`, such as `format = \"%d/%m/%Y\"`";
            let format = format(checking, text, expected)?;
            if *shape == Shape::Instant && !format.has_time() {
                let span = raw.format.as_ref().map_or_else(|| text.span(), Spanned::span);
                let expected = "a format with hour and minute (`%H:%M`): the field is an instant";
                checking.refuse(span, "the format says no time of day", expected);
                return None;
            }
            Some(if *shape == Shape::Day { Form::Day(format) } else { Form::Moment(format) })
        }
        Shape::Person | Shape::List(_) | Shape::Record => {
            let expected = "its fields one by one, as in `\"consent.byRole\"`; a list of records cannot be told by a row";
            checking.refuse(text.span(), "the field has fields of its own", expected);
            None
        }
    }
}

fn translated(
    checking: &mut Checking<'_>,
    shape: &Shape,
    codes: &BTreeMap<Word, Spanned<toml::Value>>,
) -> Option<BTreeMap<String, Json>> {
    let found = codes.iter().map(|(code, word)| {
        let json = literal(checking, shape, word)?;
        Some((code.get_ref().clone(), json))
    });
    let found: Vec<Option<(String, Json)>> = found.collect();
    found.into_iter().collect()
}

/// The cells that a value is made of; several are joined by a space.
pub(super) fn cells(
    checking: &mut Checking<'_>,
    text: &Spanned<ValueText>,
    expected: &str,
) -> Option<Vec<Col>> {
    match (&text.get_ref().column, &text.get_ref().columns) {
        (Some(column), None) => Some(vec![checking.column(column)]),
        (None, Some(columns)) if !columns.is_empty() => {
            Some(columns.iter().map(|column| checking.column(column)).collect())
        }
        _ => {
            checking.refuse(
                text.span(),
                "the value comes from nowhere, or from two places",
                expected,
            );
            None
        }
    }
}
