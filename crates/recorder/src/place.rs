//! Which stream a command goes to, and what follows for the identifiers it names.

use event_store::{Category, StreamId};
use steps::{PathwayId, Step};

use crate::{
    Command, Outcome, PathwayRef, RecordError, Recorder, Refused, Target, identity::Identifier,
    ids, route,
};

/// Where a command goes, once its identifiers are looked up.
pub(crate) enum Place {
    Stream(StreamId),
    Inbox(Identifier),
}

impl Recorder {
    /// The stream of a command; an identifier that no pathway has leads to its inbox.
    pub(crate) async fn place(
        &self,
        command: &Command,
    ) -> Result<Result<Place, Refused>, RecordError> {
        let kind = command.step.kind();
        let wrong = |expected| Ok(Err(Refused::WrongTarget { kind: kind.name(), expected }));
        let own = route::own_stream(&command.step);
        match (&command.target, own) {
            (Target::Own, Some(stream)) => Ok(Ok(Place::Stream(kept_stream(stream, command)))),
            (Target::Own, None) => wrong("a pathway or a patient"),
            (Target::Pathway(_) | Target::Patient(_), Some(_)) => {
                wrong("no pathway and no patient: it is about a service, an organisation or a pack")
            }
            (Target::Patient(person), None) if route::about_a_person(kind) => {
                Ok(Ok(Place::Stream(StreamId::new(Category::Patient, person.0))))
            }
            (Target::Patient(_), None) => wrong("a pathway: it is about one, not about a person"),
            (Target::Pathway(pathway), None) => self.pathway_place(pathway, command).await,
        }
    }

    async fn pathway_place(
        &self,
        pathway: &PathwayRef,
        command: &Command,
    ) -> Result<Result<Place, Refused>, RecordError> {
        let new = ids::pathway_of_command(command.command_id);
        let Some(identifier) = Identifier::sought(&command.target) else {
            let id = match pathway {
                PathwayRef::Id(id) => *id,
                PathwayRef::New
                | PathwayRef::Ubrn(_)
                | PathwayRef::Ppid(..)
                | PathwayRef::Inbox(_) => self.holder_of_receipt(command).await?.unwrap_or(new),
            };
            return self.checked(id, command).await;
        };
        if let Some(known) = self.pathway_of(identifier).await? {
            return self.checked(known, command).await;
        }
        if !route::opens_a_pathway(command.step.kind()) {
            return Ok(Ok(Place::Inbox(identifier)));
        }
        if let Err(refused) = self.would_take(pathway_stream(new), command).await? {
            return Ok(Err(refused));
        }
        let holder = self.claim(identifier, new).await?;
        Ok(Ok(Place::Stream(pathway_stream(holder))))
    }

    /// The pathway that a receipt belongs to by the booking reference it carries: the provider's
    /// notice of a referral we know does not begin a second pathway (RTT row 51).
    async fn holder_of_receipt(&self, command: &Command) -> Result<Option<PathwayId>, RecordError> {
        let is_receipt =
            matches!(command.step, Step::ReferralReceived(_) | Step::AdviceConvertedToReferral(_));
        match Identifier::carried_by(&command.step).filter(|_| is_receipt) {
            Some(carried) => self.pathway_of(carried).await,
            None => Ok(None),
        }
    }

    /// A step that names an identifier of its own must be able to have it.
    async fn checked(
        &self,
        id: PathwayId,
        command: &Command,
    ) -> Result<Result<Place, Refused>, RecordError> {
        let stream = pathway_stream(id);
        if let Step::PathwayIdentified(identified) = &command.step {
            let identifier = match Identifier::of(identified) {
                Ok(identifier) => identifier,
                Err(refused) => return Ok(Err(refused)),
            };
            if let Err(refused) = self.would_take(stream, command).await? {
                return Ok(Err(refused));
            }
            if self.claim(identifier, id).await? != id {
                return Ok(Err(Refused::IdentifierTaken));
            }
        }
        Ok(Ok(Place::Stream(stream)))
    }

    /// What follows a recorded step: its identifiers are claimed and parked steps join.
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
        for identifier in identifiers_of(command) {
            let holder = self.claim(identifier, pathway_id).await?;
            if holder == pathway_id {
                self.join_parked(identifier, pathway_id).await?;
            } else {
                metrics::counter!("waymark_identifier_clashes_total").increment(1);
                tracing::warn!(%pathway_id, %holder, "a pathway carries an identifier of another");
            }
        }
        Ok(())
    }
}

fn pathway_stream(id: PathwayId) -> StreamId {
    StreamId::new(Category::Pathway, id.0)
}

/// The identifiers that a recorded step brings its pathway. A moved step brings those that the
/// pathway held in its first log: of two that carry one UBRN it is known who got it. A step that
/// opens a pathway by an identifier brings that one too.
fn identifiers_of(command: &Command) -> Vec<Identifier> {
    let opens = route::opens_a_pathway(command.step.kind());
    let sought = Identifier::sought(&command.target).filter(|_| opens);
    let mut all: Vec<Identifier> = sought.into_iter().collect();
    if let Some(origin) = &command.origin {
        all.extend(origin.identifiers.iter().copied().map(Identifier::named));
        return all;
    }
    let named = match &command.step {
        Step::PathwayIdentified(identified) => Identifier::of(identified).ok(),
        other => Identifier::carried_by(other),
    };
    all.extend(named.filter(|named| sought != Some(*named)));
    all
}

/// The stream of its own that a step goes to: a moved one stays in the stream it was in.
fn kept_stream(own: StreamId, command: &Command) -> StreamId {
    let kept = command.origin.as_ref().and_then(|origin| origin.stream);
    kept.map_or(own, |id| StreamId::new(own.category, id))
}
