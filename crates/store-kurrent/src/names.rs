//! Names on the server: of the log, of its streams, and of the one event that says which log it is.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use event_store::{Category, StreamId};
use uuid::Uuid;

const NAME_BYTES_MAX: usize = 32;

/// What the log is called on its server. It keeps several installations apart on one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogName(Arc<str>);

/// A text that names no log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log is named by 1 to {NAME_BYTES_MAX} of the letters a-z and the digits 0-9")]
pub struct BadLogName;

impl LogName {
    /// What all streams of this log begin with, and no other stream does.
    pub(crate) fn prefix(&self) -> String {
        format!("{}.", self.0)
    }

    /// What all streams of one category begin with.
    pub(crate) fn category_prefix(&self, category: Category) -> String {
        format!("{}.{category}-", self.0)
    }

    /// Where an event stream stands on the server. Nothing before the first dash but log and category:
    /// the server's own list of categories cuts there.
    pub(crate) fn stream(&self, stream: StreamId) -> String {
        let mut id = Uuid::encode_buffer();
        let id: &str = stream.id.as_hyphenated().encode_lower(&mut id);
        // As `StreamId` writes itself, in one piece: every append and every read has one made.
        [&*self.0, ".", stream.category.name(), "-", id].concat()
    }

    /// The stream with the log's id. It lies outside [`LogName::prefix`], so no reader meets it.
    pub(crate) fn identity(&self) -> String {
        format!("{}/identity", self.0)
    }

    /// The stream behind a name of this log; none where it is no name that we give.
    pub(crate) fn parse(&self, name: &str) -> Option<StreamId> {
        name.strip_prefix(&*self.0)?.strip_prefix('.')?.parse().ok()
    }
}

impl Default for LogName {
    fn default() -> Self {
        Self(Arc::from("waymark"))
    }
}

impl fmt::Display for LogName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LogName {
    type Err = BadLogName;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let plain = raw.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if raw.is_empty() || raw.len() > NAME_BYTES_MAX || !plain {
            return Err(BadLogName);
        }
        Ok(Self(Arc::from(raw)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_reads_back_from_its_name_and_another_log_does_not_know_it() {
        let (ours, theirs): (LogName, LogName) = ("ward7".parse().unwrap(), LogName::default());
        for category in Category::ALL {
            let stream = StreamId::new(category, Uuid::from_u128(7));
            let name = ours.stream(stream);
            assert_eq!(name, format!("ward7.{stream}"));
            assert!(name.starts_with(&ours.prefix()), "{name}");
            assert!(name.starts_with(&ours.category_prefix(category)), "{name}");
            assert_eq!(ours.parse(&name), Some(stream));
            assert_eq!(theirs.parse(&name), None);
        }
        assert!(!ours.identity().starts_with(&ours.prefix()));
        assert_eq!(ours.parse("ward7.ward-1"), None);
    }

    #[test]
    fn a_name_that_could_be_taken_for_another_is_refused() {
        for raw in ["", "Ward", "ward-7", "ward.7", "ward/7", "$ward", "ä", &"w".repeat(33)] {
            assert_eq!(raw.parse::<LogName>(), Err(BadLogName), "{raw}");
        }
        assert_eq!("w".repeat(32).parse::<LogName>().unwrap().to_string(), "w".repeat(32));
    }
}
