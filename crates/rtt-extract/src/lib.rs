//! Reads NHS England's RTT extract and lays down the pathways it counts.
//!
//! The extract counts people; this room turns each count of `Part_2` (waiting on the census date) and of
//! `Part_1A` and `Part_1B` (completed in the month) into a pathway with plausible, simulated steps that
//! waits exactly as long as its week band says. It writes the same form, and runs the checks on it.
//!
//! Invariants of this room:
//! - pure: it reads what it is given, and has no clock and no chance; the same file gives the same
//!   pathways, ids and times, byte for byte;
//! - lazy: pathways are laid down one at a time, so memory does not grow with the list;
//! - codes are kept as the file writes them (`C_100`, `X02`, `NONC`), and nothing that does not foot
//!   gets in.
//!
//! Read in this order: `bands`, `extract`, `error`, `read`, `lay_down`, `directory`, `write`,
//! `checks`.

mod bands;
mod checks;
mod directory;
mod error;
mod extract;
mod lay_down;
mod read;
mod write;

pub use bands::{BANDS, days_of_band};
pub use checks::{Check, Limits, Query, queries};
pub use directory::{LaidService, directory, service_id};
pub use error::ExtractError;
pub use extract::{Extract, ExtractRow, OrganisationEntry, Part, Parts, Warning, WarningKind};
pub use lay_down::{LaidPathway, Starts, lay_down, lay_down_completed, starts_of};
pub use read::read_extract;
pub use write::{columns, records, write_extract};
