//! A file, read twice: once to know it as a whole, once row by row.

use std::{collections::BTreeMap, io::Read};

use csv::StringRecord;

use crate::{
    CsvMap, FileError, MappedRow, PatientKey, Refusal,
    cells::Cells,
    header,
    row::mapped,
    watch::{Bad, Stray, VALUE_BYTES_MAX, Watch},
};

/// What is known of a file once it was read to its end.
#[derive(Debug)]
pub struct Survey {
    rows: u64,
    /// The lines of rows that have one key.
    repeated: BTreeMap<u128, Vec<u64>>,
    open_quote: Option<u64>,
    last_line_ended: bool,
}

impl Survey {
    /// Reads the whole file: whether it is text, has the columns of the map, and each key once.
    ///
    /// A file that fails here is refused as a whole.
    pub fn of(map: &CsvMap, input: impl Read) -> Result<Self, FileError> {
        let mut file = File::open(map, input)?;
        let mut first: BTreeMap<u128, u64> = BTreeMap::new();
        let mut repeated: BTreeMap<u128, Vec<u64>> = BTreeMap::new();
        let mut rows = 0;
        while let Some(line) = file.next()? {
            rows += 1;
            let Some(key) = file.cells(map, None).key() else { continue };
            let row = map.names.row(&key.iter().map(String::as_str).collect::<Vec<_>>());
            match first.get(&row) {
                None => drop(first.insert(row, line)),
                Some(first) => repeated.entry(row).or_insert_with(|| vec![*first]).push(line),
            }
        }
        let watch = file.reader.get_ref();
        let (open_quote, last_line_ended) = (watch.open_quote(), watch.last_line_ended());
        Ok(Self { rows, repeated, open_quote, last_line_ended })
    }

    /// Rows below the header; blank lines are none.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether the last line has its end: without it the file may have been cut short.
    pub fn last_line_ended(&self) -> bool {
        self.last_line_ended
    }
}

/// The rows of a file, each with the steps that it tells.
#[derive(Debug)]
pub struct Rows<'m, R> {
    map: &'m CsvMap,
    survey: &'m Survey,
    key: &'m PatientKey,
    file: File<R>,
}

impl<'m, R: Read> Rows<'m, R> {
    /// Reads the file again that was surveyed, from its beginning.
    pub fn of(
        map: &'m CsvMap,
        survey: &'m Survey,
        key: &'m PatientKey,
        input: R,
    ) -> Result<Self, FileError> {
        Ok(Self { map, survey, key, file: File::open(map, input)? })
    }

    fn row(&mut self, line: u64) -> MappedRow {
        if let Some(refusal) = self.no_row(line) {
            return MappedRow::refused(refusal);
        }
        let cells = self.file.cells(self.map, Some(self.key));
        let Some(key) = cells.key() else { return MappedRow::refused(self.no_key(line)) };
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        match self.survey.repeated.get(&self.map.names.row(&key)) {
            Some(lines) => MappedRow::refused(self.key_repeated(line, lines)),
            None => mapped(self.map, &cells, &key, line),
        }
    }

    /// Why the line is no row of this file.
    fn no_row(&mut self, line: u64) -> Option<Refusal> {
        if let Some(stray) = self.file.stray {
            return Some(self.stray_quote(line, stray));
        }
        let (has, expected) = (self.file.record.len(), self.file.columns);
        let open = self.survey.open_quote.filter(|open| (line..self.file.ends).contains(open));
        let (code, message) = match open {
            Some(open) => (
                "QUOTE_NOT_CLOSED",
                format!(
                    "a quote is opened in line {open} and never closed, and what follows was read as one value: expected a second quote after the value"
                ),
            ),
            None if has != expected => (
                "WRONG_FIELDS",
                format!("the line has {has} fields: expected {expected}, as the header has"),
            ),
            None => return None,
        };
        Some(refusal(line, None, code, message))
    }

    /// A quote where none can be: the cell may be two, or one that was cut.
    fn stray_quote(&self, line: u64, stray: Stray) -> Refusal {
        let place =
            if stray.line == line { String::new() } else { format!(" in line {}", stray.line) };
        let message = format!(
            "a quote{place} stands in a value that is not in quotes, or text after the quote that closes one: expected the whole value in quotes, and each quote inside it written twice"
        );
        let column = self.file.titles.get(stray.field).map(|title| title.trim().to_owned());
        refusal(line, column, "STRAY_QUOTE", message)
    }

    fn no_key(&self, line: u64) -> Refusal {
        let message = "the row has no key: expected a value in each column of `key`".to_owned();
        refusal(line, self.map.titles(&self.map.key), "MISSING_VALUE", message)
    }

    fn key_repeated(&self, line: u64, lines: &[u64]) -> Refusal {
        let others: Vec<String> =
            lines.iter().filter(|other| **other != line).map(u64::to_string).collect();
        let message = format!(
            "the same key stands in line {}: expected one row a key, for the file does not say which is true",
            others.join(", ")
        );
        refusal(line, self.map.titles(&self.map.key), "KEY_REPEATED", message)
    }
}

fn refusal(line: u64, column: Option<String>, code: &'static str, message: String) -> Refusal {
    Refusal { line, step: None, column, field: None, code, message }
}

impl<R: Read> Iterator for Rows<'_, R> {
    type Item = Result<MappedRow, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.file.next() {
            Ok(Some(line)) => Some(Ok(self.row(line))),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// An open file, its header read.
#[derive(Debug)]
struct File<R> {
    reader: csv::Reader<Watch<R>>,
    places: Vec<usize>,
    columns: usize,
    /// The header.
    titles: StringRecord,
    /// A stray quote of the record.
    stray: Option<Stray>,
    record: StringRecord,
    /// The line after the record.
    ends: u64,
}

impl<R: Read> File<R> {
    fn open(map: &CsvMap, input: R) -> Result<Self, FileError> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(map.delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(Watch::of(input, map.delimiter));
        let mut record = StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Err(FileError::Empty),
            Err(error) => return Err(unreadable(&reader, error)),
        }
        let places = header::places(&map.columns, &record, map.delimiter)?;
        let (columns, titles) = (record.len(), record.clone());
        Ok(Self { reader, places, columns, titles, stray: None, record, ends: 0 })
    }

    /// Reads the next row, and says in which line it begins. A blank line is none; one of nothing but
    /// delimiters is a row.
    fn next(&mut self) -> Result<Option<u64>, FileError> {
        loop {
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(unreadable(&self.reader, error)),
            }
            let is_blank =
                self.record.len() == 1 && self.record.iter().all(|it| it.trim().is_empty());
            if !is_blank {
                let at = self.reader.position();
                let cut_off = self.reader.get_ref().cut_off_at(at.byte());
                let inside = self.record.as_slice().matches('\n').count() as u64;
                self.ends = at.line();
                let line = self.ends.saturating_sub(inside + u64::from(!cut_off));
                self.stray = self.reader.get_mut().stray_within(line, self.ends.max(line + 1));
                return Ok(Some(line));
            }
        }
    }

    fn cells<'a>(&'a self, map: &'a CsvMap, key: Option<&'a PatientKey>) -> Cells<'a> {
        Cells { map, record: &self.record, places: &self.places, key }
    }
}

/// What stopped the reading: what was seen on the way, or the file itself.
fn unreadable<R: Read>(reader: &csv::Reader<Watch<R>>, error: csv::Error) -> FileError {
    let watch = reader.get_ref();
    match watch.bad {
        Some(Bad::Utf8 { line, offset }) => {
            let guess = if watch.utf16 { ", and the file begins as UTF-16 does" } else { "" };
            FileError::NotUtf8 { line, offset, guess }
        }
        Some(Bad::Quote { line }) => FileError::QuoteNotClosed { line, most: VALUE_BYTES_MAX },
        None => FileError::Unreadable(error),
    }
}
