//! Reads the rules of a pack: each form with what it needs, and nothing that it does not.

use std::{collections::BTreeSet, ops::Range};

use serde_json::Value;
use steps::StepKind;
use toml::Spanned;

use super::{
    Basis, Condition, Ends, Form, Rule, Term, Test, Trigger, Unit, Witness,
    raw::{ConditionText, RuleText, StandsText, TermText, TriggerText, WitnessText, Word},
    read::Reader,
};

const FORMS: &str = "one of deadline, precedence, presence, standing";

pub(super) fn all(reader: &mut Reader<'_>, rules: &[Spanned<RuleText>]) -> Vec<Rule> {
    let mut seen = BTreeSet::new();
    let read = rules.iter().filter_map(|text| {
        let id = &text.get_ref().id;
        if !seen.insert(id.get_ref()) {
            let problem = format!("rule `{}` stands twice", id.get_ref());
            reader.refuse(id.span(), problem, "each rule once");
        }
        rule(reader, text)
    });
    read.collect()
}

fn rule(reader: &mut Reader<'_>, text: &Spanned<RuleText>) -> Option<Rule> {
    let raw = text.get_ref();
    let id = raw.id.get_ref().parse().ok();
    if id.is_none() {
        reader.refuse(raw.id.span(), "the rule's id cannot be read", steps::RuleId::EXPECTED);
    }
    let triggers = triggers(reader, raw);
    let form = form(reader, raw, &triggers, text.span());
    Some(Rule {
        id: id?,
        class: raw.class,
        title: raw.title.clone(),
        reading: raw.reading.clone(),
        source: raw.source.clone(),
        accountable: raw.accountable,
        owner_role: raw.owner_role,
        severity: raw.severity,
        triggers,
        form: form?,
    })
}

fn triggers(reader: &mut Reader<'_>, raw: &RuleText) -> Vec<Trigger> {
    if raw.trigger.get_ref().is_empty() {
        reader.refuse(raw.trigger.span(), "the rule has no trigger", "at least one step");
    }
    raw.trigger.get_ref().iter().filter_map(|text| trigger(reader, raw, text)).collect()
}

fn trigger(reader: &mut Reader<'_>, raw: &RuleText, text: &TriggerText) -> Option<Trigger> {
    let step = reader.step(&text.step)?;
    let only = conditions(reader, step, &text.only);
    let spared = conditions(reader, step, &text.spared);
    let mut due = Vec::new();
    // A step that begins the clock anew says nothing of what the referral said.
    for case in raw.due_when.iter().filter(|_| !text.restarts) {
        let when = conditions(reader, step, &case.when);
        due.extend(term(reader, &case.due).map(|term| (when, term)));
    }
    if let Some(general) = text.due.as_ref().or(raw.due.as_ref()) {
        due.extend(term(reader, general).map(|term| (Vec::new(), term)));
    }
    Some(Trigger { step, only, spared, restarts: text.restarts, due })
}

fn term(reader: &mut Reader<'_>, text: &Spanned<TermText>) -> Option<Term> {
    let raw = text.get_ref();
    if raw.amount.is_none() {
        reader.refuse(text.span(), "`due` has no `amount`", "a whole number");
    }
    let unit = match raw.unit.as_ref().map(|word| word.get_ref().as_str()) {
        Some("hour") => Some(Unit::Hour),
        Some("day") => Some(Unit::Day),
        Some(_) | None => {
            let problem = named_or(raw.unit.as_ref(), "`due` has no `unit`", "is not a unit");
            reader.refuse(text.span(), problem, "`unit = \"hour\"` or `unit = \"day\"`");
            None
        }
    };
    let basis = match (raw.basis.as_ref().map(|word| word.get_ref().as_str()), unit) {
        (Some("calendar"), _) | (None, Some(Unit::Hour)) => Some(Basis::Calendar),
        (Some("working"), Some(Unit::Day)) => Some(Basis::Working),
        (Some(_) | None, _) => {
            let problem = named_or(raw.basis.as_ref(), "`due` has no `basis`", "is no basis here");
            let expected = "`basis = \"calendar\"`, or for days `basis = \"working\"`";
            reader.refuse(text.span(), problem, expected);
            None
        }
    };
    Some(Term { amount: raw.amount?, unit: unit?, basis: basis? })
}

fn named_or(word: Option<&Word>, none: &str, wrong: &str) -> String {
    word.map_or_else(|| none.to_owned(), |word| format!("`{}` {wrong}", word.get_ref()))
}

/// What a form needs; a mistake where it is left out.
fn need<'a, T>(
    reader: &mut Reader<'_>,
    span: &Range<usize>,
    value: Option<&'a T>,
    name: &str,
) -> Option<&'a T> {
    if value.is_none() {
        reader.refuse(span.clone(), format!("the rule has no `{name}`"), "what its form needs");
    }
    value
}

fn form(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    triggers: &[Trigger],
    span: Range<usize>,
) -> Option<Form> {
    refuse_strangers(reader, raw);
    match raw.form.get_ref().as_str() {
        "deadline" => {
            let texts = need(reader, &span, raw.satisfied_by.as_ref(), "satisfied_by")?;
            let satisfied_by = witnesses(reader, texts, triggers);
            let counts_before = raw.counts_before.unwrap_or(false);
            Some(Form::Deadline { satisfied_by, counts_before, ends: ends(reader, raw) })
        }
        "precedence" => precedence(reader, raw, triggers, &span),
        "presence" => {
            let lists = need(reader, &span, raw.accepted.as_ref(), "accepted")?;
            let mut accepted = Vec::new();
            for (list, trigger) in
                lists.iter().flat_map(|list| triggers.iter().map(move |t| (list, t)))
            {
                accepted.push(conditions(reader, trigger.step, list));
            }
            Some(Form::Presence { accepted })
        }
        "standing" => {
            let texts = need(reader, &span, raw.stands.as_ref(), "stands")?;
            let mut named =
                |text: &StandsText| (text.name.clone(), witnesses(reader, &text.told_by, triggers));
            let stands = texts.iter().map(&mut named).collect();
            Some(Form::Standing { stands, ends: ends(reader, raw) })
        }
        other => {
            reader.refuse(raw.form.span(), format!("`{other}` is not a form"), FORMS);
            None
        }
    }
}

/// A key that another form needs is a mistake, not a decoration.
fn refuse_strangers(reader: &mut Reader<'_>, raw: &RuleText) {
    let given = [
        ("satisfied_by", raw.satisfied_by.is_some(), &["deadline"][..]),
        ("counts_before", raw.counts_before.is_some(), &["deadline"][..]),
        ("ends", !raw.ends.is_empty(), &["deadline", "standing"][..]),
        ("ends_when_nullified", raw.ends_when_nullified, &["deadline", "standing"][..]),
        ("first", raw.first.is_some(), &["precedence"][..]),
        ("grace_minutes", raw.grace_minutes.is_some(), &["precedence"][..]),
        ("clinician_roles", raw.clinician_roles.is_some(), &["precedence"][..]),
        ("delegated", raw.delegated.is_some(), &["precedence"][..]),
        ("excused_by", raw.excused_by.is_some(), &["precedence"][..]),
        ("accepted", raw.accepted.is_some(), &["presence"][..]),
        ("stands", raw.stands.is_some(), &["standing"][..]),
    ];
    let form = raw.form.get_ref();
    for (key, _, forms) in given.iter().filter(|(_, given, _)| *given) {
        if !forms.contains(&form.as_str()) {
            let problem = format!("`{key}` does not belong to the form `{form}`");
            reader.refuse(raw.form.span(), problem, format!("it only with {}", forms.join(", ")));
        }
    }
}

fn precedence(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    triggers: &[Trigger],
    span: &Range<usize>,
) -> Option<Form> {
    let first = need(reader, span, raw.first.as_ref(), "first");
    let roles = need(reader, span, raw.clinician_roles.as_ref(), "clinician_roles");
    let mut first = witness(reader, first?, triggers)?;
    let roles = condition(reader, first.step, roles?)?;
    if !raw.delegated.unwrap_or(false) {
        first.only.push(roles);
    }
    let excused_by = raw.excused_by.as_ref().and_then(|text| {
        let step = reader.step(&text.step)?;
        let only = conditions(reader, step, &text.only);
        let keyed = same_field(reader, step, text.same.as_ref(), triggers);
        let same = text.same.as_ref().map(|word| word.get_ref().clone());
        Some((Witness { step, only, same, keyed }, text.reason.clone()))
    });
    Some(Form::Precedence { first, grace_minutes: raw.grace_minutes.unwrap_or(0), excused_by })
}

fn ends(reader: &mut Reader<'_>, raw: &RuleText) -> Ends {
    let steps = raw.ends.iter().filter_map(|word| reader.step(word)).collect();
    Ends { steps, nullified: raw.ends_when_nullified }
}

fn witnesses(reader: &mut Reader<'_>, texts: &[WitnessText], triggers: &[Trigger]) -> Vec<Witness> {
    texts.iter().filter_map(|text| witness(reader, text, triggers)).collect()
}

fn witness(reader: &mut Reader<'_>, text: &WitnessText, triggers: &[Trigger]) -> Option<Witness> {
    let step = reader.step(&text.step)?;
    let only = conditions(reader, step, &text.only);
    let keyed = same_field(reader, step, text.same.as_ref(), triggers);
    let same = text.same.as_ref().map(|word| word.get_ref().clone());
    Some(Witness { step, only, same, keyed })
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

fn conditions(reader: &mut Reader<'_>, step: StepKind, texts: &[ConditionText]) -> Vec<Condition> {
    texts.iter().filter_map(|text| condition(reader, step, text)).collect()
}

fn condition(reader: &mut Reader<'_>, step: StepKind, asked: &ConditionText) -> Option<Condition> {
    if !reader.field(step, &asked.field) {
        return None;
    }
    let field = asked.field.get_ref().clone();
    let test = match (&asked.one_of, &asked.holds, asked.not_after_step) {
        (None, None, false) => Test::Present,
        (None, None, true) => Test::NotAfterStep,
        (Some(words), None, false) => Test::OneOf(values(reader, step, &field, words)),
        (None, Some(words), false) => Test::Holds(values(reader, step, &field, words)),
        (Some(_) | None, Some(_) | None, _) => {
            let expected = "at most one of one_of, holds, not_after_step";
            reader.refuse(asked.field.span(), "the condition asks two things", expected);
            return None;
        }
    };
    Some(Condition { field, test, or_absent: asked.or_absent })
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
