//! The table row by row, and the laws of the clock.

mod admissions;
mod corrections;
mod dna;
mod known_to_the_day;
mod language;
mod later;
mod laws;
mod mapping;
mod monitoring;
mod referrals;
mod reporting;
mod transfers;
mod treatment;
