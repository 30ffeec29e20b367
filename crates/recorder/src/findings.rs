//! What is found of a pathway's identifiers: those it carries and does not have, and the steps that
//! came by one it does not have.

use std::collections::{HashMap, hash_map::Entry::Vacant};

use chrono::{DateTime, Utc};
use envelope::{BadEvent, Meta};
use event_store::{Category, StoredEvent, StreamId};
use pathway::{
    Entry, History,
    findings::{Code, Finding, of_entry},
};
use steps::{EventId, PathwayId, Step};

use crate::{
    RecordError, Recorder, brought::Brought, claims::holder_of, identity::Identifier,
    load::read_all,
};

impl Recorder {
    /// The findings about a pathway's identifiers as known at a moment, or now, in the order of the
    /// steps.
    pub async fn identifier_findings(
        &self,
        pathway_id: PathwayId,
        as_known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Finding>, RecordError> {
        let stored =
            self.known(StreamId::new(Category::Pathway, pathway_id.0), as_known_at).await?;
        let brought = Brought::of(pathway_id, &stored)?;
        let history = History::of(pathway_id, read_all(&stored)?);
        let (mut found, mut holders) = (Vec::new(), HashMap::new());
        for entry in history.entries() {
            for (identifier, why) in asked_of(entry, &brought, &stored)? {
                if let Vacant(unread) = holders.entry(identifier) {
                    let said = self.known(identifier.stream(), as_known_at).await?;
                    unread.insert(holder_of(&said)?);
                }
                let holder = holders.get(&identifier).copied().flatten();
                if holder != Some(pathway_id) {
                    let field = field_of(entry.step(), identifier, why);
                    found.push(of_entry(&history, entry, code_of(why, holder), field));
                }
            }
        }
        Ok(found)
    }

    /// What a stream held at a moment, or now.
    async fn known(
        &self,
        stream: StreamId,
        as_known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<StoredEvent>, RecordError> {
        let mut stored = self.stream(stream).await?;
        let known =
            |at: DateTime<Utc>, one: &StoredEvent| one.recorded_at_micros <= at.timestamp_micros();
        stored.retain(|one| as_known_at.is_none_or(|at| known(at, one)));
        Ok(stored)
    }
}

/// What is found of an identifier that the pathway does not have.
fn code_of(why: Why, holder: Option<PathwayId>) -> Code {
    match (why, holder) {
        (Why::CameByIt, _) => Code::CameByOthersIdentifier,
        (Why::BringsIt, Some(_)) => Code::IdentifierHeldByAnother,
        (Why::BringsIt, None) => Code::IdentifierNotHeld,
    }
}

/// What a step has to do with an identifier.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    BringsIt,
    CameByIt,
}

/// The identifiers that a step brings first on its pathway, and the one it came by where no step
/// brings that.
fn asked_of(
    entry: &Entry,
    brought: &Brought,
    stored: &[StoredEvent],
) -> Result<Vec<(Identifier, Why)>, RecordError> {
    let brings = brought.now.iter().filter(|(_, by)| *by == entry.event_id());
    let mut asked: Vec<(Identifier, Why)> = brings.map(|(one, _)| (*one, Why::BringsIt)).collect();
    let came_by = came_by(entry.event_id(), stored)?;
    let strange = came_by.filter(|one| !brought.now.iter().any(|(brought, _)| brought == one));
    asked.extend(strange.map(|one| (one, Why::CameByIt)));
    Ok(asked)
}

fn came_by(event_id: EventId, stored: &[StoredEvent]) -> Result<Option<Identifier>, RecordError> {
    let event = stored.iter().find(|one| one.event.event_id == event_id.0);
    let meta = event.map(|one| Meta::from_bytes(&one.event.meta)).transpose();
    let meta = meta.map_err(|error| RecordError::History(BadEvent::Meta(error)))?;
    let sent_by = meta.and_then(|meta| meta.sent_by);
    Ok(sent_by.map(|sent_by| Identifier::named(sent_by.stream)))
}

/// Where the identifier stands: in the step, or in what it was sent by.
fn field_of(step: &Step, identifier: Identifier, why: Why) -> &'static str {
    match step {
        _ if why == Why::CameByIt => "pathway",
        Step::PathwayIdentified(_) => "identifierValue",
        other if Identifier::carried_by(other) == Some(identifier) => "ubrn",
        _ => "pathway",
    }
}
