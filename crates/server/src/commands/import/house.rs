//! Moving house: a whole log, as `export --archive` wrote it, into an empty store; then the views over it.

use std::{
    fs::File,
    io::{BufReader, Seek},
    path::Path,
};

use anyhow::{Context, ensure};
use event_store::Position;
use indicatif::HumanCount;

use super::{build_views, note, put_away};
use crate::{commands::bar, config::Settings, house::Cellar};

/// Checks the file to its end, then writes what it holds.
pub(super) async fn import(settings: &Settings, path: &Path) -> anyhow::Result<()> {
    let not_read = || format!("{} cannot be moved in", path.display());
    let mut file = BufReader::new(File::open(path).with_context(not_read)?);
    let summary = archive::check(&mut file).with_context(not_read)?;
    file.rewind().with_context(not_read)?;
    let cellar = Cellar::chosen(settings).await?;
    let (head, dense) = (cellar.store.head().await?, cellar.store.capabilities().dense_positions);
    ensure!(
        !dense || head.0 <= summary.events,
        "the log there has come to position {head} and the archive ends at {}: it has been written to \
         since, and keys that were erased would come back; nothing was moved in",
        summary.events
    );
    let bar = bar::of_events(summary.events);
    let reached = |_position: Position| bar.inc(1);
    let keys = cellar.recorder.keys();
    let restored = archive::restore(&mut file, &*cellar.store, keys, &reached).await;
    let restored = restored.with_context(not_read)?;
    bar.finish_and_clear();
    put_away(cellar);
    build_views(settings).await?;
    let (written, known) = (HumanCount(restored.written), HumanCount(restored.known));
    note(&format!("{written} events moved in, {known} were there before; {} keys", restored.keys));
    Ok(())
}
