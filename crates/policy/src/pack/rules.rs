//! Reads the rules of a pack: each form with what it needs, and nothing that it does not.

mod conditions;
mod forms;
mod keys;
mod witnesses;

use std::{collections::BTreeSet, ops::Range};

use steps::codes::Funding;
use toml::Spanned;

use super::{
    Accountable, Anchor, Basis, Before, ClockAsk, Dues, Field, Rule, Term, Trigger, Unit,
    raw::{AccountableText, DueWhenText, RuleText, TermText, TriggerText, Word},
    read::Reader,
};

/// The rules of a file; `seen` are the ids of the pack so far.
pub(super) fn all<'a>(
    reader: &mut Reader<'_>,
    rules: &'a [Spanned<RuleText>],
    seen: &mut BTreeSet<&'a str>,
) -> Vec<Rule> {
    let read = rules.iter().filter_map(|text| {
        let id = &text.get_ref().id;
        if !seen.insert(id.get_ref().as_str()) {
            let problem = format!("rule `{}` stands twice", id.get_ref());
            reader.refuse(id.span(), problem, "each rule once");
        }
        rule(reader, text)
    });
    read.collect()
}

fn rule(reader: &mut Reader<'_>, text: &Spanned<RuleText>) -> Option<Rule> {
    let (raw, span) = (text.get_ref(), text.span());
    let id = raw.id.get_ref().parse().ok();
    if id.is_none() {
        reader.refuse(raw.id.span(), "the rule's id cannot be read", steps::RuleId::EXPECTED);
    }
    keys::refuse_strangers(reader, raw, &span);
    let triggers = triggers(reader, raw, &span);
    let form = forms::form(reader, raw, &triggers, span);
    let effective = match &raw.effective {
        Some(text) => Some(reader.effective(text)?),
        None => None,
    };
    Some(Rule {
        id: id?,
        class: raw.class,
        title: raw.title.clone(),
        reading: raw.reading.clone(),
        source: raw.source.clone(),
        accountable: accountable(reader, &raw.accountable, &triggers)?,
        owner_role: raw.owner_role,
        severity: raw.severity,
        asks_again: raw.asks_again == Some(true),
        effective,
        funding: funding(reader, raw),
        triggers,
        form: form?,
    })
}

/// A contact that is paid for privately opens no promise of the NHS, unless the rule says so.
fn funding(reader: &mut Reader<'_>, raw: &RuleText) -> Vec<Funding> {
    let Some(text) = &raw.funding else { return vec![Funding::Nhs] };
    if text.get_ref().is_empty() {
        let problem = "`funding` names nobody who pays";
        reader.refuse(text.span(), problem, "NHS, PRIVATE or both");
    }
    text.get_ref().clone()
}

fn accountable(
    reader: &mut Reader<'_>,
    text: &Spanned<AccountableText>,
    triggers: &[Trigger],
) -> Option<Accountable> {
    let word = |raw: &String| Spanned::new(text.span(), raw.clone());
    match text.get_ref() {
        AccountableText::Word(raw) if raw == "provider" => Some(Accountable::Provider),
        AccountableText::Word(raw) if raw == "referrer" => Some(Accountable::Referrer),
        AccountableText::Word(raw) => {
            let known = |trigger: &Trigger| reader.has_field(trigger.step, raw);
            if !triggers.iter().all(known) {
                let problem = format!("`{raw}` names no side");
                let expected = "`provider`, `referrer`, or a field of every trigger";
                reader.refuse(text.span(), problem, expected);
                return None;
            }
            Some(Accountable::Named(Field::of(raw)))
        }
        AccountableText::Asked { step, same, field } => {
            let step = reader.step(&word(step))?;
            let same = reader.field_of(step, &word(same))?;
            let field = reader.field_of(step, &word(field))?;
            Some(Accountable::Asked { step, same, field })
        }
    }
}

fn triggers(reader: &mut Reader<'_>, raw: &RuleText, span: &Range<usize>) -> Vec<Trigger> {
    let of_services = raw.of_services.is_some();
    let Some(texts) = &raw.trigger else {
        if !of_services {
            reader.refuse(span.clone(), "the rule has no `trigger`", "at least one step");
        }
        return Vec::new();
    };
    if texts.get_ref().is_empty() {
        reader.refuse(texts.span(), "the rule has no trigger", "at least one step");
    }
    texts.get_ref().iter().filter_map(|text| trigger(reader, raw, text)).collect()
}

fn trigger(reader: &mut Reader<'_>, raw: &RuleText, text: &TriggerText) -> Option<Trigger> {
    let step = reader.step(&text.step)?;
    let only = conditions::all(reader, step, &text.only);
    let spared = conditions::all(reader, step, &text.spared);
    let unknown = conditions::lists(reader, step, &text.unknown);
    // A step that begins the clock anew says nothing of what the referral said.
    let cases = raw.due_when.iter().flatten().filter(|_| text.clock != Some(ClockAsk::Restarts));
    let general = text.due.as_ref().or(raw.due.as_ref());
    let due = dues(reader, step, cases, general);
    let accepted = text.accepted.as_ref().or(raw.accepted.as_ref());
    let accepted = accepted.map(|lists| conditions::lists(reader, step, lists));
    let mut trigger = Trigger {
        step,
        only,
        spared,
        unknown,
        clock: text.clock,
        alone: text.alone,
        once_per: text.once_per.iter().filter_map(|word| reader.field_of(step, word)).collect(),
        told_with: Vec::new(),
        due,
        accepted: accepted.unwrap_or_default(),
    };
    trigger.told_with =
        witnesses::all(reader, &text.told_with, std::slice::from_ref(&trigger), Before::Ever);
    Some(trigger)
}

fn dues<'a>(
    reader: &mut Reader<'_>,
    step: steps::StepKind,
    cases: impl Iterator<Item = &'a DueWhenText>,
    general: Option<&Spanned<TermText>>,
) -> Dues {
    let mut due = Vec::new();
    for case in cases {
        let when = conditions::all(reader, step, &case.when);
        due.extend(term(reader, step, &case.due).map(|term| (when, term)));
    }
    if let Some(general) = general {
        due.extend(term(reader, step, general).map(|term| (Vec::new(), term)));
    }
    due
}

fn term(reader: &mut Reader<'_>, step: steps::StepKind, text: &Spanned<TermText>) -> Option<Term> {
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
    let anchor = anchor(reader, step, raw.anchor.as_ref())?;
    Some(Term { amount: raw.amount?, unit: unit?, basis: basis?, anchor })
}

fn anchor(reader: &mut Reader<'_>, step: steps::StepKind, word: Option<&Word>) -> Option<Anchor> {
    match word {
        None => Some(Anchor::Trigger),
        Some(word) if word.get_ref() == "end_of_stay" => Some(Anchor::EndOfStay),
        Some(word) if word.get_ref() == "end_of_episode" => Some(Anchor::EndOfEpisode),
        Some(word) => reader.field_of(step, word).map(Anchor::Field),
    }
}

fn named_or(word: Option<&Word>, none: &str, wrong: &str) -> String {
    word.map_or_else(|| none.to_owned(), |word| format!("`{}` {wrong}", word.get_ref()))
}
