//! Bare route: the least that answering from the same row over the same HTTP stack can take.

use axum::{
    Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use projector::ViewReader;
use rusqlite::{Row, types::ValueRef};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use uuid::Uuid;

const BARE: &str =
    "SELECT n.* FROM pathways AS p JOIN next_step AS n ON n.no = p.no WHERE p.id = ?1";

/// `GET /bare?id=…`: nobody is asked who they are, and nothing is joined.
pub(super) fn router(reader: ViewReader) -> Router {
    Router::new().route("/bare", get(self::bare)).with_state(reader)
}

/// The same row by one prepared statement, as JSON.
async fn bare(State(reader): State<ViewReader>, Query(asked): Query<BareAsked>) -> Response {
    let json = reader.with(|conn| {
        let mut statement = conn.prepare_cached(BARE)?;
        let names: Vec<String> = statement.column_names().map(ToOwned::to_owned).collect();
        statement.query_row([asked.id.as_bytes()], |row| {
            serde_json::to_vec(&BareRow { names: &names, row })
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
        })
    });
    match json {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
struct BareAsked {
    id: Uuid,
}

struct BareRow<'a> {
    names: &'a [String],
    row: &'a Row<'a>,
}

impl Serialize for BareRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let mut map = serializer.serialize_map(Some(self.names.len()))?;
        for (at, name) in self.names.iter().enumerate() {
            match self.row.get_ref(at).map_err(S::Error::custom)? {
                ValueRef::Null => map.serialize_entry(name, &None::<()>)?,
                ValueRef::Integer(number) => map.serialize_entry(name, &number)?,
                ValueRef::Real(number) => map.serialize_entry(name, &number)?,
                ValueRef::Text(text) => {
                    map.serialize_entry(name, &String::from_utf8_lossy(text))?;
                }
                ValueRef::Blob(bytes) => map.serialize_entry(name, bytes)?,
            }
        }
        map.end()
    }
}
