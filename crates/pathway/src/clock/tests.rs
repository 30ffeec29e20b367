//! The table row by row, its borders, whole stories, and the laws of the clock.

mod admissions;
mod borders;
mod both_sides;
mod corrections;
mod dna;
mod dna_discharge;
mod first_dna;
mod known_to_the_day;
mod language;
mod later;
mod laws;
mod mapping;
mod monitoring;
mod national;
mod offers;
mod parts;
mod planned;
mod referrals;
mod reporting;
mod resumed;
mod silent;
mod stories;
mod transfers;
mod treatment;
