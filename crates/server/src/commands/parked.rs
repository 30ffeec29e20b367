//! The steps that wait for their pathway: which they are, and linking one to its pathway.
//!
//! Told are names and times alone, nothing of a step's contents.

use anyhow::bail;
use chrono::SecondsFormat;
use comfy_table::Table;
use event_store::{Category, StoredEvent, StreamId};
use recorder::Outcome;
use serde::Serialize;
use steps::{EventId, PathwayId, Step};
use uuid::Uuid;

use crate::{
    cli::{ParkedArgs, ParkedCommand},
    config::Settings,
    house::Cellar,
};

/// Events scanned at once.
const SCAN_EVENTS: usize = 5_000;

/// `waymark parked`.
pub(crate) async fn run(settings: Settings, args: ParkedArgs) -> anyhow::Result<()> {
    settings.store.must_be_there(&settings.data_dir)?;
    let cellar = Cellar::chosen(&settings).await?;
    let said = match args.command {
        Some(ParkedCommand::Link { inbox, event, pathway }) => {
            link(&cellar, inbox, EventId(event), PathwayId(pathway)).await
        }
        None => waiting(&cellar).await.and_then(|waiting| told(&waiting, args.json)),
    };
    cellar.store.close();
    super::print(&said?);
    Ok(())
}

/// A step that waits.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Parked {
    inbox: Uuid,
    event: EventId,
    step: String,
    occurred: String,
    recorded: String,
}

async fn waiting(cellar: &Cellar) -> anyhow::Result<Vec<Parked>> {
    let (head, mut after) = (cellar.store.head().await?, None);
    let mut waiting = Vec::new();
    loop {
        let scan = cellar.store.scan_streams(Category::Inbox, after, head, SCAN_EVENTS).await?;
        for (stream, events) in &scan.streams {
            waiting.extend(waiting_in(*stream, events)?);
        }
        match scan.next {
            Some(next) => after = Some(next),
            None => return Ok(waiting),
        }
    }
}

fn waiting_in(inbox: StreamId, events: &[StoredEvent]) -> anyhow::Result<Vec<Parked>> {
    let mut waiting: Vec<Parked> = Vec::new();
    for stored in events {
        let told = envelope::read(stored)?;
        if let Step::ParkedStepLinked(linked) = &told.step {
            waiting.retain(|parked| parked.event != linked.event_id);
            continue;
        }
        waiting.push(Parked {
            inbox: inbox.id,
            event: told.event_id,
            step: told.step.kind().name().to_owned(),
            occurred: told.occurred_at.to_string(),
            recorded: told.recorded_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        });
    }
    Ok(waiting)
}

fn told(waiting: &[Parked], json: bool) -> anyhow::Result<String> {
    if json {
        return Ok(serde_json::to_string_pretty(waiting)?);
    }
    let mut table = Table::new();
    table.set_header(["inbox", "event", "step", "occurred", "recorded"]);
    for Parked { inbox, event, step, occurred, recorded } in waiting {
        table.add_row([&inbox.to_string(), &event.to_string(), step, occurred, recorded]);
    }
    Ok(table.to_string())
}

async fn link(
    cellar: &Cellar,
    inbox: Uuid,
    event: EventId,
    pathway: PathwayId,
) -> anyhow::Result<String> {
    let stream = StreamId::new(Category::Inbox, inbox);
    match cellar.recorder.link_parked(stream, event, pathway).await? {
        Outcome::Recorded { event_id, .. } => {
            Ok(format!("event {event} is on pathway {pathway} as event {event_id}"))
        }
        Outcome::Parked { .. } => bail!("event {event} still waits"),
        Outcome::Refused(refused) => bail!("event {event} was not linked: {refused}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::import;

    #[tokio::test]
    async fn a_step_that_waits_is_listed_until_it_is_linked() {
        let dir = tempfile::tempdir().unwrap();
        let cellar = Cellar::open(dir.path()).unwrap();
        let line = serde_json::json!({
            "pathway": {"ubrn": "000000000042"},
            "occurredAt": "2026-02-01",
            "commandId": Uuid::from_u128(1),
            "source": "test",
            "step": testkit::step("patientArrived", serde_json::json!({})),
        });
        assert_eq!(import::tests::imported(&cellar, &line.to_string()).await.parked, 1);
        let listed = waiting(&cellar).await.unwrap();
        let [parked] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!((&*parked.step, &*parked.occurred), ("PatientArrived", "2026-02-01"));
        assert!(told(&listed, false).unwrap().contains(&parked.event.to_string()));
        let json: serde_json::Value = serde_json::from_str(&told(&listed, true).unwrap()).unwrap();
        assert_eq!(json[0]["inbox"], parked.inbox.to_string());

        let pathway = PathwayId(Uuid::from_u128(7));
        link(&cellar, parked.inbox, parked.event, pathway).await.unwrap();
        let history = cellar.recorder.history(pathway).await.unwrap();
        assert_eq!(history.entries().len(), 1);
        assert_eq!(waiting(&cellar).await.unwrap(), []);
        assert!(link(&cellar, parked.inbox, parked.event, pathway).await.is_err());
    }
}
