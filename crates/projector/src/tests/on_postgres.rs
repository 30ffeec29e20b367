//! Views in schemas.

mod fixture {
    pub(super) use crate::tests::fixture::*;

    pub(super) type World = WorldOn<InPostgres>;
}

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
#[path = "schemas.rs"]
mod schemas;
#[path = "sharing.rs"]
mod sharing;
#[path = "tallying.rs"]
mod tallying;
