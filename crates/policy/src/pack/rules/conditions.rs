//! Reads what is asked of the fields of a step.

use serde_json::Value;
use steps::StepKind;
use toml::Spanned;

use crate::pack::{Condition, Field, Test, raw::ConditionText, read::Reader};

pub(super) fn all(
    reader: &mut Reader<'_>,
    step: StepKind,
    texts: &[ConditionText],
) -> Vec<Condition> {
    texts.iter().filter_map(|text| one(reader, step, text)).collect()
}

pub(super) fn lists(
    reader: &mut Reader<'_>,
    step: StepKind,
    texts: &[Vec<ConditionText>],
) -> Vec<Vec<Condition>> {
    texts.iter().map(|list| all(reader, step, list)).collect()
}

pub(super) fn one(
    reader: &mut Reader<'_>,
    step: StepKind,
    asked: &ConditionText,
) -> Option<Condition> {
    if !reader.field(step, &asked.field) {
        return None;
    }
    let mut tests = tests(reader, step, asked)?;
    if tests.len() > 1 {
        let expected = "at most one of one_of, none_of, holds, holds_all, absent, not_after_step, \
                        not_before_step, same_as, differs_from, within_days_of, as_last_told";
        reader.refuse(asked.field.span(), "the condition asks two things", expected);
        return None;
    }
    let test = tests.pop().unwrap_or(Test::Present);
    Some(Condition { field: Field::of(asked.field.get_ref()), test, or_absent: asked.or_absent })
}

/// A test of values.
type OfValues = fn(Vec<Value>) -> Test;

/// All that a condition asks; `None` where a word of it was refused.
fn tests(reader: &mut Reader<'_>, step: StepKind, asked: &ConditionText) -> Option<Vec<Test>> {
    let field = asked.field.get_ref().as_str();
    let mut tests = Vec::new();
    let lists: [(&Option<Spanned<Vec<toml::Value>>>, OfValues); 4] = [
        (&asked.one_of, Test::OneOf),
        (&asked.none_of, Test::NoneOf),
        (&asked.holds, Test::Holds),
        (&asked.holds_all, Test::HoldsAll),
    ];
    for (words, test) in lists {
        tests.extend(words.as_ref().map(|words| test(values(reader, step, field, words))));
    }
    tests.extend(asked.absent.then_some(Test::Absent));
    tests.extend(asked.not_after_step.then_some(Test::NotAfterStep));
    tests.extend(asked.not_before_step.unwrap_or(false).then_some(Test::NotBeforeStep));
    if let Some(word) = &asked.same_as {
        tests.push(Test::SameAs(reader.field_of(step, word)?));
    }
    if let Some(word) = &asked.differs_from {
        tests.push(Test::DiffersFrom(reader.field_of(step, word)?));
    }
    if let Some(within) = &asked.within_days_of {
        tests.push(Test::WithinDaysOf(reader.field_of(step, &within.field)?, within.days));
    }
    if let Some(told) = &asked.as_last_told {
        let kind = reader.step(&told.step)?;
        tests.push(Test::AsLastTold(kind, reader.field_of(kind, &told.field)?));
    }
    Some(tests)
}

/// The values of a condition; a word that the field cannot have is a mistake.
fn values(
    reader: &mut Reader<'_>,
    step: StepKind,
    field: &str,
    words: &Spanned<Vec<toml::Value>>,
) -> Vec<Value> {
    let codes = reader.codes(step, field);
    let mut values = Vec::new();
    for word in words.get_ref() {
        match word {
            toml::Value::String(text) if codes.is_empty() || codes.contains(text) => {
                values.push(Value::from(text.as_str()));
            }
            toml::Value::Boolean(flag) => values.push(Value::from(*flag)),
            toml::Value::Integer(number) => values.push(Value::from(*number)),
            toml::Value::String(_)
            | toml::Value::Float(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => {
                let problem = format!("{word} is no value of `{}.{field}`", step.name());
                let expected = if codes.is_empty() {
                    "a string, a whole number, true or false".to_owned()
                } else {
                    format!("one of {}", codes.join(", "))
                };
                reader.refuse(words.span(), problem, expected);
            }
        }
    }
    values
}
