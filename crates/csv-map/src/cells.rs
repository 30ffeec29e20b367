//! The cells of a row, by the columns of the map, and what a row names by them.

use std::{borrow::Cow, collections::BTreeSet, str::FromStr};

use csv::StringRecord;
use steps::{BadValue, SubjectRef};

use crate::{
    About, CsvMap, PathwayName, PatientKey,
    map::{AboutWhat, Col, Issuer, PathwayBy},
    value::Wrong,
};

/// The cells of a row by the columns of the map.
pub(crate) struct Cells<'a> {
    pub(crate) map: &'a CsvMap,
    pub(crate) record: &'a StringRecord,
    pub(crate) places: &'a [usize],
    pub(crate) key: Option<&'a PatientKey>,
}

impl<'a> Cells<'a> {
    /// A cell as it stands; empty where it holds a word that means no value.
    fn spaced(&self, column: Col) -> &'a str {
        let cell = self.places.get(column).and_then(|place| self.record.get(*place));
        let cell = cell.unwrap_or_default();
        let says_nothing = self.map.no_value.iter().any(|word| word == cell.trim());
        if says_nothing || cell.trim().is_empty() { "" } else { cell }
    }

    /// A cell without the spaces around it.
    pub(crate) fn one(&self, column: Col) -> &'a str {
        self.spaced(column).trim()
    }

    /// Several cells joined by a space; `None`: all are empty.
    pub(crate) fn joined(&self, columns: &[Col], spaced: bool) -> Option<Cow<'a, str>> {
        let cell = |column: &Col| if spaced { self.spaced(*column) } else { self.one(*column) };
        if let [column] = columns {
            return Some(Cow::Borrowed(cell(column))).filter(|cell| !cell.is_empty());
        }
        let cells: Vec<&str> = columns.iter().map(cell).filter(|cell| !cell.is_empty()).collect();
        (!cells.is_empty()).then(|| Cow::Owned(cells.join(" ")))
    }

    /// The key of the row; `None`: a part of it is empty.
    pub(crate) fn key(&self) -> Option<Vec<String>> {
        let parts = self.map.key.iter().map(|column| self.one(*column));
        parts.map(|part| (!part.is_empty()).then(|| part.to_owned())).collect()
    }

    /// The reference to the row's patient.
    pub(crate) fn person(&self) -> Result<SubjectRef, Wrong> {
        let column = self.map.patient.unwrap_or_default();
        let missing =
            || Wrong::missing(&[column], "the cell is empty: expected the patient's number");
        let local = Some(self.one(column)).filter(|cell| !cell.is_empty()).ok_or_else(missing)?;
        self.key.and_then(|key| self.map.names.person(key, local)).ok_or_else(missing)
    }

    /// The name of the row's pathway.
    fn pathway(&self) -> Result<PathwayName, Wrong> {
        match &self.map.pathway {
            Some(PathwayBy::Local(column)) => {
                let local = self.named(*column, false)?;
                Ok(PathwayName::Id(self.map.names.pathway(local)))
            }
            Some(PathwayBy::Ubrn(column)) => {
                parsed(*column, self.named(*column, false)?).map(PathwayName::Ubrn)
            }
            Some(PathwayBy::Ppid(column, issuer)) => {
                let ppid = parsed(*column, self.named(*column, true)?)?;
                let issuer = match issuer {
                    Issuer::Always(code) => code.clone(),
                    Issuer::In(column) => parsed(*column, self.named(*column, false)?)?,
                };
                Ok(PathwayName::Ppid(ppid, issuer))
            }
            None => Err(Wrong::missing(&[], "the map names no pathway")),
        }
    }

    fn named(&self, column: Col, spaced: bool) -> Result<&'a str, Wrong> {
        let cell = if spaced { self.spaced(column) } else { self.one(column) };
        let missing =
            || Wrong::missing(&[column], "the cell is empty: expected what names the pathway");
        Some(cell).filter(|cell| !cell.is_empty()).ok_or_else(missing)
    }

    /// What a step of this row is about.
    pub(crate) fn about(&self, what: AboutWhat) -> Result<About, Wrong> {
        match what {
            AboutWhat::Pathway => self.pathway().map(About::Pathway),
            AboutWhat::Patient => self.person().map(About::Patient),
            AboutWhat::Itself => Ok(About::Itself),
        }
    }

    /// A code, in a column by which steps are chosen, that the map does not account for.
    pub(crate) fn unknown_code(&self) -> Option<Wrong> {
        let unknown = |column: &Col, known: &BTreeSet<String>| {
            let cell = self.one(*column);
            !cell.is_empty() && !known.contains(cell)
        };
        let found = self.map.known.iter().find(|(column, known)| unknown(column, known));
        found.map(|(column, known)| Wrong::unknown(&[*column], known.iter().cloned()))
    }
}

fn parsed<T: FromStr<Err = BadValue>>(column: Col, cell: &str) -> Result<T, Wrong> {
    cell.parse().map_err(|bad: BadValue| Wrong::malformed(&[column], bad.to_string()))
}
