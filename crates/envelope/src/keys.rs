//! One key a person, kept apart from events and views: in a file of its own, or where several servers
//! share them ([`KeyStore`]).
//!
//! A key belongs to a person (`subject_ref`), or to a pathway, patient or inbox stream whose person is
//! not known yet. Erasing a person will be deleting their keys.

pub mod contract;
mod file;

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use uuid::Uuid;

use self::file::KeyFile;

/// Keys held in memory at once; past that the cache is emptied.
const CACHED_MAX: usize = 50_000;

/// How long a key that was erased by another server may still be given out here.
const ERASED_UNSEEN_MAX: Duration = Duration::from_secs(2);

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A person, by their random reference.
    Person(Uuid),
    /// A stream whose person is not known.
    Stream(Uuid),
}

impl Owner {
    /// As it is stored: 0 for a person and 1 for a stream, with the id.
    pub const fn parts(self) -> (i64, Uuid) {
        match self {
            Self::Person(id) => (0, id),
            Self::Stream(id) => (1, id),
        }
    }

    /// As it was stored.
    pub const fn of(kind: i64, id: Uuid) -> Self {
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
    /// A page of the file of keys cannot be right.
    #[error("the file of keys is damaged: {0}; put a backup in its place, with nothing beside it")]
    Damaged(String),
    /// The file of keys could not be closed to others.
    #[error("the file of keys could not be closed to others")]
    Mode(#[source] std::io::Error),
    /// The place where keys are kept failed.
    #[error("the place where the keys are kept failed")]
    Place(#[source] Box<dyn std::error::Error + Send + Sync>),
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

/// Where keys are kept. What it says of a failure holds neither a key nor whose it is.
pub trait KeyStore: Send + Sync {
    /// The keys of these owners in their order, made where there are none, on disk before this returns.
    /// Of several servers that make the key of one owner at once, all get the same.
    fn ensure(&self, owners: &[Owner]) -> Result<Vec<(Uuid, SubjectKey)>, KeysError>;

    /// The key of that id; `None`: it was never here, or was erased.
    fn key(&self, key_id: Uuid) -> Result<Option<SubjectKey>, KeysError>;

    /// Whose key it is; `None`: it was never here, or was erased.
    fn owner(&self, key_id: Uuid) -> Result<Option<Owner>, KeysError>;

    /// Every key that is here, by id.
    fn all(&self) -> Result<Vec<(Uuid, Owner, SubjectKey)>, KeysError>;

    /// Keys that were made elsewhere, all or none, on disk before this returns; one that is here already
    /// stays. [`KeysError::OwnedAlready`] where an owner has another.
    fn put(&self, keys: &[(Uuid, Owner, SubjectKey)]) -> Result<(), KeysError>;

    /// A number that is another as soon as a key can no longer be read that could be before.
    fn erasures(&self) -> Result<i64, KeysError>;
}

/// The keys of all persons, some of them in memory. Whether one was erased is asked once in a while, so
/// one that another server erased is given out for two seconds more at most; where that cannot be asked,
/// none is given out.
pub struct Keys {
    store: Box<dyn KeyStore>,
    cached: Mutex<Cached>,
    erased_unseen_max: Duration,
}

#[derive(Default)]
struct Cached {
    by_owner: HashMap<Owner, Uuid>,
    by_id: HashMap<Uuid, SubjectKey>,
    owners: HashMap<Uuid, Owner>,
    /// The number of [`KeyStore::erasures`] that what is here is of, and when it was asked.
    erasures: Option<(i64, Instant)>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Opens, or makes, the file of keys.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        Ok(Self::over(Box::new(KeyFile::open(path)?)))
    }

    /// Keys that are kept elsewhere.
    pub fn over(store: Box<dyn KeyStore>) -> Self {
        Self::asking_every(ERASED_UNSEEN_MAX, store)
    }

    /// As [`Keys::over`], asking of erasures before a key is given out from memory where it was not asked
    /// for so long.
    pub fn asking_every(erased_unseen_max: Duration, store: Box<dyn KeyStore>) -> Self {
        Self { store, cached: Mutex::default(), erased_unseen_max }
    }

    /// The keys of these owners, made where there are none, on disk before this returns.
    pub fn ensure(&self, owners: &[Owner]) -> Result<Vec<(Uuid, SubjectKey)>, KeysError> {
        let erasures = self.see_erasures()?;
        if let Some(known) = self.all_cached(owners)? {
            return Ok(known);
        }
        let found = self.store.ensure(owners)?;
        self.remember(erasures, |cached| {
            for (owner, (id, key)) in owners.iter().zip(&found) {
                cached.by_owner.insert(*owner, *id);
                cached.by_id.insert(*id, key.clone());
            }
        })?;
        Ok(found)
    }

    /// The key of that id; `None`: it was never here, or was erased.
    pub fn key(&self, key_id: Uuid) -> Result<Option<SubjectKey>, KeysError> {
        let erasures = self.see_erasures()?;
        if let Some(key) = self.cached()?.by_id.get(&key_id) {
            return Ok(Some(key.clone()));
        }
        let found = self.store.key(key_id)?;
        if let Some(key) = &found {
            self.remember(erasures, |cached| {
                cached.by_id.insert(key_id, key.clone());
            })?;
        }
        Ok(found)
    }

    /// Whose key it is; `None`: it was never here, or was erased.
    pub fn owner(&self, key_id: Uuid) -> Result<Option<Owner>, KeysError> {
        let erasures = self.see_erasures()?;
        if let Some(owner) = self.cached()?.owners.get(&key_id) {
            return Ok(Some(*owner));
        }
        let found = self.store.owner(key_id)?;
        if let Some(owner) = found {
            self.remember(erasures, |cached| {
                cached.owners.insert(key_id, owner);
            })?;
        }
        Ok(found)
    }

    /// Every key that is here, by id: with its owner, to move them to another place.
    pub fn all(&self) -> Result<Vec<(Uuid, Owner, SubjectKey)>, KeysError> {
        self.store.all()
    }

    /// Keys that were made elsewhere, on disk before this returns; one that is here already stays.
    pub fn put(&self, keys: &[(Uuid, Owner, SubjectKey)]) -> Result<(), KeysError> {
        self.store.put(keys)
    }

    fn cached(&self) -> Result<MutexGuard<'_, Cached>, KeysError> {
        self.cached.lock().map_err(|_poisoned| KeysError::Poisoned)
    }

    fn all_cached(&self, owners: &[Owner]) -> Result<Option<Vec<(Uuid, SubjectKey)>>, KeysError> {
        let cached = self.cached()?;
        let find = |owner: &Owner| {
            let id = cached.by_owner.get(owner)?;
            Some((*id, cached.by_id.get(id)?.clone()))
        };
        Ok(owners.iter().map(find).collect())
    }

    /// Forgets what is in memory once a key was erased anywhere, and says what the rest is of.
    fn see_erasures(&self) -> Result<i64, KeysError> {
        let asked_at = Instant::now();
        if let Some((erasures, before)) = self.cached()?.erasures
            && asked_at.duration_since(before) < self.erased_unseen_max
        {
            return Ok(erasures);
        }
        let erasures = self.store.erasures()?;
        let mut cached = self.cached()?;
        if cached.erasures.is_none_or(|(before, _)| before != erasures) {
            *cached = Cached::default();
        }
        cached.erasures = Some((erasures, asked_at));
        Ok(erasures)
    }

    /// Keeps what was found in memory. What was asked for before an erasure may be what was erased: it
    /// is not kept beside what was asked for after.
    fn remember(&self, erasures: i64, keep: impl FnOnce(&mut Cached)) -> Result<(), KeysError> {
        let mut cached = self.cached()?;
        if cached.by_id.len().max(cached.owners.len()) >= CACHED_MAX {
            *cached = Cached { erasures: cached.erasures, ..Cached::default() };
        }
        if cached.erasures.is_some_and(|(seen, _)| seen == erasures) {
            keep(&mut cached);
        }
        Ok(())
    }
}

/// A new key and its id.
pub fn fresh() -> Result<(Uuid, SubjectKey), KeysError> {
    let (mut id, mut bytes) = ([0_u8; 16], [0_u8; 32]);
    getrandom::fill(&mut id).map_err(|_no_random| KeysError::NoRandom)?;
    getrandom::fill(&mut bytes).map_err(|_no_random| KeysError::NoRandom)?;
    Ok((uuid::Builder::from_random_bytes(id).into_uuid(), SubjectKey(bytes)))
}

#[cfg(test)]
mod tests;
