//! Is a backup whole? Every file, every page, and every key that its events need.

use std::path::Path;

use anyhow::{bail, ensure};
use store_sqlite::{LogCopy, damage_of};

use super::{
    manifest::{Copied, MANIFEST, Manifest, keys},
    told,
};
use crate::log::{EVENTS, UNFINISHED};

/// `waymark backup --check`.
pub(super) fn run(backup: &Path) -> anyhow::Result<()> {
    let manifest = check(backup)?;
    crate::commands::print(&told(&manifest));
    let sentence = manifest.sentence();
    crate::commands::print(&format!("{} is whole: {sentence}", backup.display()));
    Ok(())
}

/// Reads all of it, and writes nothing.
pub(super) fn check(backup: &Path) -> anyhow::Result<Manifest> {
    let shown = backup.display();
    ensure!(!backup.join(UNFINISHED).exists(), "{shown} holds a backup that broke off: remove it");
    ensure!(backup.join(MANIFEST).exists(), "{shown} holds no backup: there is no {MANIFEST}");
    let manifest = Manifest::read(&backup.join(MANIFEST))?;
    for file in &manifest.files {
        is_as_it_was(backup, file)?;
    }
    is_whole(backup, &manifest)?;
    Ok(manifest)
}

fn is_as_it_was(backup: &Path, told: &Copied) -> anyhow::Result<()> {
    let found = Copied::of(backup, &told.name)?;
    if found != *told {
        bail!(
            "{} is not what was copied: it was changed, or a server has run on this backup",
            backup.join(&told.name).display()
        );
    }
    Ok(())
}

fn is_whole(backup: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let log = LogCopy::open(&backup.join(EVENTS))?;
    if let Some(damage) = log.damage()? {
        bail!("{} is damaged: {damage}", backup.join(EVENTS).display());
    }
    let others = manifest.files.iter().filter(|file| file.name != EVENTS);
    let databases = others.map(|file| backup.join(&file.name));
    for path in databases.filter(|path| path.extension().is_some_and(|ending| ending == "db")) {
        if let Some(damage) = damage_of(&path)? {
            bail!("{} is damaged: {damage}", path.display());
        }
    }
    let end = log.end()?;
    let (there, missing) = keys(backup)?;
    let found = (end.log_id, end.position.0, end.event_id, there, missing);
    let Manifest { log_id, position, event_id, keys, keys_erased, .. } = manifest;
    ensure!(
        found == (*log_id, *position, *event_id, *keys, *keys_erased),
        "{MANIFEST} does not tell of this log and these keys"
    );
    Ok(())
}
