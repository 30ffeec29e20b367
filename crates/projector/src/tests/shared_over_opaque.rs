//! Over a log whose positions are opaque and have holes, with views in schemas that several servers share.

mod fixture {
    pub(super) use crate::tests::fixture::*;
    pub(super) use crate::tests::on_opaque::fixture::digest;

    pub(super) type World = WorldOn<OverOpaque<InPostgres>>;
}

#[path = "sharing.rs"]
mod sharing;
