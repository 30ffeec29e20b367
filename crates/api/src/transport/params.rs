//! The parameters of a GraphQL request, from a JSON body, a query string or a socket message.

use async_graphql::{Request, Value, Variables};
use serde::Deserialize;
use serde_json::Value as Json;

use super::trusted::TrustedDocuments;

/// What is wrong with the parameters, in words that say what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadParams {
    #[error("the request body is empty; send a JSON object with a `query`")]
    Empty,
    #[error("the request body is not UTF-8")]
    NotUtf8,
    #[error("the request body is not valid JSON: {0}")]
    NotJson(String),
    #[error("batches are not served; send one JSON object a request")]
    Batch,
    #[error("the request body must be a JSON object with a `query`")]
    NotObject,
    #[error("a parameter stands twice in the request")]
    Twice,
    #[error("send `query` or `documentId`, not both")]
    QueryAndId,
    #[error("`documentId` names no document of this server")]
    UnknownId,
    #[error("`query` is missing; it must be a string holding a GraphQL document")]
    NoQuery,
    #[error("`{0}` must be {1}")]
    WrongType(&'static str, &'static str),
}

/// The parameters as they came. Keys we do not know are left alone.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Params {
    query: Json,
    document_id: Json,
    operation_name: Json,
    variables: Json,
    extensions: Json,
}

impl Params {
    /// Reads a JSON body.
    pub(crate) fn from_body(body: &[u8]) -> Result<Self, BadParams> {
        let text = std::str::from_utf8(body).map_err(|_not_utf8| BadParams::NotUtf8)?;
        match text.trim_start().chars().next() {
            None => return Err(BadParams::Empty),
            Some('[') => return Err(BadParams::Batch),
            Some(_) => (),
        }
        serde_json::from_str(text).map_err(|error| not_params(&error))
    }

    /// The same, with the text of the trusted document that is named by its id.
    pub(crate) fn knowing(self, trusted: &TrustedDocuments) -> Result<Self, BadParams> {
        let id = match (&self.document_id, &self.query) {
            (Json::Null, _) => return Ok(self),
            (Json::String(id), Json::Null) => id,
            (Json::String(_), _) => return Err(BadParams::QueryAndId),
            (Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_), _) => {
                return Err(BadParams::WrongType("documentId", "a string"));
            }
        };
        let document = trusted.by_id(id).ok_or(BadParams::UnknownId)?;
        Ok(Self { query: Json::String(document.text().to_owned()), ..self })
    }

    /// The request, if every parameter has the type the specification gives it.
    pub(crate) fn into_request(self) -> Result<Request, BadParams> {
        let query = match self.query {
            Json::String(query) => query,
            Json::Null => return Err(BadParams::NoQuery),
            Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
                return Err(BadParams::WrongType("query", "a string"));
            }
        };
        let mut request = Request::new(query).variables(variables(self.variables)?);
        request.operation_name = operation_name(self.operation_name)?;
        let extensions = object("extensions", self.extensions)?;
        for (name, value) in extensions {
            let value = Value::from_json(value).unwrap_or_default();
            request.extensions.insert(name, value);
        }
        Ok(request)
    }
}

/// serde names the type it found together with its value, which may be a person's; so only
/// the words of a pure syntax error are passed on.
fn not_params(error: &serde_json::Error) -> BadParams {
    if !error.is_data() {
        return BadParams::NotJson(error.to_string());
    }
    let twice = error.to_string().starts_with("duplicate field");
    if twice { BadParams::Twice } else { BadParams::NotObject }
}

fn operation_name(name: Json) -> Result<Option<String>, BadParams> {
    match name {
        Json::Null => Ok(None),
        // Clients of EventSource send an empty name for none.
        Json::String(name) => Ok(Some(name).filter(|name| !name.is_empty())),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
            Err(BadParams::WrongType("operationName", "a string or null"))
        }
    }
}

fn variables(value: Json) -> Result<Variables, BadParams> {
    Ok(Variables::from_json(Json::Object(object("variables", value)?)))
}

fn object(name: &'static str, value: Json) -> Result<serde_json::Map<String, Json>, BadParams> {
    match value {
        Json::Null => Ok(serde_json::Map::new()),
        Json::Object(map) => Ok(map),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(BadParams::WrongType(name, "a JSON object or null"))
        }
    }
}

/// The parameters of a GET: strings all, two of them holding JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct QueryString {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl QueryString {
    /// Reads the JSON inside, so that body and query string obey the same rules.
    pub(crate) fn into_params(self) -> Result<Params, BadParams> {
        Ok(Params {
            query: self.query.map_or(Json::Null, Json::String),
            document_id: self.document_id.map_or(Json::Null, Json::String),
            operation_name: self.operation_name.map_or(Json::Null, Json::String),
            variables: embedded("variables", self.variables)?,
            extensions: embedded("extensions", self.extensions)?,
        })
    }
}

fn embedded(name: &'static str, text: Option<String>) -> Result<Json, BadParams> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Json::Null) };
    serde_json::from_str(&text).map_err(|_not_json| BadParams::WrongType(name, "JSON text"))
}

#[cfg(test)]
mod tests;
