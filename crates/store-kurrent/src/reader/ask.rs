//! One answer of the server, taken in to its end.

use std::time::Duration;

use event_store::{Position, ReadError};
use eventstore::{Error, ReadStream, ResolvedEvent};
use tokio::time::timeout;

use crate::fault::Fault;

/// Why an answer is not there.
pub(crate) enum Failure {
    /// Asked again it may be.
    Fault(Fault),
    /// It is no better next time.
    Final(ReadError),
}

impl Failure {
    /// That a server searches long says nothing of it: a node that is gone meanwhile is found out by the
    /// pings of the connection. So the client is kept.
    pub(super) fn of_search(self, search: Duration) -> Self {
        match self {
            Self::Fault(fault) if fault == Fault::silent(search) => Self::Fault(Fault::ended(
                "the cluster has not ended its search for events of the log",
            )),
            other => other,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::ResourceDeleted => Self::Final(ReadError::Corrupt {
                position: Position::START,
                what: "a stream of the log was deleted".to_owned(),
            }),
            other => Self::Fault(other.into()),
        }
    }
}

/// The beginning of an answer: a server may not say so much before it has something to say.
pub(crate) async fn begun(
    silence: Duration,
    asked: impl Future<Output = eventstore::Result<ReadStream>>,
) -> Result<ReadStream, Failure> {
    match timeout(silence, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_late) => Err(Fault::silent(silence).into()),
    }
}

/// What is taken of each event of an answer. No stream is no event. An answer that stands still is given up.
pub(crate) async fn collect<T>(
    mut answer: ReadStream,
    silence: Duration,
    mut taken: impl FnMut(&ResolvedEvent) -> Result<T, ReadError>,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::new();
    loop {
        match timeout(silence, answer.next()).await {
            Ok(Ok(Some(event))) => all.push(taken(&event).map_err(Failure::Final)?),
            Ok(Ok(None) | Err(Error::ResourceNotFound)) => return Ok(all),
            Ok(Err(error)) => return Err(error.into()),
            Err(_late) => return Err(Fault::silent(silence).into()),
        }
    }
}
