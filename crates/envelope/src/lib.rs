//! A step as an event and back.
//!
//! [`write()`] takes a step apart into a clear part that every view may read and a part sealed with the
//! person's key; [`read()`] gives the clear part alone, [`read_open`] the whole to who may see it. [`Keys`]
//! gives one key a person, from a file of its own or from where several servers keep them ([`KeyStore`]).
//!
//! Invariants of this room:
//! - a personal value is nowhere but in the sealed part;
//! - the same step under the same event id gives the same bytes, so that a retry is recognised;
//! - without its key an event still reads: its personal fields stay sealed.

mod codec;
mod copied;
mod keys;
mod meta;
mod seal;

pub use codec::{BadEvent, Envelope, WriteError, read, read_closed, read_open, write};
pub use copied::key_ids;
pub use keys::{KeyStore, Keys, KeysError, Owner, SubjectKey, contract, fresh};
pub use meta::{Meta, SentBy};
