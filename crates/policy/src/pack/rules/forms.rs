//! Reads what a rule's form needs.

use std::ops::Range;

use toml::Spanned;

use super::{conditions, dues, witnesses};
use crate::pack::{
    Before, Call, Coverage, Field, Form, Needed, OfServices, Part, Promise, Trigger, Witness,
    raw::{CoversText, PartText, RuleText, StandsText, Word},
    read::Reader,
};

const FORMS: [&str; 7] =
    ["deadline", "precedence", "presence", "prohibition", "standing", "coverage", "record_only"];

pub(super) fn is_form(word: &str) -> bool {
    FORMS.contains(&word)
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

pub(super) fn form(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    triggers: &[Trigger],
    span: Range<usize>,
) -> Option<Form> {
    match raw.form.get_ref().as_str() {
        "deadline" => deadline(reader, raw, triggers, &span),
        "precedence" if raw.parts.is_some() => {
            Some(Form::Precedence(promise(reader, raw, triggers)))
        }
        "precedence" => call(reader, raw, triggers, &span),
        "presence" => {
            if triggers.iter().any(|trigger| trigger.accepted.is_empty()) {
                need::<()>(reader, &span, None, "accepted")?;
            }
            Some(Form::Presence)
        }
        "prohibition" => {
            need(reader, &span, raw.forbidden.as_ref(), "forbidden")?;
            Some(Form::Prohibition(promise(reader, raw, triggers)))
        }
        "standing" => standing(reader, raw, triggers, &span),
        "coverage" => {
            let covers = need(reader, &span, raw.covers.as_ref(), "covers")?;
            coverage(reader, raw, covers, triggers)
        }
        "record_only" => record_only(reader, raw, triggers),
        other => {
            let expected = format!("one of {}", FORMS.join(", "));
            reader.refuse(raw.form.span(), format!("`{other}` is not a form"), expected);
            None
        }
    }
}

fn deadline(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    triggers: &[Trigger],
    span: &Range<usize>,
) -> Option<Form> {
    if let Some(days) = raw.wait_days {
        let others = raw.parts.is_some() || raw.satisfied_by.is_some() || raw.due.is_some();
        if others {
            let expected = "`wait_days` alone: the RTT clock says when the wait began and ended";
            let at = reader.key_at(span, "wait_days");
            reader.refuse(at, "the rule counts a wait and more", expected);
            return None;
        }
        return Some(Form::Wait { days });
    }
    if raw.parts.is_none() {
        need(reader, span, raw.satisfied_by.as_ref(), "satisfied_by")?;
    }
    Some(Form::Deadline(promise(reader, raw, triggers)))
}

fn promise(reader: &mut Reader<'_>, raw: &RuleText, triggers: &[Trigger]) -> Promise {
    let before = witnesses::before(reader, raw);
    let mut parts: Vec<Part> = Vec::new();
    if let Some(texts) = &raw.satisfied_by {
        let kept_by = witnesses::all(reader, texts, triggers, before);
        parts.push(Part { name: words_of(&kept_by), kept_by, ..Part::default() });
    }
    let precedes = raw.form.get_ref() == "precedence";
    for text in raw.parts.iter().flatten() {
        let precedes = precedes || text.before.unwrap_or(false);
        let before = if precedes { Before::Ever } else { before };
        parts.push(Part { before: precedes, ..part(reader, text, triggers, before) });
    }
    let forbidden = raw.forbidden.as_deref().unwrap_or_default();
    let excuses = raw.excuses.iter().flatten();
    Promise {
        parts,
        forbidden: witnesses::all(reader, forbidden, triggers, Before::Ever),
        until_kept: raw.until_kept.unwrap_or(false),
        ends: witnesses::ends(reader, raw, triggers),
        excuses: excuses.filter_map(|text| witnesses::excuse(reader, text, triggers)).collect(),
    }
}

/// What would keep a promise, in words: any of these steps.
fn words_of(witnesses: &[Witness]) -> String {
    let mut titles: Vec<String> = Vec::new();
    for title in witnesses.iter().map(|one| one.step.title()) {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join(", or ")
}

/// A part. What it asks of the trigger is read against each of them.
fn part(reader: &mut Reader<'_>, text: &PartText, triggers: &[Trigger], before: Before) -> Part {
    let (mut holds, mut kept_at, mut due) = (Vec::new(), Vec::new(), Vec::new());
    for trigger in triggers.iter().rev() {
        holds = conditions::lists(reader, trigger.step, &text.holds);
        let field = |word| reader.field_of(trigger.step, word);
        kept_at = text.kept_at.iter().filter_map(field).collect();
        due = dues(reader, trigger.step, text.due_when.iter(), text.due.as_ref());
    }
    Part {
        name: text.name.clone(),
        kept_by: witnesses::all(reader, &text.kept_by, triggers, before),
        holds,
        kept_at,
        if_told: witnesses::all(reader, &text.if_told, triggers, Before::Ever),
        before: false,
        due,
    }
}

fn call(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    triggers: &[Trigger],
    span: &Range<usize>,
) -> Option<Form> {
    let first = need(reader, span, raw.first.as_ref(), "first");
    let roles = need(reader, span, raw.clinician_roles.as_ref(), "clinician_roles");
    let mut first = witnesses::one(reader, first?, triggers, Before::Ever)?;
    let roles = conditions::one(reader, first.step, roles?)?;
    if !raw.delegated.unwrap_or(false) {
        first.only.push(roles);
    }
    let excuse = raw.excused_by.as_ref();
    let excuse = excuse.and_then(|text| witnesses::excuse(reader, text, triggers));
    Some(Form::Call(Box::new(Call {
        first,
        grace_minutes: raw.grace_minutes.unwrap_or(0),
        excused_by: excuse.map(|one| (Witness { before: Before::Ever, ..one.witness }, one.reason)),
    })))
}

fn standing(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    triggers: &[Trigger],
    span: &Range<usize>,
) -> Option<Form> {
    if let Some(text) = &raw.of_services {
        return Some(Form::OfServices(OfServices { asks: text.asks, days_max: text.days_max }));
    }
    let texts = need(reader, span, raw.stands.as_ref(), "stands")?;
    let mut named = |text: &StandsText| {
        (text.name.clone(), witnesses::all(reader, &text.told_by, triggers, Before::Ever))
    };
    let stands = texts.iter().map(&mut named).collect();
    Some(Form::Standing { stands, ends: witnesses::ends(reader, raw, triggers) })
}

/// What is counted; where by a field, that is a coded one of every trigger.
fn record_only(reader: &mut Reader<'_>, raw: &RuleText, triggers: &[Trigger]) -> Option<Form> {
    let Some(word) = &raw.note else { return Some(Form::RecordOnly { note: None }) };
    for trigger in triggers {
        reader.field_of(trigger.step, word)?;
        if reader.codes(trigger.step, word.get_ref()).is_empty() {
            let problem = format!("`{}` is not a coded field", word.get_ref());
            let expected = "a coded field: a count is by a code, never by words";
            reader.refuse(word.span(), problem, expected);
            return None;
        }
    }
    Some(Form::RecordOnly { note: Some(Field::of(word.get_ref())) })
}

fn coverage(
    reader: &mut Reader<'_>,
    raw: &RuleText,
    covers: &Spanned<CoversText>,
    triggers: &[Trigger],
) -> Option<Form> {
    let text = covers.get_ref();
    let before = witnesses::before(reader, raw);
    let given_by = witnesses::all(reader, &text.given_by, triggers, before);
    let needed = needed(reader, covers, triggers)?;
    let forbidden = raw.forbidden.as_deref().unwrap_or_default();
    let excuse_field = text.excuse_field.as_ref();
    let excuse_field = excuse_field.and_then(|word| of_given(reader, text, word));
    Some(Form::Coverage(Coverage {
        needed,
        given_by,
        forbidden: witnesses::all(reader, forbidden, triggers, Before::Ever),
        excuse_field,
        ends: witnesses::ends(reader, raw, triggers),
    }))
}

/// What a coverage needs: exactly one of a window, a number of days, an end and a schedule.
fn needed(
    reader: &mut Reader<'_>,
    covers: &Spanned<CoversText>,
    triggers: &[Trigger],
) -> Option<Needed> {
    let text = covers.get_ref();
    match (&text.from, &text.to, &text.days, &text.days_min, &text.until, &text.schedule) {
        (Some(from), Some(to), None, None, None, None) => {
            let from = of_both(reader, text, triggers, from)?;
            Some(Needed::Window { from, to: of_both(reader, text, triggers, to)? })
        }
        (None, None, Some(days), Some(min), None, None) => {
            not_below_the_floor(reader, text, min);
            let field = of_given(reader, text, days)?;
            Some(Needed::Days { min: *min.get_ref(), field })
        }
        (None, None, Some(days), None, Some(until), None) => {
            let steps = witnesses::all(reader, until, triggers, Before::Never);
            let planned = match &text.planned {
                Some(word) => Some(of_triggers(reader, triggers, word)?),
                None => None,
            };
            Some(Needed::Until { steps, field: of_given(reader, text, days)?, planned })
        }
        (None, None, None, None, None, Some(list)) => {
            let list = of_triggers(reader, triggers, list)?;
            let item = need(reader, &covers.span(), text.item.as_ref(), "item")?;
            Some(Needed::Schedule { list, item: of_given(reader, text, item)? })
        }
        _ => {
            let expected = "`from` and `to`; or `days` and `days_min`; or `days` and `until`; or \
                            `schedule` and `item`";
            reader.refuse(covers.span(), "`covers` does not say what is needed", expected);
            None
        }
    }
}

fn not_below_the_floor(reader: &mut Reader<'_>, text: &CoversText, min: &Spanned<u32>) {
    let floor = text.days_floor.unwrap_or(0);
    if *min.get_ref() < floor {
        let problem = format!("`days_min` is {}, below its floor", min.get_ref());
        let expected = format!("at least {floor}: a local value may raise it, not lower it");
        reader.refuse(min.span(), problem, expected);
    }
}

/// A field that everything given has.
fn of_given(reader: &mut Reader<'_>, text: &CoversText, word: &Word) -> Option<Field> {
    for given in &text.given_by {
        let step = reader.step(&given.step)?;
        reader.field_of(step, word)?;
    }
    Some(Field::of(word.get_ref()))
}

/// A field that every trigger has.
fn of_triggers(reader: &mut Reader<'_>, triggers: &[Trigger], word: &Word) -> Option<Field> {
    for trigger in triggers {
        reader.field_of(trigger.step, word)?;
    }
    Some(Field::of(word.get_ref()))
}

fn of_both(
    reader: &mut Reader<'_>,
    text: &CoversText,
    triggers: &[Trigger],
    word: &Word,
) -> Option<Field> {
    of_triggers(reader, triggers, word)?;
    of_given(reader, text, word)
}
