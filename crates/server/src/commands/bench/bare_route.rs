//! Bare route: the least that answering from the same row over the same HTTP stack can take.
//!
//! It goes through the same door as GraphQL: the same layers, `Accept`, the token check, the content
//! type, the body read within the same bounds. Then one prepared statement by the same reader, and
//! the row as JSON. There is no document, nothing is joined and nobody's rights are asked.

use api::transport::{self, TransportConfig};
use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use projector::{CellRef, SqlError, SqlRow, ViewReader, params};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use uuid::Uuid;

/// Where it is asked.
pub(super) const PATH: &str = "/bare";

const BARE: &str =
    "SELECT n.* FROM pathways AS p JOIN next_step AS n ON n.no = p.no WHERE p.id = ?1";

/// `POST /bare` with `{"id": "…"}`.
pub(super) fn router(reader: ViewReader, config: TransportConfig) -> Router {
    transport::beside(PATH, config, move |body| bare(&reader, body))
}

/// The same row by one prepared statement, as JSON.
fn bare(reader: &ViewReader, body: &[u8]) -> Response {
    let asked: BareAsked = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let json = reader.one(|conn| {
        conn.first(BARE, params![asked.id], |row| {
            Ok::<_, SqlError>(serde_json::to_vec(&BareRow { row }))
        })
    });
    match json {
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Ok(Some(Err(error))) => {
            (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
        }
        Ok(Some(Ok(json))) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
struct BareAsked {
    id: Uuid,
}

struct BareRow<'a> {
    row: &'a SqlRow<'a>,
}

impl Serialize for BareRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let count = self.row.columns();
        let mut map = serializer.serialize_map(Some(count))?;
        for at in 0..count {
            let name = self.row.name(at).unwrap_or_default();
            match self.row.get(at).map_err(S::Error::custom)? {
                CellRef::Null => map.serialize_entry(name, &None::<()>)?,
                CellRef::Int(number) => map.serialize_entry(name, &number)?,
                CellRef::Text(text) => map.serialize_entry(name, text)?,
                CellRef::Id(id) => map.serialize_entry(name, &id)?,
            }
        }
        map.end()
    }
}
