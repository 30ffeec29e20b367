//! What became of the rows: counted, and each refused row told by its line, code and field.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use comfy_table::Table;
use indicatif::{HumanCount, ProgressBar};
use recorder::{IntakeRefusal, Outcome, Refused};
use serde::Serialize;

use super::measure::Spent;

/// How many rows came to what.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) recorded: u64,
    pub(super) already_there: u64,
    pub(super) parked: u64,
    pub(super) refused: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub(super) fn refused_in_all(&self) -> u64 {
        self.refused.values().sum()
    }

    pub(super) fn rows(&self) -> u64 {
        self.recorded + self.already_there + self.parked + self.refused_in_all()
    }
}

/// A refused row as the report has it. Never its values: they may be about a person.
#[derive(Serialize)]
struct RefusedRow<'a> {
    line: u64,
    code: &'a str,
    field: &'a str,
    message: &'a str,
}

/// Where refused rows are told.
pub(super) enum Out {
    File(BufWriter<File>),
    /// Standard error, above the progress bar.
    Screen(ProgressBar),
}

impl Out {
    /// A fresh file, or standard error.
    pub(super) fn to(path: Option<&Path>, bar: &ProgressBar) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Screen(bar.clone())) };
        let file = File::create(path)
            .with_context(|| format!("the report {} cannot be written", path.display()))?;
        Ok(Self::File(BufWriter::new(file)))
    }
}

/// The report of one import, shared by those who record. Cheap to clone.
#[derive(Clone)]
pub(super) struct Report {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    out: Out,
    tally: Tally,
    failed: Option<io::Error>,
}

impl Report {
    pub(super) fn new(out: Out) -> Self {
        let inner = Inner { out, tally: Tally::default(), failed: None };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Counts the answer to a row.
    pub(super) fn answered(&self, line: u64, outcome: &Outcome) {
        self.with(|inner| match outcome {
            Outcome::Recorded { duplicate: false, .. } => inner.tally.recorded += 1,
            Outcome::Recorded { duplicate: true, .. } => inner.tally.already_there += 1,
            Outcome::Parked { .. } => inner.tally.parked += 1,
            Outcome::Refused(why) => inner.refuse(line, &refusal(why)),
        });
    }

    /// Counts a row that is no command.
    pub(super) fn refused(&self, line: u64, refusal: &IntakeRefusal) {
        self.with(|inner| inner.refuse(line, refusal));
    }

    /// The counts, once every refused row is told.
    pub(super) fn finish(&self) -> io::Result<Tally> {
        self.with(|inner| {
            if let Out::File(file) = &mut inner.out {
                file.flush()?;
            }
            inner.failed.take().map_or_else(|| Ok(inner.tally.clone()), Err)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    fn refuse(&mut self, line: u64, refusal: &IntakeRefusal) {
        let IntakeRefusal { code, field, message } = refusal;
        *self.tally.refused.entry(code).or_default() += 1;
        let row = RefusedRow { line, code, field, message };
        if let Err(error) = self.tell(&row) {
            self.failed.get_or_insert(error);
        }
    }

    fn tell(&mut self, row: &RefusedRow<'_>) -> io::Result<()> {
        let json = serde_json::to_string(row)?;
        match &mut self.out {
            Out::File(file) => writeln!(file, "{json}"),
            Out::Screen(bar) => {
                bar.suspend(|| super::note(&json));
                Ok(())
            }
        }
    }
}

fn refusal(why: &Refused) -> IntakeRefusal {
    IntakeRefusal { code: why.code(), field: why.field().to_owned(), message: why.to_string() }
}

/// The counts as a table.
pub(super) fn table(tally: &Tally, spent: &Spent) -> String {
    let mut table = Table::new();
    table.set_header(["rows", "number"]);
    let mut row = |name: &str, number: u64| {
        table.add_row([name.to_owned(), HumanCount(number).to_string()]);
    };
    row("recorded", tally.recorded);
    row("already there", tally.already_there);
    row("parked", tally.parked);
    for (code, number) in &tally.refused {
        row(&format!("refused: {code}"), *number);
    }
    spent.rows(tally.rows(), &mut table);
    table.to_string()
}
