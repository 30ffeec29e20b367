//! Reads the file of a template. Every mistake is found at once, each with its line.

use std::{collections::BTreeSet, ops::Range};

use serde::de::DeserializeOwned;
use steps::{
    RuleId,
    advice_and_referral::DeclineReason,
    interface_and_safety::{WorkCategory, WorkReturnReason},
};
use toml::Spanned;

use super::{
    Act, Audience, Choice, Part, Says, Side, Template, TemplateError, Topic,
    raw::{ChoiceText, File, PartText, Word},
};
use crate::{
    facts::{ALWAYS, FACTS, fact_info},
    letter::names_in,
};

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<TemplateError>,
}

impl Reader<'_> {
    fn refuse(
        &mut self,
        at: Range<usize>,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let before = self.text.bytes().take(at.start);
        let line = before.filter(|byte| *byte == b'\n').count() + 1;
        let (problem, expected) = (problem.into(), expected.into());
        self.errors.push(TemplateError { file: self.file.to_owned(), line, problem, expected });
    }

    /// A name of a fact; the nearest one is told where it is none.
    fn fact(&mut self, at: Range<usize>, name: &str) {
        if fact_info(name).is_none() {
            let like = nearest(name);
            self.refuse(at, format!("`{name}` is not a fact"), format!("a fact such as `{like}`"));
        }
    }

    /// Words of a letter: plain words, and facts by name. Gives the names.
    fn words(&mut self, word: &Word) -> BTreeSet<String> {
        let text = word.get_ref();
        if text.trim().is_empty() {
            self.refuse(word.span(), "there are no words", "a sentence");
        }
        if text.contains(['<', '>', '&', '\n']) || text.contains("{%") || text.contains("{#") {
            let expected = "plain words on one line, with facts as `{{ patient.name }}`";
            self.refuse(word.span(), "there is markup or logic in the words", expected);
        }
        match names_in(text) {
            Ok(names) => {
                for name in &names {
                    self.fact(word.span(), name);
                }
                names
            }
            Err(why) => {
                let expected = "facts as `{{ patient.name }}`, without filters or calls";
                self.refuse(word.span(), why, expected);
                BTreeSet::new()
            }
        }
    }

    fn choices(&mut self, choices: &[Spanned<ChoiceText>], what: &str) -> Vec<Choice> {
        let mut seen = BTreeSet::new();
        for choice in choices {
            let ChoiceText { code, words, .. } = choice.get_ref();
            let fits =
                |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            if code.get_ref().is_empty() || !code.get_ref().bytes().all(fits) {
                let problem = format!("`{}` is not a code", code.get_ref());
                self.refuse(code.span(), problem, "a code such as `PROVIDERS_DUTY`");
            }
            if !seen.insert(code.get_ref()) {
                let problem = format!("the {what} `{}` is there twice", code.get_ref());
                self.refuse(code.span(), problem, "each once");
            }
            for fact in self.words(words) {
                let expected = "words without facts: they are read out as a choice";
                self.refuse(words.span(), format!("a {what} tells `{fact}`"), expected);
            }
        }
        let plain = |choice: &Spanned<ChoiceText>| Choice {
            code: choice.get_ref().code.get_ref().clone(),
            words: choice.get_ref().words.get_ref().clone(),
            needs_words: choice.get_ref().needs_words,
        };
        choices.iter().map(plain).collect()
    }

    /// Codes that the step of the letter can hold.
    fn codes_of_step<T: DeserializeOwned>(&mut self, choices: &[Spanned<ChoiceText>], all: &str) {
        for choice in choices {
            let code = &choice.get_ref().code;
            let value = toml::Value::String(code.get_ref().clone());
            if value.try_into::<T>().is_err() {
                let problem = format!("no step can hold `{}`", code.get_ref());
                self.refuse(code.span(), problem, format!("a code of {all}"));
            }
        }
    }

    /// A part, and the facts that it asks for.
    fn part(&mut self, part: &Spanned<PartText>) -> Option<(Part, BTreeSet<String>)> {
        let PartText { when, heading, say, items, each } = part.get_ref();
        if let Some(when) = when {
            self.fact(when.span(), when.get_ref());
        }
        let (says, names) = match (heading, say, items, each) {
            (Some(words), None, None, None) => {
                (Says::Heading(words.get_ref().clone()), self.words(words))
            }
            (None, Some(words), None, None) => {
                (Says::Paragraph(words.get_ref().clone()), self.words(words))
            }
            (None, None, Some(items), None) if !items.is_empty() => {
                let names = items.iter().flat_map(|item| self.words(item)).collect();
                (Says::Items(items.iter().map(|item| item.get_ref().clone()).collect()), names)
            }
            (None, None, None, Some(each)) => {
                self.fact(each.span(), each.get_ref());
                (Says::Each(each.get_ref().clone()), BTreeSet::from([each.get_ref().clone()]))
            }
            _ => {
                let expected = "one of `heading`, `say`, `items` or `each`";
                self.refuse(part.span(), "a part says nothing, or several things", expected);
                return None;
            }
        };
        Some((Part { when: when.as_ref().map(|when| when.get_ref().clone()), says }, names))
    }
}

/// The fact whose name shares the most with `name`.
fn nearest(name: &str) -> &'static str {
    let last = name.rsplit('.').next().unwrap_or(name);
    let shared = |fact: &str| {
        let start = fact.chars().zip(name.chars()).take_while(|(one, other)| one == other).count();
        start + if fact.ends_with(last) { last.len() } else { 0 }
    };
    FACTS.iter().map(|fact| fact.name).max_by_key(|fact| shared(fact)).unwrap_or("patient.name")
}

/// Reads a template, or says what is wrong with it.
pub(super) fn template(file: &str, text: &str) -> Result<Template, Vec<TemplateError>> {
    let mut reader = Reader { file, text, errors: Vec::new() };
    let raw: File = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            reader.refuse(at, error.message().trim(), "a template as the shipped ones are written");
            return Err(reader.errors);
        }
    };
    let id = identified(&mut reader, &raw);
    let reasons = reader.choices(&raw.reason, "reason");
    let categories = reader.choices(&raw.category, "category");
    codes(&mut reader, &raw);
    let (parts, needs, tells) = told(&mut reader, &raw);
    acts(&mut reader, &raw);
    let (Some(id), true) = (id, reader.errors.is_empty()) else { return Err(reader.errors) };
    Ok(Template {
        id,
        version: raw.version.into_inner(),
        title: raw.title.into_inner(),
        audience: raw.audience.into_inner(),
        sender: raw.sender,
        topic: raw.topic,
        act: raw.act.map(Spanned::into_inner),
        informs: raw.informs,
        source: raw.source.into_inner(),
        reading: raw.reading.into_inner(),
        reasons,
        categories,
        needs,
        tells,
        parts,
    })
}

fn identified(reader: &mut Reader<'_>, raw: &File) -> Option<RuleId> {
    let stem = reader.file.strip_suffix(".toml").unwrap_or(reader.file).to_owned();
    if raw.id.get_ref() != &stem {
        let problem = format!("the id is `{}`", raw.id.get_ref());
        reader.refuse(raw.id.span(), problem, format!("the name of the file, `{stem}`"));
    }
    if *raw.version.get_ref() == 0 {
        reader.refuse(raw.version.span(), "the version is 0", "1 or more");
    }
    for word in [&raw.source, &raw.reading] {
        if word.get_ref().trim().is_empty() {
            reader.refuse(word.span(), "it is blank", "on what the letter rests");
        }
    }
    raw.id.get_ref().parse().ok()
}

/// The codes of a letter about work or a decline are those of the step.
fn codes(reader: &mut Reader<'_>, raw: &File) {
    reader.codes_of_step::<WorkCategory>(&raw.category, "WorkCategory");
    let act = raw.act.as_ref().map(Spanned::get_ref);
    if act == Some(&Act::WorkloadReturn) {
        reader.codes_of_step::<WorkReturnReason>(&raw.reason, "WorkReturnReason");
    } else if raw.topic == Topic::Decline && raw.sender == Side::Provider {
        reader.codes_of_step::<DeclineReason>(&raw.reason, "DeclineReason");
    }
}

/// What is informed of, and only by a letter to the patient.
fn acts(reader: &mut Reader<'_>, raw: &File) {
    let Some(act) = &raw.act else {
        if !raw.informs.is_empty() {
            let expected = "`act = \"inform-patient\"`, or no `informs`";
            reader.refuse(raw.id.span(), "`informs` without the act", expected);
        }
        return;
    };
    let informs = *act.get_ref() == Act::InformPatient;
    if informs == raw.informs.is_empty() {
        let expected = "`informs` with what the patient is told, for `inform-patient` alone";
        reader.refuse(act.span(), "act and `informs` do not fit", expected);
    }
    if informs != (*raw.audience.get_ref() == Audience::Patient) {
        let expected = "`inform-patient` for the audience `patient`, other acts for the other side";
        reader.refuse(act.span(), "act and audience do not fit", expected);
    }
}

/// The parts, the facts that must be there, and those that are told where they are known.
fn told(reader: &mut Reader<'_>, raw: &File) -> (Vec<Part>, Vec<String>, Vec<String>) {
    let declared: BTreeSet<&str> = raw.needs.iter().map(|need| need.get_ref().as_str()).collect();
    for need in &raw.needs {
        reader.fact(need.span(), need.get_ref());
    }
    let mut used: BTreeSet<String> = reader.words(&raw.title);
    let (mut parts, mut optional) = (Vec::new(), BTreeSet::new());
    undeclared(reader, &used, &declared, None, raw.title.span());
    for text in raw.part.get_ref() {
        let Some((part, names)) = reader.part(text) else { continue };
        undeclared(reader, &names, &declared, part.when.as_deref(), text.span());
        optional.extend(part.when.iter().filter(|when| !declared.contains(when.as_str())).cloned());
        used.extend(part.when.clone());
        used.extend(names);
        parts.push(part);
    }
    if !parts.iter().any(|part| matches!(part.says, Says::Heading(_))) {
        reader.refuse(raw.part.span(), "no part is a heading", "headings to find the way by");
    }
    if !raw.reason.is_empty() && !used.contains("reasons") {
        reader.refuse(
            raw.part.span(),
            "the reasons are not told",
            "a part with `each = \"reasons\"`",
        );
    }
    for need in raw.needs.iter().filter(|need| !used.contains(need.get_ref())) {
        let problem = format!("`{}` is needed and not told", need.get_ref());
        reader.refuse(need.span(), problem, "a part that tells it, or no such need");
    }
    let known = |names: &dyn Fn(&str) -> bool| -> Vec<String> {
        FACTS.iter().map(|fact| fact.name).filter(|name| names(name)).map(str::to_owned).collect()
    };
    let needs = known(&|name| declared.contains(name) || ALWAYS.contains(&name));
    let tells = known(&|name| optional.contains(name));
    (parts, needs, tells)
}

/// What a part tells is needed by the template, or is the fact without which it is left out.
fn undeclared(
    reader: &mut Reader<'_>,
    names: &BTreeSet<String>,
    declared: &BTreeSet<&str>,
    when: Option<&str>,
    at: Range<usize>,
) {
    for name in names {
        let is_there = declared.contains(name.as_str()) || ALWAYS.contains(&name.as_str());
        if !is_there && when != Some(name) && fact_info(name).is_some() {
            let problem = format!("`{name}` is told and not needed");
            reader.refuse(at.clone(), problem, "it in `needs`, or as `when` of its part");
        }
    }
}
