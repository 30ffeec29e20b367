//! `backup.json`: what the backup is, how far it goes, and its files.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use anyhow::{Context, bail};
use cabinet::private;
use chrono::{DateTime, SecondsFormat, Utc};
use indicatif::HumanCount;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store_sqlite::{LogCopy, LogEnd};
use uuid::Uuid;

use crate::{commands::bar, log::EVENTS};

/// Its name in the backup.
pub(super) const MANIFEST: &str = "backup.json";

/// The only form that is written and read.
const FORM: u32 = 1;

/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Manifest {
    form: u32,
    /// The edition of the program that made it.
    program: String,
    /// When it was begun.
    began: DateTime<Utc>,
    /// The log and its last event.
    pub(super) log_id: Uuid,
    pub(super) position: u64,
    pub(super) event_id: Option<Uuid>,
    /// Keys in it.
    pub(super) keys: usize,
    /// Keys that events are sealed with and that were erased before.
    pub(super) keys_erased: usize,
    /// All files but this one, in the order in which they were copied.
    pub(super) files: Vec<Copied>,
}

/// A file of the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Copied {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// In hexadecimal digits.
    pub(super) sha256: String,
}

impl Manifest {
    /// What the copies in a directory come to.
    pub(super) fn of(dir: &Path, names: Vec<&str>, began: DateTime<Utc>) -> anyhow::Result<Self> {
        let LogEnd { log_id, position, event_id } = LogCopy::open(&dir.join(EVENTS))?.end()?;
        let (keys, keys_erased) = keys(dir)?;
        let files = names.into_iter().map(|name| Copied::of(dir, name));
        Ok(Self {
            form: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            began,
            log_id,
            position: position.0,
            event_id,
            keys,
            keys_erased,
            files: files.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        private::write(path, &text).with_context(|| format!("{} cannot be written", path.display()))
    }

    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
        let read: Self =
            serde_json::from_slice(&text).with_context(|| format!("{shown} is damaged"))?;
        if read.form != FORM {
            bail!("{shown} has form {}, and this build knows form {FORM}", read.form);
        }
        Ok(read)
    }

    /// How far it goes, for a person.
    pub(super) fn sentence(&self) -> String {
        let began = self.began.to_rfc3339_opts(SecondsFormat::Secs, true);
        let last = self.event_id.map_or_else(String::new, |id| format!(", event {id}"));
        let erased = match self.keys_erased {
            0 => String::new(),
            erased => format!("; {} more were erased before", HumanCount(erased as u64)),
        };
        format!(
            "log {} up to position {}{last}, begun {began}; {} keys{erased}",
            self.log_id,
            self.position,
            HumanCount(self.keys as u64)
        )
    }
}

/// Keys in a backup, and those that its events name and that are not there.
pub(super) fn keys(dir: &Path) -> anyhow::Result<(usize, usize)> {
    let there = envelope::key_ids(&dir.join("keys.db")).context("the keys cannot be read")?;
    let mut erased = 0;
    LogCopy::open(&dir.join(EVENTS))?
        .each_key_id(|key_id| erased += usize::from(!there.contains(&key_id)))?;
    Ok((there.len(), erased))
}

impl Copied {
    /// A file as it is on disk.
    pub(super) fn of(dir: &Path, name: &str) -> anyhow::Result<Self> {
        let path = dir.join(name);
        let read = || format!("{} cannot be read", path.display());
        let file = File::open(&path).with_context(read)?;
        let bytes = file.metadata().with_context(read)?.len();
        let sha256 = digest(file, bytes).with_context(read)?;
        Ok(Self { name: name.to_owned(), bytes, sha256 })
    }
}

fn digest(file: File, bytes: u64) -> io::Result<String> {
    let (mut file, mut sha256) = (BufReader::with_capacity(CHUNK, file), Sha256::new());
    let (mut chunk, bar) = (vec![0; CHUNK], bar::of_bytes(bytes));
    loop {
        let read = file.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        sha256.update(bytes);
        bar.inc(read as u64);
    }
    bar.finish_and_clear();
    Ok(hexadecimal(&sha256.finalize()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _written_to_memory = write!(text, "{byte:02x}");
        text
    })
}
