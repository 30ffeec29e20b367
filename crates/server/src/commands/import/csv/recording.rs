//! Recording rows: a step that is new is recorded, one that was told otherwise is corrected.
//!
//! What a row told before is found by ids alone: its first event, and then each correction by its
//! number. So a correction that a person made in between is not undone by the same file, and a
//! retry makes the same event.

use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::Context;
use chrono::Duration;
use csv_map::{About, AbsentStep, CsvMap, MappedRow, MappedStep, PathwayName};
use event_store::{StoredEvent, StreamId};
use futures::{Stream, StreamExt, stream};
use pathway::Told;
use recorder::{Command, Outcome, PathwayRef, Provenance, Recorder, Refused, Target, event_id};
use steps::{
    CommandId, OccurredAt, Step,
    record_keeping::{StepCorrected, StepEnteredInError},
};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::answer::{Answer, Became, refusal};
use crate::edge;

/// Rows in flight: many share an fsync.
const IN_FLIGHT_MAX: usize = 256;

/// Rows of one pathway go one after another; so many pathways can go at once.
const SHARDS: usize = 1_024;

/// Records the rows of one file.
pub(super) struct Recording<'a> {
    recorder: &'a Recorder,
    map: &'a CsvMap,
    told_by: Provenance,
    withdraw_missing: bool,
    shards: Vec<Mutex<()>>,
}

/// What a row told before, in the order in which it was told.
struct Before {
    told: Vec<Told>,
    /// Whether it still waits for its pathway.
    waits: bool,
    /// Whether a personal field of it cannot be read any more.
    closed: bool,
}

/// What one row has read of the log.
#[derive(Default)]
struct Read {
    streams: Vec<(StreamId, Vec<StoredEvent>)>,
}

impl<'a> Recording<'a> {
    pub(super) fn of(
        recorder: &'a Recorder,
        map: &'a CsvMap,
        withdraw_missing: bool,
    ) -> anyhow::Result<Self> {
        let told_by = super::super::provenance(map.source().as_str(), map.simulated())?;
        let shards = (0..SHARDS).map(|_shard| Mutex::new(())).collect();
        Ok(Self { recorder, map, told_by, withdraw_missing, shards })
    }

    /// Records all rows, many at once, and answers them in their order.
    pub(super) fn all(
        &self,
        rows: impl Iterator<Item = anyhow::Result<MappedRow>>,
    ) -> impl Stream<Item = anyhow::Result<(u64, Vec<Answer>)>> {
        stream::iter(rows.map(async |row| self.row(row?).await)).buffered(IN_FLIGHT_MAX)
    }

    async fn row(&self, row: MappedRow) -> anyhow::Result<(u64, Vec<Answer>)> {
        let line = row.line;
        let _turn = match self.shard(&row) {
            Some(shard) => Some(shard.lock().await),
            None => None,
        };
        let mut read = Read::default();
        let mut answers: Vec<Answer> = row.refused.into_iter().map(Answer::refused).collect();
        for told in row.steps {
            let answer = self.step(line, told, &mut read).await;
            answers.push(answer.with_context(|| format!("line {line} could not be recorded"))?);
        }
        for absent in row.absent {
            let answer = self.absent(line, absent, &mut read).await;
            answers.extend(answer.with_context(|| format!("line {line} could not be recorded"))?);
        }
        Ok((line, answers))
    }

    fn shard(&self, row: &MappedRow) -> Option<&Mutex<()>> {
        let about = row.steps.iter().map(|step| &step.about);
        let about = about.chain(row.absent.iter().map(|absent| &absent.about)).next()?;
        let mut hasher = DefaultHasher::new();
        about.hash(&mut hasher);
        let shards = self.shards.len() as u64;
        self.shards.get(usize::try_from(hasher.finish() % shards).ok()?)
    }

    async fn step(&self, line: u64, told: MappedStep, read: &mut Read) -> anyhow::Result<Answer> {
        let MappedStep { name, command_id, about, occurred_at, entered_in_source_at, step } = told;
        let own = recorder::own_stream(&step);
        let target = target(&about);
        let before = self.before(command_id, (&target, own), read).await?;
        let command = Command {
            command_id,
            target,
            occurred_at,
            entered_in_source_at,
            step,
            provenance: self.told_by.clone(),
            origin: None,
        };
        let Some(last) = before.told.last() else {
            return self.recorded(line, name, command, Became::Recorded).await;
        };
        if before.closed {
            let message =
                "its personal fields cannot be read any more: expected nothing more of it"
                    .to_owned();
            return Ok(refusal(self.map, line, &name, ("CLOSED", "step", message)));
        }
        if says(last, &command) {
            let became = if before.waits { Became::Parked } else { Became::AlreadyThere };
            return Ok(Answer::of(line, name, became));
        }
        let corrected = StepCorrected {
            event_id: event_id(command_id, 0),
            reason: None,
            corrected_occurred_at: Some(occurred_at),
            step: Box::new(command.step.clone()),
        };
        let correction = amendment(&before.told, command, corrected.into());
        self.recorded(line, name, correction, Became::Corrected).await
    }

    /// A step that the row does not tell; none, where no earlier file told it.
    async fn absent(
        &self,
        line: u64,
        absent: AbsentStep,
        read: &mut Read,
    ) -> anyhow::Result<Option<Answer>> {
        let AbsentStep { name, command_id, about } = absent;
        let target = target(&about);
        let before = self.before(command_id, (&target, None), read).await?;
        let stands = before.told.last().filter(|last| !is_withdrawal(&last.step));
        let Some(last) = stands else { return Ok(None) };
        if !self.withdraw_missing {
            return Ok(Some(Answer::of(line, name, Became::NoLongerTold)));
        }
        let withdrawn = StepEnteredInError { event_id: event_id(command_id, 0), reason: None };
        let command = Command {
            command_id,
            target,
            occurred_at: last.occurred_at,
            entered_in_source_at: None,
            step: withdrawn.clone().into(),
            provenance: self.told_by.clone(),
            origin: None,
        };
        let withdrawal = amendment(&before.told, command, withdrawn.into());
        self.recorded(line, name, withdrawal, Became::Withdrawn).await.map(Some)
    }

    async fn recorded(
        &self,
        line: u64,
        name: String,
        command: Command,
        became: Became,
    ) -> anyhow::Result<Answer> {
        let amends = became != Became::Recorded;
        Ok(match self.recorder.record(command).await? {
            Outcome::Recorded { duplicate: true, .. } => {
                Answer::of(line, name, Became::AlreadyThere)
            }
            Outcome::Recorded { .. } => Answer::of(line, name, became),
            Outcome::Parked { .. } if amends => Answer::of(line, name, became),
            Outcome::Parked { .. } => Answer::of(line, name, Became::Parked),
            Outcome::Refused(Refused::CommandReused) => {
                let message = "an earlier file told this step of another pathway or person: expected the same one, or that step withdrawn there first".to_owned();
                refusal(self.map, line, &name, ("MOVED", "pathway", message))
            }
            Outcome::Refused(why) => {
                refusal(self.map, line, &name, (why.code(), why.field(), why.to_string()))
            }
        })
    }

    /// What was told before by this command and its amendments.
    async fn before(
        &self,
        command_id: CommandId,
        (target, own): (&Target, Option<StreamId>),
        read: &mut Read,
    ) -> anyhow::Result<Before> {
        let mut streams = self.recorder.streams_of(target).await?;
        streams.extend(own);
        let mut before = Before { told: Vec::new(), waits: false, closed: false };
        loop {
            let id = match before.told.len() {
                0 => command_id,
                number => amended(command_id, number),
            };
            let Some(stored) = self.find(id, &streams, read).await? else { return Ok(before) };
            let (told, _) = envelope::read_open(&stored, self.recorder.keys())?;
            before.closed |= told.step.split_payload().is_err();
            before.waits |= streams.as_slice() == [stored.stream] && is_inbox(&stored);
            before.told.push(told);
        }
    }

    async fn find(
        &self,
        command_id: CommandId,
        streams: &[StreamId],
        read: &mut Read,
    ) -> anyhow::Result<Option<StoredEvent>> {
        let wanted = event_id(command_id, 0);
        for stream in streams {
            if !read.streams.iter().any(|(known, _)| known == stream) {
                read.streams.push((*stream, self.recorder.stream(*stream).await?));
            }
            let known = read.streams.iter().find(|(known, _)| known == stream);
            let events = known.map_or(&[][..], |(_, events)| events);
            if let Some(found) = events.iter().find(|stored| stored.event.event_id == wanted.0) {
                return Ok(Some(found.clone()));
            }
        }
        Ok(None)
    }
}

fn is_inbox(stored: &StoredEvent) -> bool {
    stored.stream.category == event_store::Category::Inbox
}

fn target(about: &About) -> Target {
    match about {
        About::Pathway(PathwayName::Id(id)) => Target::Pathway(PathwayRef::Id(*id)),
        About::Pathway(PathwayName::Ubrn(ubrn)) => Target::Pathway(PathwayRef::Ubrn(ubrn.clone())),
        About::Pathway(PathwayName::Ppid(ppid, issuer)) => {
            Target::Pathway(PathwayRef::Ppid(ppid.clone(), issuer.clone()))
        }
        About::Patient(person) => Target::Patient(*person),
        About::Itself => Target::Own,
    }
}

/// The command of the n-th amendment of what a row told.
fn amended(first: CommandId, number: usize) -> CommandId {
    CommandId(Uuid::new_v5(&first.0, format!("amendment/{number}").as_bytes()))
}

/// The next amendment: later than the last, so that it is the one in force.
fn amendment(before: &[Told], told: Command, step: Step) -> Command {
    let last = before.last().filter(|_| before.len() > 1).map(|last| last.occurred_at);
    let now = edge::now();
    let at = match last {
        Some(OccurredAt::Instant(last)) => now.max(last + Duration::microseconds(1)),
        Some(OccurredAt::Day(_)) | None => now,
    };
    Command {
        command_id: amended(told.command_id, before.len()),
        occurred_at: OccurredAt::Instant(at),
        step,
        ..told
    }
}

fn is_withdrawal(step: &Step) -> bool {
    matches!(step, Step::StepEnteredInError(_))
}

/// Whether an event says what the row says now.
fn says(told: &Told, now: &Command) -> bool {
    let entered = told.entered_in_source_at == now.entered_in_source_at;
    #[expect(clippy::wildcard_enum_match_arm, reason = "a file tells no amendments of its own")]
    match &told.step {
        Step::StepCorrected(correction) => {
            let at = correction.corrected_occurred_at == Some(now.occurred_at);
            entered && at && *correction.step == now.step
        }
        Step::StepEnteredInError(_) => false,
        step => entered && told.occurred_at == now.occurred_at && *step == now.step,
    }
}
