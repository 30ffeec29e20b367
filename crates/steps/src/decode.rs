//! Reading a step: from the stored bytes, or from a client's JSON.

use crate::{Step, StepKind};

/// A step that cannot be read: which field, and what would be right. Never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadStep {
    /// There is no step of that name and version.
    #[error("`{name}` (version {version}) is not a step")]
    Unknown {
        /// The name.
        name: String,
        /// The version.
        version: u16,
    },
    /// A field is missing, unknown or malformed.
    #[error("{field}: {message}")]
    Malformed {
        /// Path of the field, `referralSent.ubrn`.
        field: String,
        /// What was wrong and what would be right.
        message: String,
    },
}

/// Reads the clear part of a stored event straight from its bytes.
pub fn decode(kind: StepKind, version: u16, clear: &[u8]) -> Result<Step, BadStep> {
    if version != kind.version() {
        return Err(BadStep::Unknown { name: kind.name().to_owned(), version });
    }
    Step::decode_newest(kind, clear).map_err(|error| BadStep::Malformed {
        field: kind.name().to_owned(),
        message: without_values(&error),
    })
}

/// Reads `{"referralSent": {…}}` as a client writes it, naming the field that is wrong.
pub fn decode_input(json: &[u8]) -> Result<Step, BadStep> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let step = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        BadStep::Malformed {
            field: error.path().to_string(),
            message: without_values(error.inner()),
        }
    })?;
    deserializer.end().map_err(|error| BadStep::Malformed {
        field: "step".to_owned(),
        message: without_values(&error),
    })?;
    Ok(step)
}

/// The message of `error` without the value it met, for that may be about a person.
///
/// The value stands before the last `, expected`, and may itself hold these words.
pub fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
    let quotes_a_value = ["invalid type: ", "invalid value: ", "unknown variant "]
        .iter()
        .any(|start| message.starts_with(start));
    if !quotes_a_value {
        return message.to_owned();
    }
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    expected.map_or_else(|| "malformed".to_owned(), |expected| format!("expected {expected}"))
}

#[cfg(test)]
mod tests;
