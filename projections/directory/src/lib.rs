//! DIRECTORY. Organisations, services and contact points, as of any date, joined when read.
//!
//! What is not about one pathway changes without the pathways knowing: a telephone number is moved,
//! a trust is renamed. No view keeps such a thing in its rows. They ask here, `on` the day they are
//! asked about and, for an auditor, as it was `known` at a moment.
//!
//! Invariants of this room:
//! - pure and in memory: whoever follows the log calls [`Directory::apply`];
//! - the same streams make the same directory in whatever order they are applied;
//! - a contact point that is retired or failed is not given out while another works, and what is
//!   given in its place says so;
//! - how old a check may be is a setting that is handed in ([`Freshness`]), never a number here.

mod contacts;
mod directory;
mod health;
mod routing;
mod search;
mod shelf;
mod told;

pub use contacts::{ContactAsk, Instead, Reach};
pub use directory::Directory;
pub use health::{Fault, Freshness, LineHealth, Live, LiveAsk, is_digital};
pub use routing::{Destination, Routing};
pub use search::ServiceAsk;
pub use steps::{
    interface_and_safety::{
        ContactPointPublished as ContactPoint, DirectoryEntryUpdated as Service,
    },
    record_keeping::OrganisationRecorded as Organisation,
};
