//! Writing the form of the return: the header, the columns and the order of rows of NHS England's file.
//!
//! What the file leaves blank is blank here: `Total` and the unknown starts outside the completed parts,
//! the bands of `Part_3`. Bands of nobody are 0 (the published file has them blank in the rows of some
//! providers, which no count tells). A name that is only the code is blank, as that of `NONC` is.

use std::io::Write;

use csv::{Terminator, WriterBuilder};
use steps::OdsCode;

use crate::{
    bands::{BANDS, column_of_band},
    extract::{Extract, ExtractRow, Part, TOTAL_FUNCTION},
};

/// The columns before the bands, in order.
const BEFORE_BANDS: [&str; 13] = [
    "Period",
    "Provider Parent Org Code",
    "Provider Parent Name",
    "Provider Org Code",
    "Provider Org Name",
    "Commissioner Parent Org Code",
    "Commissioner Parent Name",
    "Commissioner Org Code",
    "Commissioner Org Name",
    "RTT Part Type",
    "RTT Part Description",
    "Treatment Function Code",
    "Treatment Function Name",
];

/// The columns behind the bands, in order.
const BEHIND_BANDS: [&str; 3] = ["Total", "Patients with unknown clock start date", "Total All"];

/// The names of the functions as the file writes them.
const FUNCTION_NAMES: [(&str, &str); 24] = [
    ("C_100", "General Surgery Service"),
    ("C_101", "Urology Service"),
    ("C_110", "Trauma and Orthopaedic Service"),
    ("C_120", "Ear Nose and Throat Service"),
    ("C_130", "Ophthalmology Service"),
    ("C_140", "Oral Surgery Service"),
    ("C_150", "Neurosurgical Service"),
    ("C_160", "Plastic Surgery Service"),
    ("C_170", "Cardiothoracic Surgery Service"),
    ("C_300", "General Internal Medicine Service"),
    ("C_301", "Gastroenterology Service"),
    ("C_320", "Cardiology Service"),
    ("C_330", "Dermatology Service"),
    ("C_340", "Respiratory Medicine Service"),
    ("C_400", "Neurology Service"),
    ("C_410", "Rheumatology Service"),
    ("C_430", "Elderly Medicine Service"),
    ("C_502", "Gynaecology Service"),
    (TOTAL_FUNCTION, "Total"),
    ("X02", "Other - Medical Services"),
    ("X03", "Other - Mental Health Services"),
    ("X04", "Other - Paediatric Services"),
    ("X05", "Other - Surgical Services"),
    ("X06", "Other - Other Services"),
];

/// The titles of the file, in order.
pub fn columns() -> Vec<String> {
    let bands = (0..BANDS).map(column_of_band);
    let before = BEFORE_BANDS.into_iter().map(str::to_owned);
    before.chain(bands).chain(BEHIND_BANDS.into_iter().map(str::to_owned)).collect()
}

/// The lines of an extract in the order of the file, each as long as [`columns`].
pub fn records(extract: &Extract) -> Vec<Vec<String>> {
    let mut rows: Vec<&ExtractRow> = extract.rows.iter().collect();
    rows.sort_by_key(|row| place_of(extract, row));
    rows.into_iter().map(|row| record(extract, row)).collect()
}

/// Writes the file: UTF-8 without a byte order mark, lines that end with CR LF.
pub fn write_extract(extract: &Extract, out: impl Write) -> Result<(), csv::Error> {
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    csv.write_record(columns())?;
    for record in records(extract) {
        csv.write_record(record)?;
    }
    csv.flush().map_err(csv::Error::from)
}

/// Rows stand by parent and code of the provider, then of the commissioner, then by part, then by
/// function with the total last.
fn place_of<'a>(extract: &'a Extract, row: &'a ExtractRow) -> (impl Ord + use<'a>, bool, &'a str) {
    let (provider, commissioner) = (&row.provider, &row.commissioner);
    let codes = (
        parent_of(extract, provider).map_or("", OdsCode::as_str),
        provider.as_str(),
        parent_of(extract, commissioner).map_or("", OdsCode::as_str),
        commissioner.as_str(),
        row.part.name(),
    );
    (codes, row.is_total(), row.function.as_str())
}

fn record(extract: &Extract, row: &ExtractRow) -> Vec<String> {
    let mut cells = Vec::with_capacity(BEFORE_BANDS.len() + BANDS + BEHIND_BANDS.len());
    cells.push(extract.period.clone());
    for code in [&row.provider, &row.commissioner] {
        let parent = parent_of(extract, code);
        cells.push(parent.map_or_else(String::new, ToString::to_string));
        cells.push(parent.map_or_else(String::new, |parent| name_of(extract, parent)));
        cells.push(code.to_string());
        cells.push(name_of(extract, code));
    }
    cells.push(row.part.name().to_owned());
    cells.push(row.part.description().to_owned());
    cells.push(row.function.to_string());
    cells.push(function_name(row));
    let has_bands = row.part != Part::NewPeriods;
    let in_band = |band| if has_bands { row.in_band(band).to_string() } else { String::new() };
    cells.extend((0..BANDS).map(in_band));
    let completed = |number: u32| {
        if row.part.is_completed() { number.to_string() } else { String::new() }
    };
    cells.push(completed(row.total_all - row.unknown_start.min(row.total_all)));
    cells.push(completed(row.unknown_start));
    cells.push(row.total_all.to_string());
    cells
}

fn parent_of<'a>(extract: &'a Extract, code: &OdsCode) -> Option<&'a OdsCode> {
    extract.organisations.get(code)?.parent.as_ref()
}

fn name_of(extract: &Extract, code: &OdsCode) -> String {
    let name = extract.organisations.get(code).map(|entry| entry.name.as_str());
    name.filter(|name| *name != code.as_str()).unwrap_or_default().to_owned()
}

fn function_name(row: &ExtractRow) -> String {
    let code = row.function.as_str();
    let known = FUNCTION_NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
    let given = row.function_name.as_ref().map(steps::Label::as_str);
    known.or(given).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_extract;

    const TOWN: &[u8] = include_bytes!("../fixtures/town-january-2026.csv");

    fn official(path: &str) -> Option<Vec<u8>> {
        let path = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
        let read = std::fs::read(&path);
        if read.is_err() {
            eprintln!("not there, so not tested: {path}");
        }
        read.ok()
    }

    /// The lines of a file, blank counts as 0: the published file has both for nobody.
    fn lines(file: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
        let text = |cell: &str| cell.trim_start_matches('\u{feff}').to_owned();
        let of_nobody = |place: usize, cell: &str| place >= 13 && cell == "0";
        let line = |record: csv::StringRecord| {
            let cells = record.iter().enumerate();
            cells
                .map(
                    |(place, cell)| if of_nobody(place, cell) { String::new() } else { text(cell) },
                )
                .collect()
        };
        reader.records().map(|record| line(record.unwrap())).collect()
    }

    fn comes_back(file: &[u8]) {
        let extract = read_extract(file, None).unwrap();
        let mut written = Vec::new();
        write_extract(&extract, &mut written).unwrap();
        assert!(written.ends_with(b"\r\n"));
        let (ours, theirs) = (lines(&written), lines(file));
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn the_official_files_come_back_line_by_line_in_their_order() {
        let january = "rtt-january-2026-south-east-london/20260131-RTT-January-2026-QKK.csv";
        let november = "rtt-november-2024-rbd/20241130-RTT-November-2024-RBD.csv";
        for path in [january, november] {
            if let Some(file) = official(path) {
                comes_back(&file);
            }
        }
    }

    #[test]
    fn what_is_written_of_the_fixture_reads_as_the_same_rows() {
        let extract = read_extract(TOWN, None).unwrap();
        let mut written = Vec::new();
        write_extract(&extract, &mut written).unwrap();
        let again = read_extract(written.as_slice(), None).unwrap();
        let plain = |extract: &Extract| {
            let mut rows: Vec<_> = extract
                .rows
                .iter()
                .map(|row| ExtractRow { line: 0, function_name: None, ..row.clone() })
                .collect();
            rows.sort_by_key(|row| {
                (row.provider.clone(), row.commissioner.clone(), row.part, row.function.clone())
            });
            rows
        };
        assert_eq!(plain(&again), plain(&extract));
        assert_eq!(again.organisations, extract.organisations);
    }

    #[test]
    fn the_titles_are_those_that_the_reader_looks_for() {
        let columns = columns();
        assert_eq!((columns.len(), columns[13].as_str()), (121, "Gt 00 To 01 Weeks SUM 1"));
        assert_eq!(
            columns[117..],
            ["Gt 104 Weeks SUM 1", "Total", "Patients with unknown clock start date", "Total All"]
        );
    }
}
