//! What the log knows of a group, read under its lock and in one breath.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use event_store::numbers::{before_first, category_of, last_possible};
use event_store::{Append, Category, Expected, Revision, StoredEvent, StreamId};
use futures::future::try_join4;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::plan::{Command, Found, Place, Tip};
use crate::decode::{Decoder, has_unknown_kind};
use crate::fault::Fault;
use crate::kinds::{Kinds, Table};
use crate::reader::{Value, key, small};

const FIND_TIP: &str = include_str!("../sql/find_tip.sql");
const FIND_STREAMS: &str = include_str!("../sql/find_streams.sql");
const FIND_LAST_STREAMS: &str = include_str!("../sql/find_last_streams.sql");
const FIND_EVENTS: &str = include_str!("../sql/find_events.sql");

/// Everything that must be known to answer the group.
pub(super) async fn look_up(
    client: &Client,
    kinds: &Arc<Kinds>,
    commands: &[Command<'_>],
) -> Result<Found, Fault> {
    let appends: &[&Append] = &commands.iter().map(|command| command.append).collect::<Vec<_>>();
    let (tip, places, last_numbers, known) = try_join4(
        find_tip(client),
        find_places(client, appends),
        find_last_numbers(client, appends),
        find_known(client, appends),
    )
    .await?;
    let mut table = kinds.table();
    let all_named = appends
        .iter()
        .flat_map(|append| &append.events)
        .all(|event| table.number(&event.kind).is_some());
    if !all_named || has_unknown_kind(&known, &table) {
        table = kinds.read(client).await?;
    }
    let events = read(&known, &table)?;
    Ok(Found { tip, places, last_numbers, events, kinds: (*table).clone() })
}

async fn find_tip(client: &Client) -> Result<Tip, Fault> {
    let rows = client.query_typed(FIND_TIP, &[]).await?;
    let Some(row) = rows.first() else { return Ok(Tip::START) };
    Ok(Tip { position: row.try_get(0)?, recorded_at: row.try_get(1)?, log_bytes: row.try_get(2)? })
}

async fn find_places(
    client: &Client,
    appends: &[&Append],
) -> Result<HashMap<StreamId, Place>, Fault> {
    let streams: BTreeSet<StreamId> = appends.iter().map(|append| append.stream).collect();
    let (categories, ids): (Vec<i16>, Vec<Uuid>) = streams.into_iter().map(key).unzip();
    let asked: [Value<'_>; 2] = [(&categories, Type::INT2_ARRAY), (&ids, Type::UUID_ARRAY)];
    let rows = client.query_typed(FIND_STREAMS, &asked).await?;
    rows.iter().map(place).collect()
}

fn place(row: &Row) -> Result<(StreamId, Place), Fault> {
    let number: i64 = row.try_get(2)?;
    let category = category_of(number).ok_or_else(|| Fault::new("a stream has no category"))?;
    let last: Option<i64> = row.try_get(3)?;
    let last = last.map(|last| Revision(last.unsigned_abs()));
    Ok((StreamId::new(category, row.try_get(1)?), Place { number: Some(number), last }))
}

/// The last numbers of the categories in which a stream may begin.
async fn find_last_numbers(
    client: &Client,
    appends: &[&Append],
) -> Result<HashMap<Category, i64>, Fault> {
    let begins = appends.iter().filter(|append| append.expected == Expected::NoStream);
    let categories: BTreeSet<Category> = begins.map(|append| append.stream.category).collect();
    if categories.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers: Vec<i16> = categories.iter().copied().map(small).collect();
    let before: Vec<i64> = categories.iter().copied().map(before_first).collect();
    let last: Vec<i64> = categories.iter().copied().map(last_possible).collect();
    let asked: [Value<'_>; 3] =
        [(&numbers, Type::INT2_ARRAY), (&before, Type::INT8_ARRAY), (&last, Type::INT8_ARRAY)];
    let rows = client.query_typed(FIND_LAST_STREAMS, &asked).await?;
    let mut found = HashMap::new();
    for row in &rows {
        let (number, last): (i16, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        for category in categories.iter().filter(|category| small(**category) == number) {
            found.insert(*category, last.unwrap_or(before_first(*category)));
        }
    }
    Ok(found)
}

/// The rows of events that have one of the group's ids.
async fn find_known(client: &Client, appends: &[&Append]) -> Result<Vec<Row>, Fault> {
    let events = appends.iter().flat_map(|append| &append.events);
    let ids: Vec<Uuid> = events.map(|event| event.event_id).collect();
    Ok(client.query_typed(FIND_EVENTS, &[(&ids, Type::UUID_ARRAY)]).await?)
}

fn read(rows: &[Row], kinds: &Arc<Table>) -> Result<HashMap<Uuid, StoredEvent>, Fault> {
    let mut decoder = Decoder::new(Arc::clone(kinds));
    let mut events = HashMap::with_capacity(rows.len());
    for row in rows {
        let stored = decoder.event(row).map_err(|error| Fault::new(error.to_string()))?;
        events.insert(stored.event.event_id, stored);
    }
    Ok(events)
}
