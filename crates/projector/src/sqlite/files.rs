//! Where views live: one SQLite file each, and a pointer that names the one in use.
//!
//! `<name>-v<version>-<rules>-<n>.db` is a file, `<name>.current` the pointer, `….building` a rebuild
//! that is not finished. The pointer is switched by a rename, so it names a whole file or nothing.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::View;
use crate::database::Pointer;
use crate::place::{self, Place};

const BUILDING: &str = "building";
const FILE: &str = ".db";
const NEW: &str = ".current.new";
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// A directory of views that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the views in `{directory}` cannot be {what}")]
pub struct FilesError {
    /// The directory.
    pub directory: PathBuf,
    /// What could not be done.
    pub what: &'static str,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// The files of all views in one directory.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    directory: PathBuf,
}

impl Files {
    /// The directory, made if need be, with what a killed rebuild left taken away.
    pub(crate) fn open(directory: &Path) -> Result<Self, FilesError> {
        let files = Self { directory: directory.to_owned() };
        fs::create_dir_all(directory).map_err(|error| files.failed("made", error))?;
        for name in files.names()? {
            if name.ends_with(NEW) || is_unfinished(&name) {
                files.remove(&name)?;
            }
        }
        Ok(files)
    }

    /// The file in use.
    pub(crate) fn current(&self, view: &str) -> Result<Pointer, FilesError> {
        match fs::read(self.pointer(view)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Pointer::Missing),
            Err(error) => Err(self.failed("read", error)),
            Ok(bytes) => {
                let text = String::from_utf8(bytes).unwrap_or_default();
                let name = text.strip_suffix('\n').filter(|name| number(view, name).is_some());
                let name = name.filter(|name| self.directory.join(name).is_file());
                Ok(name.map_or(Pointer::Damaged, |name| Pointer::Names(Place(name.to_owned()))))
            }
        }
    }

    /// Where the file of a place is.
    pub(crate) fn path(&self, place: &Place) -> PathBuf {
        self.directory.join(&place.0)
    }

    /// A name that no file has had.
    pub(crate) fn fresh(&self, view: &dyn View) -> Result<String, FilesError> {
        let numbers = self.numbered(view.name())?;
        let next = numbers.last().map_or(1, |(last, _name)| last + 1);
        Ok(place::name_of(view, next) + FILE)
    }

    /// Where a file is that is no view yet.
    pub(crate) fn building(&self, name: &str) -> PathBuf {
        self.directory.join(name).with_extension(BUILDING)
    }

    /// Takes away whatever is at a path, and the files SQLite keeps beside it.
    pub(crate) fn discard(&self, path: &Path) -> Result<(), FilesError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        BESIDE.iter().try_for_each(|beside| self.remove(&format!("{name}{beside}")))
    }

    /// A finished file gets its name, and keeps it through a power cut.
    pub(crate) fn finish(&self, building: &Path, name: &str) -> Result<(), FilesError> {
        let finish = || {
            File::open(building)?.sync_all()?;
            fs::rename(building, self.directory.join(name))?;
            File::open(&self.directory)?.sync_all()
        };
        finish().map_err(|error| self.failed("finished", error))
    }

    /// From now on this file is the view. The one before it is kept, older ones go.
    pub(crate) fn switch(&self, view: &str, name: &str) -> Result<(), FilesError> {
        let pointer = self.pointer(view);
        let fresh = self.directory.join(format!("{view}{NEW}"));
        let write = || {
            let mut file = File::create(&fresh)?;
            file.write_all(format!("{name}\n").as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &pointer)?;
            File::open(&self.directory)?.sync_all()
        };
        write().map_err(|error| self.failed("switched", error))?;
        self.prune(view, name)
    }

    /// Keeps the file in use and the one before it; anything newer was never switched to.
    pub(crate) fn prune(&self, view: &str, current: &str) -> Result<(), FilesError> {
        let at = number(view, current).unwrap_or(u64::MAX);
        let mut numbered = self.numbered(view)?;
        let newer = numbered.split_off(numbered.partition_point(|(n, _)| *n <= at));
        let kept = numbered.len().saturating_sub(2);
        for (_n, name) in numbered.iter().take(kept).chain(&newer) {
            self.discard(&self.directory.join(name))?;
        }
        Ok(())
    }

    fn pointer(&self, view: &str) -> PathBuf {
        self.directory.join(format!("{view}.current"))
    }

    fn numbered(&self, view: &str) -> Result<Vec<(u64, String)>, FilesError> {
        let names = self.names()?.into_iter();
        let mut numbered: Vec<_> =
            names.filter_map(|name| number(view, &name).map(|n| (n, name))).collect();
        numbered.sort_unstable();
        Ok(numbered)
    }

    fn names(&self) -> Result<Vec<String>, FilesError> {
        let list = || -> io::Result<Vec<String>> {
            let entries = fs::read_dir(&self.directory)?;
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        };
        list().map_err(|error| self.failed("listed", error))
    }

    fn remove(&self, name: &str) -> Result<(), FilesError> {
        match fs::remove_file(self.directory.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed("tidied", error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn failed(&self, what: &'static str, source: io::Error) -> FilesError {
        FilesError { directory: self.directory.clone(), what, source }
    }
}

/// The number of a view's file; none where the name is not of that view.
fn number(view: &str, name: &str) -> Option<u64> {
    place::number(view, name.strip_suffix(FILE)?)
}

fn is_unfinished(name: &str) -> bool {
    BESIDE.iter().any(|beside| {
        name.strip_suffix(beside).is_some_and(|name| name.ends_with(&format!(".{BUILDING}")))
    })
}
