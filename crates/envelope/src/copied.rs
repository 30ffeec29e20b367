//! The copy of a file of keys: read, and never opened for writing.

use std::{collections::HashSet, path::Path};

use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use crate::KeysError;

/// The ids of all keys in a file that nobody writes to.
pub fn key_ids(file: &Path) -> Result<HashSet<Uuid>, KeysError> {
    let file = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut select = file.prepare("SELECT key_id FROM subject_key")?;
    let ids = select.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Keys, Owner};

    #[test]
    fn the_ids_of_a_copy_are_those_of_its_keys() {
        let dir = tempfile::tempdir().unwrap();
        let (path, copy) = (dir.path().join("keys.db"), dir.path().join("copy.db"));
        let keys = Keys::open(&path).unwrap();
        let made = keys.ensure(&[1, 2].map(|n| Owner::Person(Uuid::from_u128(n)))).unwrap();
        drop(keys);
        std::fs::copy(&path, &copy).unwrap();
        let ids: HashSet<Uuid> = made.into_iter().map(|(id, _)| id).collect();
        assert_eq!(key_ids(&copy).unwrap(), ids);
        assert!(key_ids(&dir.path().join("none.db")).is_err());
    }
}
