//! The states, the owner, the order of threads, and the rows.

mod contacts;
mod laws;
mod order;
mod rows;
mod states;
