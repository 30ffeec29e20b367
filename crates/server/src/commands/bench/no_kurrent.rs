//! A build without the store for KurrentDB: nothing of it is measured.

use anyhow::bail;

use super::{Bench, finding::Finding};
use crate::{config::Settings, log::Place};

/// Whether the settings name a cluster, which they cannot.
pub(super) fn is_named(settings: &Settings) -> bool {
    matches!(settings.store, Place::Kurrent(..))
}

/// Refuses.
#[expect(clippy::unused_async, reason = "as KurrentDB is measured")]
pub(super) async fn measure(_bench: &Bench, _settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    bail!("this build was made without the feature `kurrent`: build it with its default features")
}
