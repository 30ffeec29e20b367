//! A value of a step, made of the cells of a row.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use steps::OccurredAt;

use crate::{
    cells::Cells,
    dates::{DateFormat, london_day, written},
    map::{Col, Moment},
};

/// Where a value comes from and how it is read.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) from: From,
    pub(crate) form: Form,
    /// For a list: what stands between its values; empty: the cell is one value.
    pub(crate) split: Option<String>,
    /// What text must be.
    pub(crate) expected: String,
}

/// Where it comes from.
#[derive(Debug)]
pub(crate) enum From {
    Cells(Vec<Col>),
    Always(Json),
    Patient,
}

/// How a cell is read.
#[derive(Debug)]
pub(crate) enum Form {
    Text,
    /// With the spaces around it.
    Spaced,
    /// By the map's table of codes.
    Codes(BTreeMap<String, Json>),
    /// A word of the catalogue, or its national code.
    Word,
    Boolean,
    Integer,
    Day(DateFormat),
    Moment(DateFormat),
}

/// Why a cell cannot be used: its code, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) code: &'static str,
    pub(crate) columns: Vec<Col>,
    pub(crate) message: String,
}

impl Wrong {
    pub(crate) fn malformed(columns: &[Col], message: impl Into<String>) -> Self {
        Self { code: "MALFORMED", columns: columns.to_vec(), message: message.into() }
    }

    pub(crate) fn missing(columns: &[Col], message: impl Into<String>) -> Self {
        Self { code: "MISSING_VALUE", columns: columns.to_vec(), message: message.into() }
    }

    pub(crate) fn unknown(columns: &[Col], known: impl Iterator<Item = String>) -> Self {
        let known: Vec<String> = known.map(|code| format!("`{code}`")).collect();
        let message =
            format!("the map does not know this code: expected one of {}", known.join(", "));
        Self { code: "UNKNOWN_CODE", columns: columns.to_vec(), message }
    }
}

impl Value {
    /// The columns that it is made of.
    pub(crate) fn columns(&self) -> &[Col] {
        if let From::Cells(columns) = &self.from { columns } else { &[] }
    }

    /// The value in this row; `None`: the cell is empty.
    pub(crate) fn read(&self, cells: &Cells<'_>) -> Result<Option<Json>, Wrong> {
        let columns = match &self.from {
            From::Always(json) => return Ok(Some(json.clone())),
            From::Patient => return cells.person().map(|person| Some(person.to_string().into())),
            From::Cells(columns) => columns,
        };
        let spaced = matches!(self.form, Form::Spaced);
        let Some(text) = cells.joined(columns, spaced) else { return Ok(None) };
        let Some(split) = &self.split else {
            return self.form.read(&text, columns).map(Some);
        };
        let parts: Vec<&str> = match split.as_str() {
            "" => vec![&*text],
            split => text.split(split).map(str::trim).filter(|part| !part.is_empty()).collect(),
        };
        let list = parts.into_iter().map(|part| self.form.read(part, columns));
        list.collect::<Result<Vec<Json>, Wrong>>().map(|list| Some(Json::Array(list)))
    }
}

impl Form {
    fn read(&self, text: &str, columns: &[Col]) -> Result<Json, Wrong> {
        let malformed = |message: String| Wrong::malformed(columns, message);
        match self {
            Self::Text | Self::Spaced | Self::Word => Ok(text.into()),
            Self::Codes(codes) => {
                let found = codes.get(text).cloned();
                found.ok_or_else(|| Wrong::unknown(columns, codes.keys().cloned()))
            }
            Self::Boolean => text.parse::<bool>().map(Json::from).map_err(|_neither| {
                malformed("expected `true` or `false`, or a table `codes` in the map".to_owned())
            }),
            Self::Integer => text.parse::<u32>().map(Json::from).map_err(|_no_number| {
                malformed("expected a whole number that is not negative".to_owned())
            }),
            Self::Day(format) => match format.read(text).map_err(malformed)? {
                OccurredAt::Day(day) => Ok(day.to_string().into()),
                OccurredAt::Instant(at) => Ok(london_day(at).to_string().into()),
            },
            Self::Moment(format) => match format.read(text).map_err(malformed)? {
                OccurredAt::Day(day) => Ok(day.to_string().into()),
                OccurredAt::Instant(at) => Ok(written(at).into()),
            },
        }
    }
}

impl Moment {
    /// When it was, by this row; `None`: the cell is empty.
    pub(crate) fn read(&self, cells: &Cells<'_>) -> Result<Option<OccurredAt>, Wrong> {
        let Some(text) = cells.joined(&self.cells, false) else { return Ok(None) };
        let read = self.format.read(&text);
        read.map(Some).map_err(|message| Wrong::malformed(&self.cells, message))
    }
}
