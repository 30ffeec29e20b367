//! Places and the shelf together, where one server keeps them or several.

use std::{path::Path, sync::Arc};

use postgres_lines::Connect;
use uuid::Uuid;

use crate::{
    CabinetError, Places, Shelf, alerts::AlertsFile, directory::InDirectory, moved,
    postgres::InDatabase,
};

/// What a server must find again.
#[derive(Clone)]
pub struct Cabinet {
    /// How far its followers came.
    pub places: Arc<dyn Places>,
    /// What it keeps of deliveries.
    pub shelf: Arc<dyn Shelf>,
}

impl Cabinet {
    /// In a data directory that this server has for itself.
    pub fn in_directory(data_dir: &Path) -> Result<Self, CabinetError> {
        let shelf = AlertsFile::open(&data_dir.join(moved::ALERTS))?;
        Ok(Self { places: Arc::new(InDirectory::new(data_dir)), shelf: Arc::new(shelf) })
    }

    /// In a database that the servers of a log share. One that holds the places of another log is
    /// [`CabinetError::OfAnother`].
    pub fn in_database(connect: Connect, log_id: Uuid) -> Result<Self, CabinetError> {
        let both = Arc::new(InDatabase::open(connect, log_id)?);
        Ok(Self { places: Arc::clone(&both) as Arc<dyn Places>, shelf: both })
    }

    /// Brings what a data directory kept until now here, once: what stands here already stays. A file
    /// whose content was brought is called `….moved` from then on. The names of those files.
    pub fn move_in(&self, data_dir: &Path, places: &[&str]) -> Result<Vec<String>, CabinetError> {
        moved::move_in(self, data_dir, places)
    }
}
