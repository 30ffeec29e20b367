//! Files and directories that only their owner may read.

use std::{
    fs::{DirBuilder, File},
    io::{self, ErrorKind, Write},
    os::unix::fs::DirBuilderExt,
    path::Path,
};

use tempfile::NamedTempFile;

/// Makes a directory, with those above it; one that is there stays as it is.
pub fn make_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whether a directory takes new files; nothing is left in it.
pub fn try_dir(path: &Path) -> io::Result<()> {
    NamedTempFile::new_in(path).map(drop)
}

/// Writes a file whole or not at all: it has its name only once its bytes are on disk.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    written_beside(path, bytes)?.persist(path).map_err(|failed| failed.error)?;
    sync_dir(dir_of(path))
}

/// Writes a file whole unless there is one of that name, and says whether it did. Of several
/// processes that write at once, one does.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    match written_beside(path, bytes)?.persist_noclobber(path) {
        Ok(_file) => sync_dir(dir_of(path)).map(|()| true),
        Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(failed) => Err(failed.error),
    }
}

/// The bytes on disk, under a name of their own that goes away unless it is given another.
fn written_beside(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(dir_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn dir_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
    };

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

    #[test]
    fn of_many_who_write_a_new_file_at_once_one_does_and_all_read_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let mine: Vec<bool> = std::thread::scope(|scope| {
            let writers = (0..16_u8).map(|n| {
                let path = &path;
                scope.spawn(move || write_new(path, &[n; 32]).unwrap())
            });
            writers.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(mine.iter().filter(|mine| **mine).count(), 1);
        let winner = mine.iter().position(|mine| *mine).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [u8::try_from(winner).unwrap(); 32]);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
