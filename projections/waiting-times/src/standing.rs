//! Where one pathway stands in its list, read from the view's own file: the copy in memory does not
//! keep queue positions.

use chrono::{NaiveDate, TimeDelta};
use projector::{Connection, SqlError, named_params};
use steps::PathwayId;

use crate::{
    DrillDownError, QueuePlace,
    queue::{place_of, queue_date},
};

/// Where a pathway stands among those of its provider and treatment function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose list it is.
    pub provider: Option<String>,
    /// In which treatment function.
    pub function: Option<String>,
    /// The date from which its place counts; none where it is not known.
    pub counted_from: Option<NaiveDate>,
    /// Its place; none without that date.
    pub place: Option<QueuePlace>,
}

/// Where a pathway stands on a day; `None` where it waits on no list then. `conn` reads the view's
/// file; it walks the whole list.
pub fn standing_of(
    conn: &Connection,
    pathway: PathwayId,
    day: NaiveDate,
) -> Result<Option<Standing>, DrillDownError> {
    let Some(own) = own_stretch(conn, pathway, day)? else { return Ok(None) };
    let dates = dates_of(conn, &own, day)?;
    let place = own.counted_from.map(|from| place_of(from, &dates));
    Ok(Some(Standing { place, ..own }))
}

fn own_stretch(
    conn: &Connection,
    pathway: PathwayId,
    day: NaiveDate,
) -> Result<Option<Standing>, DrillDownError> {
    let asked = named_params! { ":pathway": pathway.0, ":day": days_of(day) };
    let read = conn.first(include_str!("queries/open_stretch.sql"), asked, |row| {
        let dates: (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
        Ok::<_, SqlError>((row.get(0)?, row.get(1)?, dates))
    })?;
    let Some((provider, function, (position, start))) = read else { return Ok(None) };
    let counted_from = queue_date(date_of(position)?, date_of(start)?);
    Ok(Some(Standing { provider, function, counted_from, place: None }))
}

fn dates_of(
    conn: &Connection,
    own: &Standing,
    day: NaiveDate,
) -> Result<Vec<Option<NaiveDate>>, DrillDownError> {
    let asked = named_params! {
        ":provider": own.provider, ":function": own.function, ":day": days_of(day),
    };
    conn.all(include_str!("queries/queue_dates.sql"), asked, |row| date_of(row.get(0)?))
}

fn days_of(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn date_of(days: Option<i64>) -> Result<Option<NaiveDate>, DrillDownError> {
    let date = |days| NaiveDate::default().checked_add_signed(TimeDelta::try_days(days)?);
    days.map(|days| date(days).ok_or(DrillDownError::Broken)).transpose()
}
