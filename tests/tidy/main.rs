//! What a machine can check of how the house is kept.

#[cfg(test)]
mod decisions;
#[cfg(test)]
mod files;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod words;
