//! One key a person, in a SQLite file of its own (`keys.db`), apart from events and views.
//!
//! A key belongs to a person (`subject_ref`), or to a pathway, patient or inbox stream whose person is
//! not known yet. Erasing a person will be deleting their keys.

use std::{collections::HashMap, fmt, path::Path, sync::Mutex};

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Keys held in memory at once; past that the cache is emptied.
const CACHED_MAX: usize = 50_000;

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A person, by their random reference.
    Person(Uuid),
    /// A stream whose person is not known.
    Stream(Uuid),
}

impl Owner {
    const fn parts(self) -> (i64, Uuid) {
        match self {
            Self::Person(id) => (0, id),
            Self::Stream(id) => (1, id),
        }
    }

    const fn of(kind: i64, id: Uuid) -> Self {
        if kind == 0 { Self::Person(id) } else { Self::Stream(id) }
    }
}

/// A key. It does not print.
#[derive(Clone)]
pub struct SubjectKey([u8; 32]);

impl SubjectKey {
    /// A key of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, for who moves the keys to another place.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file of keys failed.
    #[error("the file of keys failed")]
    File(#[from] rusqlite::Error),
    /// The file of keys could not be closed to others.
    #[error("the file of keys could not be closed to others")]
    Mode(#[source] std::io::Error),
    /// The system gives no random numbers.
    #[error("the system gave no random numbers")]
    NoRandom,
    /// The owner has another key here.
    #[error("the owner of key {0} has another key here")]
    OwnedAlready(Uuid),
    /// A thread panicked while it held the keys.
    #[error("the keys are locked by a thread that failed")]
    Poisoned,
}

/// The keys of all persons.
pub struct Keys {
    file: Mutex<Connection>,
    cached: Mutex<Cached>,
}

#[derive(Default)]
struct Cached {
    by_owner: HashMap<Owner, Uuid>,
    by_id: HashMap<Uuid, SubjectKey>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Opens, or makes, the file of keys.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
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
        Ok(Self { file: Mutex::new(file), cached: Mutex::default() })
    }

    /// The keys of these owners, made where there are none, on disk before this returns.
    pub fn ensure(&self, owners: &[Owner]) -> Result<Vec<(Uuid, SubjectKey)>, KeysError> {
        if let Some(known) = self.all_cached(owners)? {
            return Ok(known);
        }
        let mut file = self.file.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        let write = file.transaction()?;
        let found = owners.iter().map(|owner| find_or_make(&write, *owner));
        let found: Vec<(Uuid, SubjectKey)> = found.collect::<Result<_, _>>()?;
        write.commit()?;
        drop(file);
        self.remember(owners, &found)?;
        Ok(found)
    }

    /// The key of that id; `None`: it was never here, or was erased.
    pub fn key(&self, key_id: Uuid) -> Result<Option<SubjectKey>, KeysError> {
        let cached = self.cached.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        if let Some(key) = cached.by_id.get(&key_id) {
            return Ok(Some(key.clone()));
        }
        drop(cached);
        let file = self.file.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        let mut select = file.prepare_cached("SELECT bytes FROM subject_key WHERE key_id = ?1")?;
        let bytes: Option<[u8; 32]> =
            select.query_row([key_id.as_bytes()], |row| row.get(0)).optional()?;
        Ok(bytes.map(SubjectKey))
    }

    /// Whose key it is; `None`: it was never here, or was erased.
    pub fn owner(&self, key_id: Uuid) -> Result<Option<Owner>, KeysError> {
        let file = self.file.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        let mut select =
            file.prepare_cached("SELECT owner_kind, owner FROM subject_key WHERE key_id = ?1")?;
        let found = select.query_row([key_id.as_bytes()], |row| {
            let (kind, id): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
            Ok(Owner::of(kind, Uuid::from_bytes(id)))
        });
        Ok(found.optional()?)
    }

    /// Every key that is here, by id: with its owner, to move them to another place.
    pub fn all(&self) -> Result<Vec<(Uuid, Owner, SubjectKey)>, KeysError> {
        let file = self.file.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        let mut select = file.prepare_cached(
            "SELECT key_id, owner_kind, owner, bytes FROM subject_key ORDER BY key_id",
        )?;
        let rows = select.query_map([], |row| {
            let owner = Owner::of(row.get(1)?, Uuid::from_bytes(row.get(2)?));
            Ok((Uuid::from_bytes(row.get(0)?), owner, SubjectKey(row.get(3)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keys that were made elsewhere, on disk before this returns; one that is here already stays.
    pub fn put(&self, keys: &[(Uuid, Owner, SubjectKey)]) -> Result<(), KeysError> {
        let mut file = self.file.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        let write = file.transaction()?;
        for (key_id, owner, key) in keys {
            put(&write, *key_id, *owner, key)?;
        }
        Ok(write.commit()?)
    }

    fn all_cached(&self, owners: &[Owner]) -> Result<Option<Vec<(Uuid, SubjectKey)>>, KeysError> {
        let cached = self.cached.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        let find = |owner: &Owner| {
            let id = cached.by_owner.get(owner)?;
            Some((*id, cached.by_id.get(id)?.clone()))
        };
        Ok(owners.iter().map(find).collect())
    }

    fn remember(&self, owners: &[Owner], found: &[(Uuid, SubjectKey)]) -> Result<(), KeysError> {
        let mut cached = self.cached.lock().map_err(|_poisoned| KeysError::Poisoned)?;
        if cached.by_id.len() + found.len() > CACHED_MAX {
            *cached = Cached::default();
        }
        for (owner, (id, key)) in owners.iter().zip(found) {
            cached.by_owner.insert(*owner, *id);
            cached.by_id.insert(*id, key.clone());
        }
        Ok(())
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

fn fresh() -> Result<(Uuid, SubjectKey), KeysError> {
    let (mut id, mut bytes) = ([0_u8; 16], [0_u8; 32]);
    getrandom::fill(&mut id).map_err(|_no_random| KeysError::NoRandom)?;
    getrandom::fill(&mut bytes).map_err(|_no_random| KeysError::NoRandom)?;
    Ok((uuid::Builder::from_random_bytes(id).into_uuid(), SubjectKey(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_keeps_their_key_when_the_file_is_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.db");
        let person = Owner::Person(Uuid::from_u128(1));
        let (id, _) = Keys::open(&path).unwrap().ensure(&[person]).unwrap()[0].clone();
        let again = Keys::open(&path).unwrap();
        assert_eq!(again.ensure(&[person]).unwrap()[0].0, id);
        assert!(again.key(id).unwrap().is_some());
        assert!(again.key(Uuid::from_u128(2)).unwrap().is_none());
    }

    #[test]
    fn a_key_says_whose_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(&dir.path().join("keys.db")).unwrap();
        for owner in [Owner::Person(Uuid::from_u128(1)), Owner::Stream(Uuid::from_u128(2))] {
            let (key_id, _) = keys.ensure(&[owner]).unwrap()[0].clone();
            assert_eq!(keys.owner(key_id).unwrap(), Some(owner));
        }
        assert_eq!(keys.owner(Uuid::from_u128(9)).unwrap(), None);
    }

    #[test]
    fn a_person_and_a_stream_of_the_same_id_have_two_keys() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(&dir.path().join("keys.db")).unwrap();
        let id = Uuid::from_u128(1);
        let both = keys.ensure(&[Owner::Person(id), Owner::Stream(id)]).unwrap();
        assert_ne!(both[0].0, both[1].0);
    }

    #[test]
    fn nobody_but_their_owner_reads_the_keys() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::open(&dir.path().join("keys.db")).unwrap();
        keys.ensure(&[Owner::Person(Uuid::from_u128(1))]).unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }

    #[test]
    fn a_key_does_not_print() {
        assert_eq!(format!("{:?}", SubjectKey::from_bytes([7; 32])), "SubjectKey(..)");
    }
}
