//! Where the ids of events are. The newest are known in memory alone; the rest are in a table that takes
//! them by shares, each in its order, so that a page of it is written once for many. A filter for each
//! share spares the look into the table for nearly every id that is new.

mod filter;

use std::collections::HashMap;

use rusqlite::Connection;
use uuid::Uuid;

use filter::Filter;

/// A share is the ids that begin with one byte.
pub(super) const SHARES: usize = 256;

/// So many ids are known in memory alone at least, before a share goes to the table.
const RECENT_MIN: u64 = 65_536;
/// And one in so many of the log, that a page takes as many at a time however long the log is.
const RECENT_OF: u64 = 16;
/// But no more than this: they are read again when the log is opened.
const RECENT_MAX: u64 = 1_048_576;

const FIND_ID: &str = "SELECT position FROM event_ids WHERE event_id = ?1";
const INSERT_ID: &str = "INSERT INTO event_ids (event_id, position) VALUES (?1, ?2)";
const FIND_IDS: &str = "SELECT event_id FROM event_ids WHERE event_id BETWEEN ?1 AND ?2";
const MOVE_SHARE: &str = "UPDATE id_shares SET up_to = ?2 WHERE share = ?1";
const FIND_SHARES: &str = "SELECT share, up_to FROM id_shares ORDER BY share";
const FIND_RECENT: &str =
    "SELECT position, event_id FROM events WHERE position > ?1 ORDER BY position";

/// The position of every id of the log.
pub(crate) struct Ids {
    /// By share: what is not in the table.
    recent: Vec<HashMap<Uuid, i64>>,
    /// By share: what is in the table, and perhaps what a transaction rolled back had put there. None
    /// until the share is moved, where the table had something of it when the log was opened.
    filters: Vec<Option<Filter>>,
    /// How many of them there are.
    count: usize,
    /// What this transaction has written.
    staged: HashMap<Uuid, i64>,
    /// The shares that this transaction has moved to the table.
    moved: Vec<usize>,
    /// The share that moves next.
    turn: usize,
}

impl Ids {
    /// Reads the ids that are not in the table.
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut recent = vec![HashMap::new(); SHARES];
        let up_to = shares(connection)?;
        let from = up_to.iter().min().copied().unwrap_or(0);
        let mut statement = connection.prepare(FIND_RECENT)?;
        let mut rows = statement.query([from])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let (position, id): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
            let id = Uuid::from_bytes(id);
            let share = share_of(id);
            let is_recent = up_to.get(share).is_none_or(|up_to| position > *up_to);
            if is_recent && let Some(ids) = recent.get_mut(share) {
                ids.insert(id, position);
                count += 1;
            }
        }
        // The share that is furthest behind has waited longest.
        let turn = (0..).zip(&up_to).min_by_key(|(_share, up_to)| **up_to);
        let turn = turn.map_or(0, |(share, _)| share);
        let filters = up_to.iter().map(|up_to| (*up_to == 0).then(|| Filter::of(&[]))).collect();
        let (staged, moved) = (HashMap::new(), Vec::new());
        Ok(Self { recent, filters, count, staged, moved, turn })
    }

    /// Where the event of this id is, counting what this transaction has written.
    pub(crate) fn find(&self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<i64>> {
        let known = self.staged.get(&id);
        let known = known.or_else(|| self.recent.get(share_of(id)).and_then(|ids| ids.get(&id)));
        if let Some(position) = known {
            return Ok(Some(*position));
        }
        let filter = self.filters.get(share_of(id)).and_then(Option::as_ref);
        if filter.is_some_and(|filter| !filter.may_hold(id)) {
            return Ok(None);
        }
        let mut statement = connection.prepare_cached(FIND_ID)?;
        let mut rows = statement.query([id.as_bytes()])?;
        rows.next()?.map(|row| row.get(0)).transpose()
    }

    /// An event was written.
    pub(crate) fn wrote(&mut self, id: Uuid, position: i64) {
        self.staged.insert(id, position);
    }

    /// Moves shares to the table until memory holds no more than it may. `before` is where the log ended
    /// when the transaction began: what it has written itself stays for the next.
    pub(crate) fn settle(&mut self, connection: &Connection, before: i64) -> rusqlite::Result<()> {
        let most = most(before.unsigned_abs());
        let mut left = self.count;
        while left as u64 > most && self.moved.len() < SHARES {
            left -= self.move_share(connection, before)?;
        }
        Ok(())
    }

    fn move_share(&mut self, connection: &Connection, before: i64) -> rusqlite::Result<usize> {
        let share = self.turn;
        let ids = self.recent.get(share).into_iter().flatten();
        let mut ids: Vec<(Uuid, i64)> = ids.map(|(id, position)| (*id, *position)).collect();
        ids.sort_unstable();
        let mut insert = connection.prepare_cached(INSERT_ID)?;
        for (id, position) in &ids {
            insert.execute((id.as_bytes(), position))?;
        }
        let number = i64::try_from(share).unwrap_or(i64::MAX);
        connection.prepare_cached(MOVE_SHARE)?.execute((number, before))?;
        self.filter(connection, share, &ids)?;
        self.moved.push(share);
        self.turn = (share + 1) % SHARES;
        Ok(ids.len())
    }

    /// Lets a share's filter know what has gone to the table; where it has no room, or there is none yet,
    /// another is made from the table, whose pages of this share are at hand.
    fn filter(
        &mut self,
        connection: &Connection,
        share: usize,
        moved: &[(Uuid, i64)],
    ) -> rusqlite::Result<()> {
        let Some(filter) = self.filters.get_mut(share) else { return Ok(()) };
        match filter {
            Some(filter) if filter.has_room(moved.len()) => {
                for (id, _position) in moved {
                    filter.put(*id);
                }
            }
            _ => *filter = Some(Filter::of(&in_table(connection, share)?)),
        }
        Ok(())
    }

    /// The transaction is on disk.
    pub(crate) fn committed(&mut self) {
        for share in self.moved.drain(..) {
            if let Some(ids) = self.recent.get_mut(share) {
                self.count -= ids.len();
                ids.clear();
            }
        }
        let staged: Vec<(Uuid, i64)> = self.staged.drain().collect();
        for (id, position) in staged {
            if let Some(ids) = self.recent.get_mut(share_of(id)) {
                ids.insert(id, position);
                self.count += 1;
            }
        }
    }

    /// The transaction was as if it had never been.
    pub(crate) fn rolled_back(&mut self) {
        if let Some(first) = self.moved.first() {
            self.turn = *first;
        }
        self.moved.clear();
        self.staged.clear();
    }
}

fn shares(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection.prepare(FIND_SHARES)?.query_map([], |row| row.get(1))?.collect()
}

fn in_table(connection: &Connection, share: usize) -> rusqlite::Result<Vec<Uuid>> {
    let mut statement = connection.prepare_cached(FIND_IDS)?;
    let ids = statement.query_map(range_of(share), |row| row.get(0).map(Uuid::from_bytes))?;
    ids.collect()
}

/// The first and the last id that a share can have.
pub(super) fn range_of(share: usize) -> [[u8; 16]; 2] {
    let (mut first, mut last) = ([0; 16], [u8::MAX; 16]);
    first[0] = u8::try_from(share).unwrap_or(u8::MAX);
    last[0] = first[0];
    [first, last]
}

fn share_of(id: Uuid) -> usize {
    id.as_bytes().first().map_or(0, |byte| usize::from(*byte))
}

/// How many ids memory alone may hold where the log has so many events.
fn most(events: u64) -> u64 {
    (events / RECENT_OF).clamp(RECENT_MIN, RECENT_MAX)
}

#[cfg(test)]
mod tests;
