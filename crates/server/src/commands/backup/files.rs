//! One file after another, each whole or not there.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use anyhow::Context;
use cabinet::private;
use indicatif::ProgressBar;

use crate::commands::bar;

/// Pages of SQLite, for a bar that counts bytes.
const PAGE_BYTES: u64 = 4_096;

/// Copies out of a data directory, and remembers which.
pub(super) struct Copies<'d> {
    from: &'d Path,
    into: &'d Path,
    names: Vec<&'static str>,
}

impl<'d> Copies<'d> {
    pub(super) fn new(from: &'d Path, into: &'d Path) -> Self {
        Self { from, into, names: Vec::new() }
    }

    /// What was copied, in that order.
    pub(super) fn named(self) -> Vec<&'static str> {
        self.names
    }

    /// A database as it is at one moment, whoever uses it.
    pub(super) fn database(&mut self, name: &'static str) -> anyhow::Result<()> {
        let bar = bar::of_bytes(0);
        let copied =
            store_sqlite::copy(&self.from.join(name), &self.into.join(name), &|done, all| {
                show(&bar, done, all);
            });
        bar.finish_and_clear();
        copied.context("the backup was not made")?;
        self.names.push(name);
        Ok(())
    }

    /// As [`Copies::database`], where there may be none.
    pub(super) fn database_if_there(&mut self, name: &'static str) -> anyhow::Result<()> {
        if self.from.join(name).exists() { self.database(name) } else { Ok(()) }
    }

    /// A small file that is only ever replaced whole; there may be none.
    pub(super) fn file_if_there(&mut self, name: &'static str) -> anyhow::Result<()> {
        let (from, to) = (self.from.join(name), self.into.join(name));
        let bytes = match fs::read(&from) {
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(()),
            read => read.with_context(|| format!("{} cannot be read", from.display()))?,
        };
        private::write(&to, &bytes)
            .with_context(|| format!("{} cannot be written", to.display()))?;
        self.names.push(name);
        Ok(())
    }
}

fn show(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all * PAGE_BYTES);
    bar.set_position(done * PAGE_BYTES);
}

/// Brings the names in a directory to disk.
pub(super) fn sync_dir(dir: &Path) -> anyhow::Result<()> {
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.with_context(|| format!("{} cannot be written", dir.display()))
}
