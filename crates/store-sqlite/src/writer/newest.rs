//! The newest streams: found in a small table, from which they go on to the large one by shares.

use rusqlite::Connection;

use super::ids::{SHARES, range_of};

const MOVE: &str = include_str!("../sql/move_stream_ids.sql");
const FORGET_MOVED: &str = include_str!("../sql/forget_moved_stream_ids.sql");
const COUNT: &str = "SELECT count(*) FROM recent_stream_ids";

/// The small table holds one stream for so many events of the log at most: about one stream in 32.
const EVENTS_A_STREAM: u64 = 128;
/// So many streams are in it at least before a share goes on.
const STREAMS_MIN: u64 = 16_384;
/// More make the small table as dear as the large one.
const STREAMS_MAX: u64 = 131_072;

/// How many streams the small table holds, and whose turn it is. Void on a rollback.
#[derive(Default)]
pub(super) struct Newest {
    count: Option<u64>,
    turn: usize,
}

impl Newest {
    /// A stream has begun.
    pub(super) fn began(&mut self) {
        self.count = self.count.map(|count| count + 1);
    }

    /// Moves shares on until the small table holds no more than it may where the log has so many events.
    pub(super) fn settle(&mut self, connection: &Connection, events: u64) -> rusqlite::Result<()> {
        let mut count = match self.count {
            Some(count) => count,
            None => counted(connection)?,
        };
        let most = most(events);
        for _share in 0..SHARES {
            if count <= most {
                break;
            }
            count = count.saturating_sub(self.move_share(connection)?);
        }
        self.count = Some(count);
        Ok(())
    }

    fn move_share(&mut self, connection: &Connection) -> rusqlite::Result<u64> {
        let range = range_of(self.turn);
        let moved = connection.prepare_cached(MOVE)?.execute(range)?;
        connection.prepare_cached(FORGET_MOVED)?.execute(range)?;
        self.turn = (self.turn + 1) % SHARES;
        Ok(moved as u64)
    }
}

fn most(events: u64) -> u64 {
    (events / EVENTS_A_STREAM).clamp(STREAMS_MIN, STREAMS_MAX)
}

fn counted(connection: &Connection) -> rusqlite::Result<u64> {
    let count: i64 = connection.query_row(COUNT, [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

#[cfg(test)]
mod tests;
