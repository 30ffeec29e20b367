//! Recording rows: a step that is new is recorded, one that was told otherwise is corrected.
//!
//! Only what this source told is compared with what it tells now. So a correction that a person made
//! in between is not undone by the same file; and a retry makes the same event.

mod before;
mod gone;

use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::Context;
use csv_map::{About, AbsentStep, CsvMap, MappedRow, MappedStep, PathwayName};
use futures::{Stream, StreamExt, stream};
use recorder::{Command, Outcome, PathwayRef, Provenance, Recorder, Refused, Target, event_id};
use steps::record_keeping::{StepCorrected, StepEnteredInError};
use tokio::sync::Mutex;

pub(super) use self::gone::Seen;
use self::{
    before::{Read, says},
    gone::Gone,
};
use super::answer::{Answer, Became, refusal};

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

impl<'a> Recording<'a> {
    pub(super) fn of(
        recorder: &'a Recorder,
        map: &'a CsvMap,
        withdraw_missing: bool,
    ) -> anyhow::Result<Self> {
        let told_by = super::super::provenance(map.source().as_str(), map.simulated())?;
        let told_by = Provenance { correlation: Some(map.table_id()), ..told_by };
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

    /// Whether steps that are no longer told are withdrawn.
    pub(super) const fn withdraws(&self) -> bool {
        self.withdraw_missing
    }

    /// Withdraws a step of a row that is gone, where that is asked for and the file is whole.
    pub(super) async fn gone(&self, gone: &Gone, is_sure: bool) -> anyhow::Result<Became> {
        if !(self.withdraw_missing && is_sure) {
            return Ok(Became::RowGone);
        }
        Ok(match self.recorder.record(gone.withdrawal(&self.told_by)).await? {
            Outcome::Recorded { .. } | Outcome::Parked { .. } => Became::Withdrawn,
            Outcome::Refused(_) => Became::RowGone,
        })
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
        let own = recorder::own_stream(&told.step);
        let (name, command) = self.command(told);
        let (id, place) = (command.command_id, (&command.target, own));
        let before = read.before(self.recorder, id, place).await?;
        let Some(last) = before.told.last() else {
            return self.recorded(line, name, command, Became::Recorded).await;
        };
        if before.closed {
            return Ok(refusal(self.map, line, &name, closed()));
        }
        if says(last, &command) {
            if let Some(pathway_id) = before.pathway {
                self.recorder.make_whole(&command, pathway_id).await?;
            }
            let became = if before.waits { Became::Parked } else { Became::AlreadyThere };
            return Ok(Answer::of(line, name, became));
        }
        if own.is_some() {
            return Ok(refusal(self.map, line, &name, told_anew()));
        }
        let corrected = StepCorrected {
            event_id: event_id(id, 0),
            reason: None,
            corrected_occurred_at: Some(command.occurred_at),
            step: Box::new(command.step.clone()),
        };
        let correction = before.amendment(command, corrected.into());
        self.recorded(line, name, correction, Became::Corrected).await
    }

    /// The name of a step in the map, and the command that tells it.
    fn command(&self, told: MappedStep) -> (String, Command) {
        let MappedStep { name, command_id, about, occurred_at, entered_in_source_at, step } = told;
        let command = Command {
            command_id,
            target: target(&about),
            occurred_at,
            entered_in_source_at,
            step,
            provenance: self.told_by.clone(),
            origin: None,
        };
        (name, command)
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
        let before = read.before(self.recorder, command_id, (&target, None)).await?;
        let Some(last) = before.standing() else { return Ok(None) };
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
        let withdrawal = before.amendment(command, withdrawn.into());
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
            Outcome::Refused(Refused::CommandReused) => refusal(self.map, line, &name, moved()),
            Outcome::Refused(why) => {
                refusal(self.map, line, &name, (why.code(), why.field(), why.to_string()))
            }
        })
    }
}

/// Which of two pathways is right, the file does not say.
fn moved() -> (&'static str, &'static str, String) {
    let message = "an earlier file told this step of another pathway or person: expected the same one, or the step withdrawn there and the row under a key of its own";
    ("MOVED", "pathway", message.to_owned())
}

/// The directory has no corrections: what it says from a day on is a step of its own.
fn told_anew() -> (&'static str, &'static str, String) {
    let message = "an earlier file told this of a service or an organisation otherwise: expected a row of its own, with its day in `key`";
    ("NOT_CORRECTABLE", "step", message.to_owned())
}

/// Of an erased person nothing is told again.
fn closed() -> (&'static str, &'static str, String) {
    let message = "its personal fields cannot be read any more: expected nothing more of it";
    ("CLOSED", "step", message.to_owned())
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
