//! Recording as the system: one command for one thing, whoever asks and however often.

use anyhow::anyhow;
use pathway::Actor;
use recorder::{Command, Outcome, PathwayRef, Provenance, RecordError, Refused, Target};
use steps::{CommandId, EventId, OccurredAt, PathwayId, Step, codes::Role};
use uuid::Uuid;

use super::Deadlines;

/// Namespace of the commands that are made from what they are about.
const DEADLINES: Uuid = Uuid::from_u128(0x5761_796d_6172_6b20_6465_6164_6c69_6e65);

/// The organisation that stands for this program where it acts by itself.
const ORGANISATION: &str = "WAYMARK";

/// A step to record as the system.
pub(super) struct Recording<'r> {
    /// What it is about: the same thing is recorded once.
    pub(super) about: &'r str,
    /// The pathway; `None`: the step names its own stream.
    pub(super) pathway: Option<PathwayId>,
    pub(super) occurred_at: OccurredAt,
    pub(super) caused_by: Option<EventId>,
    pub(super) step: Step,
}

impl Deadlines {
    /// Records it once. What another server told of the same thing in other words stands.
    pub(super) async fn record(&self, recording: Recording<'_>) -> anyhow::Result<()> {
        let kind = recording.step.kind().name();
        let command = Self::command(recording)?;
        match self.world.recorder.record(command).await {
            Ok(Outcome::Recorded { duplicate, .. }) => {
                if !duplicate {
                    metrics::counter!("waymark_alarms_total", "step" => kind).increment(1);
                }
                Ok(())
            }
            Ok(Outcome::Refused(Refused::CommandReused)) => Ok(()),
            Ok(Outcome::Parked { .. }) => Err(anyhow!("a {kind} was parked")),
            Ok(Outcome::Refused(refused)) => self.passed_over(kind, &refused),
            Err(error @ (RecordError::History(_) | RecordError::Write(_))) => {
                self.passed_over(kind, &error)
            }
            Err(
                error @ (RecordError::Overloaded
                | RecordError::Log(_)
                | RecordError::Contended
                | RecordError::Keys(_)),
            ) => Err(error.into()),
        }
    }

    /// What will never be recorded must not stand in the way of what comes after it.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "one arm of `record`")]
    fn passed_over(&self, kind: &'static str, why: &dyn std::fmt::Display) -> anyhow::Result<()> {
        tracing::error!(kind, %why, "what fell due cannot be recorded");
        metrics::counter!("waymark_alarms_refused_total", "step" => kind).increment(1);
        Ok(())
    }

    fn command(recording: Recording<'_>) -> anyhow::Result<Command> {
        let bad = |bad| anyhow!("{bad}");
        let target = recording
            .pathway
            .map_or(Target::Own, |pathway| Target::Pathway(PathwayRef::Id(pathway)));
        Ok(Command {
            command_id: CommandId(Uuid::new_v5(&DEADLINES, recording.about.as_bytes())),
            target,
            occurred_at: recording.occurred_at,
            entered_in_source_at: None,
            step: recording.step,
            provenance: Provenance {
                actor: Actor {
                    user: "waymark".parse().map_err(bad)?,
                    role: Role::System,
                    organisation: ORGANISATION.parse().map_err(bad)?,
                },
                source: "waymark-deadlines".parse().map_err(bad)?,
                simulated: false,
                caused_by: recording.caused_by,
                correlation: None,
                sent_by: None,
            },
            origin: None,
        })
    }
}
