//! Seeds the town through the recorder: the directory, a waiting list, then the stories.
//!
//! The day of seeding is that of the log's first event, and every command has a fixed id. So a
//! seeding that was cut short goes on where it was, and one that was not changes nothing.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, NaiveDate, Utc};
use envelope::Meta;
use event_store::{Category, Position, StoredEvent, StreamId};
use futures::{StreamExt, TryStreamExt, stream};
use pathway::{Actor, london};
use recorder::{Command, Intake, Outcome, Provenance, Recorder};
use rtt_extract::LaidPathway;
use serde::Deserialize;
use serde_json::Value;
use steps::{OdsCode, PathwayId, StepKind, codes::Role};
use uuid::Uuid;

use super::{
    cast::{Story, ods},
    dates, sample,
};
use crate::house::Cellar;

pub(super) const DIRECTORY: &str = include_str!("directory.ndjson");
const STORIES: &str = include_str!("stories.ndjson");

/// Pathways of the waiting list laid down at once.
const AT_ONCE: usize = 32;

/// What the seeding found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seeded {
    /// The town is there now.
    Now,
    /// It was there.
    Before,
    /// The log holds something else, and was left alone.
    NotOurs,
}

/// Makes sure that the town is in the log, as of `now` where it is new.
pub(super) async fn town(cellar: &Cellar, now: DateTime<Utc>) -> anyhow::Result<Seeded> {
    let Some(first) = cellar.store.read_log(Position::START, 1).await?.pop() else {
        lay(&cellar.recorder, london::date_of(now)).await?;
        return Ok(Seeded::Now);
    };
    let begun = DateTime::from_timestamp_micros(first.recorded_at_micros).unwrap_or(now);
    let today = london::date_of(begun);
    if first.event.event_id != event_of(DIRECTORY.lines().next(), today)? {
        return Ok(Seeded::NotOurs);
    }
    let closing = event_of(STORIES.lines().last(), today)?;
    let last = pathway_stream(Story::ActiveMonitoring.pathway());
    let told = cellar.recorder.stream(last).await?;
    if told.iter().any(|told| told.event.event_id == closing) {
        return Ok(Seeded::Before);
    }
    lay(&cellar.recorder, today).await?;
    Ok(Seeded::Now)
}

/// Records the whole town. A second time records nothing.
pub(super) async fn lay(recorder: &Recorder, today: NaiveDate) -> anyhow::Result<()> {
    lay_directory(recorder, today).await?;
    lay_waiting_list(recorder, today).await?;
    for line in STORIES.lines() {
        record(recorder, line, today).await?;
    }
    Ok(())
}

/// Records organisations, services and contact points.
pub(super) async fn lay_directory(recorder: &Recorder, today: NaiveDate) -> anyhow::Result<()> {
    for line in DIRECTORY.lines() {
        record(recorder, line, today).await?;
    }
    Ok(())
}

/// Records the people who wait.
pub(super) async fn lay_waiting_list(recorder: &Recorder, today: NaiveDate) -> anyhow::Result<()> {
    let by = By { organisation: ods("QKK")?, role: Role::System };
    let meta = meta(&provenance(by)?)?;
    let waiting = sample::pathways(sample::census(today))?;
    let laid = waiting.iter().map(|pathway| lay_one(recorder, pathway, &meta));
    let laid = stream::iter(laid).buffer_unordered(AT_ONCE);
    laid.try_collect().await
}

/// The last moment at which the late correction was not known yet.
pub(super) async fn before_correction(recorder: &Recorder) -> anyhow::Result<DateTime<Utc>> {
    let told = recorder.stream(pathway_stream(Story::LateCorrection.pathway())).await?;
    let corrects = |event: &StoredEvent| &*event.event.kind == StepKind::StepCorrected.name();
    let before = told.iter().take_while(|event| !corrects(event)).last();
    let micros = before.map(|event| event.recorded_at_micros);
    micros
        .and_then(DateTime::from_timestamp_micros)
        .context("the pathway with the late correction is not there")
}

/// Who tells a line of the town; beside it a line is what `waymark import` reads, but for the dates.
#[derive(Debug, Deserialize)]
struct By {
    organisation: OdsCode,
    role: Role,
}

/// A line of the town as a command, its dates those of a seeding on `today`.
fn command(line: &str, today: NaiveDate) -> anyhow::Result<Command> {
    let mut value: Value = serde_json::from_str(line)?;
    dates::settle(&mut value, today)?;
    let by = value.as_object_mut().and_then(|fields| fields.remove("by"));
    let by: By = serde_json::from_value(by.context("`by` is missing")?)?;
    let intake: Intake = serde_json::from_str(&value.to_string())?;
    Ok(intake.command(provenance(by)?)?)
}

async fn record(recorder: &Recorder, line: &str, today: NaiveDate) -> anyhow::Result<()> {
    let command = command(line, today).with_context(|| format!("a line of the town: {line}"))?;
    match recorder.record(command).await? {
        Outcome::Recorded { .. } => Ok(()),
        Outcome::Parked { .. } => bail!("a line of the town waits for its pathway: {line}"),
        Outcome::Refused(refused) => bail!("a line of the town was refused, {refused}: {line}"),
    }
}

async fn lay_one(
    recorder: &Recorder,
    pathway: &LaidPathway,
    meta: &Arc<[u8]>,
) -> anyhow::Result<()> {
    let stream = pathway_stream(pathway.pathway_id);
    match recorder.lay(stream, pathway.command_id, &pathway.steps, meta).await? {
        Outcome::Recorded { .. } => Ok(()),
        Outcome::Parked { .. } => bail!("a pathway of the town was parked"),
        Outcome::Refused(refused) => bail!("a pathway of the town was refused: {refused}"),
    }
}

fn event_of(line: Option<&str>, today: NaiveDate) -> anyhow::Result<Uuid> {
    let command = command(line.context("the town is empty")?, today)?;
    Ok(recorder::event_id(command.command_id, 0).0)
}

const fn pathway_stream(pathway: PathwayId) -> StreamId {
    StreamId::new(Category::Pathway, pathway.0)
}

fn provenance(by: By) -> anyhow::Result<Provenance> {
    let user = "demo-seed".parse().map_err(|bad| anyhow!("{bad}"))?;
    Ok(Provenance {
        actor: Actor { user, role: by.role, organisation: by.organisation },
        source: "Waiting list (demo)".parse().map_err(|bad| anyhow!("{bad}"))?,
        simulated: true,
        caused_by: None,
        correlation: None,
        sent_by: None,
    })
}

fn meta(provenance: &Provenance) -> anyhow::Result<Arc<[u8]>> {
    let meta = Meta {
        actor: provenance.actor.clone(),
        source: provenance.source.clone(),
        simulated: provenance.simulated,
        caused_by: None,
        correlation: None,
        sent_by: None,
    };
    Ok(meta.to_bytes()?)
}
