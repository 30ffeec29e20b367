//! The cancer and diagnostic clocks under the standards that ship: each rule, its borders, and laws.

#[cfg(test)]
mod adjustments;
#[cfg(test)]
mod cancer;
#[cfg(test)]
mod diagnostics;
#[cfg(test)]
mod language;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod mapping;
#[cfg(test)]
mod parallel;
#[cfg(test)]
mod settings;
