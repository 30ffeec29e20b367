//! The errors a stranger may see: stable codes, bounded text, nothing of our insides.

use async_graphql::{PathSegment, Pos, Response, ServerError, Value, parser};

/// Characters of an error message that leave the house.
const MESSAGE_CHARACTERS_MAX: usize = 300;

/// How async-graphql 7 opens the message of an argument that a scalar or an enum refused.
const INPUT_ERRORS: [&str; 4] = [
    "Failed to parse \"",
    "Expected input type \"",
    "Invalid value for argument \"",
    "Enumeration type \"",
];

/// The codes of `extensions.code`. Clients match on them, so they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// A variable, an argument or a parameter of the request has the wrong shape.
    BadUserInput,
    /// The request as HTTP or as a socket message is wrong.
    BadRequest,
    /// No identity, or one that does not hold.
    Unauthenticated,
    /// An identity that may not do this.
    Forbidden,
    /// The document asks for more than a request may.
    QueryRefused,
    /// The body weighs more than a request may.
    PayloadTooLarge,
    /// Too many streams or operations are open.
    RateLimited,
    /// The request ran out of time.
    Timeout,
    /// Something of ours broke; the log says what.
    Internal,
}

impl Code {
    /// The word that stands in `extensions.code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::BadRequest => "BAD_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::QueryRefused => "QUERY_REFUSED",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::RateLimited => "RATE_LIMITED",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }
}

/// One error with its code.
pub(crate) fn fault(code: Code, message: impl Into<String>) -> ServerError {
    coded(ServerError::new(message, None), code)
}

/// An answer that is nothing but one error: nothing was executed.
pub(crate) fn refusal(code: Code, message: impl Into<String>) -> Response {
    Response::from_errors(vec![fault(code, message)])
}

/// What the parser disliked, without the line of the document it quotes.
pub(crate) fn parse_refusal(error: &parser::Error) -> Response {
    let text = match error {
        parser::Error::Syntax { message, .. } => expectation(message),
        other => other.to_string(),
    };
    let positions: Vec<Pos> = error.positions().collect();
    let fault = fault(Code::GraphqlParseFailed, shortened(&text));
    Response::from_errors(vec![ServerError { locations: positions, ..fault }])
}

/// The last line of a parser report says what was expected; the lines before quote the document.
fn expectation(report: &str) -> String {
    let expected = report.rsplit("\n  = ").next().filter(|_| report.contains("\n  = "));
    expected.map_or_else(
        || "the document is not valid GraphQL".to_owned(),
        |expected| format!("the document is not valid GraphQL: {}", expected.trim()),
    )
}

/// Whether nothing was executed: no data, and no error belongs to a field.
pub(crate) fn is_request_error(response: &Response) -> bool {
    let pathless = response.errors.iter().all(|error| error.path.is_empty());
    response.data == Value::Null && !response.errors.is_empty() && pathless
}

/// The code of the first error, if it is one of `extensions.code`.
pub(crate) fn first_code(response: &Response) -> Option<&str> {
    match response.errors.first()?.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        Value::Null
        | Value::Number(_)
        | Value::Boolean(_)
        | Value::Binary(_)
        | Value::Enum(_)
        | Value::List(_)
        | Value::Object(_) => None,
    }
}

/// Gives every error a code, and takes the text of those that nobody meant for a stranger.
pub(crate) fn mask(mut response: Response) -> Response {
    response.errors = response.errors.into_iter().map(masked).collect();
    response
}

fn masked(error: ServerError) -> ServerError {
    if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
        return error;
    }
    // A resolver's own error keeps its source; a refused argument never has one.
    let input = error.source.is_none()
        && INPUT_ERRORS.iter().any(|opening| error.message.starts_with(opening));
    let about_variable = error.path.is_empty() && error.message.starts_with("Variable \"");
    if input || about_variable {
        let message = shortened(without_found(&error.message));
        return coded(ServerError { message, ..error }, Code::BadUserInput);
    }
    if error.path.is_empty() {
        let message = shortened(&error.message);
        return coded(ServerError { message, ..error }, Code::GraphqlValidationFailed);
    }
    tracing::error!(path = %dotted(&error.path), cause = %error.message, "a resolver failed");
    let message = "internal error".to_owned();
    coded(ServerError { message, source: None, ..error }, Code::Internal)
}

/// `expected …, found <the value>`, `… does not contain the value <the value>`: the value may be half
/// the request, or personal, so it goes.
fn without_found(message: &str) -> &str {
    const NOT_AMONG: &str = " does not contain the value";
    let not_among = message.find(NOT_AMONG).map(|at| at + NOT_AMONG.len());
    let cut = message.find(", found ").into_iter().chain(not_among).min();
    cut.and_then(|at| message.get(..at)).unwrap_or(message)
}

fn coded(mut error: ServerError, code: Code) -> ServerError {
    let mut extensions = error.extensions.take().unwrap_or_default();
    extensions.set("code", code.as_str());
    error.extensions = Some(extensions);
    error
}

/// At most 300 characters of a text.
pub(crate) fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let head: String = characters.by_ref().take(MESSAGE_CHARACTERS_MAX).collect();
    if characters.next().is_some() { format!("{head}…") } else { head }
}

fn dotted(path: &[PathSegment]) -> String {
    let words = path.iter().map(|segment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    words.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests;
