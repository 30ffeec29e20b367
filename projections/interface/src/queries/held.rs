//! Letters that an organisation held back, page by page.

use projector::{Connection, SqlRow, named_params};
use steps::OdsCode;

use super::{Cursor, InterfaceError, Listed, Months, PAGE_MAX, select, stream_of};
use crate::{Held, held as row};

const LIST_HELD: &str = include_str!("list_held.sql");

/// Which letters are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAsk {
    /// Held back in these months.
    pub months: Months,
    /// By this organisation.
    pub sender: OdsCode,
    /// The last of the page before.
    pub after: Option<Cursor>,
    /// How many, at most [`PAGE_MAX`].
    pub first: u32,
}

/// A page of letters that were held back, by when.
pub fn held(conn: &Connection, ask: &HeldAsk) -> Result<Vec<Listed<Held>>, InterfaceError> {
    let (from, until) = ask.months.micros();
    let after = ask.after.unwrap_or(Cursor::BEFORE_ALL);
    let asked = named_params! {
        ":from": from,
        ":until": until,
        ":after_at": after.at,
        ":after_id": after.step.as_bytes(),
        ":sender": ask.sender.as_str(),
        ":first": ask.first.min(PAGE_MAX),
    };
    select(conn, LIST_HELD, asked, listed)
}

fn listed(of: &SqlRow<'_>) -> Result<Listed<Held>, InterfaceError> {
    let item = row::read(of)?;
    let cursor = Cursor::of(item.at, item.step.0);
    Ok(Listed { stream: stream_of(of)?, item, cursor })
}
