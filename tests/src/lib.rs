//! What the tests over the real binary share: a server in a directory of its own, asked over HTTP; and for
//! the bad days a site that is killed over and over, with a checker of what it answered.
//!
//! It is for tests: what cannot go on panics with what it saw.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a harness for tests stops at once and says what it saw"
)]

mod binary;
mod server;

mod chance;
mod named;
mod story;

mod caller;
mod campaign;
mod command;
pub mod history;
mod site;

pub use binary::waymark;
pub use caller::Caller;
pub use campaign::{Answers, Campaign, Stage, Tally};
pub use chance::Chance;
pub use command::Command;
pub use named::{fresh_log, named_kurrentdb};
pub use server::{Server, Who};
pub use site::Site;
pub use story::{id, input, story};
