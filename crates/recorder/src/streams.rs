//! Where something that was told before may stand.

use event_store::{Category, StreamId};

use crate::{PathwayRef, RecordError, Recorder, Target, identity::Identifier};

impl Recorder {
    /// The streams in which a step told of `target` may stand: the pathway's or the person's, and the
    /// inbox in which it waits or has waited. A new pathway and what a step itself names have none.
    pub async fn streams_of(&self, target: &Target) -> Result<Vec<StreamId>, RecordError> {
        let pathway = |id| StreamId::new(Category::Pathway, id);
        if let Some(identifier) = Identifier::sought(target) {
            let known = self.pathway_of(identifier).await?.map(|known| pathway(known.0));
            return Ok(known.into_iter().chain([identifier.inbox()]).collect());
        }
        Ok(match target {
            Target::Pathway(PathwayRef::Id(id)) => vec![pathway(id.0)],
            Target::Patient(person) => vec![StreamId::new(Category::Patient, person.0)],
            Target::Pathway(_) | Target::Own => Vec::new(),
        })
    }
}
