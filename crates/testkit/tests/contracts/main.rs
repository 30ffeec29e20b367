//! What is written of the catalogue: `schema/events/`, and that its words have one meaning each.

#[cfg(test)]
mod files;
#[cfg(test)]
mod personal;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod words;
