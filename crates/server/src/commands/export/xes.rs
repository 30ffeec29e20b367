//! The step log as XES (IEEE 1849-2016), so that process-mining tools can check the same rules.
//!
//! A trace is a pathway, an event a step in effect, in the order in which the steps happened. What is
//! personal stays sealed: a field says that it was given, and no more. Identifiers of persons and those
//! that other systems give a pathway are held back. One stream is in memory at a time.

mod fields;

use std::io::Write;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use event_store::{Category, StoredEvent, StreamId};
use indicatif::HumanCount;
use pathway::{Entry, History, Told, london};
use steps::{OccurredAt, PathwayId};

use self::fields::{attribute, escaped, of_step};
use crate::{commands::import::note, house::Cellar};

/// Events read at once; a stream is always read whole.
const SCAN_EVENTS: usize = 2_000;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value="pathway"/>
<id key="identity:id" value="00000000-0000-0000-0000-000000000000"/>
</global>
<global scope="event">
<string key="concept:name" value="step"/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
<id key="identity:id" value="00000000-0000-0000-0000-000000000000"/>
</global>
<classifier name="Step" keys="concept:name"/>
<classifier name="Step and organisation" keys="concept:name org:group"/>
<string key="lifecycle:model" value="standard"/>
<string key="concept:name" value="Waymark step log"/>
"#;

/// What was written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    /// Pathways.
    pub(super) traces: u64,
    /// Steps in effect.
    pub(super) events: u64,
}

impl Written {
    pub(super) fn tell(self) {
        let (traces, events) = (HumanCount(self.traces), HumanCount(self.events));
        note(&format!("{events} steps of {traces} pathways; personal fields are left out"));
    }
}

/// Writes every pathway up to the end of the log as it is now.
pub(super) async fn export(cellar: &Cellar, output: &mut impl Write) -> anyhow::Result<Written> {
    let store = &*cellar.store;
    let head = store.head().await?;
    let (mut after, mut written) = (None, Written::default());
    let whole = "the export cannot be written";
    output.write_all(HEAD.as_bytes()).context(whole)?;
    loop {
        let scan = store.scan_streams(Category::Pathway, after, head, SCAN_EVENTS).await?;
        for (stream, events) in &scan.streams {
            let history = history(*stream, events)?;
            if !history.entries().is_empty() {
                output.write_all(trace(&history)?.as_bytes()).context(whole)?;
                written.traces += 1;
                written.events += history.entries().len() as u64;
            }
        }
        match scan.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    output.write_all(b"</log>\n").context(whole)?;
    Ok(written)
}

fn history(stream: StreamId, events: &[StoredEvent]) -> anyhow::Result<History> {
    let told = events.iter().map(|event| {
        let place = || format!("the event at position {} cannot be exported", event.position);
        envelope::read_closed(event).map(|(told, _meta)| told).with_context(place)
    });
    let told: Vec<Told> = told.collect::<anyhow::Result<_>>()?;
    Ok(History::of(PathwayId(stream.id), told))
}

fn trace(history: &History) -> anyhow::Result<String> {
    let id = history.pathway_id().0.to_string();
    let mut text = String::from("<trace>\n");
    text += &attribute("string", "concept:name", &id);
    text += &attribute("id", "identity:id", &id);
    for entry in history.entries() {
        text += &event(entry)?;
    }
    Ok(text + "</trace>\n")
}

/// A step: what it was, when, who told it, and its fields. A step is told once it has happened, so its
/// transition is `complete`.
fn event(entry: &Entry) -> anyhow::Result<String> {
    let told = &entry.told;
    let mut text = String::from("<event>\n");
    text += &attribute("string", "concept:name", told.step.kind().name());
    text += &attribute("string", "lifecycle:transition", "complete");
    text += &attribute("date", "time:timestamp", &instant(london::bounds(told.occurred_at).0));
    text += &attribute("id", "identity:id", &told.event_id.to_string());
    if let Some(actor) = &told.actor {
        text += &attribute("string", "org:resource", actor.user.as_str());
        text += &attribute("string", "org:role", &interface::word_of(actor.role));
        text += &attribute("string", "org:group", actor.organisation.as_str());
    }
    if matches!(told.occurred_at, OccurredAt::Day(_)) {
        text += &attribute("boolean", "waymark.timeIsDay", "true");
    }
    if let Some(entered) = told.entered_in_source_at {
        text += &attribute("date", "waymark.enteredInSourceAt", &instant(entered));
    }
    text += &attribute("date", "waymark.recordedAt", &instant(told.recorded_at));
    if let Some(corrected_by) = entry.corrected_by {
        text += &attribute("id", "waymark.correctedBy", &corrected_by.to_string());
    }
    text += &of_step(&told.step.payload()?);
    Ok(text + "</event>\n")
}

fn instant(at: DateTime<Utc>) -> String {
    escaped(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
}
