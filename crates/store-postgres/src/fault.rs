//! What failed beneath, in words that hold no address, no parameter and no row.

use std::error::Error;

/// A failure of the database or of the way to it.
///
/// The driver's own error may quote a row in its detail; this one keeps the code and the sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub struct Fault {
    said: String,
    refused: bool,
}

impl Fault {
    /// A failure in our own words.
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self { said: said.into(), refused: false }
    }

    /// True where the database itself said no, so that a transaction has come to nothing.
    pub(crate) fn is_refusal(&self) -> bool {
        self.refused
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(refused) = error.as_db_error() {
            let said = format!("{} ({})", refused.message(), refused.code().code());
            return Self { said, refused: true };
        }
        let mut said = error.to_string();
        let mut cause = error.source();
        while let Some(beneath) = cause {
            said = format!("{said}: {beneath}");
            cause = beneath.source();
        }
        Self { said, refused: false }
    }
}

impl From<deadpool_postgres::PoolError> for Fault {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            deadpool_postgres::PoolError::Timeout(_) => {
                Self::new("no connection to the database could be had in time")
            }
            other => Self::new(other.to_string()),
        }
    }
}

impl From<postgres_lines::PostgresFault> for Fault {
    fn from(fault: postgres_lines::PostgresFault) -> Self {
        Self { said: fault.to_string(), refused: !fault.is_lost() }
    }
}
