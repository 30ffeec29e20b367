//! The official client alone, as who has no store would use it.

use std::hint::black_box;

use anyhow::{Context, anyhow, bail};
use eventstore::{
    BatchAppendClient, BatchAppendOptions, Client, EventData, ReadAllOptions, ResolvedEvent,
    StreamPosition, StreamState, SubscriptionFilter,
};
use futures::future;
use steps::StepKind;

use crate::log::Cluster;

/// Events of the server that are gone through for one page: as many as by the store.
const WINDOW: u32 = 2_048;

/// A client of the same cluster, with the same settings.
pub(super) struct Bare {
    client: Client,
    prefix: String,
}

/// One event, ready to be sent.
pub(super) struct Parcel {
    pub(super) stream: String,
    pub(super) expected: StreamState,
    pub(super) event: EventData,
}

impl Bare {
    pub(super) fn open(cluster: &Cluster) -> anyhow::Result<Self> {
        let client = Client::new(cluster.address().settings())
            .map_err(|report| anyhow!("the bare client cannot be made: {report}"))?;
        Ok(Self { client, prefix: format!("{}.", cluster.log()) })
    }

    /// Reads the whole log and decodes every payload; how many there were.
    pub(super) async fn replay(&self) -> anyhow::Result<u64> {
        let mut answer = self.client.read_all(&self.whole()).await?;
        let mut read = 0;
        while let Some(event) = answer.next().await? {
            let event = event.get_original_event();
            let kind =
                StepKind::from_name(&event.event_type).context("a step of another edition")?;
            black_box(steps::decode(kind, kind.version(), &event.data)?);
            read += 1;
        }
        Ok(read)
    }

    /// The first events of the log, as they stand on the server.
    pub(super) async fn first(&self, most: usize) -> anyhow::Result<Vec<ResolvedEvent>> {
        let mut answer = self.client.read_all(&self.whole().max_count(most)).await?;
        let mut events = Vec::new();
        while let Some(event) = answer.next().await? {
            events.push(event);
        }
        Ok(events)
    }

    fn whole(&self) -> ReadAllOptions {
        let filter = SubscriptionFilter::on_stream_name().add_prefix(&self.prefix).max(WINDOW);
        ReadAllOptions::default().position(StreamPosition::Start).filter(filter)
    }

    /// Opens a session of appends.
    pub(super) async fn session(&self) -> anyhow::Result<BatchAppendClient> {
        Ok(self.client.batch_append(&BatchAppendOptions::default()).await?)
    }
}

/// Every client on a task of its own, each waiting for its answer before it sends the next; the clients
/// share the sessions out among them.
pub(super) async fn append(
    sessions: &[std::sync::Arc<BatchAppendClient>],
    clients: Vec<Vec<Parcel>>,
) -> anyhow::Result<()> {
    if sessions.is_empty() {
        bail!("there is no session to append through");
    }
    let clients = clients.into_iter().zip(sessions.iter().cycle().cloned());
    let sent = clients.map(|(parcels, session)| {
        tokio::spawn(async move {
            for Parcel { stream, expected, event } in parcels {
                session.append_to_stream(stream, expected, vec![event]).await?;
            }
            anyhow::Ok(())
        })
    });
    let sent: Vec<_> = sent.collect();
    future::try_join_all(sent).await?.into_iter().collect()
}
