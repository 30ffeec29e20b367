//! One line: its values by column, each with one way in.

use std::str::FromStr;

use csv::StringRecord;
use steps::identifiers::BadValue;

use super::header::{Header, Named};
use crate::{ExtractError, bands::column_of_band};

const A_COUNT: &str = "a whole number that is not negative, or nothing";

/// A line of the file and where its columns are.
pub(super) struct Line<'a> {
    pub(super) record: &'a StringRecord,
    pub(super) number: u64,
    pub(super) header: &'a Header,
}

impl Line<'_> {
    /// The text of a column, without white space around it.
    pub(super) fn text(&self, column: Named) -> &str {
        self.header.place(column).and_then(|place| self.record.get(place)).unwrap_or("").trim()
    }

    /// The value of a column that must be there.
    pub(super) fn value<T: FromStr<Err = BadValue>>(
        &self,
        column: Named,
    ) -> Result<T, ExtractError> {
        self.text(column).parse().map_err(|bad: BadValue| self.bad(column.title(), bad.expected))
    }

    /// The value of a column that may be blank.
    pub(super) fn optional<T: FromStr<Err = BadValue>>(
        &self,
        column: Named,
    ) -> Result<Option<T>, ExtractError> {
        if self.text(column).is_empty() { Ok(None) } else { self.value(column).map(Some) }
    }

    /// A count; blank is none.
    pub(super) fn count(&self, column: Named) -> Result<u32, ExtractError> {
        count(self.text(column)).ok_or_else(|| self.bad(column.title(), A_COUNT))
    }

    /// Every band, blank ones as none.
    pub(super) fn bands(&self) -> Result<Vec<u32>, ExtractError> {
        let places = self.header.bands().iter().enumerate();
        let read = |(band, place): (usize, &usize)| {
            let raw = self.record.get(*place).unwrap_or("").trim();
            count(raw).ok_or_else(|| self.bad(&column_of_band(band), A_COUNT))
        };
        places.map(read).collect()
    }

    /// The error that a column of this line is malformed.
    pub(super) fn bad(&self, column: &str, expected: &str) -> ExtractError {
        let (column, expected) = (column.to_owned(), expected.to_owned());
        ExtractError::BadValue { line: self.number, column, expected }
    }
}

fn count(raw: &str) -> Option<u32> {
    if raw.is_empty() { Some(0) } else { raw.parse().ok() }
}
