//! Rebuild: all views from the whole log, to the live path over the same events, and to a bare insert.

use std::{collections::VecDeque, fs, path::Path};

use anyhow::{Context, bail};
use event_store::EventStore;
use futures::{StreamExt, TryStreamExt, stream};
use projector::{Keeping, Limits, Projector, Setup};
use recorder::{Command, Outcome, PathwayRef, Provenance, Recorder, Target};
use rtt_extract::LaidPathway;
use steps::{CommandId, OccurredAt, PathwayId, Step};
use uuid::Uuid;

use super::{
    Bench, Loaded, bare,
    finding::{Finding, Promise, real},
    proc, replay,
};
use crate::{
    commands::import,
    edge,
    house::{Cellar, Views},
    log::Log,
};

/// Pathways whose steps come in turn, so that a page touches as many pathways as it has events.
const INTERLEAVED: usize = 4_000;

/// Pathways of the log that both ways take.
const PATHWAYS_MAX: usize = 20_000;

/// Events that the live path is asked to take at once. The store gives at most 2,000 a page.
const PAGE_EVENTS: usize = 4_000;

/// Commands in flight; within them the order of the log is open.
const IN_FLIGHT: usize = 1_024;

/// Rebuild to live, the same events both ways.
pub(super) async fn against_live(bench: &Bench) -> anyhow::Result<Finding> {
    let cellar = Cellar::open(&bench.dir.join("interleaved"))?;
    let pathways = lay_interleaved(bench, &cellar.recorder).await?;
    let store = &cellar.store;
    let live = follow(store, &bench.dir.join("live"), u64::MAX).await?;
    let built = follow(store, &bench.dir.join("built"), 0).await?;
    let events = store.head().await?.0;
    store.close();
    let micros = |seconds: f64| seconds * 1_000_000.0 / real(events);
    Ok(Finding {
        name: "rebuild of all views, to the live path",
        measured: live / built,
        unit: "x",
        promise: Promise::AtLeast(5.0),
        how: format!(
            "{events} events of {pathways} pathways, interleaved over {INTERLEAVED}; pages of 2,000 \
             events (the store's most); live {:.1} and rebuilt {:.1} µs of CPU an event",
            micros(live),
            micros(built)
        ),
    })
}

/// Processor seconds until all views hold the log, in a directory that has none: built where the log
/// is longer than `build_beyond`, else taken page by page.
async fn follow(store: &Log, dir: &Path, build_beyond: u64) -> anyhow::Result<f64> {
    let begun = proc::processor()?;
    let setup = Setup {
        store: store.shared(),
        views: Views::shipped().all(),
        keeping: Keeping::Files(dir.to_owned()),
        now: edge::micros(),
        on_other: None,
        others_after: None,
        limits: Limits { page_events: PAGE_EVENTS, build_beyond, ..Limits::default() },
    };
    let projector = Projector::start(setup).await.context("the views cannot be started")?;
    projector.caught_up().await?;
    projector.stop().await;
    Ok(proc::processor()? - begun)
}

/// Records steps of many pathways in turn: the first of each, then the second of each, and so on.
async fn lay_interleaved(bench: &Bench, recorder: &Recorder) -> anyhow::Result<usize> {
    let told_by = import::provenance("bench", true)?;
    let mut laid = rtt_extract::lay_down(&bench.extract).take(PATHWAYS_MAX);
    let mut pathways = 0;
    loop {
        let mut open: Vec<_> = laid.by_ref().take(INTERLEAVED).map(Open::from).collect();
        if open.is_empty() {
            return Ok(pathways);
        }
        pathways += open.len();
        while !open.is_empty() {
            let commands: Vec<Command> =
                open.iter_mut().filter_map(|one| one.next(&told_by)).collect();
            open.retain(|one| !one.steps.is_empty());
            record_all(recorder, commands).await?;
        }
    }
}

async fn record_all(recorder: &Recorder, commands: Vec<Command>) -> anyhow::Result<()> {
    let recording = commands.into_iter().map(|command| async move {
        match recorder.record(command).await? {
            Outcome::Recorded { .. } => Ok(()),
            other => bail!("a step of the bench was not recorded: {other:?}"),
        }
    });
    stream::iter(recording).buffer_unordered(IN_FLIGHT).try_collect().await
}

/// A pathway of which steps are still to come.
struct Open {
    id: PathwayId,
    steps: VecDeque<(OccurredAt, Step)>,
}

impl From<LaidPathway> for Open {
    fn from(laid: LaidPathway) -> Self {
        Self { id: laid.pathway_id, steps: laid.steps.into() }
    }
}

impl Open {
    fn next(&mut self, told_by: &Provenance) -> Option<Command> {
        let (occurred_at, step) = self.steps.pop_front()?;
        let place = self.steps.len().to_be_bytes();
        Some(Command {
            command_id: CommandId(Uuid::new_v5(&self.id.0, &place)),
            target: Target::Pathway(PathwayRef::Id(self.id)),
            occurred_at,
            entered_in_source_at: None,
            step,
            provenance: told_by.clone(),
            origin: None,
        })
    }
}

/// Rebuild of the whole list, to reading and decoding it plus a bare insert of the same rows.
pub(super) async fn against_bare(
    bench: &Bench,
    loaded: &Loaded,
    read: &replay::Read,
) -> anyhow::Result<Finding> {
    let store = replay::open(&loaded.dir)?;
    let into = bench.dir.join("replayed");
    let head = store.head().await?;
    let begun = proc::processor()?;
    projector::replay(&*store, &Views::shipped().all(), head, &into, &|_done| {}).await?;
    let built = proc::processor()? - begun;
    let copying = tokio::task::spawn_blocking(move || copy_all(&into));
    let (insert, rows) = copying.await??;
    Ok(Finding {
        name: "rebuild of all views, to decode plus a bare sorted insert",
        measured: (read.from_store + insert) / built,
        unit: "x",
        promise: Promise::AtLeast(0.5),
        how: format!(
            "{} events, {rows} rows: {built:.1} CPU seconds, to {:.1} reading and decoding the log and \
             {insert:.1} inserting (decode in memory alone: {:.1})",
            read.events, read.from_store, read.from_memory
        ),
    })
}

fn copy_all(built: &Path) -> anyhow::Result<(f64, u64)> {
    let mut all = (0.0, 0);
    let files = fs::read_dir(built)?.map(|entry| Ok(entry?.path()));
    for file in files.collect::<std::io::Result<Vec<_>>>()? {
        if file.extension().is_some_and(|extension| extension == "db") {
            let (seconds, rows) = bare::copy(&file, &file.with_extension("bare"))?;
            all = (all.0 + seconds, all.1 + rows);
        }
    }
    Ok(all)
}
