//! RTT extract: the pathways that it counts, each laid down in one append, and their directory.

use std::{collections::BTreeMap, fs::File, io::BufReader, path::Path, sync::Arc};

use anyhow::{Context, bail};
use comfy_table::Table;
use envelope::Meta;
use event_store::{Category, StreamId};
use futures::{Stream, StreamExt, stream};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use recorder::{Outcome, Recorder};
use rtt_extract::{Extract, LaidPathway, LaidService, Parts, Starts, Warning};
use steps::{CommandId, OccurredAt, Step};

use super::measure::Spent;

/// The system that steps of an extract are said to come from.
pub(in crate::commands) const SOURCE: &str = "RTT extract";

/// Appends in flight, as many as a store lets wait: about half of them share an fsync and the pages that
/// they touch. With 2,048, appending took a third more of the processor.
const IN_FLIGHT_MAX: usize = event_store::APPENDS_IN_FLIGHT_MAX;

/// Pathways between two moves of the bar.
const PATHWAYS_A_MOVE: u64 = 1_000;

/// Warnings of one kind of which the lines are told.
const LINES_TOLD_MAX: usize = 5;

/// What was laid down.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Laid {
    pub(super) pathways: Counts,
    pub(super) completed: Counts,
    pub(super) services: Counts,
    pub(super) steps: u64,
    /// Clock starts of the month, published and laid down, where completed waits were laid down too.
    pub(super) starts: Vec<Starts>,
}

/// Streams of one kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) recorded: u64,
    pub(super) already_there: u64,
    pub(super) refused: u64,
}

impl Laid {
    /// Fails where something else stands where the extract would be laid down.
    pub(in crate::commands) fn check(&self) -> anyhow::Result<()> {
        let refused = self.pathways.refused + self.completed.refused + self.services.refused;
        if refused == 0 {
            return Ok(());
        }
        bail!("{} streams of the extract hold something else already", HumanCount(refused))
    }
}

/// Lays down the whole extract. A second time finds everything there.
pub(in crate::commands) async fn import(
    recorder: &Recorder,
    csv: &Path,
    parts: Parts,
) -> anyhow::Result<Laid> {
    let file = File::open(csv).with_context(|| format!("{} cannot be read", csv.display()))?;
    let extract = rtt_extract::read_extract(BufReader::new(file), None)
        .with_context(|| format!("{} is not an RTT extract", csv.display()))?;
    warn(&extract.warnings);
    lay_down(recorder, &extract, parts).await
}

/// Lays down the directory, then everyone who waits, then whoever's wait was completed.
pub(in crate::commands) async fn lay_down(
    recorder: &Recorder,
    extract: &Extract,
    parts: Parts,
) -> anyhow::Result<Laid> {
    let laying = Laying { recorder, meta: meta()? };
    let mut laid = Laid::default();
    let directory = rtt_extract::directory(extract, parts).into_iter().map(Batch::from);
    laid.services = laying.all(directory, &mut laid.steps, |_done| {}).await?;
    let bar = bar(match parts {
        Parts::Waiting => extract.open_pathways(),
        Parts::All => extract.open_pathways() + extract.completed_pathways(),
    });
    let waiting = rtt_extract::lay_down(extract).map(Batch::from);
    laid.pathways = laying.all(waiting, &mut laid.steps, |done| bar.set_position(done)).await?;
    if parts == Parts::All {
        let before = extract.open_pathways();
        let completed = rtt_extract::lay_down_completed(extract).map(Batch::from);
        let moved = |done| bar.set_position(before + done);
        laid.completed = laying.all(completed, &mut laid.steps, moved).await?;
        laid.starts = rtt_extract::starts_of(extract);
    }
    bar.finish_and_clear();
    Ok(laid)
}

/// Lays down these pathways alone, and says how many steps they have.
pub(in crate::commands) async fn lay_down_these(
    recorder: &Recorder,
    pathways: impl Iterator<Item = LaidPathway>,
) -> anyhow::Result<u64> {
    let laying = Laying { recorder, meta: meta()? };
    let mut laid = Laid::default();
    let pathways = pathways.map(Batch::from);
    laid.pathways = laying.all(pathways, &mut laid.steps, |_done| {}).await?;
    laid.check()?;
    Ok(laid.steps)
}

fn meta() -> anyhow::Result<Arc<[u8]>> {
    let told_by = super::provenance(SOURCE, true)?;
    let meta = Meta {
        actor: told_by.actor,
        source: told_by.source,
        simulated: told_by.simulated,
        caused_by: None,
        correlation: None,
        sent_by: None,
    };
    Ok(meta.to_bytes()?)
}

fn bar(pathways: u64) -> ProgressBar {
    let bar = ProgressBar::new(pathways);
    match ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} pathways {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_default_will_do) => bar,
    }
}

/// One stream and all its steps.
struct Batch {
    stream: StreamId,
    command_id: CommandId,
    steps: Vec<(OccurredAt, Step)>,
}

impl From<LaidPathway> for Batch {
    fn from(laid: LaidPathway) -> Self {
        let stream = StreamId::new(Category::Pathway, laid.pathway_id.0);
        Self { stream, command_id: laid.command_id, steps: laid.steps }
    }
}

impl From<LaidService> for Batch {
    fn from(laid: LaidService) -> Self {
        let stream = StreamId::new(Category::Service, laid.stream_id);
        Self { stream, command_id: laid.command_id, steps: laid.steps }
    }
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Recorded { duplicate: true, .. } => self.already_there += 1,
            Outcome::Recorded { .. } | Outcome::Parked { .. } => self.recorded += 1,
            Outcome::Refused(_) => self.refused += 1,
        }
    }
}

struct Laying<'a> {
    recorder: &'a Recorder,
    meta: Arc<[u8]>,
}

impl Laying<'_> {
    /// Lays down all of these, many at once, and counts what became of them. `moved` is told now
    /// and then how many are done.
    async fn all(
        &self,
        batches: impl Iterator<Item = Batch>,
        steps_in_all: &mut u64,
        moved: impl Fn(u64),
    ) -> anyhow::Result<Counts> {
        let mut laid = std::pin::pin!(self.laid(batches));
        let (mut counts, mut done) = (Counts::default(), 0_u64);
        while let Some(one) = laid.next().await {
            let (outcome, steps) = one.context("run the same import again")?;
            counts.add(&outcome);
            *steps_in_all += steps;
            done += 1;
            if done.is_multiple_of(PATHWAYS_A_MOVE) {
                moved(done);
            }
        }
        Ok(counts)
    }

    fn laid(
        &self,
        batches: impl Iterator<Item = Batch>,
    ) -> impl Stream<Item = Result<(Outcome, u64), recorder::RecordError>> {
        let laying = batches.map(async |batch| {
            let Batch { stream, command_id, steps } = batch;
            let outcome = self.recorder.lay(stream, command_id, &steps, &self.meta).await?;
            Ok((outcome, steps.len() as u64))
        });
        stream::iter(laying).buffer_unordered(IN_FLIGHT_MAX)
    }
}

/// Tells what is odd in the extract, with the first lines of each kind.
fn warn(warnings: &[Warning]) {
    let mut by_kind: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for warning in warnings {
        by_kind.entry(warning.kind).or_default().push(warning.line);
    }
    for (kind, lines) in by_kind {
        let told: Vec<String> = lines.iter().take(LINES_TOLD_MAX).map(u64::to_string).collect();
        let more = if lines.len() > LINES_TOLD_MAX { ", …" } else { "" };
        let (number, told) = (HumanCount(lines.len() as u64), told.join(", "));
        super::note(&format!("{number} rows: {kind} (lines {told}{more})"));
    }
}

/// What was laid down and what it took, as a table.
pub(super) fn table(laid: &Laid, spent: &Spent) -> String {
    let mut table = Table::new();
    table.set_header(["", "number"]);
    let rows = [
        ("pathways laid down", laid.pathways.recorded),
        ("pathways already there", laid.pathways.already_there),
        ("completed pathways laid down", laid.completed.recorded),
        ("completed pathways already there", laid.completed.already_there),
        ("services and organisations laid down", laid.services.recorded),
        ("services and organisations already there", laid.services.already_there),
        ("steps", laid.steps),
    ];
    for (name, number) in rows {
        table.add_row([name.to_owned(), HumanCount(number).to_string()]);
    }
    spent.rows(laid.steps, &mut table);
    if laid.starts.is_empty() {
        return table.to_string();
    }
    format!("{table}\n\n{}", starts_told(&laid.starts))
}

/// The clock starts that stock and stops of the file do not account for, each with both numbers.
fn starts_told(starts: &[Starts]) -> String {
    let sum = |of: fn(&Starts) -> u32| -> u64 { starts.iter().map(|one| u64::from(of(one))).sum() };
    let (published, laid) = (sum(|one| one.published), sum(|one| one.laid_down));
    let apart: Vec<_> = starts.iter().filter(|one| one.published != one.laid_down).collect();
    let told = format!(
        "Part_3: {} clock starts published, {} laid down; {} of {} rows differ",
        HumanCount(published),
        HumanCount(laid),
        apart.len(),
        starts.len()
    );
    if apart.is_empty() {
        return told;
    }
    let mut table = Table::new();
    table.set_header(["provider", "commissioner", "function", "published", "laid down"]);
    for one in apart {
        let codes =
            [one.provider.to_string(), one.commissioner.to_string(), one.function.to_string()];
        let numbers = [one.published.to_string(), one.laid_down.to_string()];
        table.add_row(codes.into_iter().chain(numbers));
    }
    format!("{told}\n{table}")
}
