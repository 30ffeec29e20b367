//! What a view's tables may be called, and words about them that every database needs.

use crate::{Table, Tally, View};

/// A changed column is a bit of this.
pub(crate) type Columns = u64;

const COLUMNS_MAX: usize = 64;
const OUR_TABLES: [&str; 3] = ["pathways", "checkpoint", "dead_letter"];

/// Made once the pathways are written: a rebuild writes them by number.
pub(crate) const PATHWAYS_INDEX: &str = "CREATE UNIQUE INDEX pathways_by_id ON pathways (id)";

/// A view whose name or tables cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the view `{view}` cannot be kept: {what}")]
pub struct BadView {
    /// The view.
    pub view: &'static str,
    /// What is wrong with it.
    pub what: String,
}

/// The places and names of the columns in a set, in order.
pub(crate) fn columns_of(
    table: &Table,
    changed: Columns,
) -> impl Iterator<Item = (usize, &'static str)> {
    let columns = table.columns.iter().enumerate();
    columns.filter(move |(at, _)| changed & (1 << at) != 0).map(|(at, column)| (at, column.name))
}

/// Makes the indexes of a table, one statement each.
pub(crate) fn create_indexes(table: &Table) -> impl Iterator<Item = String> {
    let name = table.name;
    table.indexes.iter().map(move |index| {
        let columns = list(index.columns.iter().map(|column| quoted(column)));
        let only = index.only.map_or_else(String::new, |condition| format!(" WHERE {condition}"));
        format!("CREATE INDEX \"{}\" ON \"{name}\" ({columns}){only}", index.name)
    })
}

/// Refuses names that are not plain words and tables we could not tell apart from ours.
pub(crate) fn check(view: &dyn View) -> Result<(), BadView> {
    let bad = |what: String| Err(BadView { view: view.name(), what });
    if !is_plain(view.name(), true) {
        return bad("its name is not a plain word".to_owned());
    }
    for table in view.tables() {
        let columns = table.columns.iter().map(|column| column.name);
        let indexes = table.indexes.iter().map(|index| index.name);
        for name in columns.clone().chain(indexes).chain([table.name]) {
            if !is_plain(name, false) {
                return bad(format!("`{name}` is not a plain word"));
            }
        }
        if OUR_TABLES.contains(&table.name) || table.columns.len() > COLUMNS_MAX {
            return bad(format!(
                "the table `{}` has a name of ours or too many columns",
                table.name
            ));
        }
        if columns.clone().any(|name| name == "no" || name == "seq") {
            return bad(format!("the table `{}` has a column of ours", table.name));
        }
    }
    view.tallies().iter().try_for_each(|tally| check_tally(view, tally))
}

fn check_tally(view: &dyn View, tally: &Tally) -> Result<(), BadView> {
    let bad = |what: String| Err(BadView { view: view.name(), what });
    if !is_plain(tally.name, false) {
        return bad(format!("`{}` is not a plain word", tally.name));
    }
    let tables = view.tables();
    if OUR_TABLES.contains(&tally.name) || tables.iter().any(|table| table.name == tally.name) {
        return bad(format!("the tally `{}` has the name of a table", tally.name));
    }
    let table = tables.iter().find(|table| table.name == tally.of);
    let has = |name: &&str| {
        table.is_some_and(|table| table.columns.iter().any(|column| column.name == *name))
    };
    match tally.columns.iter().find(|name| !has(name)) {
        Some(name) => bad(format!(
            "the tally `{}` counts by `{name}`, which `{}` has not",
            tally.name, tally.of
        )),
        None if tally.columns.is_empty() => {
            bad(format!("the tally `{}` has no column", tally.name))
        }
        None => Ok(()),
    }
}

fn is_plain(name: &str, dashes: bool) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.chars().all(|c| plain(c) || (dashes && c == '-'))
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

pub(crate) fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
