//! What failed beneath, in words that hold no address and no event, and what may help.

use std::time::Duration;

use eventstore::Error;
use tokio::task::JoinError;

/// What a server says of a call that is no better next time: invalid, denied, not authenticated.
const REFUSALS: [i32; 3] = [3, 7, 16];

/// A node says so that has too much to do. Another client would be one more.
const BUSY: &str = "Too Busy";

/// A failure of the cluster, of the way to it or of its client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct Fault {
    said: String,
    remedy: Remedy,
}

/// What may help after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// A fresh client: this one may never leave its node again.
    Renew,
    /// The same again: the client goes to the new leader by itself.
    Move,
    /// The same again, for a session has ended.
    Retry,
    /// Nothing: it is refused each time.
    Nothing,
}

impl Fault {
    /// A failure that a fresh client may mend.
    pub(crate) fn lost(said: impl Into<String>) -> Self {
        Self { said: said.into(), remedy: Remedy::Renew }
    }

    /// A failure that need not come again.
    pub(crate) fn ended(said: impl Into<String>) -> Self {
        Self { said: said.into(), remedy: Remedy::Retry }
    }

    /// A failure that comes again each time.
    pub(crate) fn refused(said: impl Into<String>) -> Self {
        Self { said: said.into(), remedy: Remedy::Nothing }
    }

    /// No answer within the time.
    pub(crate) fn silent(after: Duration) -> Self {
        Self::lost(format!("the cluster gave no answer within {} s", after.as_secs_f32()))
    }

    /// The task that spoke with the cluster came to a bad end: the client met what it did not expect.
    pub(crate) fn broken(_error: &JoinError) -> Self {
        Self::lost("the client of the cluster stumbled over an answer")
    }

    /// What may help.
    pub(crate) fn remedy(&self) -> Remedy {
        self.remedy
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let remedy = match &error {
            Error::Grpc { code, .. } if REFUSALS.contains(&i32::from(*code)) => Remedy::Nothing,
            Error::NotLeaderException(_) => Remedy::Move,
            Error::ServerError(said) if said.contains(BUSY) => Remedy::Retry,
            Error::Grpc { .. }
            | Error::ResourceAlreadyExists
            | Error::WrongExpectedVersion { .. } => Remedy::Retry,
            Error::ServerError(_)
            | Error::ConnectionClosed
            | Error::GrpcConnectionError(_)
            | Error::DeadlineExceeded
            | Error::InternalClientError
            | Error::InternalParsingError(_)
            | Error::IllegalStateError(_)
            | Error::InitializationError(_) => Remedy::Renew,
            Error::AccessDenied
            | Error::ResourceNotFound
            | Error::ResourceDeleted
            | Error::UnsupportedFeature => Remedy::Nothing,
        };
        Self { said: words(&error), remedy }
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::NotLeaderException(node) => {
            format!("the node is not the leader; {}:{} is", node.host, node.port)
        }
        Error::AccessDenied => "the cluster does not let this user do it".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_is_busy_is_asked_again_and_one_that_is_away_is_left() {
        let told = |said: &str| Fault::from(Error::ServerError(said.to_owned())).remedy();
        assert_eq!(told("status: Unavailable, message: \"Server Is Too Busy\""), Remedy::Retry);
        assert_eq!(told("status: Unavailable, message: \"Server Is Not Ready\""), Remedy::Renew);
    }
}
