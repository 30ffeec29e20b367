//! Small values by name: how far somebody came.

use std::{fmt, sync::Arc};

use crate::{CabinetError, Fence};

/// Where small values are kept, each by a name.
pub trait Places: Send + Sync {
    /// The value of a name as it was put last; `None`: never.
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CabinetError>;

    /// Keeps a value, whole and on disk before this returns. Under a fence that no longer holds nothing
    /// is written, and it is [`CabinetError::Fenced`].
    fn put(&self, name: &str, value: &[u8], fence: Option<&Fence>) -> Result<(), CabinetError>;

    /// Where a name is, for people.
    fn shown(&self, name: &str) -> String;
}

/// One place, with the lease under which it is written.
#[derive(Clone)]
pub struct Drawer {
    places: Arc<dyn Places>,
    name: String,
    fence: Option<Fence>,
}

impl Drawer {
    /// The place of that name, written by whoever holds it.
    pub fn new(places: &Arc<dyn Places>, name: &str) -> Self {
        Self { places: Arc::clone(places), name: name.to_owned(), fence: None }
    }

    /// The same place, written under a lease, or by whoever holds it.
    #[must_use]
    pub fn under(&self, fence: Option<Fence>) -> Self {
        Self { fence, ..self.clone() }
    }

    /// What was put last; `None`: nothing.
    pub fn get(&self) -> Result<Option<Vec<u8>>, CabinetError> {
        self.places.get(&self.name)
    }

    /// Keeps a value, whole and on disk before this returns.
    pub fn put(&self, value: &[u8]) -> Result<(), CabinetError> {
        self.places.put(&self.name, value, self.fence.as_ref())
    }
}

/// Where it is, for people.
impl fmt::Display for Drawer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.places.shown(&self.name))
    }
}
