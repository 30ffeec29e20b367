//! Append: durable commands through the recorder, between probes of what the disk does by itself.

use std::{fs::File, io::Write, time::Instant};

use anyhow::{Context, bail};
use futures::future;
use recorder::{Command, Outcome, PathwayRef, Provenance, Recorder, Target};
use steps::{CommandId, OccurredAt, Step};
use uuid::Uuid;

use super::{
    Bench,
    finding::{Finding, Promise, percentile, real},
};
use crate::{commands::import, house::Cellar};

const ROUNDS: u64 = 20;
const PROBES_A_ROUND: u64 = 25;
pub(super) const CLIENTS: u64 = 32;
pub(super) const COMMANDS_A_CLIENT: u64 = 8;
const PROBE_BYTES: usize = 4_096;

/// Rates of the rounds, to the disk's in the same round.
#[derive(Default)]
struct Rounds {
    alone: Vec<f64>,
    together: Vec<f64>,
    syncs: Vec<f64>,
    events: u64,
    commits: u64,
}

/// One client and 32 of them, in turn with the disk alone.
pub(super) async fn measure(bench: &Bench) -> anyhow::Result<Vec<Finding>> {
    let dir = bench.dir.join("append");
    let cellar = Cellar::open(&dir)?;
    let mut clients = Clients::new(bench, cellar.recorder.clone())?;
    let mut probe = File::create(dir.join("probe"))?;
    let mut rounds = Rounds::default();
    clients.record_all(CLIENTS).await?;
    for _round in 0..ROUNDS {
        let raw = rate(PROBES_A_ROUND, || probe_disk(&mut probe))?;
        rounds.syncs.push(raw);
        let begun = Instant::now();
        for _command in 0..PROBES_A_ROUND {
            clients.record_all(1).await?;
        }
        rounds.alone.push(real(PROBES_A_ROUND) / begun.elapsed().as_secs_f64() / raw);
        let (before, begun) = (cellar.store.stats(), Instant::now());
        clients.record_together().await?;
        let all = real(CLIENTS * COMMANDS_A_CLIENT);
        rounds.together.push(all / begun.elapsed().as_secs_f64() / raw);
        let after = cellar.store.stats();
        rounds.events += after.events - before.events;
        rounds.commits += after.commits - before.commits;
    }
    cellar.store.close();
    Ok(rounds.findings())
}

fn rate(times: u64, mut work: impl FnMut() -> std::io::Result<()>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    for _time in 0..times {
        work()?;
    }
    Ok(real(times) / begun.elapsed().as_secs_f64())
}

fn probe_disk(file: &mut File) -> std::io::Result<()> {
    file.write_all(&[0x5a; PROBE_BYTES])?;
    file.sync_data()
}

/// Clients that each begin pathways, one after another.
pub(super) struct Clients {
    recorder: Recorder,
    step: (OccurredAt, Step),
    provenance: Provenance,
    begun: u64,
}

impl Clients {
    pub(super) fn new(bench: &Bench, recorder: Recorder) -> anyhow::Result<Self> {
        let laid = rtt_extract::lay_down(&bench.extract).next();
        let step = laid.and_then(|laid| laid.steps.into_iter().next());
        let step = step.context("the extract has no pathway")?;
        let provenance = import::provenance("bench", true)?;
        Ok(Self { recorder, step, provenance, begun: 0 })
    }

    fn command(&mut self) -> Command {
        self.begun += 1;
        let (occurred_at, step) = self.step.clone();
        Command {
            command_id: CommandId(Uuid::new_v5(&Uuid::NAMESPACE_OID, &self.begun.to_be_bytes())),
            target: Target::Pathway(PathwayRef::New),
            occurred_at,
            entered_in_source_at: None,
            step,
            provenance: self.provenance.clone(),
            origin: None,
        }
    }

    pub(super) async fn record_all(&mut self, clients: u64) -> anyhow::Result<()> {
        let commands: Vec<Command> = (0..clients).map(|_client| self.command()).collect();
        let recording = commands.into_iter().map(|command| record(&self.recorder, command));
        future::try_join_all(recording).await.map(drop)
    }

    /// Every client on a task of its own, each waiting for its answer before its next command.
    pub(super) async fn record_together(&mut self) -> anyhow::Result<()> {
        let clients = (0..CLIENTS).map(|_client| {
            let commands: Vec<_> = (0..COMMANDS_A_CLIENT).map(|_each| self.command()).collect();
            let recorder = self.recorder.clone();
            tokio::spawn(async move {
                for command in commands {
                    record(&recorder, command).await?;
                }
                anyhow::Ok(())
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await??;
        }
        Ok(())
    }
}

async fn record(recorder: &Recorder, command: Command) -> anyhow::Result<()> {
    match recorder.record(command).await? {
        Outcome::Recorded { duplicate: false, .. } => Ok(()),
        other => bail!("a command of the bench was not recorded: {other:?}"),
    }
}

impl Rounds {
    fn findings(mut self) -> Vec<Finding> {
        let raw = percentile(&mut self.syncs, 0.5);
        let disk = format!(
            "{ROUNDS} rounds, each beside {PROBES_A_ROUND} raw appends of 4 KiB with fdatasync ({raw:.0} a second)"
        );
        vec![
            Finding {
                name: "append, 1 client, to raw append and fdatasync",
                measured: percentile(&mut self.alone, 0.5),
                unit: "x",
                promise: Promise::AtLeast(0.5),
                how: format!("through the recorder; median of {disk}"),
            },
            Finding {
                name: "append, 32 waiting clients",
                measured: real(self.events) / real(self.commits.max(1)),
                unit: "events an fsync",
                promise: Promise::AtLeast(12.0),
                how: format!("{} events in {} commits", self.events, self.commits),
            },
            Finding {
                name: "append, 32 clients, to raw append and fdatasync",
                measured: percentile(&mut self.together, 0.5),
                unit: "x",
                promise: Promise::Nothing,
                how: format!("through the recorder; median of {disk}"),
            },
        ]
    }
}
