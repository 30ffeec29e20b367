//! Moving house: the whole log as one file, for `import --archive`.

use std::path::Path;

use anyhow::Context;
use event_store::Position;
use indicatif::HumanCount;

use super::{note, output::Output};
use crate::{commands::bar, house::Cellar};

/// Writes the log and its keys.
pub(super) async fn export(cellar: &Cellar, path: &Path) -> anyhow::Result<()> {
    let mut output = Output::open(Some(path))?;
    let store = &*cellar.store;
    let progress = bar::of_log(store, Position::START);
    let reached = |position: Position, head: Position| {
        progress.set_length(head.0);
        progress.set_position(position.0);
    };
    let written = archive::write(store, cellar.recorder.keys(), &mut output, &reached).await?;
    progress.finish_and_clear();
    output.finish().context("the archive cannot be written")?;
    let (events, keys) = (HumanCount(written.events), HumanCount(written.keys));
    note(&format!(
        "{events} events and {keys} keys: who has this file can read all that is sealed"
    ));
    Ok(())
}
