//! Append: 32 clients that wait, one event at a time, each to streams of its own.

use std::sync::Arc;

use anyhow::bail;
use event_store::{Append, Category, EventStore, Expected, NewEvent, Position, Revision, StreamId};
use eventstore::{EventData, ResolvedEvent, StreamState};
use futures::future;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    super::finding::{Finding, Promise, real},
    Turns,
    bare::{self, Bare, Parcel},
    finding,
};
use crate::{edge, log::Log};

const CLIENTS: usize = 32;
const EVENTS_A_CLIENT: usize = 64;
const EVENTS: usize = CLIENTS * EVENTS_A_CLIENT;

/// A client begins another stream after so many.
const EVENTS_A_STREAM: usize = 8;

/// Rounds, after one to warm up.
const ROUNDS: usize = 21;

/// Sessions, for the side of the bare client that is given several.
const SESSIONS: usize = 8;

/// The events of the log's beginning, told anew: as the store takes them and as they stand on the server.
struct Events {
    ours: Vec<NewEvent>,
    theirs: Vec<ResolvedEvent>,
    told: u64,
}

/// By turns through the store, through one session of the bare client, and through several.
pub(super) async fn measure(log: &Log, bare: &Bare) -> anyhow::Result<Vec<Finding>> {
    let mut events = Events::read(&**log, bare).await?;
    let mut sessions = Vec::new();
    for _session in 0..SESSIONS {
        sessions.push(Arc::new(bare.session().await?));
    }
    let alone = [Arc::new(bare.session().await?)];
    let [mut ours, mut one, mut several] = [(); 3].map(|()| Turns::default());
    for round in 0..=ROUNDS {
        if round == 1 {
            // What came before was to warm up.
            [ours, one, several] = [(); 3].map(|()| Turns::default());
        }
        ours.take(append(&log.shared(), events.appends())).await?;
        one.take(bare::append(&alone, events.parcels()?)).await?;
        several.take(bare::append(&sessions, events.parcels()?)).await?;
    }
    let told = real(EVENTS as u64);
    Ok(vec![
        finding(
            "KurrentDB append, 32 waiting clients, to the bare client in one session",
            Promise::AtLeast(0.7),
            (&ours, &one),
            told,
        ),
        finding(
            "KurrentDB append, 32 waiting clients, to the bare client in eight sessions",
            Promise::Nothing,
            (&ours, &several),
            told,
        ),
    ])
}

/// Every client on a task of its own, each waiting for its answer before it sends the next.
async fn append(store: &Arc<dyn EventStore>, clients: Vec<Vec<Append>>) -> anyhow::Result<()> {
    let sent = clients.into_iter().map(|appends| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for append in appends {
                store.append(append).await?;
            }
            anyhow::Ok(())
        })
    });
    let sent: Vec<_> = sent.collect();
    future::try_join_all(sent).await?.into_iter().collect()
}

impl Events {
    async fn read(store: &dyn EventStore, bare: &Bare) -> anyhow::Result<Self> {
        let stored = store.read_log(Position::START, EVENTS).await?;
        let ours: Vec<_> = stored.into_iter().map(|stored| stored.event).collect();
        let theirs = bare.first(EVENTS).await?;
        if ours.len() != EVENTS || theirs.len() != EVENTS {
            bail!("the list is too short: --pathways 2000 are enough");
        }
        Ok(Self { ours, theirs, told: 0 })
    }

    /// An id that was not told before, the same in every run.
    fn id(&mut self) -> Uuid {
        self.told += 1;
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &self.told.to_be_bytes())
    }

    /// Where the events of one turn stand: the first revisions of fresh streams, one stream after another.
    fn places(&mut self) -> Vec<(StreamId, u64)> {
        let streams = (0..EVENTS / EVENTS_A_STREAM).map(|_stream| self.id());
        let streams = streams.map(|id| StreamId::new(Category::Pathway, id));
        streams.flat_map(|stream| (0..EVENTS_A_STREAM as u64).map(move |at| (stream, at))).collect()
    }

    /// A turn through the store.
    fn appends(&mut self) -> Vec<Vec<Append>> {
        let places = self.places();
        let mut appends = Vec::new();
        for ((stream, revision), event) in places.into_iter().zip(self.ours.clone()) {
            let event = NewEvent { event_id: self.id(), ..event };
            let before = revision.checked_sub(1).map(Revision);
            let expected = before.map_or(Expected::NoStream, Expected::At);
            appends.push(Append { stream, expected, events: vec![event] });
        }
        by_clients(appends)
    }

    /// A turn through the bare client: the same payloads, and the bytes that the store put beside them.
    fn parcels(&mut self) -> anyhow::Result<Vec<Vec<Parcel>>> {
        let places = self.places();
        let mut parcels = Vec::new();
        for ((stream, revision), event) in places.into_iter().zip(&self.theirs) {
            let before = revision.checked_sub(1);
            let expected = before.map_or(StreamState::NoStream, StreamState::StreamRevision);
            let event = event.get_original_event();
            let payload: &RawValue = serde_json::from_slice(&event.data)?;
            let data = EventData::json(&event.event_type, &payload)?;
            let id = uuid::Builder::from_random_bytes(edge::random()?).into_uuid();
            let data = data.id(id).metadata(event.custom_metadata.clone());
            // No stream of the log: no reader of it is given these.
            parcels.push(Parcel { stream: format!("bare.{stream}"), expected, event: data });
        }
        Ok(by_clients(parcels))
    }
}

/// The events of one turn, shared out in order.
fn by_clients<T>(all: Vec<T>) -> Vec<Vec<T>> {
    let mut all = all.into_iter();
    (0..CLIENTS).map(|_client| all.by_ref().take(EVENTS_A_CLIENT).collect()).collect()
}
