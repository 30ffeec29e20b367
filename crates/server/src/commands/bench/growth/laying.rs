//! Pathways laid down until the log has so many events, and steps that come to old ones later.

use anyhow::{Context, bail};
use futures::{StreamExt, TryStreamExt, stream};
use recorder::{Command, Outcome, PathwayRef, Provenance, Recorder, Target};
use rtt_extract::{Extract, LaidPathway};
use steps::{CommandId, OccurredAt, PathwayId, Step};
use uuid::Uuid;

use crate::commands::{import, simulate::mixed};

/// One pathway in so many is remembered, to be told of a further step later.
const REMEMBERED_OF: usize = 8;

/// Commands in flight.
const IN_FLIGHT: usize = 1_024;

/// The pathways of a list, one after the other, and some of those that were.
pub(super) struct Pathways<'a> {
    to_come: Box<dyn Iterator<Item = LaidPathway> + Send + 'a>,
    been: usize,
    remembered: Vec<PathwayId>,
    further: Option<(OccurredAt, Step)>,
    told: u64,
}

impl<'a> Pathways<'a> {
    pub(super) fn of(list: &'a Extract) -> Self {
        let to_come = Box::new(rtt_extract::lay_down(list));
        Self { to_come, been: 0, remembered: Vec::new(), further: None, told: 0 }
    }

    /// Lays down pathways until they have so many steps, or a few more; says how many.
    pub(super) async fn lay_down(
        &mut self,
        recorder: &Recorder,
        steps: u64,
    ) -> anyhow::Result<u64> {
        let mut left = steps;
        let some = std::iter::from_fn(|| {
            if left == 0 {
                return None;
            }
            let laid = self.to_come.next()?;
            left = left.saturating_sub(laid.steps.len() as u64);
            self.remember(&laid);
            Some(laid)
        });
        let laid = import::extract::lay_down_these(recorder, some).await?;
        if laid < steps {
            bail!("the list has too few pathways for so many events");
        }
        Ok(laid)
    }

    fn remember(&mut self, laid: &LaidPathway) {
        if self.been.is_multiple_of(REMEMBERED_OF) {
            self.remembered.push(laid.pathway_id);
        }
        self.further = laid.steps.last().cloned().or(self.further.take());
        self.been += 1;
    }

    /// Records a further step on so many of those that were, wherever in the log they began.
    pub(super) async fn tell_further(
        &mut self,
        recorder: &Recorder,
        steps: u64,
    ) -> anyhow::Result<()> {
        let told_by = import::provenance("bench", true)?;
        let commands: Vec<Command> =
            (0..steps).map(|_step| self.further(&told_by)).collect::<anyhow::Result<_>>()?;
        let recording = commands.into_iter().map(|command| async move {
            match recorder.record(command).await? {
                Outcome::Recorded { duplicate: false, .. } => Ok(()),
                other => bail!("a step of the bench was not recorded: {other:?}"),
            }
        });
        stream::iter(recording).buffer_unordered(IN_FLIGHT).try_collect().await
    }

    fn further(&mut self, told_by: &Provenance) -> anyhow::Result<Command> {
        self.told += 1;
        let places = self.remembered.len() as u64;
        let place = usize::try_from(mixed(self.told) % places.max(1))?;
        let pathway = *self.remembered.get(place).context("no pathway was laid down")?;
        let (occurred_at, step) = self.further.clone().context("a pathway without steps")?;
        Ok(Command {
            command_id: CommandId(Uuid::new_v5(&pathway.0, &self.told.to_be_bytes())),
            target: Target::Pathway(PathwayRef::Id(pathway)),
            occurred_at,
            entered_in_source_at: None,
            step,
            provenance: told_by.clone(),
            origin: None,
        })
    }
}
