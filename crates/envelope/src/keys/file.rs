//! Keys in a SQLite file of their own (`keys.db`), for one server.

use std::{path::Path, sync::Mutex, sync::MutexGuard};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use uuid::Uuid;

use super::{KeyStore, KeysError, Owner, SubjectKey, fresh};

/// The file of keys.
pub(super) struct KeyFile(Mutex<Connection>);

impl KeyFile {
    /// Opens, or makes, it.
    pub(super) fn open(path: &Path) -> Result<Self, KeysError> {
        let file = Connection::open(path)?;
        only_for_its_owner(path).map_err(KeysError::Mode)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        file.pragma_update(None, "synchronous", "FULL")?;
        file.pragma_update(None, "secure_delete", true)?;
        file.execute_batch(
            "CREATE TABLE IF NOT EXISTS subject_key (
                key_id BLOB PRIMARY KEY, owner_kind INTEGER NOT NULL, owner BLOB NOT NULL,
                bytes BLOB NOT NULL, UNIQUE (owner_kind, owner)) STRICT, WITHOUT ROWID",
        )?;
        look_through(&file)?;
        Ok(Self(Mutex::new(file)))
    }

    fn file(&self) -> Result<MutexGuard<'_, Connection>, KeysError> {
        self.0.lock().map_err(|_poisoned| KeysError::Poisoned)
    }
}

/// Told at opening: a key that is met damaged much later is a person's record that nobody can read.
fn look_through(file: &Connection) -> Result<(), KeysError> {
    let found: String = file.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match found.lines().find(|line| *line != "ok" && !line.starts_with("***")) {
        Some(what) => Err(KeysError::Damaged(what.to_owned())),
        None => Ok(()),
    }
}

impl KeyStore for KeyFile {
    fn ensure(&self, owners: &[Owner]) -> Result<Vec<(Uuid, SubjectKey)>, KeysError> {
        let mut file = self.file()?;
        let write = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = owners.iter().map(|owner| find_or_make(&write, *owner));
        let found: Vec<(Uuid, SubjectKey)> = found.collect::<Result<_, _>>()?;
        write.commit()?;
        Ok(found)
    }

    fn key(&self, key_id: Uuid) -> Result<Option<SubjectKey>, KeysError> {
        let file = self.file()?;
        let mut select = file.prepare_cached("SELECT bytes FROM subject_key WHERE key_id = ?1")?;
        let bytes: Option<[u8; 32]> =
            select.query_row([key_id.as_bytes()], |row| row.get(0)).optional()?;
        Ok(bytes.map(SubjectKey))
    }

    fn owner(&self, key_id: Uuid) -> Result<Option<Owner>, KeysError> {
        let file = self.file()?;
        let mut select =
            file.prepare_cached("SELECT owner_kind, owner FROM subject_key WHERE key_id = ?1")?;
        let found = select.query_row([key_id.as_bytes()], |row| {
            let (kind, id): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
            Ok(Owner::of(kind, Uuid::from_bytes(id)))
        });
        Ok(found.optional()?)
    }

    fn all(&self) -> Result<Vec<(Uuid, Owner, SubjectKey)>, KeysError> {
        let file = self.file()?;
        let mut select = file.prepare_cached(
            "SELECT key_id, owner_kind, owner, bytes FROM subject_key ORDER BY key_id",
        )?;
        let rows = select.query_map([], |row| {
            let owner = Owner::of(row.get(1)?, Uuid::from_bytes(row.get(2)?));
            Ok((Uuid::from_bytes(row.get(0)?), owner, SubjectKey(row.get(3)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn put(&self, keys: &[(Uuid, Owner, SubjectKey)]) -> Result<(), KeysError> {
        let mut file = self.file()?;
        let write = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (key_id, owner, key) in keys {
            put(&write, *key_id, *owner, key)?;
        }
        Ok(write.commit()?)
    }

    /// Of whatever another process wrote into the file.
    fn erasures(&self) -> Result<i64, KeysError> {
        Ok(self.file()?.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }
}

/// Nobody else reads the keys; SQLite gives its side files the same mode.
fn only_for_its_owner(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

fn find_or_make(file: &Connection, owner: Owner) -> Result<(Uuid, SubjectKey), KeysError> {
    let (kind, id) = owner.parts();
    let mut select = file.prepare_cached(
        "SELECT key_id, bytes FROM subject_key WHERE owner_kind = ?1 AND owner = ?2",
    )?;
    let found = select
        .query_row(params![kind, id.as_bytes()], |row| {
            Ok((Uuid::from_bytes(row.get(0)?), SubjectKey(row.get(1)?)))
        })
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    let (key_id, key) = fresh()?;
    let mut insert = file.prepare_cached("INSERT INTO subject_key VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute(params![key_id.as_bytes(), kind, id.as_bytes(), key.0.as_slice()])?;
    Ok((key_id, key))
}

fn put(file: &Connection, key_id: Uuid, owner: Owner, key: &SubjectKey) -> Result<(), KeysError> {
    let (kind, id) = owner.parts();
    let mut insert =
        file.prepare_cached("INSERT OR IGNORE INTO subject_key VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute(params![key_id.as_bytes(), kind, id.as_bytes(), key.0.as_slice()])?;
    let mut same = file.prepare_cached(
        "SELECT 1 FROM subject_key WHERE key_id = ?1 AND owner_kind = ?2 AND owner = ?3 AND bytes = ?4",
    )?;
    let same = same.exists(params![key_id.as_bytes(), kind, id.as_bytes(), key.0.as_slice()])?;
    if same { Ok(()) } else { Err(KeysError::OwnedAlready(key_id)) }
}
