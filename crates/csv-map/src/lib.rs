//! A stranger's CSV extract, read through a mapping file: which steps each row tells.
//!
//! [`CsvMap::parse`] reads the mapping (docs/import-csv.md) and checks every word of it against the
//! catalogue; [`Survey::of`] looks once over the whole file; [`Rows`] then says of each row which
//! steps it tells, and what of it is refused.
//!
//! Invariants of this room:
//! - no input or output but the readers it is given, no clock, no chance: the same map, key and row
//!   give the same steps under the same command ids, wherever the row stands in the file;
//! - nothing is guessed: a cell that the map does not account for is a refusal;
//! - a refusal names line, column and what would be right, and never repeats a cell.

mod catalogue;
mod cells;
mod dates;
mod error;
mod file;
mod header;
mod ids;
mod map;
mod nearest;
mod row;
mod value;
mod watch;

pub use error::{FileError, MapError, Refusal};
pub use file::{Rows, Survey};
pub use ids::PatientKey;
pub use map::CsvMap;
pub use row::{About, AbsentStep, MappedRow, MappedStep, PathwayName};

#[cfg(test)]
mod tests;
