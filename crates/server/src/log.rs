//! Which log it is: the one in the data directory, one on PostgreSQL that other servers share, or one on a
//! cluster of KurrentDB.

mod directory;
mod now;
mod place;

#[cfg(feature = "kurrent")]
mod kurrent;
#[cfg(not(feature = "kurrent"))]
mod no_kurrent;

use std::{ops::Deref, path::Path, sync::Arc};

use anyhow::Context;
use event_store::{EventStore, ReadError, StoredEvent, StreamId};
use postgres_lines::Connect;
use store_postgres::{Address, Listen, Options, PostgresStore};
use store_sqlite::SqliteStore;

#[cfg(feature = "kurrent")]
use self::kurrent as cluster;
#[cfg(feature = "kurrent")]
pub(crate) use self::kurrent::Cluster;
#[cfg(not(feature = "kurrent"))]
use self::no_kurrent as cluster;
pub(crate) use self::{
    directory::{EVENTS, UNFINISHED, must_be_its_own, take_directory},
    now::LogNow,
    place::{Common, Database, Place, PlaceText, Told},
};
use crate::edge;

/// Connections to a database, for whoever keeps something in it.
pub(crate) fn connect(address: &Address) -> Connect {
    let address = address.clone();
    Arc::new(move || {
        let address = address.clone();
        Box::pin(async move { Ok(address.connect().await?) })
    })
}

/// What a log is here beyond the verbs of every store.
pub(crate) trait Chosen: EventStore {
    /// Takes no more appends, writes and answers those that wait, and returns. Reads go on.
    fn close(&self);

    /// Why the log cannot be written now; none while it can.
    fn trouble(&self) -> Option<String>;

    /// How much this process wrote; nothing where the store does not count.
    fn stats(&self) -> Stats;

    /// Whole streams as of one moment, waited for on this thread.
    fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError>;
}

/// How much was written since opening.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stats {
    pub(crate) commits: u64,
    pub(crate) events: u64,
}

impl Chosen for SqliteStore {
    fn close(&self) {
        Self::close(self);
    }

    fn trouble(&self) -> Option<String> {
        Self::trouble(self)
    }

    fn stats(&self) -> Stats {
        let store_sqlite::Stats { commits, events } = Self::stats(self);
        Stats { commits, events }
    }

    fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        Self::read_streams_blocking(self, streams)
    }
}

impl Chosen for PostgresStore {
    fn close(&self) {
        Self::close(self);
    }

    fn trouble(&self) -> Option<String> {
        Self::trouble(self)
    }

    fn stats(&self) -> Stats {
        let store_postgres::Stats { commits, events } = Self::stats(self);
        Stats { commits, events }
    }

    fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        Self::read_streams_blocking(self, streams)
    }
}

/// The log that was chosen, shared by all who hold it.
#[derive(Clone)]
pub(crate) struct Log(Arc<dyn Chosen>);

impl Log {
    /// Opens the log in the data directory, or begins one there; so many appends may wait.
    pub(crate) fn in_directory(data_dir: &Path, wait: Option<usize>) -> anyhow::Result<Self> {
        let mut options = store_sqlite::Options::new(edge::micros());
        options.queue_appends_max = wait.unwrap_or(options.queue_appends_max);
        let store = SqliteStore::open_with(data_dir, options)
            .with_context(|| format!("the data directory {} cannot be used", data_dir.display()))?;
        Ok(Self(Arc::new(store)))
    }

    /// Opens the log in a database; so many appends may wait.
    pub(crate) async fn in_database(
        database: &Database,
        wait: Option<usize>,
    ) -> anyhow::Result<Self> {
        let mut options = Options::new(edge::micros());
        options.queue_appends_max = wait.unwrap_or(options.queue_appends_max);
        if let Some(news) = &database.news {
            options.listen = Listen::At(Box::new(news.clone()));
        }
        Ok(Self(Arc::new(PostgresStore::open_with(&database.address, options).await?)))
    }

    /// As those take it who know no particular store.
    pub(crate) fn shared(&self) -> Arc<dyn EventStore> {
        Arc::clone(&self.0) as Arc<dyn EventStore>
    }

    /// See [`Chosen::close`].
    pub(crate) fn close(&self) {
        self.0.close();
    }

    /// See [`Chosen::trouble`].
    pub(crate) fn trouble(&self) -> Option<String> {
        self.0.trouble()
    }

    /// See [`Chosen::stats`].
    pub(crate) fn stats(&self) -> Stats {
        self.0.stats()
    }

    /// See [`Chosen::read_streams_blocking`].
    pub(crate) fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        self.0.read_streams_blocking(streams)
    }
}

impl Deref for Log {
    type Target = dyn EventStore;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

#[cfg(test)]
mod tests;
