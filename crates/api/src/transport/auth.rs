//! Who is asking: the hook through which the house names the caller of each operation.

use std::{any::Any, fmt, sync::Arc};

use async_graphql::Request;
use axum::http::{HeaderMap, header};

/// Names the caller from a bearer token, or refuses.
///
/// `None` is a caller without a token; the hook decides whether that is an anonymous caller,
/// a demonstration identity or a refusal. It is called once a request and once a socket.
pub trait Authenticate: Send + Sync {
    /// Turns the token into what the schema will find in its context.
    fn authenticate(&self, bearer: Option<&str>) -> Result<RequestData, AuthRefusal>;
}

type Dress = Arc<dyn Fn(Request) -> Request + Send + Sync>;

/// What every operation of this caller carries into the schema, and until when.
#[derive(Clone)]
pub struct RequestData {
    dress: Dress,
    expires_at: Option<u64>,
    is_nobody: bool,
}

impl RequestData {
    /// Runs `dress` on every operation, so that it may insert a fresh value (a data loader)
    /// each time: `RequestData::new(move |request| request.data(principal.clone()))`.
    pub fn new(dress: impl Fn(Request) -> Request + Send + Sync + 'static) -> Self {
        Self { dress: Arc::new(dress), expires_at: None, is_nobody: false }
    }

    /// A caller who says nothing of who they are: operations carry nothing, the schema is not told, and
    /// no socket is held open for them.
    pub fn nobody() -> Self {
        Self { is_nobody: true, ..Self::new(|request| request) }
    }

    /// Puts a clone of one value into every operation, found by `ctx.data::<T>()`.
    pub fn of<T: Any + Clone + Send + Sync>(value: T) -> Self {
        Self::new(move |request| request.data(value.clone()))
    }

    /// Ends open streams of this caller at the given second since 1970 (a token's `exp`).
    #[must_use]
    pub fn expires_at(self, unix_seconds: u64) -> Self {
        Self { expires_at: Some(unix_seconds), ..self }
    }

    pub(crate) fn dress(&self, request: Request) -> Request {
        (self.dress)(request)
    }

    pub(crate) const fn is_nobody(&self) -> bool {
        self.is_nobody
    }

    pub(crate) fn expiry(&self) -> Option<u64> {
        self.expires_at
    }
}

impl fmt::Debug for RequestData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestData").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Why a caller was turned away; the text goes to the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct AuthRefusal {
    reason: String,
}

impl AuthRefusal {
    /// A refusal in words that say what would be right, never what the token held.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// The token of an `Authorization: Bearer …` header; another scheme is as good as no token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok().and_then(bearer_token)
}

/// The token behind the word `Bearer`, however it is capitalised.
pub(crate) fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_found_whatever_the_capitals() {
        assert_eq!(bearer_token("Bearer abc"), Some("abc"));
        assert_eq!(bearer_token("bearer  abc "), Some("abc"));
    }

    #[test]
    fn another_scheme_is_no_token() {
        assert_eq!(bearer_token("Basic abc"), None);
        assert_eq!(bearer_token("abc"), None);
    }
}
