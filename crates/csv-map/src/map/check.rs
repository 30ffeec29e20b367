//! Checks a mapping against the catalogue. Every mistake is found at once, each with its place.

use std::{ops::Range, str::FromStr};

use steps::{Label, StepKind};

use super::{
    AboutWhat, Col, Column, CsvMap,
    raw::{File, Word},
    rules, tables,
};
use crate::{MapError, ids::Names};

/// What reading a map gathers.
pub(super) struct Checking<'t> {
    text: &'t str,
    pub(super) errors: Vec<MapError>,
    columns: Vec<Column>,
    /// The column of the patient's number.
    pub(super) patient: Option<Col>,
    pub(super) has_pathway: bool,
}

impl<'t> Checking<'t> {
    fn new(text: &'t str) -> Self {
        let (errors, columns) = (Vec::new(), Vec::new());
        Self { text, errors, columns, patient: None, has_pathway: false }
    }

    /// Keeps a mistake.
    pub(super) fn refuse(
        &mut self,
        at: Range<usize>,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let (line, column) = place(self.text, at.start);
        let (problem, expected) = (problem.into(), expected.into());
        self.errors.push(MapError { line, column, problem, expected });
    }

    /// The column of that name.
    pub(super) fn column(&mut self, word: &Word) -> Col {
        let name = word.get_ref();
        if name.trim().is_empty() {
            self.refuse(word.span(), "the column has no name", "a title of the header");
        }
        if let Some(known) = self.columns.iter().position(|column| column.name == *name) {
            return known;
        }
        let (line, _) = place(self.text, word.span().start);
        self.columns.push(Column { name: name.clone(), line });
        self.columns.len() - 1
    }

    /// The title of a column.
    pub(super) fn title(&self, column: Col) -> &str {
        self.columns.get(column).map_or("", |column| column.name.as_str())
    }

    /// A value with one way in.
    pub(super) fn parsed<T: FromStr>(&mut self, word: &Word, expected: &str) -> Option<T> {
        let value = word.get_ref().parse().ok();
        if value.is_none() {
            self.refuse(word.span(), format!("`{}` cannot be read", word.get_ref()), expected);
        }
        value
    }
}

/// Line and character of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Reads a map, or says what is wrong with it.
pub(super) fn map(text: &str) -> Result<CsvMap, Vec<MapError>> {
    let mut checking = Checking::new(text);
    let raw: File = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let message = error.message().trim().replace('\n', ", ");
            let (problem, expected) = message
                .split_once(", expected ")
                .unwrap_or((message.as_str(), "a map as docs/import-csv.md writes it"));
            checking.refuse(error.span().unwrap_or(0..0), problem, expected);
            return Err(checking.errors);
        }
    };
    match checked(&mut checking, &raw) {
        Some(map) if checking.errors.is_empty() => Ok(map),
        Some(_) | None => {
            checking.errors.sort_by_key(|error| (error.line, error.column));
            Err(checking.errors)
        }
    }
}

fn checked(checking: &mut Checking<'_>, raw: &File) -> Option<CsvMap> {
    let source: Option<Label> = checking.parsed(&raw.source, Label::EXPECTED);
    let table: Option<Label> = checking.parsed(&raw.table, Label::EXPECTED);
    let delimiter = tables::delimiter(checking, raw.delimiter.as_ref());
    let key = tables::key(checking, &raw.key);
    let pathway = tables::pathway(checking, raw.pathway.as_ref());
    checking.has_pathway = raw.pathway.is_some();
    checking.patient = raw.patient.as_ref().map(|patient| checking.column(&patient.local));
    let rules = rules::all(checking, &raw.step);
    let known = tables::known(checking, &rules, raw);
    let source = source?;
    Some(CsvMap {
        names: Names::of(source.as_str(), table?.as_str()),
        source,
        simulated: raw.simulated,
        delimiter: delimiter?,
        no_value: raw.no_value.clone(),
        key,
        pathway,
        patient: checking.patient,
        known,
        rules,
        columns: std::mem::take(&mut checking.columns),
    })
}

/// The step of that name.
pub(super) fn kind(checking: &mut Checking<'_>, word: &Word) -> Option<StepKind> {
    let name = word.get_ref();
    let names: Vec<(String, StepKind)> =
        StepKind::ALL.iter().map(|kind| (kind.field_name(), *kind)).collect();
    let Some((_, kind)) = names.iter().find(|(known, _)| known == name) else {
        let known = names.iter().map(|(known, _)| known.as_str());
        let expected = crate::nearest::nearest(name, known).map_or_else(
            || "a step of the catalogue, such as `referralReceived`".to_owned(),
            |meant| format!("a step of the catalogue, such as `{meant}`"),
        );
        checking.refuse(word.span(), format!("`{name}` is not a step"), expected);
        return None;
    };
    let amends = matches!(
        kind,
        StepKind::StepCorrected
            | StepKind::StepEnteredInError
            | StepKind::ParkedStepLinked
            | StepKind::PathwayMerged
    );
    if amends {
        let expected = "a step of the patient's pathway: import the corrected file, and the record is corrected";
        checking.refuse(word.span(), format!("`{name}` is not told by a file"), expected);
        return None;
    }
    Some(*kind)
}

/// What the step is about.
pub(super) fn about(checking: &mut Checking<'_>, step: &super::raw::StepText) -> AboutWhat {
    let Some(word) = &step.about else {
        if !checking.has_pathway {
            let expected = "a table `[pathway]`, or `about = \"patient\"` or `\"itself\"` here";
            checking.refuse(step.kind.span(), "the step is about a pathway", expected);
        }
        return AboutWhat::Pathway;
    };
    match word.get_ref().as_str() {
        "pathway" if checking.has_pathway => AboutWhat::Pathway,
        "patient" if checking.patient.is_some() => AboutWhat::Patient,
        "itself" => AboutWhat::Itself,
        name @ ("pathway" | "patient") => {
            let expected = format!("a table `[{name}]` that says how a row names it");
            checking.refuse(word.span(), format!("the step is about a {name}"), expected);
            AboutWhat::Pathway
        }
        other => {
            let expected = "`pathway`, `patient` or `itself`";
            checking.refuse(word.span(), format!("`{other}` is nothing a step is about"), expected);
            AboutWhat::Pathway
        }
    }
}
