//! What follows a recorded step for the identifiers of its pathway: it has those that a step in
//! effect brings, and no other.

use event_store::{Category, Revision, StreamId};
use steps::{PathwayId, Step};
use uuid::Uuid;

use crate::{
    Command, Outcome, RecordError, Recorder, brought::Brought, identity::Identifier,
    record::RACES_MAX, route,
};

impl Recorder {
    /// What follows a recorded step: its pathway's identifiers are claimed and released, and parked
    /// steps join. For a step that comes again too: a crash may have come between.
    pub(crate) async fn after(
        &self,
        command: &Command,
        outcome: &Outcome,
    ) -> Result<(), RecordError> {
        let Outcome::Recorded { stream, .. } = outcome else { return Ok(()) };
        if stream.category != Category::Pathway {
            return Ok(());
        }
        let pathway_id = PathwayId(stream.id);
        match &command.origin {
            Some(origin) => self.take_along(&origin.identifiers, pathway_id).await,
            None if may_change_identifiers(command) => self.settle(pathway_id).await,
            None => Ok(()),
        }
    }

    /// For a command that was found recorded without being sent again: does what would have followed,
    /// for a crash may have come between the step and that.
    pub async fn make_whole(
        &self,
        command: &Command,
        pathway_id: PathwayId,
    ) -> Result<(), RecordError> {
        if may_change_identifiers(command) { self.settle(pathway_id).await } else { Ok(()) }
    }

    /// Makes the identifiers that a pathway has those that its steps in effect bring. Safe to repeat.
    ///
    /// It looks again whenever it changed something: a step or an amendment may have come between
    /// the look and the change.
    pub(crate) async fn settle(&self, pathway_id: PathwayId) -> Result<(), RecordError> {
        let stream = StreamId::new(Category::Pathway, pathway_id.0);
        for _round in 1..=RACES_MAX {
            let stored = self.stream(stream).await?;
            let brought = Brought::of(pathway_id, &stored)?;
            if !self.agree(pathway_id, &brought).await? {
                return Ok(());
            }
            let newer = self.store.read_stream(stream, Revision(stored.len() as u64), 1).await;
            if newer.map_err(|error| RecordError::Log(Box::new(error)))?.is_empty() {
                return Ok(());
            }
        }
        Err(RecordError::Contended)
    }

    /// Releases, claims, and lets what waited join. Answers whether anything was changed.
    async fn agree(&self, pathway_id: PathwayId, brought: &Brought) -> Result<bool, RecordError> {
        let mut changed = false;
        for identifier in &brought.once {
            changed |= self.release(*identifier, pathway_id).await?;
        }
        for (identifier, _) in &brought.now {
            let (holder, claimed) = self.claim(*identifier, pathway_id).await?;
            if holder == pathway_id {
                changed |= claimed | (self.join_parked(*identifier, pathway_id).await? > 0);
            } else {
                metrics::counter!("waymark_identifier_clashes_total").increment(1);
                tracing::warn!(%pathway_id, %holder, "a pathway carries an identifier of another");
            }
        }
        Ok(changed)
    }

    /// Claims what a moved pathway had in its first log: of two that carry one booking reference it
    /// is known who got it. What it has had here before, and perhaps released, is not claimed again.
    async fn take_along(
        &self,
        identifiers: &[Uuid],
        pathway_id: PathwayId,
    ) -> Result<(), RecordError> {
        for identifier in identifiers.iter().copied().map(Identifier::named) {
            let claims = self.claims(identifier).await?;
            let holder = match claims.holder {
                None if !claims.ever.contains(&pathway_id) => {
                    Some(self.claim(identifier, pathway_id).await?.0)
                }
                holder => holder,
            };
            if holder == Some(pathway_id) {
                self.join_parked(identifier, pathway_id).await?;
            }
        }
        Ok(())
    }
}

/// Whether a step may change which identifiers its pathway has: one that brings an identifier, or
/// amends a step that may.
fn may_change_identifiers(command: &Command) -> bool {
    let amends = matches!(command.step, Step::StepCorrected(_) | Step::StepEnteredInError(_));
    let opens = route::opens_a_pathway(command.step.kind()) && command.sent_by().is_some();
    amends || opens || Identifier::brought_by(&command.step).is_some()
}
