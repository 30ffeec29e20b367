//! RTT extract: the pathways that it counts, each laid down in one append, and their directory.

use std::{collections::BTreeMap, fs::File, io::BufReader, path::Path, sync::Arc};

use anyhow::{Context, bail};
use comfy_table::Table;
use envelope::Meta;
use event_store::{Category, StreamId};
use futures::{Stream, StreamExt, stream};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use recorder::{Outcome, Recorder};
use rtt_extract::{Extract, LaidPathway, LaidService, Warning};
use steps::{CommandId, OccurredAt, Step};

use super::measure::Spent;

/// Appends in flight: many share an fsync, and the store lets twice as many wait.
const IN_FLIGHT_MAX: usize = 2_048;

/// Pathways between two moves of the bar.
const PATHWAYS_A_MOVE: u64 = 1_000;

/// Warnings of one kind of which the lines are told.
const LINES_TOLD_MAX: usize = 5;

/// What was laid down.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) struct Laid {
    pub(super) pathways: Counts,
    pub(super) services: Counts,
    pub(super) steps: u64,
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
        let refused = self.pathways.refused + self.services.refused;
        if refused == 0 {
            return Ok(());
        }
        bail!("{} streams of the extract hold something else already", HumanCount(refused))
    }
}

/// Lays down the whole extract. A second time finds everything there.
pub(super) async fn import(recorder: &Recorder, csv: &Path) -> anyhow::Result<Laid> {
    let file = File::open(csv).with_context(|| format!("{} cannot be read", csv.display()))?;
    let extract = rtt_extract::read_extract(BufReader::new(file), None)
        .with_context(|| format!("{} is not an RTT extract", csv.display()))?;
    warn(&extract.warnings);
    lay_down(recorder, &extract).await
}

/// Lays down the directory, then every pathway.
pub(in crate::commands) async fn lay_down(
    recorder: &Recorder,
    extract: &Extract,
) -> anyhow::Result<Laid> {
    let laying = Laying { recorder, meta: meta()? };
    let bar = bar(extract.open_pathways());
    let mut laid = Laid::default();
    let directory = rtt_extract::directory(extract).into_iter().map(Batch::from);
    laying
        .all(directory, |counted, steps| {
            laid.services.add(&counted);
            laid.steps += steps;
        })
        .await?;
    let pathways = rtt_extract::lay_down(extract).map(Batch::from);
    let mut done = 0_u64;
    laying
        .all(pathways, |counted, steps| {
            laid.pathways.add(&counted);
            laid.steps += steps;
            done += 1;
            if done.is_multiple_of(PATHWAYS_A_MOVE) {
                bar.set_position(done);
            }
        })
        .await?;
    bar.finish_and_clear();
    Ok(laid)
}

fn meta() -> anyhow::Result<Arc<[u8]>> {
    let told_by = super::provenance("RTT extract", true)?;
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
    /// Lays down all of these, many at once, and tells of each what became of it.
    async fn all(
        &self,
        batches: impl Iterator<Item = Batch>,
        mut told: impl FnMut(Outcome, u64),
    ) -> anyhow::Result<()> {
        let mut laid = std::pin::pin!(self.laid(batches));
        while let Some(one) = laid.next().await {
            let (outcome, steps) = one.context("run the same import again")?;
            told(outcome, steps);
        }
        Ok(())
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
        ("services and organisations laid down", laid.services.recorded),
        ("services and organisations already there", laid.services.already_there),
        ("steps", laid.steps),
    ];
    for (name, number) in rows {
        table.add_row([name.to_owned(), HumanCount(number).to_string()]);
    }
    spent.rows(laid.steps, &mut table);
    table.to_string()
}
