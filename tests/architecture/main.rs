//! The arrows of the house: which room leans on which, and which rooms stay pure.

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod cargo;
#[cfg(test)]
mod purity;
