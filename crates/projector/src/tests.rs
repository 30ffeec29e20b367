//! The projector against a real store, with a small view.

mod broken;
mod fixture;
mod live;
mod order;
mod reading;
mod rebuilding;
mod small;
mod starting;
mod tallying;
