//! CSV: a stranger's extract, read through a map (docs/import-csv.md), each row answered by itself.

mod answer;
mod key;
mod recording;
mod report;

#[cfg(test)]
mod tests;

use std::{fs::File, io::BufReader, path::Path, sync::Mutex};

use anyhow::{Context, anyhow, bail};
use csv_map::{CsvMap, MappedRow, PatientKey, Rows, Survey};
use event_store::EventStore;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use self::{
    answer::{Answer, Became},
    recording::{Recording, Seen},
    report::{Counts, Report},
};
use super::measure::Usage;
use crate::{cli::CsvArgs, config::Settings, edge, house::Cellar};

const BUFFER_BYTES: usize = 256 * 1024;

/// How many rows are read between two moves of the bar.
const ROWS_A_MOVE: u64 = 1_000;

/// `waymark import --csv`.
pub(super) async fn run(
    settings: &Settings,
    csv: &Path,
    args: &CsvArgs,
    report: Option<&Path>,
) -> anyhow::Result<()> {
    let started = Usage::now();
    for read in [Some(csv), args.map.as_deref()] {
        super::ndjson::check_report(read, report)?;
    }
    let extract = Extract::open(csv, args.map.as_deref())?;
    let bar = bar(extract.survey.rows());
    let told = Report::to(report, args.every_row, &bar)?;
    let counts = if args.dry_run {
        let log = cellar_to_compare(settings, args.withdraw_missing).await?;
        extract.dry_run(log.as_ref(), told, &bar).await?
    } else {
        let cellar = Cellar::chosen(settings).await?;
        let key = key::patient_key(&cellar.secrets)?;
        let recording = Recording::of(&cellar.recorder, &extract.map, args.withdraw_missing)?;
        let counts = extract.record(&*cellar.store, (&key, &recording), told, &bar).await;
        super::put_away(cellar);
        let counts = counts?;
        super::build_views(settings).await?;
        counts
    };
    let spent = started.since(&settings.data_dir);
    super::super::print(&report::table(&counts, (!args.dry_run).then_some(&spent)));
    check(&counts, report)
}

/// A file that fits its map as a whole.
struct Extract {
    path: std::path::PathBuf,
    map: CsvMap,
    survey: Survey,
}

impl Extract {
    /// Reads the map, and once the whole file.
    fn open(csv: &Path, map: Option<&Path>) -> anyhow::Result<Self> {
        let map =
            read_map(map.context("--csv needs --map, the file that says what its columns are")?)?;
        let survey = Survey::of(&map, open(csv)?)
            .with_context(|| format!("nothing of {} is recorded", csv.display()))?;
        if !survey.last_line_ended() {
            super::note(&format!(
                "{}: the last line has no line end. If the file was cut short, import the whole file again: what was cut is put right",
                csv.display()
            ));
        }
        Ok(Self { path: csv.to_owned(), map, survey })
    }

    fn rows<'a>(
        &'a self,
        key: &'a PatientKey,
    ) -> anyhow::Result<impl Iterator<Item = anyhow::Result<MappedRow>> + 'a> {
        let rows = Rows::of(&self.map, &self.survey, key, open(&self.path)?)?;
        let path = &self.path;
        Ok(rows.map(move |row| row.with_context(|| format!("{} cannot be read", path.display()))))
    }

    /// Says of every row what would become of it, as far as that is known without the record; and
    /// with the record, which steps of rows that are gone would be withdrawn.
    async fn dry_run(
        &self,
        log: Option<&Cellar>,
        mut report: Report,
        bar: &ProgressBar,
    ) -> anyhow::Result<Counts> {
        let key = PatientKey::from_bytes([0; 32]);
        let mut seen = Seen::default();
        for row in self.rows(&key)? {
            let row = row?;
            seen.note(&row);
            let (line, now) = (row.line, edge::now());
            let mut answers: Vec<Answer> = row.refused.into_iter().map(Answer::refused).collect();
            let told = row.steps.iter().map(|step| {
                answer::checked(&self.map, line, step, now)
                    .unwrap_or_else(|| Answer::of(line, step.name.clone(), Became::Told))
            });
            answers.extend(told);
            report.row(line, &answers)?;
            moved(bar, report.rows());
        }
        bar.finish_and_clear();
        if let Some(log) = log {
            for gone in seen.gone(&*log.store, &self.map).await? {
                report.gone(Became::RowGone, &gone.kind, &gone.place())?;
            }
            warn_of_unknown(&seen);
        }
        report.finish()
    }

    /// Records every row that can be, and tells the others, in the order of the file; then looks for
    /// rows that are gone.
    async fn record(
        &self,
        store: &dyn EventStore,
        (key, recording): (&PatientKey, &Recording<'_>),
        mut report: Report,
        bar: &ProgressBar,
    ) -> anyhow::Result<Counts> {
        let seen = Mutex::new(Seen::default());
        let rows = self.rows(key)?.inspect(|row| {
            if let (Ok(row), Ok(mut seen)) = (row, seen.lock()) {
                seen.note(row);
            }
        });
        {
            let mut answered = std::pin::pin!(recording.all(rows));
            while let Some(row) = futures::StreamExt::next(&mut answered).await {
                let (line, answers) = row.context("run the same import again")?;
                report.row(line, &answers)?;
                moved(bar, report.rows());
            }
        }
        bar.finish_and_clear();
        let seen = seen.into_inner().map_err(|_poisoned| anyhow!("a thread panicked"))?;
        for gone in seen.gone(store, &self.map).await? {
            let became = recording.gone(&gone, seen.unknown() == 0).await?;
            report.gone(became, &gone.kind, &gone.place())?;
        }
        if recording.withdraws() {
            warn_of_unknown(&seen);
        }
        report.finish()
    }
}

/// The record, where a dry run is to say which rows are gone.
async fn cellar_to_compare(settings: &Settings, withdraw: bool) -> anyhow::Result<Option<Cellar>> {
    if !withdraw || settings.store.must_be_there(&settings.data_dir).is_err() {
        return Ok(None);
    }
    Cellar::chosen(settings).await.map(Some)
}

fn warn_of_unknown(seen: &Seen) {
    if seen.unknown() > 0 {
        super::note(&format!(
            "of {} rows nobody can say which they are, so no row is taken for gone: nothing is withdrawn until they can be read",
            HumanCount(seen.unknown())
        ));
    }
}

fn read_map(path: &Path) -> anyhow::Result<CsvMap> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the map {} cannot be read", path.display()))?;
    CsvMap::parse(&text).map_err(|mistakes| {
        let shown: Vec<String> =
            mistakes.iter().map(|one| format!("{}: {one}", path.display())).collect();
        anyhow::anyhow!("the map cannot be used\n{}", shown.join("\n"))
    })
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let unread = || format!("{} cannot be read", path.display());
    let file = File::open(path).with_context(unread)?;
    if !file.metadata().with_context(unread)?.is_file() {
        bail!("{} is not a file: expected a CSV file, which is read twice", path.display());
    }
    Ok(BufReader::with_capacity(BUFFER_BYTES, file))
}

fn bar(rows: u64) -> ProgressBar {
    let bar = ProgressBar::new(rows);
    match ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} rows {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_default_will_do) => bar,
    }
}

fn moved(bar: &ProgressBar, rows: u64) {
    if rows.is_multiple_of(ROWS_A_MOVE) {
        bar.set_position(rows);
    }
}

/// Fails where something was refused.
fn check(counts: &Counts, report: Option<&Path>) -> anyhow::Result<()> {
    if counts.rows_refused == 0 {
        return Ok(());
    }
    let place = report.map_or("the lines above".to_owned(), |path| path.display().to_string());
    let (refused, rows) = (HumanCount(counts.rows_refused), HumanCount(counts.rows));
    bail!("{refused} of {rows} rows were refused, whole or in part; see {place}")
}
