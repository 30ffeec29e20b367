//! Journeys over HTTP: what people came for, from recording to answer, against the real binary.

#![expect(clippy::tests_outside_test_module, reason = "this whole target is tests")]

mod real_figures;
mod thin_slice;
