//! All that is known of a person, read before anything is sent to them.

use std::sync::Arc;

use event_store::{Category, StreamId};
use letters::Needs;
use pathway::History;
use steps::{PathwayId, SubjectRef};

use super::{
    super::scalars::{Moment, failed},
    HeldBackLetter,
};
use crate::{
    desk::{Asked, Desk, Known},
    schema::history::code_name,
    world::{unread, unread_log, unrecorded},
};

/// The histories of a person's pathways, and the person's own.
pub(super) struct Person {
    histories: Vec<Arc<History>>,
}

impl Person {
    /// Of the person whose pathway it is; of a pathway that names nobody, that pathway alone. The view
    /// must hold all of the log: a pathway of theirs that it does not know yet could tell a death.
    pub(super) async fn of(
        asked: Asked<'_>,
        desk: &Desk,
        known: &Known,
    ) -> async_graphql::Result<Self> {
        let mut histories = vec![Arc::clone(&known.history)];
        let Some(person) = recorder::subject_of(&known.history) else {
            return Ok(Self { histories });
        };
        let world = asked.world;
        let head = world.recorder.store().head().await.map_err(unread_log)?;
        world.wait(&world.next_steps, Some(head)).await?;
        let read = move |conn: &_| next_step::pathways_of(conn, person);
        for id in world.next_steps.with(read).map_err(unread)? {
            let other = if id == known.id { None } else { desk.known(asked, id, None).await? };
            histories.extend(other.map(|other| Arc::clone(&other.history)));
        }
        histories.push(Arc::new(own(asked, desk, person).await?));
        Ok(Self { histories })
    }

    /// Whether nothing may be sent to them any more.
    pub(super) fn has_died(&self) -> bool {
        letters::death_known(self.histories.iter().map(AsRef::as_ref))
    }

    /// What they need of a letter.
    pub(super) fn needs(&self) -> Needs {
        letters::needs(self.histories.iter().map(AsRef::as_ref))
    }

    /// What was held back from them.
    pub(super) fn held_back(&self) -> impl Iterator<Item = HeldBackLetter> {
        self.histories.iter().flat_map(|history| {
            letters::held_back(history).map(|held| HeldBackLetter {
                pathway_id: history.pathway_id().0.into(),
                letter_id: held.suppressed.letter_id.to_string().into(),
                template: held.suppressed.template.as_ref().map(ToString::to_string),
                version: held.suppressed.edition.as_ref().map(ToString::to_string),
                from_organisation: held
                    .suppressed
                    .from_organisation
                    .as_ref()
                    .map(ToString::to_string),
                reason: code_name(held.suppressed.suppression_reason),
                held_back_at: Moment(held.entry.occurred_at()),
                recorded_at: Some(held.entry.told.recorded_at),
                event_id: held.entry.event_id().0.into(),
            })
        })
    }
}

/// The person's own stream: needs, consent, death.
async fn own(asked: Asked<'_>, desk: &Desk, person: SubjectRef) -> async_graphql::Result<History> {
    let stream = StreamId::new(Category::Patient, person.0);
    let stored = asked.world.recorder.stream(stream).await.map_err(unrecorded)?;
    desk.charge_steps(asked, stored.len()).await?;
    let told = stored.iter().map(envelope::read).collect::<Result<_, _>>().map_err(failed)?;
    Ok(History::of(PathwayId(person.0), told))
}
