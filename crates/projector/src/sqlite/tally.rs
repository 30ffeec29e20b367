//! SQL of the counts that a file keeps beside a table. Triggers keep them with every row that is
//! written live; a rebuild counts once, when all rows are there.

use super::table::word;
use crate::table::{list, quoted};
use crate::{ColumnKind, Table, Tally};

/// Makes the table of a tally, fills it from the rows that are there and keeps it from then on, as
/// one batch. `None` where the view has no such table or column, which [`crate::table::check`] tells.
pub(crate) fn create(tables: &[Table], tally: &Tally) -> Option<String> {
    let table = tables.iter().find(|table| table.name == tally.of)?;
    let kinds: Vec<(&str, ColumnKind)> =
        tally.columns.iter().map(|name| kind_of(table, name)).collect::<Option<_>>()?;
    let (name, of) = (quoted(tally.name), quoted(tally.of));
    let columns = list(tally.columns.iter().map(|column| quoted(column)));
    let typed = list(kinds.iter().map(|(name, kind)| format!("{} {}", quoted(name), word(*kind))));
    Some(
        [
            format!("CREATE TABLE {name} ({typed}, \"n\" INTEGER NOT NULL) STRICT"),
            format!("INSERT INTO {name} SELECT {columns}, count(*) FROM {of} GROUP BY {columns}"),
            format!(
                "CREATE INDEX {} ON {name} ({columns})",
                quoted(&format!("{}_key", tally.name))
            ),
            trigger(tally, "inserted", "INSERT", &more(tally)),
            trigger(tally, "deleted", "DELETE", &less(tally)),
            trigger(
                tally,
                "updated",
                &format!("UPDATE OF {columns}"),
                &(less(tally) + &more(tally)),
            ),
        ]
        .join(";\n"),
    )
}

fn kind_of(table: &Table, name: &'static str) -> Option<(&'static str, ColumnKind)> {
    let column = table.columns.iter().find(|column| column.name == name)?;
    Some((name, column.kind))
}

fn trigger(tally: &Tally, when: &str, on: &str, does: &str) -> String {
    let name = quoted(&format!("{}_{when}", tally.name));
    format!("CREATE TRIGGER {name} AFTER {on} ON {} BEGIN {does} END", quoted(tally.of))
}

/// One row more of its kind; where there was none yet, the first.
fn more(tally: &Tally) -> String {
    let name = quoted(tally.name);
    let values = list(tally.columns.iter().map(|column| format!("new.{}", quoted(column))));
    format!(
        "UPDATE {name} SET \"n\" = \"n\" + 1 WHERE {}; \
         INSERT INTO {name} SELECT {values}, 1 WHERE changes() = 0; ",
        same(tally, "new")
    )
}

/// One row less of its kind; the last of a kind takes the kind away.
fn less(tally: &Tally) -> String {
    let (name, same) = (quoted(tally.name), same(tally, "old"));
    format!(
        "UPDATE {name} SET \"n\" = \"n\" - 1 WHERE {same}; \
         DELETE FROM {name} WHERE {same} AND \"n\" = 0; "
    )
}

fn same(tally: &Tally, side: &str) -> String {
    let columns = tally.columns.iter().map(|column| quoted(column));
    let same: Vec<String> = columns.map(|column| format!("{column} IS {side}.{column}")).collect();
    same.join(" AND ")
}
