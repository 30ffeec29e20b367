//! Documents that anybody may run: the one way in without a token.
//!
//! A request without a token is let through this door by POST or GET, with the very text of a
//! trusted document or its id; over WebSocket and as server-sent events there is no such door.
//! The door adds a mark to the request and nothing else, so a field that does not ask for the mark
//! answers as it does to nobody.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The mark of a request that came by a trusted document. Fields for the public ask for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByTrustedDocument;

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedDocument {
    /// Its text.
    text: &'static str,
    /// The SHA-256 of its text, in hexadecimal digits.
    digest: String,
    /// For how many seconds an answer to it may be kept by whoever passes it on.
    max_age_seconds: u32,
}

/// Every document that anybody may run.
#[derive(Debug, Clone, Default)]
pub struct TrustedDocuments(Vec<TrustedDocument>);

impl TrustedDocument {
    /// A document, by its text as compiled in.
    pub fn new(text: &'static str, max_age_seconds: u32) -> Self {
        Self { text, digest: hexadecimal(&Sha256::digest(text)), max_age_seconds }
    }

    /// Its id, as `sha256sum` gives it for its file.
    pub fn id(&self) -> &str {
        &self.digest
    }

    /// Its text.
    pub fn text(&self) -> &'static str {
        self.text
    }

    pub(crate) const fn max_age_seconds(&self) -> u32 {
        self.max_age_seconds
    }
}

impl TrustedDocuments {
    /// The documents of a house.
    pub fn new(documents: Vec<TrustedDocument>) -> Self {
        Self(documents)
    }

    /// All of them.
    pub fn all(&self) -> &[TrustedDocument] {
        &self.0
    }

    /// The document with that id: the digest, alone or behind `sha256:`.
    pub(crate) fn by_id(&self, id: &str) -> Option<&TrustedDocument> {
        let digest = id.strip_prefix("sha256:").unwrap_or(id);
        self.0.iter().find(|document| document.digest.eq_ignore_ascii_case(digest))
    }

    /// The document with that text, to the letter; only a line break at its end may be missing.
    pub(crate) fn by_text(&self, text: &str) -> Option<&TrustedDocument> {
        let is_it = |document: &&TrustedDocument| {
            document.text == text || document.text.strip_suffix('\n') == Some(text)
        };
        self.0.iter().find(is_it)
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
