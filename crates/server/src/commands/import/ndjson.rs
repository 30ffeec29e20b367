//! NDJSON: one [`Intake`] a line, each answered by itself.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use recorder::{Command, Intake, IntakeRefusal, Provenance, Recorder};

use super::{
    lanes::Lanes,
    lines::{LINE_BYTES_MAX, Line, Lines},
    report::{Out, Report, Tally},
};
use crate::cli::ImportArgs;

const BUFFER_BYTES: usize = 256 * 1024;

/// How many rows are read between two moves of the bar.
const ROWS_A_MOVE: u64 = 1_000;

/// Imports the file asked for, or standard input.
pub(super) async fn import_file(recorder: &Recorder, args: &ImportArgs) -> anyhow::Result<Tally> {
    let file = args.file.as_deref().filter(|path| *path != Path::new("-"));
    let (input, bytes) = open(file)?;
    check_report(file, args.report.as_deref())?;
    let bar = bar(bytes);
    let report = Report::new(Out::to(args.report.as_deref(), &bar)?);
    let imported = import(recorder, input, report, bar.clone()).await;
    bar.finish_and_clear();
    imported
}

/// Imports every line that can be; the others are told to the report.
pub(super) async fn import(
    recorder: &Recorder,
    input: Box<dyn BufRead + Send>,
    report: Report,
    bar: ProgressBar,
) -> anyhow::Result<Tally> {
    let told_by = super::provenance("import", false)?;
    let (lanes, mut crew) = Lanes::start(recorder, &report);
    let mut reading = Reading { lanes, report: report.clone(), told_by, bar };
    let read = tokio::task::spawn_blocking(move || reading.all(input)).await;
    // The lanes end with the reading; what stopped a lane says more than that reading stopped.
    while let Some(ended) = crew.join_next().await {
        ended.context("recording was cut short")??;
    }
    read.context("reading was cut short")??;
    report.finish().context("the report cannot be written; everything that could be is recorded")
}

fn open(file: Option<&Path>) -> anyhow::Result<(Box<dyn BufRead + Send>, Option<u64>)> {
    let Some(path) = file else {
        return Ok((Box::new(BufReader::with_capacity(BUFFER_BYTES, io::stdin())), None));
    };
    let unread = || format!("{} cannot be read", path.display());
    let file = File::open(path).with_context(unread)?;
    let found = file.metadata().with_context(unread)?;
    if found.is_dir() {
        bail!("{} is a directory: expected a file of NDJSON", path.display());
    }
    let bytes = found.is_file().then_some(found.len());
    Ok((Box::new(BufReader::with_capacity(BUFFER_BYTES, file)), bytes))
}

/// The report must not take the place of what is imported.
pub(super) fn check_report(file: Option<&Path>, report: Option<&Path>) -> anyhow::Result<()> {
    let same = |file: &Path, report: &Path| {
        file.canonicalize().is_ok_and(|file| report.canonicalize().is_ok_and(|other| other == file))
    };
    match (file, report) {
        (Some(file), Some(report)) if same(file, report) => {
            bail!("the report would overwrite {}: expected another file", file.display())
        }
        _ => Ok(()),
    }
}

fn bar(bytes: Option<u64>) -> ProgressBar {
    let (bar, form) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:40} {bytes}/{total_bytes} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {elapsed}"),
    };
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style),
        Err(_default_will_do) => bar,
    }
}

struct Reading {
    lanes: Lanes,
    report: Report,
    told_by: Provenance,
    bar: ProgressBar,
}

impl Reading {
    fn all(&mut self, input: Box<dyn BufRead + Send>) -> anyhow::Result<()> {
        let mut lines = Lines::of(input);
        loop {
            let bytes = lines.bytes();
            let Some((number, line)) = lines.next().context("the input cannot be read")? else {
                self.bar.set_position(bytes);
                return Ok(());
            };
            if number.is_multiple_of(ROWS_A_MOVE) {
                self.bar.set_position(bytes);
            }
            self.one(number, line)?;
        }
    }

    fn one(&mut self, number: u64, line: Line<'_>) -> anyhow::Result<()> {
        let json = match line {
            Line::TooLong => {
                self.report.refused(number, &too_long());
                return Ok(());
            }
            Line::Whole(line) if line.trim_ascii().is_empty() => return Ok(()),
            Line::Whole(line) => line,
        };
        match command(json, &self.told_by) {
            Ok(command) => self.lanes.send(number, json.len(), command),
            Err(refusal) => {
                self.report.refused(number, &refusal);
                Ok(())
            }
        }
    }
}

fn command(json: &[u8], told_by: &Provenance) -> Result<Command, IntakeRefusal> {
    if std::str::from_utf8(json).is_err() {
        return Err(bad_line("NOT_UTF8", "expected UTF-8 text"));
    }
    Intake::parse(json)?.command(told_by.clone())
}

fn too_long() -> IntakeRefusal {
    bad_line("LINE_TOO_LONG", &format!("expected at most {LINE_BYTES_MAX} bytes"))
}

fn bad_line(code: &'static str, message: &str) -> IntakeRefusal {
    IntakeRefusal { code, field: "line".to_owned(), message: message.to_owned() }
}
