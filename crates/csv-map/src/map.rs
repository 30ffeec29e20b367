//! The mapping file: which columns a source has, and which steps its rows tell.

mod check;
mod fields;
mod raw;
mod rules;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use steps::{Label, OdsCode, StepKind};
use uuid::Uuid;

use crate::{MapError, dates::DateFormat, ids::Names, value::Value};

/// The place of a column in [`CsvMap::columns`].
pub(crate) type Col = usize;

/// A mapping that fits the catalogue.
#[derive(Debug)]
pub struct CsvMap {
    pub(crate) source: Label,
    pub(crate) simulated: bool,
    pub(crate) delimiter: u8,
    pub(crate) names: Names,
    pub(crate) no_value: Vec<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Vec<Col>,
    pub(crate) pathway: Option<PathwayBy>,
    pub(crate) patient: Option<Col>,
    pub(crate) known: BTreeMap<Col, BTreeSet<String>>,
    pub(crate) rules: Vec<Rule>,
}

impl CsvMap {
    /// Reads a map (docs/import-csv.md); where it has mistakes, all that were found.
    pub fn parse(text: &str) -> Result<Self, Vec<MapError>> {
        check::map(text)
    }

    /// The system that the file comes from.
    pub fn source(&self) -> &Label {
        &self.source
    }

    /// The table of the source, by an id: the same for every file that is read by its maps.
    pub fn table_id(&self) -> Uuid {
        self.names.table_id()
    }

    /// Whether what the file tells is made up.
    pub fn simulated(&self) -> bool {
        self.simulated
    }

    /// The columns from which a field of a step is filled, joined by ` + `; `occurredAt`,
    /// `enteredInSourceAt` and `pathway` are fields too.
    pub fn columns_of(&self, step: &str, field: &str) -> Option<String> {
        let rule = self.rules.iter().find(|rule| rule.name == step)?;
        let columns: Vec<Col> = match field {
            "pathway" => self.pathway.as_ref().map_or_else(Vec::new, PathwayBy::columns),
            "occurredAt" | "correctedOccurredAt" => rule.occurred_at.cells.clone(),
            "enteredInSourceAt" => rule.entered_in_source_at.as_ref()?.cells.clone(),
            field => rule.fields.iter().find(|one| one.is(field))?.value.columns().to_vec(),
        };
        self.titles(&columns)
    }

    /// The titles of these columns, joined by ` + `; `None`: there are none.
    pub(crate) fn titles(&self, columns: &[Col]) -> Option<String> {
        let titles = columns.iter().filter_map(|column| self.columns.get(*column));
        let titles: Vec<&str> = titles.map(|column| column.name.as_str()).collect();
        (!titles.is_empty()).then(|| titles.join(" + "))
    }
}

/// A column that the map names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The line of the map that names it first.
    pub(crate) line: usize,
}

/// How a row names its pathway.
#[derive(Debug)]
pub(crate) enum PathwayBy {
    /// By the source's own id.
    Local(Col),
    /// By booking reference.
    Ubrn(Col),
    /// By patient pathway identifier.
    Ppid(Col, Issuer),
}

impl PathwayBy {
    fn columns(&self) -> Vec<Col> {
        match self {
            Self::Local(column) | Self::Ubrn(column) | Self::Ppid(column, Issuer::Always(_)) => {
                vec![*column]
            }
            Self::Ppid(column, Issuer::In(issuer)) => vec![*column, *issuer],
        }
    }
}

/// Who issued a patient pathway identifier.
#[derive(Debug)]
pub(crate) enum Issuer {
    Always(OdsCode),
    In(Col),
}

/// What a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AboutWhat {
    Pathway,
    Patient,
    Itself,
}

/// When a row tells a step, and how.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) kind: StepKind,
    pub(crate) name: String,
    pub(crate) about: AboutWhat,
    pub(crate) when: Vec<Condition>,
    pub(crate) occurred_at: Moment,
    pub(crate) entered_in_source_at: Option<Moment>,
    pub(crate) fields: Vec<Field>,
}

/// A cell that must be so.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) cell: Col,
    pub(crate) test: Test,
}

#[derive(Debug)]
pub(crate) enum Test {
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
    Empty(bool),
}

impl Test {
    pub(crate) fn holds(&self, cell: &str) -> bool {
        match self {
            Self::OneOf(words) => words.iter().any(|word| word == cell),
            Self::NoneOf(words) => words.iter().all(|word| word != cell),
            Self::Empty(empty) => cell.is_empty() == *empty,
        }
    }
}

/// A day or time in one or more cells.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(crate) cells: Vec<Col>,
    pub(crate) format: DateFormat,
}

/// A field of a step and what fills it.
#[derive(Debug)]
pub(crate) struct Field {
    /// `guards.publishedPolicy`.
    pub(crate) path: String,
    pub(crate) value: Value,
    /// Whether the record it stands in needs it.
    pub(crate) required: bool,
}

impl Field {
    /// Whether it is the field of that path, or of that last name.
    fn is(&self, field: &str) -> bool {
        self.path == field || self.path.rsplit('.').next() == Some(field)
    }
}
