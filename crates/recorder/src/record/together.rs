//! A step and what it does, in one append.

use event_store::{Append, Category, StreamId};
use steps::PathwayId;

use super::{RACES_MAX, described, owner_of};
use crate::{Command, Outcome, RecordError, Recorder, Refused};

impl Recorder {
    /// Records a step of a pathway and, with it, the step that it is the act of: both are on disk, or
    /// neither is. The first answers for both. Safe to repeat with the same command ids.
    ///
    /// For steps that bring no identifier: what follows those is not done here.
    pub async fn record_together(
        &self,
        pathway: PathwayId,
        first: &Command,
        act: Option<&Command>,
    ) -> Result<Outcome, RecordError> {
        let stream = StreamId::new(Category::Pathway, pathway.0);
        for command in std::iter::once(first).chain(act) {
            if let Err(refusal) = self.times_of(command) {
                return Ok(Outcome::Refused(refusal.into()));
            }
        }
        for _race in 1..=RACES_MAX {
            let append = match self.both(stream, first, act).await? {
                Ok(append) => append,
                Err(refused) => return Ok(Outcome::Refused(refused)),
            };
            let done = self.append_patiently(append).await?;
            self.forget(stream);
            // A lost race is tried again.
            if let Ok(done) = done {
                return Ok(done.outcome(stream, first.event_id()));
            }
        }
        Err(RecordError::Contended)
    }

    async fn both(
        &self,
        stream: StreamId,
        first: &Command,
        act: Option<&Command>,
    ) -> Result<Result<Append, Refused>, RecordError> {
        let mut events = Vec::with_capacity(2);
        let mut expected = None;
        for command in std::iter::once(first).chain(act) {
            let (head, step) = match self.decided(stream, command).await? {
                Ok(decided) => decided,
                Err(refused) => return Ok(Err(refused)),
            };
            let envelope = described(stream, command, &step, command.sent_by())?;
            match self.event(envelope, owner_of(&step, head)) {
                Err(RecordError::Write(envelope::WriteError::Sealed)) => {
                    return Ok(Err(Refused::Sealed));
                }
                other => events.push(other?),
            }
            expected.get_or_insert(head.expected);
        }
        let expected = expected.unwrap_or(event_store::Expected::NoStream);
        Ok(Ok(Append { stream, expected, events }))
    }
}
