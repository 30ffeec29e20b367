//! Under which lease something is written.

use uuid::Uuid;

/// A work that is in our hands, with the epoch since which it is. Where one server keeps its places in a
/// directory nobody else writes them, and a fence says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The work, as its lease names it.
    pub work: String,
    /// The server that does it.
    pub owner: Uuid,
    /// How often it had changed hands when it came to us.
    pub epoch: i64,
}
