//! Files and directories that only their owner may read.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Makes a directory, with those above it; one that is there stays as it is.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file whole or not at all: it has its name only once its bytes are on disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = Path::new(&fresh);
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(fresh)?;
    // A file left from before keeps the mode it had.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(fresh, path)?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_closed_to_others() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("above/data");
        make_dir(&data).unwrap();
        assert_eq!((mode(&data), mode(&dir.path().join("above"))), (0o700, 0o700));
        write(&data.join("secret"), b"one").unwrap();
        write(&data.join("secret"), b"two").unwrap();
        assert_eq!(fs::read(data.join("secret")).unwrap(), b"two");
        assert_eq!(mode(&data.join("secret")), 0o600);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_directory_that_is_there_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), Permissions::from_mode(0o750)).unwrap();
        make_dir(dir.path()).unwrap();
        assert_eq!(mode(dir.path()), 0o750);
    }
}
