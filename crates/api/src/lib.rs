//! THE DOOR: GraphQL over axum. Parse, hand over, render.
//!
//! Invariants of this room:
//! - one gate stands before every way in, and no error leaves unmasked;
//! - the actor of a step is who the token says;
//! - another person's pathway answers as one that does not exist;
//! - a refusal is data in the payload; only failures are errors.
//!
//! Read in this order: `transport`, `identity`, `world`, `desk`, `input`, `schema`, `alerts`, `kept_plans`.

mod alerts;
mod desk;
pub mod graphiql;
pub mod identity;
pub mod input;
mod kept_plans;
pub mod schema;
pub mod transport;
mod trusted;
mod world;

pub use alerts::{Alert, AlertKind, DeadAlert, Deliveries, DeliveriesError};
pub use desk::Turns;
pub use kept_plans::KeptPlans;
pub use trusted::trusted_documents;
pub use world::{Rules, World};
