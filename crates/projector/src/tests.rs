//! The projector against a real log, with a small view; once with its views in SQLite, once in
//! PostgreSQL, and once over a log whose positions are opaque.

mod fixture;
mod small;

#[expect(clippy::duplicate_mod, reason = "the same promises, over another log")]
mod on_opaque;
#[expect(clippy::duplicate_mod, reason = "the same promises, kept by another database")]
mod on_postgres;
mod on_sqlite;
#[expect(clippy::duplicate_mod, reason = "the same promises, over another log")]
mod shared_over_opaque;
