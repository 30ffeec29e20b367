//! Which stream a command goes to, by what it is sent by and what it carries.

use event_store::{Category, StreamId};
use steps::{PathwayId, Step, record_keeping::PathwayIdentified};

use crate::{
    Command, PathwayRef, RecordError, Recorder, Refused, Target, identity::Identifier, ids,
    record::Seen, route,
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
                | PathwayRef::Inbox(_) => return self.new_place(new, command).await,
            };
            return self.checked(id, command).await;
        };
        if let Some(known) = self.pathway_of(identifier).await? {
            return self.checked(known, command).await;
        }
        if !route::opens_a_pathway(command.step.kind()) {
            return Ok(Ok(Place::Inbox(identifier)));
        }
        self.opened_by(identifier, new, command).await
    }

    /// Where a step goes that names no pathway: a receipt to that of the referral it answers.
    async fn new_place(
        &self,
        new: PathwayId,
        command: &Command,
    ) -> Result<Result<Place, Refused>, RecordError> {
        let answered = Identifier::answered_by(&command.step).filter(|_| command.origin.is_none());
        let Some(identifier) = answered else { return self.checked(new, command).await };
        match self.pathway_of(identifier).await? {
            Some(known) => self.checked(known, command).await,
            None => self.opened_by(identifier, new, command).await,
        }
    }

    /// The pathway that the step opens by an identifier nobody has: claimed first, so that of two who
    /// come at once the second finds the pathway of the first.
    async fn opened_by(
        &self,
        identifier: Identifier,
        new: PathwayId,
        command: &Command,
    ) -> Result<Result<Place, Refused>, RecordError> {
        match self.would_take(pathway_stream(new), command).await? {
            Err(refused) => Ok(Err(refused)),
            // Whether what it brought is still the pathway's is seen to after.
            Ok(Seen::Before) => Ok(Ok(Place::Stream(pathway_stream(new)))),
            Ok(Seen::Never) => {
                let (holder, _) = self.claim(identifier, new).await?;
                Ok(Ok(Place::Stream(pathway_stream(holder))))
            }
        }
    }

    /// A step that says its pathway has an identifier must be able to have it. What a moved step
    /// says was so in its first log.
    async fn checked(
        &self,
        id: PathwayId,
        command: &Command,
    ) -> Result<Result<Place, Refused>, RecordError> {
        let stream = pathway_stream(id);
        if let Some(identified) = identified(&command.step).filter(|_| command.origin.is_none()) {
            let identifier = match Identifier::of(identified) {
                Ok(identifier) => identifier,
                Err(refused) => return Ok(Err(refused)),
            };
            match self.would_take(stream, command).await? {
                Err(refused) => return Ok(Err(refused)),
                Ok(Seen::Before) => {}
                Ok(Seen::Never) if self.claim(identifier, id).await?.0 == id => {}
                Ok(Seen::Never) => return Ok(Err(Refused::IdentifierTaken)),
            }
        }
        Ok(Ok(Place::Stream(stream)))
    }
}

/// What a step says the pathway is known by, or a correction of such a step.
fn identified(step: &Step) -> Option<&PathwayIdentified> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only two steps can say so")]
    match step {
        Step::PathwayIdentified(identified) => Some(identified),
        Step::StepCorrected(correction) => identified(&correction.step),
        _ => None,
    }
}

fn pathway_stream(id: PathwayId) -> StreamId {
    StreamId::new(Category::Pathway, id.0)
}

/// The stream of its own that a step goes to: a moved one stays in the stream it was in.
fn kept_stream(own: StreamId, command: &Command) -> StreamId {
    let kept = command.origin.as_ref().and_then(|origin| origin.stream);
    kept.map_or(own, |id| StreamId::new(own.category, id))
}
