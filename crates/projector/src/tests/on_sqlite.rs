//! Views in files.

mod fixture {
    pub(super) use crate::tests::fixture::*;

    pub(super) type World = WorldOn<InFiles>;
}

#[path = "broken.rs"]
mod broken;
#[path = "columns.rs"]
mod columns;
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
