//! Between our events and the server's: our payload is its data, the rest of ours its metadata.

mod decode;
mod described;
mod encode;

pub(crate) use decode::Decoder;
pub(crate) use encode::{Call, encode, server_id};

#[cfg(test)]
mod tests;
