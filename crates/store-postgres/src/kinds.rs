//! Names of event types by number, as they were committed: once known they hold for ever.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_postgres::{Client, Row};

use crate::fault::Fault;

/// The whole table: a few hundred rows at most.
const FIND_KINDS: &str = "SELECT kind_no, name FROM waymark.kinds";

/// What is known of names, shared by the writer and the readers.
#[derive(Default)]
pub(crate) struct Kinds {
    known: RwLock<Arc<Table>>,
}

/// Names and numbers, both ways.
#[derive(Default, Clone)]
pub(crate) struct Table {
    names: HashMap<i32, Arc<str>>,
    numbers: HashMap<Arc<str>, i32>,
}

impl Kinds {
    /// What is known now.
    pub(crate) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what others have added; answers what is known then.
    pub(crate) async fn read(&self, client: &Client) -> Result<Arc<Table>, Fault> {
        let rows = client.query_typed(FIND_KINDS, &[]).await?;
        self.learn(&rows)
    }

    /// Takes in rows of number and name.
    fn learn(&self, rows: &[Row]) -> Result<Arc<Table>, Fault> {
        let mut table = (*self.table()).clone();
        for row in rows {
            table.add(row.try_get(0)?, Arc::from(row.try_get::<_, &str>(1)?));
        }
        Ok(self.keep(table))
    }

    /// Takes in what has been committed.
    pub(crate) fn keep(&self, table: Table) -> Arc<Table> {
        let table = Arc::new(table);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // Another may have learnt more meanwhile; what is lost here is read again when it is met.
        *known = Arc::clone(&table);
        table
    }
}

impl Table {
    /// The name behind a number.
    pub(crate) fn name(&self, number: i32) -> Option<&Arc<str>> {
        self.names.get(&number)
    }

    /// The number of a name.
    pub(crate) fn number(&self, name: &str) -> Option<i32> {
        self.numbers.get(name).copied()
    }

    /// Gives a name the next number.
    pub(crate) fn add_next(&mut self, name: &Arc<str>) -> i32 {
        let number = self.names.keys().max().map_or(1, |last| last + 1);
        self.add(number, Arc::clone(name));
        number
    }

    fn add(&mut self, number: i32, name: Arc<str>) {
        self.numbers.insert(Arc::clone(&name), number);
        self.names.insert(number, name);
    }
}
