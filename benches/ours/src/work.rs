//! What is timed: commands, a replay with decode, and the rebuild of one view.

use std::{hint::black_box, pin::pin, sync::Arc, time::Instant};

use anyhow::{Context, anyhow, bail};
use envelope::Meta;
use event_store::{Category, Position, StreamId, pages_between};
use futures::{StreamExt, TryStreamExt, future, stream};
use pathway::Actor;
use projector::{Limits, Projector, Setup};
use recorder::{Command, Outcome, PathwayRef, Provenance, Recorder, Target};
use steps::{CommandId, OccurredAt, PathwayId, Step, StepKind, codes::Role};
use uuid::Uuid;

use crate::{
    house::{House, micros, now},
    view::Last,
};

/// The event that both sides store.
const BOOKED: &[u8] = br#"{"appointmentId":"A1","startsAt":"2026-01-05T09:00:00Z","bookingKind":"APPOINTMENT","provider":"RJ1","site":"RJ1","service":"A1","place":"A1","medium":"FACE_TO_FACE","agreedWithPatient":true,"funding":"NHS"}"#;

/// Steps that a pathway begins with.
const STEPS: usize = 5;

/// Pathways that are filled in at once.
const IN_FLIGHT: usize = 256;

fn booked() -> anyhow::Result<(OccurredAt, Step)> {
    Ok((OccurredAt::Instant(now()), steps::decode(StepKind::AppointmentBooked, 1, BOOKED)?))
}

fn provenance() -> anyhow::Result<Provenance> {
    let bad = |bad| anyhow!("{bad}");
    let user = "bench".parse().map_err(bad)?;
    let organisation = "X0X0X".parse().map_err(bad)?;
    let actor = Actor { user, role: Role::System, organisation };
    let source = "bench".parse().map_err(bad)?;
    Ok(Provenance {
        actor,
        source,
        simulated: true,
        caused_by: None,
        correlation: None,
        sent_by: None,
    })
}

/// Lays down so many pathways of five steps.
pub(crate) async fn fill(house: &mut House, pathways: u64) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let meta = Meta::from(&provenance()?).to_bytes()?;
    let steps = vec![booked()?; STEPS];
    let ids = (0..pathways).map(|one| Uuid::new_v5(&Uuid::NAMESPACE_OID, &one.to_be_bytes()));
    house.pathways = ids.collect();
    let recorder = &house.recorder;
    let laying = house.pathways.iter().map(|id| {
        let (stream, command) = (StreamId::new(Category::Pathway, *id), CommandId(*id));
        let (steps, meta) = (&steps, &meta);
        async move { recorded(recorder.lay(stream, command, steps, meta).await?) }
    });
    stream::iter(laying).buffer_unordered(IN_FLIGHT).try_collect::<()>().await?;
    Ok(begun.elapsed().as_secs_f64())
}

fn recorded(outcome: Outcome) -> anyhow::Result<()> {
    match outcome {
        Outcome::Recorded { duplicate: false, .. } => Ok(()),
        other => bail!("it was not recorded: {other:?}"),
    }
}

/// Clients that each send commands to pathways that are there, one after the other.
pub(crate) async fn append(house: &mut House, clients: u64, each: u64) -> anyhow::Result<f64> {
    let told_by = provenance()?;
    let mut of_clients = Vec::new();
    for _client in 0..clients {
        let commands = (0..each).map(|_one| command(house, &told_by));
        of_clients.push(commands.collect::<anyhow::Result<Vec<_>>>()?);
    }
    let begun = Instant::now();
    let running = of_clients.into_iter().map(|commands| {
        let recorder = house.recorder.clone();
        tokio::spawn(record_all(recorder, commands))
    });
    for ended in future::join_all(running.collect::<Vec<_>>()).await {
        ended??;
    }
    Ok(begun.elapsed().as_secs_f64())
}

async fn record_all(recorder: Recorder, commands: Vec<Command>) -> anyhow::Result<()> {
    for command in commands {
        recorded(recorder.record(command).await?)?;
    }
    Ok(())
}

fn command(house: &mut House, told_by: &Provenance) -> anyhow::Result<Command> {
    let (occurred_at, step) = booked()?;
    let place = usize::try_from(house.commands)? % house.pathways.len().max(1);
    let pathway = *house.pathways.get(place).context("fill first")?;
    house.commands += 1;
    Ok(Command {
        command_id: CommandId(Uuid::new_v5(&pathway, &house.commands.to_be_bytes())),
        target: Target::Pathway(PathwayRef::Id(PathwayId(pathway))),
        occurred_at,
        entered_in_source_at: None,
        step,
        provenance: told_by.clone(),
        origin: None,
    })
}

/// Reads the whole log and decodes each event with its envelope.
pub(crate) async fn replay(house: &House) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let head = house.store.head().await?;
    let mut pages = pin!(pages_between(&*house.store, Position::START, head));
    while let Some(page) = pages.next().await {
        for event in &page? {
            black_box(envelope::read(event)?);
        }
    }
    Ok(begun.elapsed().as_secs_f64())
}

/// Builds the view from the whole log.
pub(crate) async fn rebuild(house: &House) -> anyhow::Result<f64> {
    let keeping = house.keeping().await?;
    let begun = Instant::now();
    let setup = Setup {
        store: Arc::clone(&house.store),
        views: vec![Arc::new(Last)],
        keeping,
        now: micros(),
        on_other: None,
        others_after: None,
        limits: Limits { build_beyond: 0, ..Limits::default() },
    };
    let projector = Projector::start(setup).await?;
    projector.caught_up().await?;
    let seconds = begun.elapsed().as_secs_f64();
    projector.stop().await;
    Ok(seconds)
}
