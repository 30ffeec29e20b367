//! Where a log is, and what stands beside it, as the settings say.

use std::{fmt, path::Path, str::FromStr};

use anyhow::{anyhow, bail};
use serde::Deserialize;
use store_postgres::Address;

use super::{
    Log,
    cluster::Cluster,
    directory::{EVENTS, must_be_its_own},
};

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
    /// On a cluster of KurrentDB, and what is no event in a database, if one is named.
    Kurrent(Box<Cluster>, Option<Box<Common>>),
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

/// A database in which the servers of a log share what is no event: views, leases and places; and keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Common {
    /// Where it is.
    pub(crate) address: Address,
    /// Where the keys are kept apart from it; none: in it.
    pub(crate) keys: Option<Address>,
}

/// What the settings say of the places, as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told<'a> {
    pub(crate) store: Option<&'a PlaceText>,
    pub(crate) store_news: Option<&'a PlaceText>,
    pub(crate) store_log: Option<&'a str>,
    pub(crate) keys: Option<&'a PlaceText>,
    pub(crate) views: Option<&'a PlaceText>,
}

impl Place {
    /// Reads the settings of the places; what nobody would read is refused.
    pub(crate) fn read(told: Told<'_>) -> anyhow::Result<Self> {
        match told.store {
            Some(PlaceText(text)) if is_kurrent(text) => Self::on_kurrent(text, told),
            Some(store) if store.0 != "sqlite" => Self::on_postgres(store, told),
            _ => Self::in_directory(told),
        }
    }

    fn in_directory(told: Told<'_>) -> anyhow::Result<Self> {
        told.news_is_unread()?;
        told.of_kurrent_is_unread()?;
        if told.keys.is_some() {
            bail!("`keys` is read with a `store` on PostgreSQL, or with `views`, alone");
        }
        Ok(Self::Directory)
    }

    fn on_postgres(store: &PlaceText, told: Told<'_>) -> anyhow::Result<Self> {
        told.of_kurrent_is_unread()?;
        let keys = told.keys.map(|text| address("keys", text)).transpose()?;
        let news = told.store_news.map(|text| address("store_news", text)).transpose()?;
        let address = address("store", store)?;
        Ok(Self::Postgres(Box::new(Database { address, news, keys })))
    }

    fn on_kurrent(text: &str, told: Told<'_>) -> anyhow::Result<Self> {
        told.news_is_unread()?;
        let cluster = Cluster::read(text, told.store_log)?;
        let Some(views) = told.views else {
            if told.keys.is_some() {
                bail!("`keys` is read beside a `store` on KurrentDB only where `views` is said");
            }
            return Ok(Self::Kurrent(Box::new(cluster), None));
        };
        let keys = told.keys.map(|text| address("keys", text)).transpose()?;
        let common = Common { address: address("views", views)?, keys };
        Ok(Self::Kurrent(Box::new(cluster), Some(Box::new(common))))
    }

    /// Opens the log where it does not lie in the data directory; so many appends may wait.
    pub(crate) async fn open(&self, data_dir: &Path, wait: Option<usize>) -> anyhow::Result<Log> {
        match self {
            Self::Directory => Log::in_directory(data_dir, wait),
            Self::Postgres(database) => Log::in_database(database, wait).await,
            Self::Kurrent(cluster, _common) => cluster.open(wait).await,
        }
    }

    /// The database that the servers of the log share; none where this is the only one.
    pub(crate) fn common(&self) -> Option<Common> {
        match self {
            Self::Directory => None,
            Self::Postgres(database) => {
                let Database { address, keys, .. } = (**database).clone();
                Some(Common { address, keys })
            }
            Self::Kurrent(_cluster, common) => common.as_deref().cloned(),
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

impl Told<'_> {
    fn news_is_unread(self) -> anyhow::Result<()> {
        if self.store_news.is_some() {
            bail!("`store_news` is read with a `store` on PostgreSQL alone");
        }
        Ok(())
    }

    fn of_kurrent_is_unread(self) -> anyhow::Result<()> {
        if self.views.is_some() {
            bail!(
                "`views` is read with a `store` on KurrentDB alone: a log on PostgreSQL has its views \
                 beside it, and one on SQLite in the data directory"
            );
        }
        if self.store_log.is_some() {
            bail!("`store_log` is read with a `store` on KurrentDB alone");
        }
        Ok(())
    }
}

/// Whether an address is one of KurrentDB, by any of the names that its clients take.
fn is_kurrent(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _rest)| scheme);
    let scheme = scheme.strip_suffix("+discover").unwrap_or(scheme);
    ["kurrentdb", "kurrent", "kdb", "esdb"].contains(&scheme)
}

fn address(setting: &str, PlaceText(text): &PlaceText) -> anyhow::Result<Address> {
    // Not quoted: it may hold a password.
    text.parse().map_err(|bad| match setting {
        "keys" => anyhow!("`keys` is no place of keys: {bad}"),
        "views" => anyhow!("`views` is no place of views: {bad}"),
        _ => anyhow!("`{setting}` is no place of a log: {bad}, kurrentdb://host:2113, or sqlite"),
    })
}
