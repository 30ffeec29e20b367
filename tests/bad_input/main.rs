//! Bad input over HTTP: each is answered in full, and none breaks anything or is repeated.

#[cfg(test)]
mod body;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod dear;
#[cfg(test)]
mod house;
#[cfg(test)]
mod pages;
#[cfg(test)]
#[path = "../faults/process.rs"]
mod process;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod steps;
