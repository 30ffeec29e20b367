//! Whole streams, and the proof that nothing was taken from their beginning.

use std::collections::{HashMap, HashSet};

use event_store::{Position, ReadError, Revision, StoredEvent, StreamId};
use eventstore::{ReadStreamOptions, ResolvedEvent, StreamPosition};
use futures::future::FutureExt;
use futures::stream::{self, StreamExt, TryStreamExt};

use uuid::Uuid;

use super::Reader;
use super::ask::{begun, collect};

/// Streams read at once for one caller.
pub(crate) const STREAMS_AT_ONCE: usize = 32;

impl Reader {
    /// At most so many events of one stream, from a revision on.
    pub(crate) async fn stream(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let read = self.events(stream, from, most, |stored, _| stored).await?;
        self.checked(stream, from, most, read)
    }

    /// One whole stream as of now, and the ids that its events have on the server.
    pub(crate) async fn whole_with_ids(
        &self,
        stream: StreamId,
    ) -> Result<(Vec<StoredEvent>, HashSet<Uuid>), ReadError> {
        let both = |stored, id| (stored, id);
        let read = self.events(stream, Revision::FIRST, usize::MAX, both).await?;
        let (events, ids): (Vec<_>, HashSet<_>) = read.into_iter().unzip();
        Ok((self.checked(stream, Revision::FIRST, usize::MAX, events)?, ids))
    }

    async fn events<T: Send + 'static>(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
        taken: impl Fn(StoredEvent, Uuid) -> T + Copy + Send + Sync + 'static,
    ) -> Result<Vec<T>, ReadError> {
        let name = self.log.stream(stream);
        let position = StreamPosition::Position(from.0);
        let options = ReadStreamOptions::default().position(position).max_count(most);
        self.patiently(|client| {
            let (name, options) = (name.clone(), options.clone());
            let (mut decoder, silence) = (self.decoder(), self.silence);
            Box::pin(async move {
                let answer = begun(silence, client.read_stream(name, &options)).await?;
                let each = |event: &ResolvedEvent| {
                    let id = event.get_original_event().id;
                    decoder.event(event).map(|stored| taken(stored, id))
                };
                collect(answer, silence, each).await
            })
        })
        .await
    }

    fn checked(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
        events: Vec<StoredEvent>,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        unbroken(stream, from, &events)?;
        if from == Revision::FIRST && events.len() < most {
            self.known.whole(stream, &events);
        }
        Ok(events)
    }

    /// One whole stream as of now.
    pub(crate) async fn whole_stream(
        &self,
        stream: StreamId,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        self.stream(stream, Revision::FIRST, usize::MAX).await
    }

    /// Whole streams as of one moment. What stood at the end of the server's log before the first was
    /// asked for is in all of them; what came later is cut off.
    pub(crate) async fn streams(
        &self,
        asked: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        let [one] = asked else { return self.many(asked).await };
        Ok(vec![self.whole_stream(*one).await?])
    }

    async fn many(&self, asked: &[StreamId]) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let end = self.server_end().await?;
        let mut different = asked.to_vec();
        different.sort_unstable();
        different.dedup();
        let reads: Vec<_> = different.iter().map(|stream| self.cut(*stream, end).boxed()).collect();
        let read: Vec<_> = stream::iter(reads).buffered(STREAMS_AT_ONCE).try_collect().await?;
        let read: HashMap<StreamId, Vec<StoredEvent>> = different.into_iter().zip(read).collect();
        Ok(asked.iter().map(|stream| read.get(stream).cloned().unwrap_or_default()).collect())
    }

    /// One whole stream as it was at a position.
    pub(crate) async fn cut(
        &self,
        stream: StreamId,
        up_to: Position,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let mut events = self.whole_stream(stream).await?;
        events.truncate(events.partition_point(|stored| stored.position <= up_to));
        Ok(events)
    }
}

/// Revisions follow one another from where it was asked.
fn unbroken(stream: StreamId, from: Revision, events: &[StoredEvent]) -> Result<(), ReadError> {
    let broken = events
        .iter()
        .zip(from.0..)
        .find(|(stored, wanted)| stored.stream != stream || stored.revision.0 != *wanted);
    broken.map_or(Ok(()), |(stored, _)| Err(gap(stored)))
}

/// Why a history is refused that does not begin where it must.
pub(crate) fn gap(stored: &StoredEvent) -> ReadError {
    let what = format!(
        "its stream has no event before revision {}: it was truncated or scavenged",
        stored.revision
    );
    ReadError::Corrupt { position: stored.position, what }
}
