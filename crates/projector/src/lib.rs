//! RUNS VIEWS. Follow the log, group by pathway, compute, save rows and checkpoint in one transaction;
//! rebuild beside the live view and switch; say how far behind it is.
//!
//! A view never sees an event: it is asked for the rows of a whole history, so late arrival,
//! correction and rebuild are the same code path.
//!
//! Invariants of this room:
//! - rows at a checkpoint are of that position exactly, live or rebuilt, whole or broken;
//! - rows, dead letters and checkpoint are written in one transaction;
//! - nothing of a payload is kept or logged but what a view makes of it;
//! - an edition is named by the pointer only when it is whole and caught up;
//! - what a database of views is asked is said once, in `database`: no other part knows which it is.
//!
//! Read in this order: `view`, `connection`, `digest`, `checkpoint`, `database`, `place`, `changes`,
//! `view_file`, `sqlite`, `histories`, `compute`, `engine`, `live`, `rebuild`, `switch`, `reader`, `projector`, `sharing`, `others`.

pub mod view;

mod builder;
mod cells;
mod changes;
mod checkpoint;
mod compute;
mod connection;
mod context;
mod counting;
mod database;
mod digest;
mod engine;
mod errors;
mod histories;
mod live;
mod others;
mod place;
mod postgres;
mod projector;
mod reader;
mod rebuild;
mod replay;
mod scan;
mod sharing;
mod sqlite;
mod start;
mod status;
mod switch;
mod table;
#[cfg(feature = "twin")]
mod twins;
mod view_file;

#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, Identity};
pub use connection::{Ask, Asked, CellRef, Connection, FromCell, Params, Place, SqlError, SqlRow};
pub use context::OnOther;
pub use database::{Keeping, KeepingError, PostgresViews};
pub use digest::Digest;
pub use errors::{RebuildError, StartError};
pub use live::TakeError;
pub use postgres::{Connect, ConnectError, PostgresFault};
pub use projector::{Limits, Projector, Setup};
pub use reader::{ViewReadError, ViewReader};
pub use rebuild::BuildError;
pub use replay::{Replayed, replay};
pub use scan::{Differences, digest_of};
pub use sqlite::{FilesError, lay_out};
pub use status::{Progress, State, Status, ViewStatus};
pub use switch::{Rebuilt, SwitchError};
pub use table::BadView;
#[cfg(feature = "twin")]
pub use twins::Twins;
pub use view::{Cell, Change, Column, ColumnKind, Index, Row, Table, Tally, View};
