//! The projector against a real log, with a small view; once with its views in SQLite, and once in
//! PostgreSQL.

mod fixture;
mod small;

#[expect(clippy::duplicate_mod, reason = "the same promises, kept by another database")]
mod on_postgres;
mod on_sqlite;
