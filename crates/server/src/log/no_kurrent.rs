//! A build without the store for KurrentDB: a log there is refused, and never opened.

use anyhow::bail;

use super::Log;

/// A cluster that this build cannot reach: there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cluster {}

impl Cluster {
    /// Refuses every address.
    pub(super) fn read(_address: &str, _log: Option<&str>) -> anyhow::Result<Self> {
        bail!(
            "`store` names a log on KurrentDB, and this build was made without the feature `kurrent`: \
             build it with its default features"
        )
    }

    /// Nobody comes here.
    #[expect(clippy::unused_async, reason = "as the store for KurrentDB is opened")]
    pub(super) async fn open(&self, _wait: Option<usize>) -> anyhow::Result<Log> {
        match *self {}
    }
}
