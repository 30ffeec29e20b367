//! What failed, in words that quote no value.

use crate::ConnectError;

/// What PostgreSQL refused, by its code, or how the way to it was lost.
///
/// What it says in detail may quote a row, and of bad values it quotes the value: both are dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct PostgresFault {
    what: String,
    is_lost: bool,
}

/// Classes of codes whose messages quote values: bad data, and broken constraints.
const QUOTING: [&str; 2] = ["22", "23"];
/// Classes of codes after which the connection is gone: its failures, and the server's going.
const LOSING: [&str; 2] = ["08", "57"];

impl PostgresFault {
    /// The connection is closed.
    pub fn closed() -> Self {
        Self { what: "the connection is closed".to_owned(), is_lost: true }
    }

    /// No connection was made.
    pub fn unreachable(error: &ConnectError) -> Self {
        let what = match error.downcast_ref::<tokio_postgres::Error>() {
            Some(error) => Self::of(error).what,
            None => error.to_string(),
        };
        Self { what: format!("the database cannot be reached: {what}"), is_lost: false }
    }

    /// Every connection is lent, and none came back in time.
    pub fn exhausted() -> Self {
        let what = "every connection of this process is in use".to_owned();
        Self { what, is_lost: false }
    }

    fn of(error: &tokio_postgres::Error) -> Self {
        let Some(refused) = error.as_db_error() else {
            return Self { what: error.to_string(), is_lost: error.is_closed() };
        };
        let code = refused.code().code();
        let is_of = |classes: [&str; 2]| classes.iter().any(|class| code.starts_with(class));
        let message = if is_of(QUOTING) { "it refused a value" } else { refused.message() };
        Self { what: format!("{message} ({code})"), is_lost: is_of(LOSING) }
    }

    /// Whether the connection is gone; another may be made at once.
    pub const fn is_lost(&self) -> bool {
        self.is_lost
    }
}

impl From<tokio_postgres::Error> for PostgresFault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::of(&error)
    }
}
