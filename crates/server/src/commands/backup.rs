//! Backup: what cannot be made again of a data directory, copied beside the server that uses it.
//!
//! The order of the copies is what makes the backup good:
//! 1. `alerts.db` and `deadlines.json` say how far the log was followed. Copied later than the log they
//!    could be ahead of it, and what is recorded at those positions after a restore would be passed
//!    over. Behind it they are safe: what was told is told again, and what was raised is raised once.
//! 2. The log, at one moment.
//! 3. The keys. A key is on disk before the first event sealed with it, so keys copied after the log hold
//!    that of every event in it; copied before it they would lack those made between. `import.key`
//!    comes with them for the same reason.
//!
//! All is copied into `unfinished` and given its name at the end, the log last: a directory without
//! `events.db`, or with `unfinished`, is no backup.

mod check;
mod files;
mod manifest;

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use cabinet::private;
use comfy_table::Table;
use indicatif::HumanBytes;

use self::{
    files::{Copies, sync_dir},
    manifest::{MANIFEST, Manifest},
};
use crate::{
    cli::BackupArgs,
    config::Settings,
    edge,
    log::{EVENTS, Place, UNFINISHED},
};

/// `waymark backup`.
pub(crate) fn run(settings: &Settings, args: &BackupArgs) -> anyhow::Result<()> {
    if let Some(backup) = &args.check {
        return check::run(backup);
    }
    let Some(to) = &args.to else { bail!("say --to or --check") };
    match &settings.store {
        Place::Directory => {}
        Place::Postgres(_) => bail!(
            "the log is on PostgreSQL, and is backed up there: by `pg_dump`, or by a base backup and \
             the archive of its WAL; docs/backup.md has the commands"
        ),
        Place::Kurrent(..) => bail!(
            "the log is on KurrentDB, and is backed up there: by a copy of its files in their order, and \
             after it of the keys; docs/kurrentdb.md has the commands"
        ),
    }
    settings.store.must_be_there(&settings.data_dir)?;
    must_lie_elsewhere(&settings.data_dir, to)?;
    let manifest = backup(&settings.data_dir, to)?;
    super::print(&told(&manifest));
    super::print(&format!("{}: {}", to.display(), manifest.sentence()));
    Ok(())
}

/// A backup within what it is a backup of is lost with it.
fn must_lie_elsewhere(data_dir: &Path, to: &Path) -> anyhow::Result<()> {
    let whole = |path: &Path| {
        std::path::absolute(path)
            .map(|path| path.ancestors().find_map(|there| there.canonicalize().ok()))
            .with_context(|| format!("{} cannot be found", path.display()))
    };
    if whole(to)?.zip(whole(data_dir)?).is_some_and(|(to, within)| to.starts_with(within)) {
        bail!(
            "{} lies in the data directory {}, and would be lost with it: say --to a place beside it, \
             on another disk where there is one",
            to.display(),
            data_dir.display()
        );
    }
    Ok(())
}

/// Copies a data directory into one that is new or empty.
fn backup(data_dir: &Path, to: &Path) -> anyhow::Result<Manifest> {
    let is_new = must_be_empty(to)?;
    private::make_dir(to).with_context(|| format!("{} cannot be made", to.display()))?;
    let unfinished = to.join(UNFINISHED);
    let made = private::make_dir(&unfinished)
        .with_context(|| format!("{} cannot be made", unfinished.display()))
        .and_then(|()| copied(data_dir, &unfinished))
        .and_then(|manifest| name_all(&unfinished, to).map(|()| manifest));
    if made.is_err() && !to.join(EVENTS).exists() {
        take_away(to, is_new);
    }
    made
}

/// Whether there is nothing yet; an error where something is.
fn must_be_empty(to: &Path) -> anyhow::Result<bool> {
    let shown = to.display();
    if to.join(UNFINISHED).exists() {
        bail!("{shown} holds a backup that broke off: remove it, or choose another directory");
    }
    match fs::read_dir(to) {
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("{shown} cannot be read")),
        Ok(mut entries) => {
            let is_empty = entries.next().is_none();
            ensure!(is_empty, "{shown} is not empty: expected a directory that is new or empty");
            Ok(false)
        }
    }
}

/// Copies everything, in the order told above.
fn copied(data_dir: &Path, into: &Path) -> anyhow::Result<Manifest> {
    let began = edge::now();
    let mut copies = Copies::new(data_dir, into);
    copies.database_if_there("alerts.db")?;
    copies.file_if_there("deadlines.json")?;
    copies.database(EVENTS)?;
    copies.database("keys.db")?;
    copies.file_if_there("import.key")?;
    let manifest = Manifest::of(into, copies.named(), began)?;
    manifest.write(&into.join(MANIFEST))?;
    sync_dir(into)?;
    Ok(manifest)
}

/// Gives every file its place, the log last, and takes the empty directory away.
fn name_all(unfinished: &Path, to: &Path) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be written", to.display());
    let mut names: Vec<PathBuf> = fs::read_dir(unfinished)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .with_context(failed)?;
    names.sort_by_key(|path| path.ends_with(EVENTS));
    for path in names {
        let name = path.file_name().unwrap_or_default();
        fs::rename(&path, to.join(name)).with_context(failed)?;
        // What is named later is on disk later.
        sync_dir(to)?;
    }
    fs::remove_dir(unfinished).with_context(failed)?;
    sync_dir(to)?;
    // The directory itself may be new.
    to.canonicalize().with_context(failed)?.parent().map_or(Ok(()), sync_dir)
}

/// What a failed backup left: nobody may take it for one.
fn take_away(to: &Path, is_new: bool) {
    let left = if is_new { to.to_owned() } else { to.join(UNFINISHED) };
    if let Err(error) = fs::remove_dir_all(&left) {
        tracing::warn!(%error, "what the backup left cannot be taken away");
    }
}

fn told(manifest: &Manifest) -> String {
    let mut table = Table::new();
    table.set_header(["file", "bytes"]);
    for file in &manifest.files {
        table.add_row([file.name.clone(), HumanBytes(file.bytes).to_string()]);
    }
    table.to_string()
}
