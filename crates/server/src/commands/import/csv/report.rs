//! What became of the rows: counted, and told row by row. Never with a cell: it may be about a person.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context;
use comfy_table::Table;
use indicatif::{HumanCount, ProgressBar};
use serde::Serialize;

use super::{
    super::measure::Spent,
    answer::{Answer, Became},
};

/// The columns of a report in CSV.
const HEADER: &str = "line,outcome,step,column,field,code,message";

/// How many rows and steps came to what.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) rows: u64,
    /// Rows of which something was refused.
    pub(super) rows_refused: u64,
    /// Rows that tell nothing.
    pub(super) rows_silent: u64,
    pub(super) steps: BTreeMap<Became, u64>,
    pub(super) refused: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub(super) fn of(&self, became: Became) -> u64 {
        self.steps.get(&became).copied().unwrap_or_default()
    }

    fn add(&mut self, answers: &[Answer]) {
        self.rows += 1;
        self.rows_silent += u64::from(answers.is_empty());
        let refused = answers.iter().filter_map(|answer| answer.refusal.as_ref());
        for refusal in refused.clone() {
            *self.refused.entry(refusal.code).or_default() += 1;
        }
        self.rows_refused += u64::from(refused.count() > 0);
        for answer in answers {
            *self.steps.entry(answer.became).or_default() += 1;
        }
    }
}

/// A line of the report.
#[derive(Serialize)]
struct Told<'a> {
    /// None: of a row that is not in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    outcome: Became,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn of(answer: &'a Answer) -> Self {
        let refusal = answer.refusal.as_ref();
        Self {
            line: Some(answer.line),
            outcome: answer.became,
            step: answer.step.as_deref(),
            column: refusal.and_then(|refusal| refusal.column.as_deref()),
            field: refusal.and_then(|refusal| refusal.field.as_deref()),
            code: refusal.map(|refusal| refusal.code),
            message: refusal.map(|refusal| refusal.message.as_str()),
        }
    }

    fn csv(&self) -> anyhow::Result<String> {
        let outcome = serde_json::to_value(self.outcome)?;
        let outcome = outcome.as_str().unwrap_or_default();
        let text = [self.step, self.column, self.field, self.code, self.message];
        let text = text.map(|cell| quoted(cell.unwrap_or_default())).join(",");
        let line = self.line.map_or_else(String::new, |line| line.to_string());
        Ok(format!("{line},{outcome},{text}"))
    }
}

/// A cell as CSV has it, and as a spreadsheet takes it for text.
fn quoted(cell: &str) -> String {
    let cell =
        if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

enum Out {
    Csv(BufWriter<File>),
    Ndjson(BufWriter<File>),
    /// Standard error, above the progress bar.
    Screen(ProgressBar),
}

/// The report of one import.
pub(super) struct Report {
    out: Out,
    every_row: bool,
    counts: Counts,
}

impl Report {
    /// A fresh file, CSV where its name ends so and else NDJSON; without one, standard error.
    pub(super) fn to(
        path: Option<&Path>,
        every_row: bool,
        bar: &ProgressBar,
    ) -> anyhow::Result<Self> {
        let out = match path {
            None => Out::Screen(bar.clone()),
            Some(path) => {
                let unwritten = || format!("the report {} cannot be written", path.display());
                let mut file = BufWriter::new(File::create(path).with_context(unwritten)?);
                if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
                    writeln!(file, "{HEADER}").with_context(unwritten)?;
                    Out::Csv(file)
                } else {
                    Out::Ndjson(file)
                }
            }
        };
        Ok(Self { out, every_row, counts: Counts::default() })
    }

    /// Rows answered so far.
    pub(super) fn rows(&self) -> u64 {
        self.counts.rows
    }

    /// Counts the answers to a row, and tells those that are to be told.
    pub(super) fn row(&mut self, line: u64, answers: &[Answer]) -> anyhow::Result<()> {
        self.counts.add(answers);
        for answer in answers {
            if self.every_row || answer.became == Became::Refused {
                self.tell(answer)
                    .with_context(|| format!("the report of line {line} cannot be written"))?;
            }
        }
        Ok(())
    }

    /// Counts and tells a step of a row that is not in the file any more.
    pub(super) fn gone(&mut self, became: Became, step: &str, place: &str) -> anyhow::Result<()> {
        *self.counts.steps.entry(became).or_default() += 1;
        let (step, message) = (Some(step), Some(place));
        let told = Told {
            line: None,
            outcome: became,
            step,
            column: None,
            field: None,
            code: Some("ROW_GONE"),
            message,
        };
        self.write(&told).context("the report cannot be written")
    }

    fn tell(&mut self, answer: &Answer) -> anyhow::Result<()> {
        self.write(&Told::of(answer))
    }

    fn write(&mut self, told: &Told<'_>) -> anyhow::Result<()> {
        match &mut self.out {
            Out::Csv(file) => writeln!(file, "{}", told.csv()?)?,
            Out::Ndjson(file) => writeln!(file, "{}", serde_json::to_string(told)?)?,
            Out::Screen(bar) => {
                let json = serde_json::to_string(told)?;
                bar.suspend(|| super::super::note(&json));
            }
        }
        Ok(())
    }

    /// The counts, once everything is told.
    pub(super) fn finish(self) -> anyhow::Result<Counts> {
        match self.out {
            Out::Csv(mut file) | Out::Ndjson(mut file) => file
                .flush()
                .context("the report cannot be written; everything that could be is recorded")?,
            Out::Screen(_) => {}
        }
        Ok(self.counts)
    }
}

/// The counts as a table; without `spent` they are of a dry run.
pub(super) fn table(counts: &Counts, spent: Option<&Spent>) -> String {
    let mut table = Table::new();
    table.set_header(["", "number"]);
    let mut row = |name: String, number: u64| {
        table.add_row([name, HumanCount(number).to_string()]);
    };
    row("rows".to_owned(), counts.rows);
    row("rows that tell nothing".to_owned(), counts.rows_silent);
    let outcomes: &[(Became, &str)] = match spent {
        None => &[
            (Became::Told, "steps that can be recorded, or are there (nothing is written)"),
            (Became::RowGone, "steps of rows that are gone, to be withdrawn"),
        ],
        Some(_) => &[
            (Became::Recorded, "steps recorded"),
            (Became::AlreadyThere, "steps already there"),
            (Became::Corrected, "steps corrected"),
            (Became::Withdrawn, "steps withdrawn"),
            (Became::NoLongerTold, "steps no longer told, and kept"),
            (Became::RowGone, "steps of rows that are gone, and kept"),
            (Became::Parked, "steps parked"),
        ],
    };
    for (became, name) in outcomes {
        row((*name).to_owned(), counts.of(*became));
    }
    for (code, number) in &counts.refused {
        row(format!("refused: {code}"), *number);
    }
    if let Some(spent) = spent {
        let steps = outcomes.iter().map(|(became, _)| counts.of(*became)).sum();
        spent.rows(steps, &mut table);
    }
    table.to_string()
}
