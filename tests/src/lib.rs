//! What the tests over the real binary share: a server in a directory of its own, asked over HTTP.
//!
//! It is for tests: what cannot go on panics with what it saw.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a harness for tests stops at once and says what it saw"
)]

mod binary;
mod server;

pub use binary::waymark;
pub use server::{Server, Who};
