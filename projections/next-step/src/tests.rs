//! The states, the owner, the order of threads, and the rows.

mod advice;
mod contacts;
mod later_states;
mod laws;
mod lists;
mod missed;
mod order;
mod rows;
mod shortest;
mod states;
mod work;
