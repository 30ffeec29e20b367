//! Opening: the way there, and which log it is; each failure by name.

use std::time::Duration;

use eventstore::{EventData, ReadStreamOptions, StreamState};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use crate::address::Address;
use crate::chance::random_id;
use crate::fault::Fault;
use crate::lanes::{Lane, Parcel, Unanswered};
use crate::reader::{Failure, Reader, begun, collect};
use crate::supervisor::Supervisor;

/// How events are written: names, metadata and ids. A later format may be unreadable to this build.
const FORMAT: u32 = 1;
/// The oldest server that says where an event of a stream stands in the log.
const OLDEST: (usize, usize) = (22, 10);
const KIND: &str = "WaymarkLogBegun";

/// Why a log could not be opened. The address is shown without its password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no way to the cluster, or it lets nobody in.
    #[error("the cluster at `{address}` cannot be reached")]
    Unreachable {
        /// Where it was looked for.
        address: Address,
        /// What failed.
        #[source]
        source: event_store::Cause,
    },
    /// The server is too old.
    #[error("the cluster at `{address}` is of version {found}, and 22.10 is the oldest taken")]
    TooOld {
        /// Where it is.
        address: Address,
        /// Its version, as the server writes it.
        found: String,
    },
    /// The log was written by a later edition of this store.
    #[error("the log at `{address}` has format {found}, and this build knows format {FORMAT}")]
    WrongVersion {
        /// Where it is.
        address: Address,
        /// Its format.
        found: u32,
    },
    /// The cluster failed in another way.
    #[error("the event log at `{address}` could not be opened")]
    Failed {
        /// Where it is.
        address: Address,
        /// What failed.
        #[source]
        source: event_store::Cause,
    },
}

/// What the one event of a log's identity says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    log_id: Uuid,
    format: u32,
}

/// Refuses a server that does not say where an event of a stream stands in the log. One that hides its
/// version is found out when the first event is read.
pub(crate) async fn check_version(
    address: &Address,
    supervisor: &Supervisor,
    silence: Duration,
) -> Result<(), OpenError> {
    let unreachable =
        |fault: Fault| OpenError::Unreachable { address: address.clone(), source: fault.into() };
    let current = supervisor.current().await.map_err(unreachable)?;
    let info = timeout(silence, current.client.server_info()).await;
    let info = info.map_err(|_late| unreachable(Fault::silent(silence)))?;
    let version = info.map_err(|error| unreachable(error.into()))?.version();
    let found = (version.major(), version.minor());
    if found == (0, 0) || found >= OLDEST {
        return Ok(());
    }
    Err(OpenError::TooOld { address: address.clone(), found: version.to_string() })
}

/// Which log it is; one that begins is given an id.
pub(crate) async fn identify(
    address: &Address,
    reader: &Reader,
    lane: &Lane,
) -> Result<Uuid, OpenError> {
    let failed = |source| OpenError::Failed { address: address.clone(), source };
    let found = if let Some(found) = told(address, reader).await? {
        found
    } else {
        let refused = begin(reader, lane).await.map_err(failed)?;
        let nothing = || Fault::refused("the id of a log that begins cannot be read");
        let found = told(address, reader).await?;
        found.ok_or_else(|| failed(refused.unwrap_or_else(nothing).into()))?
    };
    if found.format > FORMAT {
        return Err(OpenError::WrongVersion { address: address.clone(), found: found.format });
    }
    Ok(found.log_id)
}

async fn told(address: &Address, reader: &Reader) -> Result<Option<Identity>, OpenError> {
    let (name, silence) = (reader.log.identity(), reader.silence);
    let read = reader.patiently(|client| {
        let name = name.clone();
        Box::pin(async move {
            let options = ReadStreamOptions::default().max_count(1);
            let answer = begun(silence, client.read_stream(name, &options)).await?;
            let taken = |event: &eventstore::ResolvedEvent| {
                let event = event.get_original_event();
                Ok(event.as_json::<Identity>().ok().map(|told| (told, event.position.commit)))
            };
            Ok::<_, Failure>(collect(answer, silence, taken).await?.pop())
        })
    });
    let unreachable =
        |error| OpenError::Unreachable { address: address.clone(), source: Box::new(error) };
    match read.await.map_err(unreachable)? {
        None => Ok(None),
        Some(Some((identity, commit))) => {
            reader.floor.found(commit);
            Ok(Some(identity))
        }
        Some(None) => Err(OpenError::Failed {
            address: address.clone(),
            source: Fault::refused("the id of the log is unreadable").into(),
        }),
    }
}

/// Gives the log an id. Of several servers that begin it at once one is the first; the others are
/// refused by the cluster and read what that one wrote. Answers why it was not written here.
async fn begin(reader: &Reader, lane: &Lane) -> Result<Option<Fault>, event_store::Cause> {
    let identity = Identity { log_id: random_id()?, format: FORMAT };
    let event = EventData::json(KIND, &identity)?.id(random_id()?);
    let parcel = Parcel {
        stream: reader.log.identity(),
        expected: StreamState::NoStream,
        events: vec![event],
    };
    let until = Instant::now() + reader.patience;
    let sent = lane.send(parcel, until).await;
    Ok(sent.err().map(|Unanswered { fault, .. }| fault))
}
