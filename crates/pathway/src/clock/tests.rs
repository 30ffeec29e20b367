//! The table row by row, and the laws of the clock.

mod dna;
mod language;

mod monitoring;
mod referrals;

mod treatment;
