//! The keys of persons and streams.

use std::collections::HashMap;

use envelope::{KeyStore, KeysError, Owner, SubjectKey, fresh};
use postgres_lines::PostgresFault;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use crate::PostgresKeys;

/// Keys that are sent at once.
const SENT_MAX: usize = 5_000;

/// Whoever makes the key of an owner at the same moment is waited for, and theirs is found after.
const MAKE: &str = "INSERT INTO waymark_keys.subject_key (key_id, owner_kind, owner, bytes)
    SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::bytea[]) ON CONFLICT DO NOTHING";

const FIND: &str = "SELECT k.owner_kind, k.owner, k.key_id, k.bytes
    FROM unnest($1::smallint[], $2::uuid[]) AS asked (owner_kind, owner)
    JOIN waymark_keys.subject_key AS k USING (owner_kind, owner)";

const MISSING: &str = "SELECT put.key_id
    FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::bytea[])
        AS put (key_id, owner_kind, owner, bytes)
    LEFT JOIN waymark_keys.subject_key AS k USING (key_id, owner_kind, owner, bytes)
    WHERE k.key_id IS NULL LIMIT 1";

/// Acknowledged is on disk, whatever the database is set to.
const BEGIN: &str = "BEGIN; SET LOCAL synchronous_commit TO on; SET LOCAL lock_timeout TO '30s'";

type Found = HashMap<Owner, (Uuid, SubjectKey)>;

/// Keys in columns, as they are sent.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<i16>,
    owners: Vec<Uuid>,
    bytes: Vec<Vec<u8>>,
}

impl Columns {
    fn of(keys: &[(Uuid, Owner, SubjectKey)]) -> Self {
        let mut columns = Self::default();
        for (id, owner, key) in keys {
            columns.ids.push(*id);
            columns.own(*owner);
            columns.bytes.push(key.expose().to_vec());
        }
        columns
    }

    fn of_owners(owners: &[Owner]) -> Self {
        let mut columns = Self::default();
        for owner in owners {
            columns.own(*owner);
        }
        columns
    }

    fn own(&mut self, owner: Owner) {
        let (kind, id) = owner.parts();
        self.kinds.push(i16::from(kind != 0));
        self.owners.push(id);
    }

    fn all(&self) -> [(&(dyn ToSql + Sync), Type); 4] {
        let [kinds, owners] = self.whose();
        [(&self.ids, Type::UUID_ARRAY), kinds, owners, (&self.bytes, Type::BYTEA_ARRAY)]
    }

    fn whose(&self) -> [(&(dyn ToSql + Sync), Type); 2] {
        [(&self.kinds, Type::INT2_ARRAY), (&self.owners, Type::UUID_ARRAY)]
    }
}

impl KeyStore for PostgresKeys {
    fn ensure(&self, owners: &[Owner]) -> Result<Vec<(Uuid, SubjectKey)>, KeysError> {
        let asked = Columns::of_owners(owners);
        let mut found = self.ask(async |client| find(client, &asked).await)?;
        let mut new: Vec<Owner> =
            owners.iter().filter(|owner| !found.contains_key(owner)).copied().collect();
        if !new.is_empty() {
            // In one order, so that servers that make several at once do not wait for each other.
            new.sort_unstable_by_key(|owner| owner.parts());
            let made = new.iter().map(|owner| {
                let (id, key) = fresh()?;
                Ok((id, *owner, key))
            });
            let made = Columns::of(&made.collect::<Result<Vec<_>, KeysError>>()?);
            found.extend(self.ask(async |client| make(client, &made).await)?);
        }
        let keys = owners.iter().map(|owner| found.get(owner).cloned());
        keys.collect::<Option<_>>()
            .ok_or_else(|| KeysError::Place("a key that was made is gone".into()))
    }

    fn key(&self, key_id: Uuid) -> Result<Option<SubjectKey>, KeysError> {
        let select = "SELECT bytes FROM waymark_keys.subject_key WHERE key_id = $1";
        self.first(select, key_id, |row| Ok(key_of(row.try_get(0)?)))
    }

    fn owner(&self, key_id: Uuid) -> Result<Option<Owner>, KeysError> {
        let select = "SELECT owner_kind, owner FROM waymark_keys.subject_key WHERE key_id = $1";
        self.first(select, key_id, |row| Ok(Some(owner_of(row, 0)?)))
    }

    fn all(&self) -> Result<Vec<(Uuid, Owner, SubjectKey)>, KeysError> {
        self.ask(async |client| {
            let select = "SELECT owner_kind, owner, key_id, bytes
                FROM waymark_keys.subject_key ORDER BY key_id";
            let rows = client.query_typed(select, &[]).await?;
            let keys = rows.iter().map(|row| {
                let (owner, (id, key)) = read(row)?;
                Ok((id, owner, key))
            });
            keys.collect()
        })
    }

    fn put(&self, keys: &[(Uuid, Owner, SubjectKey)]) -> Result<(), KeysError> {
        let parts: Vec<Columns> = keys.chunks(SENT_MAX).map(Columns::of).collect();
        match self.ask(async |client| put(client, &parts).await)? {
            Some(other) => Err(KeysError::OwnedAlready(other)),
            None => Ok(()),
        }
    }

    fn erasures(&self) -> Result<i64, KeysError> {
        self.ask(async |client| {
            let rows = client.query_typed("SELECT done FROM waymark_keys.erasures", &[]).await?;
            rows.first().map(|row| row.try_get(0)).transpose()?.ok_or_else(PostgresFault::closed)
        })
    }
}

impl PostgresKeys {
    pub(crate) fn ask<T>(
        &self,
        question: impl AsyncFn(&mut Client) -> Result<T, PostgresFault>,
    ) -> Result<T, KeysError> {
        self.pool.ask(question).map_err(|fault| KeysError::Place(fault.into()))
    }

    fn first<T>(
        &self,
        select: &str,
        key_id: Uuid,
        read: impl Fn(&Row) -> Result<Option<T>, PostgresFault>,
    ) -> Result<Option<T>, KeysError> {
        self.ask(async |client| {
            let rows = client.query_typed(select, &[(&key_id, Type::UUID)]).await?;
            rows.first().map_or(Ok(None), &read)
        })
    }
}

async fn find(client: &Client, asked: &Columns) -> Result<Found, PostgresFault> {
    let rows = client.query_typed(FIND, &asked.whose()).await?;
    rows.iter().map(read).collect()
}

/// On disk when this returns: its own, and those of whoever was faster.
async fn make(client: &Client, keys: &Columns) -> Result<Found, PostgresFault> {
    client.batch_execute(BEGIN).await?;
    client.execute_typed(MAKE, &keys.all()).await?;
    let found = find(client, keys).await?;
    client.batch_execute("COMMIT").await?;
    Ok(found)
}

/// All or none; the first that cannot be, where its owner or its id has another.
async fn put(client: &Client, parts: &[Columns]) -> Result<Option<Uuid>, PostgresFault> {
    client.batch_execute(BEGIN).await?;
    for part in parts {
        client.execute_typed(MAKE, &part.all()).await?;
        let missing = client.query_typed(MISSING, &part.all()).await?;
        if let Some(row) = missing.first() {
            client.batch_execute("ROLLBACK").await?;
            return Ok(Some(row.try_get(0)?));
        }
    }
    client.batch_execute("COMMIT").await?;
    Ok(None)
}

/// A row of owner, id and bytes.
fn read(row: &Row) -> Result<(Owner, (Uuid, SubjectKey)), PostgresFault> {
    let key = key_of(row.try_get(3)?).ok_or_else(PostgresFault::closed)?;
    Ok((owner_of(row, 0)?, (row.try_get(2)?, key)))
}

fn owner_of(row: &Row, at: usize) -> Result<Owner, PostgresFault> {
    Ok(Owner::of(i64::from(row.try_get::<_, i16>(at)?), row.try_get(at + 1)?))
}

/// None: it has not the length of a key, which the table refuses.
fn key_of(bytes: &[u8]) -> Option<SubjectKey> {
    bytes.try_into().ok().map(SubjectKey::from_bytes)
}
