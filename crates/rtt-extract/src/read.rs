//! Reading the file: header, rows, and the checks that keep out what does not foot.

mod header;
mod line;
mod newlines;
mod organisations;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io::Read,
};

use chrono::{Days, Months, NaiveDate};
use csv::StringRecord;
use steps::{FunctionCode, OdsCode};

use self::{
    header::{Header, Named},
    line::Line,
    newlines::Newlines,
    organisations::Parties,
};
use crate::{
    ExtractError,
    extract::{Extract, ExtractRow, NON_ENGLISH, OrganisationEntry, Part, Warning, WarningKind},
};

const A_PERIOD: &str = "a period such as RTT-January-2026, the same in every row";
const A_PART: &str = "one of Part_1A, Part_1B, Part_2, Part_2A and Part_3";

/// Reads NHS England's full extract.
///
/// `census` overrides the date told by the column `Period` (`RTT-January-2026`: 31 January 2026).
pub fn read_extract(reader: impl Read, census: Option<NaiveDate>) -> Result<Extract, ExtractError> {
    let mut csv = csv::ReaderBuilder::new().from_reader(Newlines(reader));
    let header = Header::of(csv.headers().map_err(unreadable)?)?;
    let mut reading = Reading { census, ..Reading::default() };
    let mut record = StringRecord::new();
    while csv.read_record(&mut record).map_err(unreadable)? {
        let number = record.position().map_or(0, csv::Position::line);
        reading.take(&Line { record: &record, number, header: &header })?;
    }
    reading.finish()
}

/// The last day of the month that `RTT-January-2026` names.
fn last_day_of(period: &str) -> Option<NaiveDate> {
    let month = period.strip_prefix("RTT-")?;
    let first = NaiveDate::parse_from_str(&format!("1-{month}"), "%d-%B-%Y").ok()?;
    first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))
}

fn unreadable(error: csv::Error) -> ExtractError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            ExtractError::BadLine { line, expected: "UTF-8 text".to_owned() }
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => ExtractError::BadLine {
            line,
            expected: format!("{expected_len} columns, and not {len}"),
        },
        _ => ExtractError::Unreadable(error),
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    census: Option<NaiveDate>,
    period: Option<String>,
    rows: Vec<ExtractRow>,
    organisations: BTreeMap<OdsCode, OrganisationEntry>,
    lines: BTreeMap<(OdsCode, OdsCode, Part, FunctionCode), u64>,
    warnings: Vec<Warning>,
}

impl Reading {
    fn take(&mut self, line: &Line<'_>) -> Result<(), ExtractError> {
        self.take_period(line)?;
        let parties = organisations::take(&mut self.organisations, line)?;
        self.warn_of(&parties, line.number);
        let row = row_of(parties, line)?;
        self.refuse_duplicate(&row)?;
        self.rows.push(row);
        Ok(())
    }

    fn take_period(&mut self, line: &Line<'_>) -> Result<(), ExtractError> {
        let period = line.text(Named::Period);
        match &self.period {
            Some(known) if known == period => return Ok(()),
            Some(_) => return Err(line.bad(Named::Period.title(), A_PERIOD)),
            None => {}
        }
        let census = self.census.or_else(|| last_day_of(period));
        self.census = Some(census.ok_or_else(|| line.bad(Named::Period.title(), A_PERIOD))?);
        self.period = Some(period.to_owned());
        Ok(())
    }

    fn warn_of(&mut self, parties: &Parties, line: u64) {
        let not_english = parties.commissioner.as_str() == NON_ENGLISH;
        let found = [
            (parties.provider_parent.is_none(), WarningKind::NoProviderParent),
            (parties.commissioner_parent.is_none(), WarningKind::NoCommissionerParent),
            (not_english, WarningKind::NotEnglish),
        ];
        let found = found.into_iter().filter(|(is_so, _)| *is_so);
        self.warnings.extend(found.map(|(_, kind)| Warning { line, kind }));
    }

    fn refuse_duplicate(&mut self, row: &ExtractRow) -> Result<(), ExtractError> {
        let (provider, commissioner) = (row.provider.clone(), row.commissioner.clone());
        match self.lines.entry((provider, commissioner, row.part, row.function.clone())) {
            Entry::Occupied(first) => {
                Err(ExtractError::Duplicate { line: row.line, first: *first.get() })
            }
            Entry::Vacant(free) => {
                free.insert(row.line);
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Extract, ExtractError> {
        let (Some(period), Some(census)) = (self.period, self.census) else {
            return Err(ExtractError::Empty);
        };
        let mut extract = Extract {
            period,
            census,
            rows: self.rows,
            organisations: self.organisations,
            warnings: self.warnings,
        };
        warn_of_surplus(&mut extract);
        Ok(extract)
    }
}

fn row_of(parties: Parties, line: &Line<'_>) -> Result<ExtractRow, ExtractError> {
    let part = Part::from_name(line.text(Named::Part));
    let part = part.ok_or_else(|| line.bad(Named::Part.title(), A_PART))?;
    let row = ExtractRow {
        line: line.number,
        provider: parties.provider,
        commissioner: parties.commissioner,
        part,
        function: line.value(Named::Function)?,
        function_name: line.optional(Named::FunctionName)?,
        bands: if part == Part::NewPeriods { Vec::new() } else { line.bands()? },
        unknown_start: line.count(Named::UnknownStart)?,
        total_all: line.count(Named::TotalAll)?,
    };
    foot(&row, line)?;
    Ok(row)
}

/// Bands and unknown starts make `Total All`, and the bands alone `Total` where it is given.
fn foot(row: &ExtractRow, line: &Line<'_>) -> Result<(), ExtractError> {
    if row.part == Part::NewPeriods {
        return Ok(());
    }
    let banded: u64 = row.bands.iter().copied().map(u64::from).sum();
    let sum = banded + u64::from(row.unknown_start);
    if sum != u64::from(row.total_all) {
        return Err(ExtractError::DoesNotFoot { line: row.line, sum, total: row.total_all });
    }
    if !line.text(Named::Total).is_empty() && u64::from(line.count(Named::Total)?) != banded {
        let expected = format!("{banded}, the sum of the week bands");
        return Err(line.bad(Named::Total.title(), &expected));
    }
    Ok(())
}

/// `Part_2A` is part of `Part_2`, band by band.
fn warn_of_surplus(extract: &mut Extract) {
    let key =
        |row: &ExtractRow| (row.provider.clone(), row.commissioner.clone(), row.function.clone());
    let waiting: BTreeMap<_, _> =
        extract.rows_of(Part::Incomplete).map(|row| (key(row), row)).collect();
    let exceeds = |row: &&ExtractRow| {
        let all = waiting.get(&key(row));
        let in_all = |band| all.map_or(0, |all| all.in_band(band));
        row.bands.iter().enumerate().any(|(band, count)| *count > in_all(band))
    };
    let lines = extract.rows_of(Part::IncompleteWithDecisionToAdmit).filter(exceeds);
    let kind = WarningKind::MoreAdmittedThanWaiting;
    let warnings: Vec<_> = lines.map(|row| Warning { line: row.line, kind }).collect();
    extract.warnings.extend(warnings);
}

#[cfg(test)]
mod tests;
