//! Import: the whole list laid down through the recorder, then all views built over it.

use std::time::Duration;

use rtt_extract::Parts;
use steps::PathwayId;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    Bench, Loaded,
    finding::{Finding, Promise, real},
    proc,
};
use crate::{
    commands::import,
    house::{Cellar, House},
    log::Log,
};

const MEGABYTE: f64 = 1_000_000.0;

/// How often memory is looked at while the log grows.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Processor seconds of the stages.
struct Stages {
    generate: f64,
    lay_down: f64,
    views: f64,
}

/// Memory in bytes when a share of the log was there.
struct Memory {
    quarter: u64,
    half: u64,
    end: u64,
    peak: u64,
}

/// Imports, and says what it took.
pub(super) async fn measure(bench: &Bench) -> anyhow::Result<(Loaded, Vec<Finding>)> {
    let dir = bench.dir.join("loaded");
    let begun = proc::processor()?;
    let (pathways, steps) = generate(bench);
    let generated = proc::processor()?;
    let cellar = Cellar::open(&dir)?;
    let (stop, watch) = watch(&cellar.store);
    let laid = import::extract::lay_down(&cellar.recorder, &bench.extract, Parts::Waiting).await;
    stop.cancel();
    let looks = watch.await??;
    laid?.check()?;
    let in_log = cellar.store.stats().events;
    cellar.store.close();
    drop(cellar);
    let laid_down = proc::processor()?;
    let house = House::open(&dir).await?;
    house.caught_up().await?;
    house.close().await;
    let generate = generated - begun;
    let stages = Stages {
        generate,
        lay_down: (laid_down - generated - generate).max(0.0),
        views: proc::processor()? - laid_down,
    };
    let memory = Memory {
        quarter: at(&looks, in_log / 4),
        half: at(&looks, in_log / 2),
        end: at(&looks, in_log),
        peak: proc::peak_memory()?,
    };
    let loaded = Loaded { dir, pathways, steps: in_log };
    let findings = findings(&loaded, steps, &stages, &memory);
    Ok((loaded, findings))
}

/// Makes the list without recording it: what that costs is no cost of recording.
fn generate(bench: &Bench) -> (Vec<PathwayId>, u64) {
    let mut steps = 0;
    let laid = rtt_extract::lay_down(&bench.extract).map(|laid| {
        steps += laid.steps.len() as u64;
        laid.pathway_id
    });
    (laid.collect(), steps)
}

type Looks = Vec<(u64, u64)>;

/// Looks at the size of the log and at memory until it is told to stop.
fn watch(store: &Log) -> (CancellationToken, JoinHandle<anyhow::Result<Looks>>) {
    let stop = CancellationToken::new();
    let (stopped, store) = (stop.clone(), store.clone());
    let looking = tokio::spawn(async move {
        let mut looks = Vec::new();
        loop {
            looks.push((store.stats().events, proc::memory()?));
            tokio::select! {
                () = stopped.cancelled() => return Ok(looks),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
    (stop, looking)
}

/// Memory at the last look at which the log held at most so many events.
fn at(looks: &[(u64, u64)], events: u64) -> u64 {
    let before = looks.iter().take_while(|(there, _)| *there <= events);
    before.last().map_or(0, |(_, bytes)| *bytes)
}

fn findings(loaded: &Loaded, steps: u64, stages: &Stages, memory: &Memory) -> Vec<Finding> {
    let all = stages.generate + stages.lay_down + stages.views;
    let share = |stage: f64| format!("{:.0} %", 100.0 * stage / all);
    let megabytes = |bytes: u64| real(bytes) / MEGABYTE;
    let counted = format!("{} pathways, {} steps", loaded.pathways.len(), loaded.steps);
    vec![
        Finding {
            name: "import, views caught up",
            measured: real(loaded.steps) / all,
            unit: "steps a CPU second",
            promise: Promise::AtLeast(50_000.0),
            how: format!(
                "{counted} ({steps} of them on pathways) in {all:.1} CPU seconds: generate {}, append {}, views {}",
                share(stages.generate),
                share(stages.lay_down),
                share(stages.views)
            ),
        },
        Finding {
            name: "import, memory",
            measured: megabytes(memory.peak),
            unit: "MB",
            promise: Promise::AtMost(500.0),
            how: "most resident memory of the process until the views were caught up".to_owned(),
        },
        Finding {
            name: "import, memory as the log grows",
            measured: megabytes(memory.end) / megabytes(memory.quarter),
            unit: "x",
            promise: Promise::AtMost(1.25),
            how: format!(
                "{:.0}, {:.0} and {:.0} MB with a quarter, half and all of the log; end to quarter",
                megabytes(memory.quarter),
                megabytes(memory.half),
                megabytes(memory.end)
            ),
        },
    ]
}
