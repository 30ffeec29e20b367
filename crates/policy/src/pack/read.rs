//! Reads a pack. Every mistake is found at once, each with its line.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    str::FromStr,
};

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use steps::StepKind;
use toml::Spanned;

use super::{
    Effective, Field, NamedWord, Pack, PackError, Rule, Scope,
    raw::{EffectiveText, File, Header, ScopeText, Word},
    rules,
    words::{Fields, nearest_step},
};

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// A file of dated data, of which the first mistake is told.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// A mistake at a byte of the text.
    pub(crate) fn refuse(self, at: usize, problem: impl Into<String>, expected: &str) -> PackError {
        let (file, line) = (self.name.to_owned(), line_of(self.text, at));
        PackError { file, line, problem: problem.into(), expected: expected.into() }
    }

    /// The file as it is written, or where it cannot be read.
    pub(crate) fn read<T: DeserializeOwned>(self, expected: &str) -> Result<T, PackError> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.refuse(at, error.message().trim(), expected)
        })
    }
}

/// What reading a pack gathers beside its rules.
pub(super) struct Reader<'a> {
    source: Source<'a>,
    fields: BTreeMap<StepKind, Fields>,
    pub(super) errors: Vec<PackError>,
    pub(super) named: Vec<NamedWord>,
}

impl<'a> Reader<'a> {
    fn new(source: Source<'a>) -> Self {
        let (fields, errors, named) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { source, fields, errors, named }
    }

    /// Keeps a mistake.
    pub(super) fn refuse(
        &mut self,
        span: Range<usize>,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.errors.push(self.source.refuse(span.start, problem, &expected.into()));
    }

    /// The step of that name.
    pub(super) fn step(&mut self, word: &Word) -> Option<StepKind> {
        let name = word.get_ref();
        let kind = StepKind::from_name(name);
        match kind {
            Some(_) => self.named.push(NamedWord { step: name.clone(), field: None }),
            None => self.refuse(
                word.span(),
                format!("`{name}` is not a step"),
                format!("a step of the catalogue, such as `{}`", nearest_step(name)),
            ),
        }
        kind
    }

    /// Whether the step has the field; a mistake where it has not.
    pub(super) fn field(&mut self, kind: StepKind, path: &Word) -> bool {
        let fields = self.fields.entry(kind).or_insert_with(|| Fields::of(kind));
        let found = fields.find(path.get_ref()).is_some();
        if found {
            let (step, field) = (kind.name().to_owned(), Some(path.get_ref().clone()));
            self.named.push(NamedWord { step, field });
        } else {
            let names = fields.names().join(", ");
            let problem = format!("`{}` is not a field of `{}`", path.get_ref(), kind.name());
            self.refuse(path.span(), problem, format!("one of {names}"));
        }
        found
    }

    /// The field of the step; a mistake where it has none of that path.
    pub(super) fn field_of(&mut self, kind: StepKind, path: &Word) -> Option<Field> {
        self.field(kind, path).then(|| Field::of(path.get_ref()))
    }

    /// Where a key of the rule that begins at `rule` stands; the rule itself where it is not found.
    pub(super) fn key_at(&self, rule: &Range<usize>, key: &str) -> Range<usize> {
        let rest = self.source.text.get(rule.start..).unwrap_or_default();
        let mut at = rule.start;
        for (place, line) in rest.split_inclusive('\n').enumerate() {
            let bare = line.trim_start();
            if place > 0 && bare.starts_with("[[rule]]") {
                break;
            }
            let named = bare.trim_start_matches("[[rule.").trim_start_matches("[rule.");
            let after = named.strip_prefix(key).map(str::trim_start);
            if after.is_some_and(|after| after.starts_with(['=', ']', '.'])) {
                return at..at + line.len();
            }
            at += line.len();
        }
        rule.clone()
    }

    /// Whether the step has the field, without a word about it.
    pub(super) fn has_field(&mut self, kind: StepKind, path: &str) -> bool {
        self.fields.entry(kind).or_insert_with(|| Fields::of(kind)).find(path).is_some()
    }

    /// The coded values of a field.
    pub(super) fn codes(&mut self, kind: StepKind, path: &str) -> Vec<String> {
        self.fields.entry(kind).or_insert_with(|| Fields::of(kind)).codes(path)
    }

    /// A value with one way in.
    fn parsed<T: FromStr>(&mut self, word: &Word, expected: &str) -> Option<T> {
        let value = word.get_ref().parse().ok();
        if value.is_none() {
            self.refuse(word.span(), format!("`{}` cannot be read", word.get_ref()), expected);
        }
        value
    }

    fn codes_or_all<T: FromStr>(&mut self, words: &[Word], expected: &str) -> Vec<T> {
        if words.iter().any(|word| word.get_ref() == "*") {
            return Vec::new();
        }
        words.iter().filter_map(|word| self.parsed(word, expected)).collect()
    }

    fn scope(&mut self, text: &Spanned<ScopeText>) -> Scope {
        let raw = text.get_ref();
        let scope = Scope {
            icb: self.codes_or_all(&raw.icb, "ODS codes, or `*`"),
            commissioner: self.codes_or_all(&raw.commissioner, "ODS codes, or `*`"),
            provider: self.codes_or_all(&raw.provider, "ODS codes, or `*`"),
            function: self.codes_or_all(&raw.function, "treatment functions, or `*`"),
        };
        let lists = [&raw.icb, &raw.commissioner, &raw.provider, &raw.function];
        if lists.iter().any(|list| list.is_empty()) {
            self.refuse(text.span(), "a list of the scope is empty", "codes, or `*` for everybody");
        }
        if !scope.icb.is_empty() && scope.commissioner.is_empty() {
            let expected = "the codes of its commissioners: a pathway names those, not its ICB";
            self.refuse(text.span(), "`icb` is named and `commissioner` is `*`", expected);
        }
        scope
    }

    /// Why the pack has no rules. One without rules must say it, and one with rules must not.
    fn emptiness(&mut self, header: &Header, is_empty: bool) -> Option<String> {
        let said = header.empty_because.as_ref();
        let why = said.map(|word| word.get_ref().trim()).filter(|why| !why.is_empty());
        match (why, is_empty) {
            (Some(_), false) => {
                let span = said.map_or(0..0, Spanned::span);
                let expected = "rules, or the reason why there are none";
                self.refuse(span, "the pack has rules and says why it has none", expected);
            }
            (None, true) => {
                let expected = "`empty_because = \"why\"` in `[pack]`, or a `[[rule]]`";
                self.refuse(
                    header.id.span(),
                    "the pack has no rules and does not say why",
                    expected,
                );
            }
            (Some(_), true) | (None, false) => {}
        }
        why.map(str::to_owned)
    }

    pub(super) fn effective(&mut self, text: &Spanned<EffectiveText>) -> Option<Effective> {
        const EXPECTED: &str = "a date such as 2025-08-01";
        let from: Option<NaiveDate> = self.parsed(&text.get_ref().from, EXPECTED);
        let to = match &text.get_ref().to {
            Some(word) => Some(self.parsed(word, EXPECTED)?),
            None => None,
        };
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.refuse(
                text.span(),
                "`to` is before `from`",
                "a last day no earlier than the first",
            );
        }
        Some(Effective { from: from?, to })
    }
}

/// A file that was read, and what stands in it.
pub(super) type Told<'a> = (Source<'a>, &'a File);

/// Reads a pack from the file with its header and those that hold further rules of it, in their order.
pub(super) fn pack(
    head: Source<'_>,
    raw: &Header,
    files: &[Told<'_>],
) -> Result<Pack, Vec<PackError>> {
    let mut reader = Reader::new(head);
    let id = reader.parsed(&raw.id, steps::RuleId::EXPECTED);
    let scope = reader.scope(&raw.scope);
    let effective = reader.effective(&raw.effective);
    let is_empty = files.iter().all(|(_, file)| file.rule.is_empty());
    let empty_because = reader.emptiness(raw, is_empty);
    let rules = all_rules(&mut reader, files);
    let (Some(id), Some(effective), true) = (id, effective, reader.errors.is_empty()) else {
        return Err(reader.errors);
    };
    let mut named = reader.named;
    named.sort();
    named.dedup();
    let place = (head.name.to_owned(), line_of(head.text, raw.effective.span().start));
    let (version, precedence) = (raw.version, raw.precedence);
    let (title, source) = (raw.title.clone(), raw.source.clone());
    Ok(Pack {
        id,
        version,
        title,
        source,
        scope,
        effective,
        precedence,
        rules,
        empty_because,
        named,
        place,
    })
}

/// The rules of each file in turn; a mistake is told with the file that it stands in.
fn all_rules<'a>(reader: &mut Reader<'a>, files: &[Told<'a>]) -> Vec<Rule> {
    let (mut rules, mut seen) = (Vec::new(), BTreeSet::new());
    for (source, file) in files {
        reader.source = *source;
        rules.extend(rules::all(reader, &file.rule, &mut seen));
    }
    rules
}
