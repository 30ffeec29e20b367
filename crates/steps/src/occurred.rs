//! When a step happened, as exactly as its source knows.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::identifiers::BadValue;

/// When something happened in the world: an instant, or only a day where the source gives no more.
///
/// Written as `2026-01-31T09:30:00Z` or `2026-01-31`. Days are days in Europe/London.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum OccurredAt {
    /// Known to the day.
    Day(NaiveDate),
    /// Known to the microsecond.
    Instant(DateTime<Utc>),
}

impl OccurredAt {
    /// What a well-formed value looks like.
    pub const EXPECTED: &'static str =
        "a day (2026-01-31) or an instant with its zone (2026-01-31T09:30:00Z)";
}

impl std::str::FromStr for OccurredAt {
    type Err = BadValue;
    fn from_str(raw: &str) -> Result<Self, BadValue> {
        let bad = || BadValue { expected: Self::EXPECTED };
        if raw.len() == 10 {
            return raw.parse().map(Self::Day).map_err(|_not_a_day| bad());
        }
        let instant = DateTime::parse_from_rfc3339(raw).map_err(|_not_an_instant| bad())?;
        let instant = instant.with_timezone(&Utc);
        DateTime::from_timestamp_micros(instant.timestamp_micros())
            .map(Self::Instant)
            .ok_or_else(bad)
    }
}

impl TryFrom<String> for OccurredAt {
    type Error = BadValue;
    fn try_from(raw: String) -> Result<Self, BadValue> {
        raw.parse()
    }
}

impl From<OccurredAt> for String {
    fn from(value: OccurredAt) -> Self {
        value.to_string()
    }
}

impl std::fmt::Display for OccurredAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        }
    }
}

impl schemars::JsonSchema for OccurredAt {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OccurredAt".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "description": Self::EXPECTED})
    }
}
