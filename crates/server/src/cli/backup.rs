//! The arguments of `waymark backup`.

use std::path::PathBuf;

use clap::Args;

/// What `waymark backup --help` teaches.
pub(super) const HELP: &str = r"Examples:
  # Beside the running server, or while it is stopped
  waymark backup --data-dir /data --to /backup/2026-01-31

  # Is it whole? Reads all of it, writes nothing; the exit code is 1 if not
  waymark backup --check /backup/2026-01-31

  # Restore: a copy of the backup is a data directory
  cp -a /backup/2026-01-31/. /data && waymark serve --data-dir /data

In it: the log as it was at one moment, every key that opens it, import.key, and how far alarms and
alerts had come (deadlines.json, alerts.db). What can be made again is left out: views are built from
the log at the next start, token.key is made anew, so that tokens given out before are no longer taken.
backup.json says up to which position and event it goes, and names every file with its SHA-256.

A backup opens what is sealed, so guard it as the data directory itself. It keeps the key of a person who
is erased later: keep no backup longer than an erasure may take.

A backup that broke off leaves the directory `unfinished` behind, and no server starts on it.
A log on PostgreSQL is backed up by the database's own tools (docs/backup.md), one on KurrentDB by a copy of
its files, and of the keys after it (docs/kurrentdb.md).";

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct BackupArgs {
    /// Copy the data directory here: a directory that does not exist yet, or is empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    /// Read a backup to its end, and say whether it is whole and up to which position it goes.
    #[arg(long, value_name = "DIR")]
    pub(crate) check: Option<PathBuf>,
}
