//! One event by its position, which may be another log's or nobody's.

use event_store::{Position, ReadError, StoredEvent};
use eventstore::{Error, ReadAllOptions, ResolvedEvent, StreamPosition};
use tokio::time::timeout;

use super::{Failure, Reader};
use crate::fault::Fault;

/// What a server says of a position at which nothing stands: an invalid argument.
const INVALID: i32 = 3;

impl Reader {
    /// The event of this log at a position; none where there is none. A server refuses to read from where
    /// nothing stands, or gives what it takes for the next: only what stands there is the answer.
    pub(crate) async fn at(&self, position: Position) -> Result<Option<StoredEvent>, ReadError> {
        if position == Position::START || position > self.server_end().await? {
            return Ok(None);
        }
        let place = eventstore::Position { commit: position.0, prepare: position.0 };
        // Without a filter: it would look for the next event of ours, however far that is.
        let options = ReadAllOptions::default().position(StreamPosition::Position(place));
        let options = options.max_count(1);
        self.patiently(|client| {
            let (options, prefix) = (options.clone(), self.log.prefix());
            let (mut decoder, silence) = (self.decoder(), self.silence);
            Box::pin(async move {
                let first = async { client.read_all(&options).await?.next().await };
                let found = match timeout(silence, first).await {
                    Ok(Err(Error::Grpc { code, .. })) if i32::from(code) == INVALID => None,
                    Ok(answer) => answer?,
                    Err(_late) => return Err(Fault::silent(silence).into()),
                };
                let found = found.filter(|event| stands(event, position, &prefix));
                let event = found.map(|event| decoder.event(&event)).transpose();
                event.map_err(Failure::Final)
            })
        })
        .await
    }
}

/// Whether it is an event of ours, and stands there.
fn stands(event: &ResolvedEvent, position: Position, prefix: &str) -> bool {
    let original = event.get_original_event();
    original.position.commit == position.0 && original.stream_id().starts_with(prefix)
}
