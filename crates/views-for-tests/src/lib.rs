//! A view laid out in SQLite and in PostgreSQL at once: what is asked of it is asked of both, and a test
//! fails where they answer otherwise.
//!
//! It is for tests alone: what cannot go on panics with what it saw.
#![expect(clippy::expect_used, reason = "a fixture of tests stops at once and says what it saw")]

use std::sync::OnceLock;

use postgres_for_tests::Database;
pub use postgres_for_tests::connect;
use projector::{Connection, PostgresViews, Row, Twins, View};
use steps::PathwayId;

/// How many connections the tests of one process may read through at once.
const READERS_MAX: usize = 48;

/// Lays the rows of some pathways out in both databases, as a rebuild does.
pub fn lay_out(
    view: &dyn View,
    pathways: impl IntoIterator<Item = (PathwayId, Vec<Row>)>,
) -> Connection {
    static BOTH: OnceLock<(Database, Twins)> = OnceLock::new();
    let (_database, twins) = BOTH.get_or_init(|| {
        let database = Database::fresh();
        let connect = connect(&database.address());
        let twins =
            Twins::beside(&PostgresViews { connect, readers_max: READERS_MAX, leases: None });
        (database, twins.expect("the database takes views"))
    });
    twins.lay_out(view, pathways).expect("the rows are laid out")
}
