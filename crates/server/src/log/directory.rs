//! Whose the data directory is: of the log in it, or of one elsewhere.

use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
    path::Path,
};

use anyhow::{Context, bail};
use uuid::Uuid;

/// Holds the data directory, and says whose views and places it keeps.
const OWNER: &str = "log.id";

/// The file of a log that lies in its data directory.
pub(crate) const EVENTS: &str = "events.db";

/// Where a backup is made; it stays where one broke off.
pub(crate) const UNFINISHED: &str = "unfinished";

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
            "the data directory {} belongs to a log on PostgreSQL or KurrentDB: say which with --store \
             or WAYMARK_STORE, or choose another directory with --data-dir",
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
