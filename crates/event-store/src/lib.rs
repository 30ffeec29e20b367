//! THE PORT. Append, read and follow an immutable log; and the promises every store must keep.
//!
//! A store holds one log of events. Each event has a place in its stream (`Revision`) and a place
//! in the whole log (`Position`). [`contract`] holds the promises as tests; every store runs them
//! with one line, [`contract_suite!`].
//!
//! Invariants of this room:
//! - it leans on no other room, and knows nothing of pathways but the names of the categories;
//! - there is no way to change or remove an event;
//! - the writer always says what it expects: [`Expected`] has no default and no *any*;
//! - nothing here prints what a payload or a sealed part holds.
//!
//! Read in this order: `position`, `stream`, `numbers`, `event`, `append`, `read`, `store`,
//! `ahead`, `contract`.

mod position;
mod stream;

pub mod numbers;

mod event;

mod append;
mod read;

mod store;

mod ahead;

pub mod contract;

pub use ahead::{Page, one_page_ahead, pages_between};
pub use append::{Append, AppendError, Appended, Expected, Recorded};
pub use event::{NewEvent, SealedPart, StoredEvent};
pub use position::{Position, Revision};
pub use read::{ReadError, Scan, ScanCursor};
pub use store::{APPENDS_IN_FLIGHT_MAX, Capabilities, Cause, EventStore, NowMicros};
pub use stream::{BadStreamId, Category, StreamId};
