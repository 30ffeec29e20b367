//! What was sent where nobody reads it.

use chrono::{DateTime, Utc};
use projector::{Connection, named_params};
use steps::{Endpoint, OdsCode, codes::Channel};

use super::{Cursor, Listed, PAGE_MAX, SafetyNetError, pathway, select};
use crate::{Dispatch, row};

const DISPATCHED: &str = include_str!("dispatched.sql");

/// What was sent to one organisation, or to one endpoint of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchedAsk {
    /// To whom.
    pub recipient: OdsCode,
    /// By this channel and to this endpoint, where the step says it; `None`: whichever.
    pub by: Option<(Channel, Endpoint)>,
    /// Of what names no endpoint too: where nobody services any endpoint of the channel.
    pub unnamed: bool,
    /// From this moment on.
    pub since: DateTime<Utc>,
    /// The moment that is asked.
    pub now: DateTime<Utc>,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// What was sent there and had got through to nobody, in the order in which it was sent.
pub fn dispatched(
    conn: &Connection,
    ask: &DispatchedAsk,
) -> Result<Vec<Listed<Dispatch>>, SafetyNetError> {
    let after = ask.after.clone().unwrap_or_else(Cursor::start);
    let (channel, endpoint) = match &ask.by {
        Some((channel, endpoint)) => (Some(row::channel_code(*channel)), Some(endpoint.as_str())),
        None => (None, None),
    };
    let asked = named_params! {
        ":recipient": ask.recipient.as_str(),
        ":channel": channel,
        ":endpoint": endpoint,
        ":unnamed": i64::from(ask.unnamed),
        ":since": ask.since.timestamp_micros(),
        ":now": ask.now.timestamp_micros(),
        ":after_at": after.at,
        ":after_event": after.id.as_bytes(),
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, DISPATCHED, asked, |row| {
        let node = row::dispatch(row)?;
        let at = node.at.timestamp_micros();
        let cursor = Cursor { at, id: node.event_id.0, rule: String::new(), level: 0 };
        Ok(Listed { pathway_id: pathway(row)?, node, cursor })
    })
}
