//! Why a projector could not start, or a rebuild not end.

use event_store::ReadError;
use leases::LeaseError;

use crate::SqlError;
use crate::database::KeepingError;
use crate::live::TakeError;
use crate::others::FollowError;
use crate::rebuild::BuildError;
use crate::switch::SwitchError;
use crate::table::BadView;

/// Why a projector could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A view is badly made.
    #[error(transparent)]
    View(#[from] BadView),
    /// The directory of views cannot be used.
    #[error(transparent)]
    Keeping(#[from] KeepingError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// A view's file cannot be used.
    #[error("a view's file cannot be used")]
    File(#[from] SqlError),
    /// The edition in use could not be taken up.
    #[error(transparent)]
    TakeUp(#[from] TakeError),
    /// What another server wrote could not be read.
    #[error("what another server wrote of a view cannot be read")]
    Follow(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A thread was stopped.
    #[error("starting was cut short")]
    CutShort,
}

impl From<FollowError> for StartError {
    fn from(error: FollowError) -> Self {
        Self::Follow(error.into())
    }
}

/// Why a rebuild did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// There is no such view.
    #[error("there is no view `{0}`")]
    NoSuchView(String),
    /// The files could not be built; the view goes on as it was.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The file was built and not taken into use; the view goes on as it was.
    #[error(transparent)]
    Switch(#[from] SwitchError),
    /// The file could not be opened or caught up.
    #[error(transparent)]
    CatchUp(#[from] TakeError),
    /// The view could not be taken from the server that writes it.
    #[error(transparent)]
    Lease(#[from] LeaseError),
}
