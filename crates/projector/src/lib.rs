//! RUNS VIEWS. Follow the log, group by pathway, compute, save rows and checkpoint in one transaction;
//! rebuild beside the live view and switch; say how far behind it is.
//!
//! A view never sees an event: it is asked for the rows of a whole history, so late arrival,
//! correction and rebuild are the same code path.

pub mod view;

pub use view::{Cell, Change, Column, ColumnKind, Index, Row, Table, View};
