//! Laws of a history.
