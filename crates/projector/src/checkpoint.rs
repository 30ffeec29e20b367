//! How far a view's file has come, in which log, under which rules; and whether that log is this one.

use event_store::{EventStore, Position, ReadError};
use uuid::Uuid;

use crate::{Connection, Digest, SqlError, View, params};

const INSERT: &str = "INSERT INTO checkpoint (one, view, version, rules_digest, log_id, position, \
     event_id, consumed, digest) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const UPDATE: &str =
    "UPDATE checkpoint SET position = ?1, event_id = ?2, consumed = ?3, digest = ?4 WHERE one = 1";
const SELECT: &str = "SELECT view, version, rules_digest, log_id, position, event_id, consumed, \
     digest FROM checkpoint";

/// Which view, in which version, under which rules, of which log. Another one is another view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name of the view.
    pub view: String,
    /// Its version.
    pub version: u32,
    /// Digest of the rules it read.
    pub rules_digest: String,
    /// The log it was made from.
    pub log_id: Uuid,
}

impl Identity {
    /// What the view is on this log.
    pub fn of(view: &dyn View, log_id: Uuid) -> Self {
        Self {
            view: view.name().to_owned(),
            version: view.version(),
            rules_digest: view.rules_digest(),
            log_id,
        }
    }
}

/// How far a view's file has come. Written in the same transaction as the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What the rows are.
    pub identity: Identity,
    /// Every event up to here is in the rows, and none after.
    pub position: Position,
    /// The event at that position; none before the first.
    pub event_id: Option<Uuid>,
    /// How many events were taken up to here: in a dense log all, which is the same as the position;
    /// in another those of pathways.
    pub consumed: u64,
    /// What the rows come to.
    pub digest: Digest,
}

impl Checkpoint {
    pub(crate) const fn start(identity: Identity) -> Self {
        let (event_id, digest) = (None, Digest::EMPTY);
        Self { identity, position: Position::START, event_id, consumed: 0, digest }
    }

    pub(crate) fn insert(&self, connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let Identity { view, version, rules_digest, log_id } = &self.identity;
        let parameters = (
            view,
            version,
            rules_digest,
            log_id.as_bytes(),
            integer(self.position.0),
            self.event_id.map(Uuid::into_bytes),
            integer(self.consumed),
            self.digest.to_bytes(),
        );
        connection.execute(INSERT, parameters).map(drop)
    }

    pub(crate) fn update(&self, connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let parameters = (
            integer(self.position.0),
            self.event_id.map(Uuid::into_bytes),
            integer(self.consumed),
            self.digest.to_bytes(),
        );
        connection.prepare_cached(UPDATE)?.execute(parameters).map(drop)
    }

    /// What the view says; none where it was never finished.
    pub fn read(connection: &Connection) -> Result<Option<Self>, SqlError> {
        connection.first(SELECT, params![], |row| {
            let identity = Identity {
                view: row.get(0)?,
                version: row.get(1)?,
                rules_digest: row.get(2)?,
                log_id: row.get(3)?,
            };
            Ok(Self {
                identity,
                position: Position(row.get::<i64>(4)?.unsigned_abs()),
                event_id: row.get(5)?,
                consumed: row.get::<i64>(6)?.unsigned_abs(),
                digest: Digest::from_bytes(row.get::<Uuid>(7)?.into_bytes()),
            })
        })
    }

    /// Why the rows are not of this view and log; none where they are.
    pub(crate) async fn quarrel(
        &self,
        wanted: &Identity,
        store: &dyn EventStore,
    ) -> Result<Option<String>, ReadError> {
        let found = &self.identity;
        if found != wanted {
            return Ok(Some(difference(found, wanted)));
        }
        if self.position == Position::START {
            return Ok(None);
        }
        Ok(match store.event_at(self.position).await? {
            None => Some(format!("the log has no event at position {}", self.position)),
            Some(event) if Some(event.event.event_id) != self.event_id => {
                Some(format!("the log has another event at position {}", self.position))
            }
            Some(_) => None,
        })
    }
}

fn difference(found: &Identity, wanted: &Identity) -> String {
    if found.view != wanted.view {
        return format!("it is of the view `{}`", found.view);
    }
    if found.version != wanted.version {
        return format!("it has version {}, and {} is wanted", found.version, wanted.version);
    }
    if found.rules_digest != wanted.rules_digest {
        return "it was made under other rules".to_owned();
    }
    "it was made from another log".to_owned()
}

/// SQLite counts to 2^63 - 1; nothing lies beyond.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
