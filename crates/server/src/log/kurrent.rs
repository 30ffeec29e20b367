//! A log on a cluster of KurrentDB.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use event_store::{ReadError, StoredEvent, StreamId};
use store_kurrent::{Address, KurrentStore, LogName, Options};

use super::{Chosen, Log, Stats};
use crate::edge;

/// How long an answer of the cluster may take. A request is stopped after ten seconds, and is to be told before
/// that whether its step is recorded; so an answer that is lost is sought again within them.
const SILENCE: Duration = Duration::from_secs(4);

/// How long it is tried to reach the cluster: less than a request may run.
const PATIENCE: Duration = Duration::from_secs(8);

/// A cluster, and which of the logs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cluster {
    address: Address,
    log: LogName,
}

impl Cluster {
    /// Reads an address, which may hold a password and is not quoted, and the name of a log.
    pub(super) fn read(address: &str, log: Option<&str>) -> anyhow::Result<Self> {
        let address: Result<Address, _> = address.parse();
        let address = address.map_err(|bad| anyhow!("`store` is no place of a log: {bad}"))?;
        let log = log.map(str::parse).transpose().context("`store_log` is no name of a log")?;
        Ok(Self { address, log: log.unwrap_or_default() })
    }

    /// Where it is.
    pub(crate) const fn address(&self) -> &Address {
        &self.address
    }

    /// What the log is called there.
    pub(crate) const fn log(&self) -> &LogName {
        &self.log
    }

    /// Opens the log, or begins one there; so many appends may wait.
    pub(super) async fn open(&self, wait: Option<usize>) -> anyhow::Result<Log> {
        let mut options = Options::new(edge::micros());
        options.log = self.log.clone();
        options.appends_max = wait.unwrap_or(options.appends_max);
        (options.silence, options.patience) = (SILENCE, PATIENCE);
        Ok(Log(Arc::new(KurrentStore::open_with(&self.address, options).await?)))
    }
}

impl Chosen for KurrentStore {
    fn close(&self) {
        Self::close(self);
    }

    fn trouble(&self) -> Option<String> {
        Self::trouble(self)
    }

    fn stats(&self) -> Stats {
        Stats::default()
    }

    fn read_streams_blocking(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        Self::read_streams_blocking(self, streams)
    }
}
