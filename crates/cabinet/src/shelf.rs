//! How far each endpoint was told, and the alerts that it did not take. Where they are lost, each
//! endpoint is told from then on, as a new one.

use chrono::{DateTime, Utc};
use event_store::Position;
use uuid::Uuid;

use crate::{CabinetError, Fence};

/// Most alerts in the list of those that were given up.
pub(crate) const LISTED_MOST: i64 = 1_000;

/// An alert that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The event of the alert.
    pub id: Uuid,
    /// Where it stands in the log.
    pub position: Position,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub given_up_at: DateTime<Utc>,
    /// Why, in words without the alert's content.
    pub why: String,
}

/// An alert in the list of those that were given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The endpoint, by its name in the settings.
    pub endpoint: String,
    /// The alert.
    pub dead: Dead,
    /// Whether somebody asked for it to be sent again.
    pub again: bool,
}

/// What is to be sent again to an endpoint.
pub struct Again {
    /// The oldest.
    pub next: Option<Dead>,
    /// What cannot be read and was not told of yet.
    pub damaged: Vec<CabinetError>,
}

/// What is kept of deliveries. What is written under a fence that no longer holds is not written, and it
/// is [`CabinetError::Fenced`].
pub trait Shelf: Send + Sync {
    /// The last position that an endpoint was told of; `None`: it is new.
    fn position(&self, endpoint: &str) -> Result<Option<Position>, CabinetError>;

    /// An endpoint was told of everything up to there.
    fn reached(
        &self,
        endpoint: &str,
        position: Position,
        fence: Option<&Fence>,
    ) -> Result<(), CabinetError>;

    /// Keeps an alert that was given up, not to be sent again until somebody asks.
    fn bury(&self, endpoint: &str, dead: &Dead, fence: Option<&Fence>) -> Result<(), CabinetError>;

    /// An alert was taken after all.
    fn forget(&self, endpoint: &str, id: Uuid, fence: Option<&Fence>) -> Result<(), CabinetError>;

    /// The oldest alert that is to be sent again.
    fn next_again(&self, endpoint: &str) -> Result<Again, CabinetError>;

    /// Alerts that were given up are to be sent again: of one endpoint or one alert where named; how many.
    fn send_again(&self, endpoint: Option<&str>, id: Option<Uuid>) -> Result<usize, CabinetError>;

    /// The alerts that were given up, oldest first, a thousand at most.
    fn given_up(&self) -> Result<Vec<Listed>, CabinetError>;

    /// What is wrong with the alerts to send again, if anything is.
    fn trouble(&self) -> Result<Option<String>, CabinetError>;
}
