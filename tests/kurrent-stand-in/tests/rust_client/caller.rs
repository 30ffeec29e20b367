//! A client, what it appends and how it reads.

use std::ops::Range;

use eventstore::{
    AppendToStreamOptions, Client, EventData, ReadAllOptions, ReadStream, ReadStreamOptions,
    ResolvedEvent, StreamState,
};
use kurrent_stand_in::{Cluster, Settings};
use uuid::Uuid;

/// One node and a client of it.
pub(crate) fn one_node() -> (Cluster, Client) {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let client = client(&cluster.address());
    (cluster, client)
}

pub(crate) fn client(address: &str) -> Client {
    Client::new(address.parse().unwrap()).unwrap()
}

/// An event whose id is that number.
pub(crate) fn event(number: u128) -> EventData {
    EventData::json("Told", &number.to_string()).unwrap().id(Uuid::from_u128(number))
}

pub(crate) fn events(numbers: Range<u128>) -> Vec<EventData> {
    numbers.map(event).collect()
}

pub(crate) fn at(state: StreamState) -> AppendToStreamOptions {
    AppendToStreamOptions::default().stream_state(state)
}

/// Appends wherever the stream ends.
pub(crate) async fn append(client: &Client, stream: &str, numbers: Range<u128>) {
    let any = at(StreamState::Any);
    client.append_to_stream(stream, &any, events(numbers)).await.unwrap();
}

pub(crate) async fn read(
    client: &Client,
    stream: &str,
    options: ReadStreamOptions,
) -> Vec<ResolvedEvent> {
    drain(client.read_stream(stream, &options).await.unwrap()).await
}

pub(crate) async fn read_all(client: &Client, options: ReadAllOptions) -> Vec<ResolvedEvent> {
    drain(client.read_all(&options).await.unwrap()).await
}

async fn drain(mut read: ReadStream) -> Vec<ResolvedEvent> {
    let mut found = Vec::new();
    while let Some(event) = read.next().await.unwrap() {
        found.push(event);
    }
    found
}

/// The numbers of [`event`].
pub(crate) fn numbers(events: &[ResolvedEvent]) -> Vec<u128> {
    events.iter().map(|event| event.get_original_event().id.as_u128()).collect()
}

pub(crate) fn revisions(events: &[ResolvedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.get_original_event().revision).collect()
}
