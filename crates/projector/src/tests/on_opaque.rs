//! Over a log whose positions are opaque and have holes, with views in files.

pub(super) mod fixture {
    pub(super) use crate::tests::fixture::*;
    use crate::{Connection, Digest, SqlError, ViewReader};

    pub(super) type World = WorldOn<OverOpaque<InFiles>>;

    pub(in crate::tests) fn digest(reader: &ViewReader) -> Digest {
        reader.with(checked_digest).unwrap()
    }

    /// Each position is some thousand further than the one before, so the count is far below it.
    pub(in crate::tests) fn checked_digest(connection: &Connection) -> Result<Digest, SqlError> {
        let checkpoint = checked(connection)?;
        assert!(checkpoint.consumed <= checkpoint.position.0 / 1_000, "{checkpoint:?}");
        Ok(checkpoint.digest)
    }
}

mod counting;

#[path = "broken.rs"]
mod broken;
#[path = "live.rs"]
mod live;
#[path = "order.rs"]
mod order;
#[path = "reading.rs"]
mod reading;
#[path = "rebuilding.rs"]
mod rebuilding;
#[path = "starting.rs"]
mod starting;
#[path = "tallying.rs"]
mod tallying;
