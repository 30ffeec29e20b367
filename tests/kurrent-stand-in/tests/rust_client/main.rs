//! The official Rust client against the stand-in.

#[cfg(test)]
mod appends;
#[cfg(test)]
mod caller;
#[cfg(test)]
mod chaos;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod removals;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod weaknesses;
