//! Places as small files in a data directory, for one server.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::{CabinetError, Fence, Places, private};

/// The files of one server.
pub(crate) struct InDirectory(PathBuf);

impl InDirectory {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self(data_dir.to_owned())
    }
}

impl Places for InDirectory {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CabinetError> {
        let path = self.0.join(name);
        match fs::read(&path) {
            Ok(value) => Ok(Some(value)),
            Err(missing) if missing.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CabinetError::File { path, source }),
        }
    }

    fn put(&self, name: &str, value: &[u8], _fence: Option<&Fence>) -> Result<(), CabinetError> {
        let path = self.0.join(name);
        private::write(&path, value).map_err(|source| CabinetError::File { path, source })
    }

    fn shown(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}
