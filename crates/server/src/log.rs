//! Which log it is: the one in the data directory, or one on PostgreSQL that other servers share.

mod now;

use std::{
    fmt,
    fs::{File, TryLockError},
    io::{Read, Write},
    ops::Deref,
    path::Path,
    str::FromStr,
    sync::Arc,
};

use anyhow::{Context, anyhow, bail};
use event_store::{EventStore, ReadError, StoredEvent, StreamId};
use postgres_lines::Connect;
use serde::Deserialize;
use store_postgres::{Address, Listen, Options, PostgresStore};
use store_sqlite::SqliteStore;
use uuid::Uuid;

pub(crate) use self::now::LogNow;
use crate::edge;

/// Holds the data directory, and says whose views and places it keeps.
const OWNER: &str = "log.id";

/// The file of a log that lies in its data directory.
pub(crate) const EVENTS: &str = "events.db";

/// Where a backup is made; it stays where one broke off.
pub(crate) const UNFINISHED: &str = "unfinished";

/// Where a log is, as it was written; it may hold a password and never shows itself.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct PlaceText(String);

impl FromStr for PlaceText {
    type Err = std::convert::Infallible;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Ok(Self(raw.to_owned()))
    }
}

impl fmt::Debug for PlaceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlaceText(..)")
    }
}

/// Where the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the data directory, on SQLite.
    Directory,
    /// In a database that other servers may share.
    Postgres(Box<Database>),
}

/// A database that holds a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Database {
    /// Where the log is written and read.
    pub(crate) address: Address,
    /// Where news of it come from, past a pooler; none: from the same address.
    pub(crate) news: Option<Address>,
    /// Where the keys are kept apart from the log; none: in its database.
    pub(crate) keys: Option<Address>,
}

/// Connections to a database, for whoever keeps something in it.
pub(crate) fn connect(address: &Address) -> Connect {
    let address = address.clone();
    Arc::new(move || {
        let address = address.clone();
        Box::pin(async move { Ok(address.connect().await?) })
    })
}

impl Place {
    /// Reads the settings `store`, `store_news` and `keys`.
    pub(crate) fn read(
        store: Option<&PlaceText>,
        news: Option<&PlaceText>,
        keys: Option<&PlaceText>,
    ) -> anyhow::Result<Self> {
        let keys = keys.map(|text| address("keys", text)).transpose()?;
        let news = news.map(|text| address("store_news", text)).transpose()?;
        match store {
            Some(PlaceText(text)) if text != "sqlite" => {
                let address = address("store", &PlaceText(text.clone()))?;
                Ok(Self::Postgres(Box::new(Database { address, news, keys })))
            }
            _ if news.is_some() => bail!("`store_news` is read with a `store` on PostgreSQL alone"),
            _ if keys.is_some() => bail!("`keys` is read with a `store` on PostgreSQL alone"),
            _ => Ok(Self::Directory),
        }
    }

    /// Refuses to go on where nothing was ever recorded.
    pub(crate) fn must_be_there(&self, data_dir: &Path) -> anyhow::Result<()> {
        if *self != Self::Directory {
            return Ok(());
        }
        must_be_its_own(data_dir)?;
        if !data_dir.join(EVENTS).exists() {
            bail!("there is no event log in {}", data_dir.display());
        }
        Ok(())
    }
}

fn address(setting: &str, PlaceText(text): &PlaceText) -> anyhow::Result<Address> {
    // Not quoted: it may hold a password.
    text.parse().map_err(|bad| match setting {
        "keys" => anyhow!("`keys` is no place of keys: {bad}"),
        _ => anyhow!("`{setting}` is no place of a log: {bad}, or sqlite"),
    })
}

/// The log that was chosen, shared by all who hold it.
#[derive(Clone)]
pub(crate) enum Log {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

/// How much was written since opening.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stats {
    pub(crate) commits: u64,
    pub(crate) events: u64,
}

impl Log {
    /// Opens the log in the data directory, or begins one there; so many appends may wait.
    pub(crate) fn in_directory(data_dir: &Path, wait: Option<usize>) -> anyhow::Result<Self> {
        let mut options = store_sqlite::Options::new(edge::micros());
        options.queue_appends_max = wait.unwrap_or(options.queue_appends_max);
        let store = SqliteStore::open_with(data_dir, options)
            .with_context(|| format!("the data directory {} cannot be used", data_dir.display()))?;
        Ok(Self::Sqlite(Arc::new(store)))
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
        Ok(Self::Postgres(Arc::new(PostgresStore::open_with(&database.address, options).await?)))
    }

    /// As those take it who know no particular store.
    pub(crate) fn shared(&self) -> Arc<dyn EventStore> {
        match self {
            Self::Sqlite(store) => Arc::clone(store) as Arc<dyn EventStore>,
            Self::Postgres(store) => Arc::clone(store) as Arc<dyn EventStore>,
        }
    }

    /// Takes no more appends, writes and answers those that wait, and returns. Reads go on.
    pub(crate) fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close(),
            Self::Postgres(store) => store.close(),
        }
    }

    /// Why the log cannot be written now; none while it can.
    pub(crate) fn trouble(&self) -> Option<String> {
        match self {
            Self::Sqlite(store) => store.trouble(),
            Self::Postgres(store) => store.trouble(),
        }
    }

    /// How much this process wrote.
    pub(crate) fn stats(&self) -> Stats {
        match self {
            Self::Sqlite(store) => {
                let store_sqlite::Stats { commits, events } = store.stats();
                Stats { commits, events }
            }
            Self::Postgres(store) => {
                let store_postgres::Stats { commits, events } = store.stats();
                Stats { commits, events }
            }
        }
    }

    /// Whole streams as of one moment, waited for on this thread.
    pub(crate) fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        match self {
            Self::Sqlite(store) => store.read_streams_blocking(streams),
            Self::Postgres(store) => store.read_streams_blocking(streams),
        }
    }
}

impl Deref for Log {
    type Target = dyn EventStore;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Sqlite(store) => &**store,
            Self::Postgres(store) => &**store,
        }
    }
}

/// Refuses a directory that belongs to a log elsewhere, or holds a part of a backup: a new one would
/// begin in it.
pub(crate) fn must_be_its_own(data_dir: &Path) -> anyhow::Result<()> {
    if data_dir.join(UNFINISHED).exists() {
        bail!(
            "{} holds a backup that broke off: take one that is whole, or remove it",
            data_dir.display()
        );
    }
    if data_dir.join(OWNER).exists() && !data_dir.join(EVENTS).exists() {
        bail!(
            "the data directory {} belongs to a log on PostgreSQL: say which with --store or \
             WAYMARK_STORE, or choose another directory with --data-dir",
            data_dir.display()
        );
    }
    Ok(())
}

/// Takes the data directory for a log that lies elsewhere. It keeps views and places of one log,
/// and is used by one process at a time.
pub(crate) fn take_directory(data_dir: &Path, log_id: Uuid) -> anyhow::Result<File> {
    let shown = data_dir.display();
    if data_dir.join(EVENTS).exists() {
        bail!("the data directory {shown} holds a log of its own: choose another with --data-dir");
    }
    let path = data_dir.join(OWNER);
    let taken = File::options().create(true).truncate(false).read(true).write(true).open(&path);
    let mut file = taken.with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            bail!("the data directory {shown} is in use by another process")
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
        }
    }
    let mut owner = String::new();
    file.read_to_string(&mut owner).with_context(|| format!("{} is damaged", path.display()))?;
    if owner.is_empty() {
        file.write_all(log_id.to_string().as_bytes())?;
        file.sync_all()?;
    } else if owner != log_id.to_string() {
        bail!("the data directory {shown} belongs to another log: choose another with --data-dir");
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
