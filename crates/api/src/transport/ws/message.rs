//! The messages of graphql-transport-ws, and the codes a socket closes with.

use std::borrow::Cow;

use async_graphql::{Response, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::transport::{auth::bearer_token, params::Params};

/// What a client may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Heard {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Pong {
        #[serde(default, rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    Subscribe {
        id: String,
        payload: Box<Params>,
    },
    Complete {
        id: String,
    },
}

impl Heard {
    /// Reads one text frame; anything the protocol does not know is refused as a whole.
    pub(super) fn parse(text: &str) -> Result<Self, Close> {
        serde_json::from_str(text).map_err(|_not_a_message| Close::INVALID_MESSAGE)
    }
}

/// The token in a `connection_init` payload: `authorization: "Bearer …"` or `token: "…"`.
pub(super) fn token_in(payload: &Map<String, Value>) -> Option<&str> {
    payload.iter().find_map(|(name, value)| {
        let value = value.as_str()?;
        if name.eq_ignore_ascii_case("authorization") {
            return bearer_token(value);
        }
        name.eq_ignore_ascii_case("token").then_some(value)
    })
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Say<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: &'a Response,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

/// Why the server ends a socket: a code of the protocol and a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

/// A close frame holds 125 bytes, two of them the code. A longer one is never sent at all.
const REASON_BYTES_MAX: usize = 123;

impl Close {
    pub(super) const GOING_AWAY: Self = Self::with(1001, "the server is shutting down");
    pub(super) const SILENT: Self = Self::with(1001, "no sign of life from the client");
    pub(super) const PROTOCOL: Self = Self::with(1002, "the WebSocket protocol was broken");
    pub(super) const TOO_BIG: Self = Self::with(1009, "the message is too big");
    pub(super) const INVALID_MESSAGE: Self = Self::with(4400, "invalid message");
    pub(super) const UNAUTHORISED: Self = Self::with(4401, "send connection_init first");
    /// 4403 and not 4401: clients give up for good at 4401, and try again with fresh
    /// connection parameters at 4403, which is what a token that ran out calls for.
    pub(super) const TOKEN_ENDED: Self = Self::with(4403, "the token has run out");
    /// 4403 too: a client that says who it is may try again.
    pub(super) const NOBODY: Self = Self::with(4403, "a bearer token is needed: connection_init");
    pub(super) const BAD_PROTOCOL: Self = Self::with(4406, "speak graphql-transport-ws");
    pub(super) const INIT_TIMEOUT: Self = Self::with(4408, "connection_init took too long");
    pub(super) const DUPLICATE_ID: Self = Self::with(4409, "the id is taken by an operation");
    pub(super) const SECOND_INIT: Self = Self::with(4429, "connection_init was sent twice");

    const fn with(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The caller was turned away, in the words of the house, as far as they fit.
    pub(super) fn forbidden(reason: &str) -> Self {
        let mut fitting = String::new();
        for character in reason.chars() {
            if fitting.len() + character.len_utf8() > REASON_BYTES_MAX {
                break;
            }
            fitting.push(character);
        }
        Self { code: 4403, reason: Cow::Owned(fitting) }
    }
}
