//! Reading the stream of a pathway, by pages that are counted, with whatever of it a caller may see.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use envelope::{Keys, Meta, Owner};
use event_store::{Category, Revision, StoredEvent, StreamId};
use history::Recorded;
use pathway::{History, Told};
use steps::{PathwayId, Step, SubjectRef};

use super::{Asked, Desk, STEPS_MAX, aside, too_many_steps};
use crate::{
    identity::{Principal, Standing},
    schema::scalars::failed,
    world::{unread, unread_log},
};

/// The steps of a pathway in the order in which they were recorded.
pub(crate) type AllSteps = Arc<Vec<Recorded>>;

/// Events read at once: what is counted too late is at most so many.
const PAGE: usize = 500;

impl Desk {
    /// Reads a pathway; `None` where there is none for this caller.
    pub(super) async fn read(
        &self,
        asked: Asked<'_>,
        id: PathwayId,
    ) -> async_graphql::Result<Option<AllSteps>> {
        let _one_at_a_time = self.reading.lock().await;
        let is_patient = asked.principal.standing == Standing::Patient;
        let stored = if is_patient {
            self.as_patient(asked, id).await?
        } else {
            self.as_staff(asked, id).await?
        };
        let Some(stored) = stored else { return Ok(None) };
        let (keys, principal) = (Arc::clone(asked.world.recorder.keys()), asked.principal.clone());
        let count = stored.len();
        let seen = aside(count, move || seen_by(&principal, &keys, id, &stored)).await??;
        if is_patient {
            match seen {
                Some(_) => self.charge_steps(asked, count).await?,
                None => drop(self.strangers.fetch_add(count, Ordering::Relaxed)),
            }
        }
        Ok(seen.map(Arc::new))
    }

    /// The events of a stream; each page is counted before the next is read.
    async fn as_staff(
        &self,
        asked: Asked<'_>,
        id: PathwayId,
    ) -> async_graphql::Result<Option<Vec<StoredEvent>>> {
        let mut all = Vec::new();
        loop {
            self.charge_steps(asked, 0).await?;
            let whole = next_page(asked, id, &mut all).await?;
            let last = all.len() % PAGE;
            self.charge_steps(asked, if whole { last } else { PAGE }).await?;
            if whole {
                return Ok(Some(all));
            }
        }
    }

    /// The same for a patient, who must not learn from what a request may read whether another's
    /// pathway is there: only what turns out to be theirs is counted against them.
    async fn as_patient(
        &self,
        asked: Asked<'_>,
        id: PathwayId,
    ) -> async_graphql::Result<Option<Vec<StoredEvent>>> {
        let (own, strangers) = (&self.steps, &self.strangers);
        let is_spent = |count: &AtomicUsize| count.load(Ordering::Relaxed) > STEPS_MAX;
        let mut may_read = !is_spent(own);
        if is_spent(strangers) {
            may_read &= is_listed_as_theirs(asked, id)?;
        }
        let mut all = Vec::new();
        while may_read && all.len() <= STEPS_MAX {
            if next_page(asked, id, &mut all).await? {
                return Ok(Some(all));
            }
        }
        let theirs = is_listed_as_theirs(asked, id)?;
        if theirs { Err(too_many_steps(asked.field)) } else { Ok(None) }
    }
}

/// Reads on, and says whether that was the end.
async fn next_page(
    asked: Asked<'_>,
    id: PathwayId,
    all: &mut Vec<StoredEvent>,
) -> async_graphql::Result<bool> {
    let stream = StreamId::new(Category::Pathway, id.0);
    let from = Revision(all.len() as u64);
    let page =
        asked.world.recorder.store().read_stream(stream, from, PAGE).await.map_err(unread_log)?;
    let whole = page.len() < PAGE;
    all.extend(page);
    Ok(whole)
}

/// Whether the view has the pathway as the patient's own.
fn is_listed_as_theirs(asked: Asked<'_>, id: PathwayId) -> async_graphql::Result<bool> {
    let row =
        asked.world.next_steps.with(|conn| next_step::by_pathway(conn, id)).map_err(unread)?;
    Ok(row.is_some_and(|row| asked.principal.may_see(row.subject)))
}

/// The steps of a stream that a caller may see, or `None` where the pathway is not there for them.
fn seen_by(
    principal: &Principal,
    keys: &Keys,
    id: PathwayId,
    stored: &[StoredEvent],
) -> async_graphql::Result<Option<Vec<Recorded>>> {
    // Rights are checked on the clear part alone: nothing is unsealed for who may not see it.
    let told = stored.iter().map(envelope::read).collect::<Result<Vec<Told>, _>>();
    let history = History::of(id, told.map_err(failed)?);
    let subject = recorder::subject_of(&history);
    if stored.is_empty() || !principal.may_see(subject) {
        return Ok(None);
    }
    let mut recorded = Vec::with_capacity(stored.len());
    for event in stored {
        let (told, meta) = read_for(principal, keys, event)?;
        if principal.standing == Standing::Patient && names_another(&told.step, subject) {
            continue;
        }
        recorded.push(Recorded { position: event.position, revision: event.revision, told, meta });
    }
    Ok((!recorded.is_empty()).then_some(recorded))
}

/// An event with whatever of it this caller may see: a patient does not see what was sealed for
/// somebody else, as on a pathway that was linked to the wrong person at first.
fn read_for(
    principal: &Principal,
    keys: &Keys,
    event: &StoredEvent,
) -> async_graphql::Result<(Told, Meta)> {
    let own = match (&event.event.sealed, principal.subject) {
        (Some(sealed), Some(person)) => match keys.owner(sealed.key_id).map_err(failed)? {
            Some(Owner::Person(owner)) => owner == person.0,
            Some(Owner::Stream(stream)) => stream == event.stream.id,
            None => false,
        },
        (_, _) => true,
    };
    let read = if own { envelope::read_open(event, keys) } else { envelope::read_closed(event) };
    read.map_err(failed)
}

/// Whether the step says that the pathway is somebody else's.
fn names_another(step: &Step, subject: Option<SubjectRef>) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps can name a person")]
    match step {
        Step::PathwaySubject(named) => Some(named.subject_ref) != subject,
        Step::StepCorrected(correction) => names_another(&correction.step, subject),
        _ => false,
    }
}
