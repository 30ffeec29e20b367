//! What a view's rows come to: a sum of hashes of canonical rows, the same on every machine and store.

use std::fmt;

use sha2::{Digest as _, Sha256};
use steps::PathwayId;

use crate::{Cell, Row, Table};

/// Sum of the hashes of a view's rows, in whatever order they were written.
///
/// It holds neither positions nor row numbers, so two files with the same rows have the same digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Digest(u128);

impl Digest {
    /// What no rows come to.
    pub const EMPTY: Self = Self(0);

    /// As a checkpoint stores it.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// From what a checkpoint stores.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    pub(crate) const fn add(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    pub(crate) const fn remove(&mut self, other: Self) {
        self.0 = self.0.wrapping_sub(other.0);
    }
}

/// Thirty-two hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Hashes rows, in one buffer.
#[derive(Default)]
pub(crate) struct RowHasher {
    canonical: Vec<u8>,
}

impl RowHasher {
    /// What one row adds to the digest.
    pub(crate) fn row(&mut self, table: &Table, pathway: PathwayId, row: &Row) -> Digest {
        self.canonical.clear();
        self.text(table.name);
        self.canonical.extend_from_slice(pathway.0.as_bytes());
        self.canonical.extend_from_slice(&row.seq.to_be_bytes());
        for cell in &row.cells {
            self.cell(cell);
        }
        let whole: [u8; 32] = Sha256::digest(&self.canonical).into();
        Digest(whole.first_chunk::<16>().map_or(0, |half| u128::from_be_bytes(*half)))
    }

    /// What some rows of one pathway add.
    pub(crate) fn rows(&mut self, tables: &[Table], pathway: PathwayId, rows: &[Row]) -> Digest {
        let mut sum = Digest::EMPTY;
        for row in rows {
            if let Some(table) = tables.get(row.table) {
                sum.add(self.row(table, pathway, row));
            }
        }
        sum
    }

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Null => self.canonical.push(0),
            Cell::Int(number) => {
                self.canonical.push(1);
                self.canonical.extend_from_slice(&number.to_be_bytes());
            }
            Cell::Text(text) => {
                self.canonical.push(2);
                self.text(text);
            }
            Cell::Id(id) => {
                self.canonical.push(3);
                self.canonical.extend_from_slice(id.as_bytes());
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.canonical.extend_from_slice(&(text.len() as u64).to_be_bytes());
        self.canonical.extend_from_slice(text.as_bytes());
    }
}
