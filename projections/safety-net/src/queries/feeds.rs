//! The feeds of a day, each against the median of its weekday.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use policy::{Calendar, Heartbeat, NetEdition};
use projector::{Connection, SqlError, named_params};

use super::SafetyNetError;
use crate::{
    Beat,
    heartbeat::{days_before, judged},
    row,
};

const VOLUME_OF: &str = include_str!("volume_of.sql");
const NEXT_FEED: &str = include_str!("next_feed.sql");
const LAST_DAY: &str = include_str!("last_day.sql");

/// A feed, who sends it and from which system; an empty word where no step says it.
#[derive(Debug, Clone, Default)]
struct Feed {
    rule: String,
    organisation: String,
    source: String,
}

/// How each feed that was there before or on a day stands on it: by feed, then by sender, then by
/// the sending system. `edition` is
/// the one in force on the day; a feed that it no longer names is not told of. On a bank holiday of the
/// calendar a feed is as usual or unknown.
pub fn pulses(
    conn: &Connection,
    day: NaiveDate,
    edition: &NetEdition,
    calendar: &Calendar,
) -> Result<Vec<Beat>, SafetyNetError> {
    let bank_holiday = calendar.is_holiday(day);
    let mut beats = Vec::new();
    for (feed, first) in feeds(conn)? {
        let is_named = edition.feeds.iter().any(|rule| rule.id.as_str() == feed.rule);
        if first <= day && is_named {
            let counts = counts(conn, &feed, day, &edition.heartbeat)?;
            let (usual, pulse) = judged(day, first, &counts, &edition.heartbeat);
            beats.push(Beat {
                feed: feed.rule.parse().map_err(|_unreadable| SafetyNetError::Broken)?,
                organisation: said(&feed.organisation)?,
                source: said(&feed.source)?,
                day,
                received: counts.get(&day).copied().unwrap_or_default(),
                usual,
                last_day: last_day(conn, &feed, day)?,
                bank_holiday,
                pulse: if bank_holiday == Some(true) { pulse.on_a_holiday() } else { pulse },
            });
        }
    }
    Ok(beats)
}

fn said<T: std::str::FromStr>(raw: &str) -> Result<Option<T>, SafetyNetError> {
    let said = Some(raw).filter(|raw| !raw.is_empty()).map(str::parse).transpose();
    said.map_err(|_unreadable| SafetyNetError::Broken)
}

/// How much of a feed came on the day and on the weekdays that it is compared with.
fn counts(
    conn: &Connection,
    feed: &Feed,
    day: NaiveDate,
    heartbeat: &Heartbeat,
) -> Result<BTreeMap<NaiveDate, u32>, SafetyNetError> {
    let mut counts = BTreeMap::new();
    for one in days_before(day, heartbeat).into_iter().chain([day]) {
        let asked = named_params! {
            ":feed": feed.rule,
            ":organisation": feed.organisation,
            ":source": feed.source,
            ":day": row::days(one),
        };
        let came: Option<u32> = conn.first(VOLUME_OF, asked, |row| row.get::<u32>(0))?;
        counts.extend(came.map(|came| (one, came)));
    }
    Ok(counts)
}

/// Every feed that ever was, with its first day: one look-up in the index for each.
fn feeds(conn: &Connection) -> Result<Vec<(Feed, NaiveDate)>, SafetyNetError> {
    let (mut found, mut last): (Vec<(Feed, NaiveDate)>, Feed) = (Vec::new(), Feed::default());
    loop {
        let asked = named_params! {
            ":feed": last.rule,
            ":organisation": last.organisation,
            ":source": last.source,
        };
        let next = conn.first(NEXT_FEED, asked, |row| {
            let feed = Feed { rule: row.get(0)?, organisation: row.get(1)?, source: row.get(2)? };
            Ok::<_, SqlError>((feed, row.get(3)?))
        })?;
        let Some((feed, first)) = next else { return Ok(found) };
        last = feed;
        found.push((last.clone(), row::day(first)?));
    }
}

fn last_day(
    conn: &Connection,
    feed: &Feed,
    day: NaiveDate,
) -> Result<Option<NaiveDate>, SafetyNetError> {
    let asked = named_params! {
        ":feed": feed.rule,
        ":organisation": feed.organisation,
        ":source": feed.source,
        ":day": row::days(day),
    };
    let last = conn.first(LAST_DAY, asked, |row| row.get::<Option<i64>>(0))?;
    last.flatten().map(row::day).transpose()
}
