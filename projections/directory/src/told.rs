//! From the steps of a stream to facts, each with the time in which it was believed.

use chrono::{DateTime, Utc};
use pathway::{Entry, History, Told, london};
use steps::{
    ContactPointId, OdsCode, PathwayId, ServiceId, Step,
    interface_and_safety::{ContactPointPublished, WaitingTimesPublished},
    record_keeping::OrganisationRecorded,
};
use uuid::Uuid;

use crate::{Service, contacts::Line, shelf::Fact};

/// What a stream says, by what it is about.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) organisations: Vec<(OdsCode, Fact<Box<OrganisationRecorded>>)>,
    pub(crate) services: Vec<(ServiceId, Fact<Box<Service>>)>,
    pub(crate) contacts: Vec<(ContactPointId, Fact<Line>)>,
    pub(crate) waits: Vec<(ServiceId, Fact<Box<WaitingTimesPublished>>)>,
}

/// An entry, and when it was believed.
struct Believed {
    entry: Entry,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

/// What the stream says, with corrected and withdrawn facts kept for those who ask as it was known.
pub(crate) fn said(stream: Uuid, told: &[Told]) -> Said {
    let mut said = Said::default();
    for believed in believed(stream, told) {
        sort_in(&mut said, stream, believed);
    }
    said
}

/// Between two corrections the entries of a stream only grow. So it is enough to make the history
/// once for each correction, and not once for each step.
fn believed(stream: Uuid, told: &[Told]) -> Vec<Believed> {
    let mut moments: Vec<DateTime<Utc>> =
        told.iter().filter(|one| is_correction(&one.step)).map(|one| one.recorded_at).collect();
    moments.sort_unstable();
    moments.dedup();
    let mut all = Vec::new();
    let mut begin = None;
    for end in moments.iter().copied().map(Some).chain([None]) {
        let by_then = told.iter().filter(|one| end.is_none_or(|end| one.recorded_at < end));
        let history = History::of(PathwayId(stream), by_then.cloned().collect());
        for entry in history.entries() {
            let from =
                begin.map_or(entry.told.recorded_at, |begin| entry.told.recorded_at.max(begin));
            all.push(Believed { entry: entry.clone(), from, until: end });
        }
        begin = end;
    }
    all
}

fn is_correction(step: &Step) -> bool {
    matches!(step, Step::StepCorrected(_) | Step::StepEnteredInError(_))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about the directory")]
fn sort_in(said: &mut Said, stream: Uuid, believed: Believed) {
    let on = london::date(believed.entry.occurred_at());
    let at = london::bounds(believed.entry.occurred_at()).0;
    let event = believed.entry.event_id();
    match believed.entry.step().clone() {
        Step::OrganisationRecorded(step) => {
            said.organisations.push((step.organisation.clone(), fact(stream, &believed, step)));
        }
        Step::DirectoryEntryUpdated(step) => {
            said.services.push((step.service.clone(), fact(stream, &believed, step)));
        }
        Step::WaitingTimesPublished(step) => {
            said.waits.push((step.service.clone(), fact(stream, &believed, step)));
        }
        Step::ContactPointPublished(step) => {
            let key = step.contact_point.clone();
            let line = Line::Published { at, event, point: step };
            said.contacts.push((key, fact(stream, &believed, line)));
        }
        Step::ContactPointServiced(step) => {
            let (verified_on, unanswered) = (step.verified_on, step.unanswered);
            let line = Line::Serviced { at, event, verified_on, unanswered };
            said.contacts.push((step.contact_point, fact(stream, &believed, line)));
        }
        Step::ContactPointFailed(step) => {
            let line = Line::Failed { on, how: step.contact_failure };
            said.contacts.push((step.contact_point, fact(stream, &believed, line)));
        }
        Step::ContactPointRetired(step) => {
            let line = Line::Retired { replaced_by: step.replaced_by };
            said.contacts.push((step.contact_point, fact(stream, &believed, line)));
        }
        _ => {}
    }
}

fn fact<W>(stream: Uuid, believed: &Believed, what: W) -> Fact<W> {
    let (from, to) = london::bounds(believed.entry.occurred_at());
    Fact {
        stream,
        from,
        order: (
            to.timestamp_micros(),
            believed.entry.step().kind().rank(),
            believed.entry.event_id(),
        ),
        known_from: believed.from,
        known_until: believed.until,
        what,
    }
}

/// A contact point as it was published; boxed, for it is far larger than the other lines.
pub(crate) type Published = Box<ContactPointPublished>;
