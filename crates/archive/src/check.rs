//! Checking: a file is read to its end before anything of it is written anywhere.

use std::io::BufRead;

use event_store::{Position, StoredEvent};
use sha2::{Digest, Sha256};

use crate::{
    line::{BadField, End, FORM, Head, Line},
    write::hexadecimal,
};

/// The longest line taken, in bytes: an event of the largest size that a store takes, with room.
const LINE_MAX: u64 = 16 * 1024 * 1024;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Events.
    pub events: u64,
    /// Keys.
    pub keys: u64,
    /// Position of the last event.
    pub head: Position,
}

/// Why a file is no archive of a log, or not a whole one. It says nothing of what the line holds.
#[derive(Debug, thiserror::Error)]
pub enum BadArchive {
    /// The file cannot be read.
    #[error("the archive cannot be read")]
    File(#[from] std::io::Error),
    /// A line is not one of an archive.
    #[error("line {line} is not a line of an archive: {what}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The file ends before its last line.
    #[error("the archive is cut short: it ends at line {line} without saying so")]
    CutShort {
        /// The last line there is.
        line: u64,
    },
    /// What is there is not what the last line says.
    #[error("the archive was changed: its {what} are not what its last line says")]
    Changed {
        /// Lines, events or keys.
        what: &'static str,
    },
}

/// Reads a whole file: every line must be well formed, and the last must say what was there.
pub fn check(file: &mut impl BufRead) -> Result<Summary, BadArchive> {
    let mut lines = Lines::new(file);
    let mut sha256 = Sha256::new();
    let (mut events, mut keys, mut end, mut head) = (0, 0, None, Position::START);
    while let Some(line) = lines.next()? {
        if end.is_some() {
            return Err(lines.bad("nothing may follow the end"));
        }
        match line {
            Entry::Log(log) => head = Position(log.last),
            Entry::Event(_event) => events += 1,
            Entry::Key(_key) => keys += 1,
            Entry::End(told) => {
                end = Some(told);
                continue;
            }
        }
        sha256.update(&lines.bytes);
    }
    let Some(told) = end else { return Err(BadArchive::CutShort { line: lines.line }) };
    same(&told, &End { events, keys, sha256: hexadecimal(&sha256.finalize()) })?;
    if lines.last != head {
        return Err(BadArchive::Changed { what: "last position" });
    }
    Ok(Summary { events, keys, head })
}

fn same(told: &End, found: &End) -> Result<(), BadArchive> {
    let changed = |what| Err(BadArchive::Changed { what });
    match () {
        () if told.events != found.events => changed("events"),
        () if told.keys != found.keys => changed("keys"),
        () if told.sha256 != found.sha256 => changed("lines"),
        () => Ok(()),
    }
}

/// What a line holds, apart from the line.
pub(crate) enum Entry {
    Log(Head),
    Event(Box<StoredEvent>),
    Key((uuid::Uuid, envelope::Owner, envelope::SubjectKey)),
    End(End),
}

/// The lines of a file, one by one.
pub(crate) struct Lines<'f, R> {
    file: &'f mut R,
    bytes: Vec<u8>,
    pub(crate) line: u64,
    last: Position,
}

impl<'f, R: BufRead> Lines<'f, R> {
    pub(crate) fn new(file: &'f mut R) -> Self {
        Self { file, bytes: Vec::new(), line: 0, last: Position::START }
    }

    /// The next line; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, BadArchive> {
        self.bytes.clear();
        let mut bounded = std::io::Read::take(&mut *self.file, LINE_MAX);
        if bounded.read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        if self.bytes.len() as u64 == LINE_MAX {
            return Err(self.bad("it is too long"));
        }
        if self.bytes.last() != Some(&b'\n') {
            return Err(BadArchive::CutShort { line: self.line });
        }
        self.entry().map(Some)
    }

    fn entry(&mut self) -> Result<Entry, BadArchive> {
        let line: Line<'_> =
            serde_json::from_slice(&self.bytes).map_err(|bad| self.no_line(&bad))?;
        if self.line == 1 && !matches!(line, Line::Log(Head { form: FORM, .. })) {
            return Err(self.bad("expected {\"log\":{\"form\":1,…}}, the head of an archive"));
        }
        let entry = match line {
            Line::Log(_) if self.line > 1 => return Err(self.bad("a second head")),
            Line::Log(head) => Ok(Entry::Log(head)),
            Line::Event(event) => event.stored().map(|stored| Entry::Event(Box::new(stored))),
            Line::Key(key) => key.key().map(Entry::Key),
            Line::End(end) => Ok(Entry::End(end)),
        };
        let entry = entry.map_err(|bad: BadField| self.bad(&bad.to_string()))?;
        self.in_order(&entry)?;
        Ok(entry)
    }

    fn in_order(&mut self, entry: &Entry) -> Result<(), BadArchive> {
        let Entry::Event(event) = entry else { return Ok(()) };
        if event.position <= self.last {
            return Err(self.bad("its position is not after the one before"));
        }
        self.last = event.position;
        Ok(())
    }

    /// What serde says names fields and places; it quotes no value but of a wrong type or name.
    fn no_line(&self, bad: &serde_json::Error) -> BadArchive {
        let what = match bad.classify() {
            serde_json::error::Category::Data => "a field is missing, unknown or of another kind",
            _ => "it is not JSON",
        };
        self.bad(what)
    }

    pub(crate) fn bad(&self, what: &str) -> BadArchive {
        BadArchive::Line { line: self.line, what: what.to_owned() }
    }
}
