//! The file of keys on trial: what every place of keys promises, and what only a file does.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{contract::Trial, *};

/// A file of keys in a directory of its own.
struct OnFile(TempDir);

impl OnFile {
    fn path(&self) -> PathBuf {
        self.0.path().join("keys.db")
    }
}

impl Trial for OnFile {
    fn opened(&self) -> Box<dyn KeyStore> {
        Box::new(KeyFile::open(&self.path()).unwrap())
    }

    fn erase(&self, key_id: Uuid) {
        let file = rusqlite::Connection::open(self.path()).unwrap();
        let erased = file.execute("DELETE FROM subject_key WHERE key_id = ?1", [key_id.as_bytes()]);
        assert_eq!(erased.unwrap(), 1);
    }
}

fn trial() -> OnFile {
    OnFile(tempfile::tempdir().unwrap())
}

crate::key_contract_suite!(trial);

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
