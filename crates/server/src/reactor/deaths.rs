//! A death, told once, on every pathway of the person; so with its withdrawal and its corrections.
//!
//! What is missing is found from what the person's streams hold now, so steps may come in any order.
//! A copy names what caused it, so that it is known from a death that was told: only the latter is
//! repeated, once on each pathway, and that is why this ends. A pathway that was another person's by
//! mistake takes no death with it: [its copy is withdrawn](moved), and of a copy whose first telling is
//! elsewhere nothing is made.

mod held;
mod moved;

use std::collections::{BTreeMap, BTreeSet};

use event_store::{Category, Position, StreamId};
use recorder::{Command, Outcome, PathwayRef, Provenance, RecordError, Recorder, Target};
use steps::{CommandId, EventId, PathwayId, Step, SubjectRef};
use uuid::Uuid;

pub(super) use self::held::{Held, HeldStep};

/// Events of inboxes scanned at once.
const SCAN_EVENTS: usize = 5_000;

/// The pathways of one person.
#[derive(Debug, Default)]
pub(super) struct Pathways {
    /// Those that are theirs.
    pub(super) now: BTreeSet<PathwayId>,
    /// Those that were taken for theirs once.
    pub(super) once: BTreeSet<PathwayId>,
}

/// Sees to it that all pathways of a person tell the same deaths, and no pathway that was once taken
/// for theirs does. Safe to repeat.
pub(super) async fn agree(
    recorder: &Recorder,
    person: SubjectRef,
    pathways: &Pathways,
) -> anyhow::Result<()> {
    let own = StreamId::new(Category::Patient, person.0);
    let of = |pathway: &PathwayId| StreamId::new(Category::Pathway, pathway.0);
    let once = pathways.once.difference(&pathways.now).map(of);
    let streams: Vec<StreamId> =
        std::iter::once(own).chain(pathways.now.iter().map(of)).chain(once).collect();
    let read = recorder.store().read_streams(&streams).await?;
    let held: Vec<Held> =
        streams.into_iter().zip(read).filter_map(|(stream, all)| Held::read(stream, all)).collect();
    let is_theirs =
        |one: &Held| one.stream == own || pathways.now.contains(&PathwayId(one.stream.id));
    for (root, telling) in tellings(&held) {
        if telling.first.caused_by.is_some() && !is_parked(recorder, root).await? {
            continue;
        }
        for (place, copy) in &telling.places {
            match (is_theirs(telling.home), is_theirs(place)) {
                (true, true) => {
                    moved::came_back(recorder, place, *copy).await?;
                    spread(recorder, &telling, place, *copy).await?;
                }
                (true, false) => moved::away(recorder, place, place, *copy).await?,
                (false, true) => moved::away(recorder, telling.home, place, *copy).await?,
                (false, false) => {}
            }
        }
    }
    Ok(())
}

/// One death: where it was told first, and each other pathway with its copy.
struct Telling<'a> {
    first: &'a HeldStep,
    home: &'a Held,
    places: Vec<(&'a Held, Option<EventId>)>,
}

/// The deaths of a person, each by the event from which all its copies come.
fn tellings(held: &[Held]) -> BTreeMap<EventId, Telling<'_>> {
    let all: Vec<(&Held, &HeldStep)> =
        held.iter().flat_map(|one| one.deaths().map(move |death| (one, death))).collect();
    let causes: BTreeMap<EventId, Option<EventId>> =
        all.iter().map(|(_, death)| (death.event_id(), death.caused_by)).collect();
    let mut by_root: BTreeMap<EventId, Vec<(&Held, &HeldStep)>> = BTreeMap::new();
    for (home, death) in all {
        by_root.entry(root(&causes, death.event_id())).or_default().push((home, death));
    }
    let telling = |(root, copies)| Some((root, telling(held, root, copies)?));
    by_root.into_iter().filter_map(telling).collect()
}

/// The telling from which all others come is the first; where it is not here, the oldest.
fn telling<'a>(
    held: &'a [Held],
    root: EventId,
    copies: Vec<(&'a Held, &'a HeldStep)>,
) -> Option<Telling<'a>> {
    let place =
        |(_, death): &&(&Held, &HeldStep)| (death.event_id() != root, death.stored.position);
    let (home, first) = copies.iter().min_by_key(place).copied()?;
    let is_other =
        |one: &&Held| one.stream.category == Category::Pathway && one.stream != home.stream;
    let copy_on = |one: &Held| {
        let here = copies.iter().find(|(there, _)| there.stream == one.stream);
        here.map(|(_, death)| death.event_id())
    };
    let places = held.iter().filter(is_other).map(|one| (one, copy_on(one))).collect();
    Some(Telling { first, home, places })
}

/// What caused a death, and what caused that, as far as it is known here.
fn root(causes: &BTreeMap<EventId, Option<EventId>>, event_id: EventId) -> EventId {
    let mut root = event_id;
    // No further than there are deaths: a log from elsewhere may hold a loop.
    for _ in 0..causes.len() {
        match causes.get(&root) {
            Some(Some(cause)) => root = *cause,
            Some(None) | None => break,
        }
    }
    root
}

/// Whether an event waited in an inbox: what it caused is the step itself, joined with its pathway.
async fn is_parked(recorder: &Recorder, event_id: EventId) -> anyhow::Result<bool> {
    let (head, mut after) = (recorder.store().head().await?, None);
    loop {
        let scan = recorder.store().scan_streams(Category::Inbox, after, head, SCAN_EVENTS).await?;
        let mut events = scan.streams.iter().flat_map(|(_, events)| events);
        if events.any(|event| event.event.event_id == event_id.0) {
            return Ok(true);
        }
        match scan.next {
            Some(next) => after = Some(next),
            None => return Ok(false),
        }
    }
}

/// Tells a death and what became of it on one more pathway.
async fn spread(
    recorder: &Recorder,
    telling: &Telling<'_>,
    place: &Held,
    copy: Option<EventId>,
) -> anyhow::Result<()> {
    let (first, home) = (telling.first, telling.home);
    let pathway = PathwayId(place.stream.id);
    let copy = match copy {
        Some(copy) => Some(copy),
        None if !home.in_effect(first.event_id()) => None,
        None => recorded(recorder.repeat(&first.stored, pathway).await, first.stored.position)?,
    };
    let Some(copy) = copy else { return Ok(()) };
    // Of each event at home: its copy here.
    let mut copies = BTreeMap::from([(first.event_id(), copy)]);
    for amendment in &home.steps {
        let target = amendment.amends().and_then(|target| copies.get(&target)).copied();
        let Some(target) = target else { continue };
        let here = match place.caused_by(amendment.event_id()) {
            Some(here) => Some(here),
            None => amend(recorder, amendment, target, pathway).await?,
        };
        copies.extend(here.map(|here| (amendment.event_id(), here)));
    }
    Ok(())
}

/// Amends a copy as the first was amended. Why is told where the death was told first.
async fn amend(
    recorder: &Recorder,
    amendment: &HeldStep,
    copy: EventId,
    pathway: PathwayId,
) -> anyhow::Result<Option<EventId>> {
    let mut step = amendment.told.step.clone();
    match &mut step {
        Step::StepEnteredInError(withdrawal) => {
            withdrawal.event_id = copy;
            withdrawal.reason = None;
        }
        Step::StepCorrected(correction) => {
            correction.event_id = copy;
            correction.reason = None;
        }
        _ => return Ok(None),
    }
    let meta = envelope::Meta::from_bytes(&amendment.stored.event.meta)?;
    let cause = amendment.event_id();
    let command = Command {
        command_id: CommandId(Uuid::new_v5(&cause.0, pathway.0.as_bytes())),
        target: Target::Pathway(PathwayRef::Id(pathway)),
        occurred_at: amendment.told.occurred_at,
        entered_in_source_at: amendment.told.entered_in_source_at,
        step,
        provenance: Provenance {
            actor: meta.actor,
            source: meta.source,
            simulated: meta.simulated,
            caused_by: Some(cause),
            correlation: meta.correlation,
            sent_by: None,
        },
        origin: None,
    };
    recorded(recorder.record(command).await, amendment.stored.position)
}

/// The event that was recorded. What will never be recorded is told in the log and passed over, so
/// that it does not stand in the way of what comes after it.
fn recorded(
    outcome: Result<Outcome, RecordError>,
    cause: Position,
) -> anyhow::Result<Option<EventId>> {
    match outcome {
        Ok(Outcome::Recorded { event_id, .. }) => return Ok(Some(event_id)),
        Ok(Outcome::Parked { .. }) => {}
        Ok(Outcome::Refused(refused)) => {
            tracing::error!(%cause, %refused, "what follows from a step was refused");
        }
        Err(error @ (RecordError::History(_) | RecordError::Write(_))) => {
            tracing::error!(%cause, %error, "what follows from a step cannot be recorded");
        }
        Err(
            error @ (RecordError::Overloaded
            | RecordError::Log(_)
            | RecordError::Contended
            | RecordError::Keys(_)),
        ) => return Err(error.into()),
    }
    metrics::counter!("waymark_reactor_refused_total").increment(1);
    Ok(None)
}
