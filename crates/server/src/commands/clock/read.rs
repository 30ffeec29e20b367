//! Lines of steps: each as an import reads it, and who recorded it where the line says so.

use std::{
    fmt,
    io::{self, BufRead},
};

use recorder::{Command, Intake, IntakeRefusal};
use serde::Deserialize;
use serde_json::{Map, Value};
use steps::{OdsCode, UserRef, codes::Role};

use crate::commands::import::{
    self,
    lines::{LINE_BYTES_MAX, Line, Lines},
};

/// The bytes that some programs put before text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Who recorded a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct By {
    /// The role they acted in.
    pub(super) role: Role,
    /// The organisation they acted for.
    pub(super) organisation: OdsCode,
    /// Who it was, by reference.
    #[serde(default)]
    pub(super) user: Option<UserRef>,
}

/// A line that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Row {
    /// Its number, from 1.
    pub(super) line: u64,
    /// What it tells.
    pub(super) command: Command,
    /// Who recorded it, where the line says so.
    pub(super) by: Option<By>,
    /// The system it came from, where the line says so.
    pub(super) source: Option<String>,
}

/// A line that cannot be used: where, and what would be right. It never holds a value of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Bad {
    pub(super) line: u64,
    pub(super) field: String,
    pub(super) message: String,
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.line, self.field, self.message)
    }
}

/// All lines of an input.
#[derive(Debug, Default)]
pub(in crate::commands) struct Read {
    pub(in crate::commands) rows: Vec<Row>,
    pub(in crate::commands) bad: Vec<Bad>,
}

/// Reads to the end; blank lines are no lines.
pub(in crate::commands) fn all(input: impl BufRead) -> io::Result<Read> {
    let (mut lines, mut read) = (Lines::of(input), Read::default());
    while let Some((number, line)) = lines.next()? {
        let row = match line {
            Line::Whole(json) if json.trim_ascii().is_empty() => continue,
            Line::Whole(json) => row(number, json),
            Line::TooLong => Err(at_line(format!("expected at most {LINE_BYTES_MAX} bytes"))),
        };
        match row {
            Ok(row) => read.rows.push(row),
            Err(refusal) => {
                let (field, message) = (refusal.field, refusal.message);
                read.bad.push(Bad { line: number, field, message });
            }
        }
    }
    Ok(read)
}

fn row(line: u64, json: &[u8]) -> Result<Row, IntakeRefusal> {
    if json.starts_with(BYTE_ORDER_MARK) {
        return Err(at_line(
            "starts with a byte order mark: expected UTF-8 without one".to_owned(),
        ));
    }
    if std::str::from_utf8(json).is_err() {
        return Err(at_line("expected UTF-8 text".to_owned()));
    }
    let (by, rest) = by_apart(json)?;
    let intake = Intake::parse(rest.as_deref().unwrap_or(json))?;
    let source = intake.source.clone();
    let told_by = import::provenance("clock", false).map_err(|bad| at_line(bad.to_string()))?;
    Ok(Row { line, command: intake.command(told_by)?, by, source })
}

/// Who recorded it, and the line without that; a line that does not say is left as it is.
fn by_apart(json: &[u8]) -> Result<(Option<By>, Option<Vec<u8>>), IntakeRefusal> {
    // What is no object is refused where the rest is read.
    let Ok(mut fields) = serde_json::from_slice::<Map<String, Value>>(json) else {
        return Ok((None, None));
    };
    let Some(by) = fields.shift_remove("by") else { return Ok((None, None)) };
    let by = serde_json::from_value(by).map_err(|error| IntakeRefusal {
        code: "MALFORMED",
        field: "by".to_owned(),
        message: format!(
            "{}: expected {{\"role\": \"BOOKING_TEAM\", \"organisation\": \"RJ1\"}}",
            steps::without_values(&error)
        ),
    })?;
    let rest = serde_json::to_vec(&fields).map_err(|error| at_line(error.to_string()))?;
    Ok((Some(by), Some(rest)))
}

fn at_line(message: String) -> IntakeRefusal {
    IntakeRefusal { code: "MALFORMED", field: "line".to_owned(), message }
}
