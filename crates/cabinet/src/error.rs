//! Why a place cannot be read or written.

use std::{io, path::PathBuf};

use postgres_lines::{MigrateError, PostgresFault};

/// Why a place cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CabinetError {
    /// The work is another server's by now: nothing was written.
    #[error("the work `{0}` is in other hands by now")]
    Fenced(String),
    /// The places there are of another log.
    #[error("the places there are of another log: choose another database")]
    OfAnother,
    /// A file failed.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// The file of alerts failed, or a row of it is damaged.
    #[error("the file of alerts failed")]
    Alerts(#[from] rusqlite::Error),
    /// The database failed.
    #[error("the database of places failed")]
    Database(#[from] PostgresFault),
    /// The schema is not, and could not be made, what this build needs.
    #[error("the schema of places cannot be used")]
    Schema(#[from] MigrateError),
}
