//! THE DOOR: GraphQL over axum. Parse, hand over, render.

pub mod transport;
