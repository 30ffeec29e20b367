//! Where each column of the map is, by its title in the header: a moved column is found all the same.

use csv::StringRecord;

use crate::{FileError, map::Column, nearest::nearest};

/// The place in the file of each column of the map, in the map's order.
pub(crate) fn places(
    columns: &[Column],
    titles: &StringRecord,
    delimiter: u8,
) -> Result<Vec<usize>, FileError> {
    let titles: Vec<&str> = titles.iter().map(str::trim).collect();
    if titles.iter().all(|title| title.is_empty()) {
        return Err(FileError::Empty);
    }
    columns.iter().map(|column| place_of(column, &titles, delimiter)).collect()
}

fn place_of(column: &Column, titles: &[&str], delimiter: u8) -> Result<usize, FileError> {
    let mut found = titles.iter().enumerate().filter(|(_, title)| **title == column.name.trim());
    let (name, map_line) = (column.name.clone(), column.line);
    match (found.next(), found.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some((first, _)), Some((second, _))) => Err(FileError::RepeatedColumn {
            column: name,
            map_line,
            first: first + 1,
            second: second + 1,
        }),
        (None, _) => {
            let expected = expected(&name, titles, delimiter);
            Err(FileError::MissingColumn { column: name, map_line, expected })
        }
    }
}

fn expected(name: &str, titles: &[&str], delimiter: u8) -> String {
    if titles.len() == 1 {
        let delimiter = char::from(delimiter).escape_default();
        return format!("columns between `{delimiter}`, or another `delimiter` in the map");
    }
    match nearest(name, titles.iter().copied()) {
        Some(meant) => format!("the map to name `{meant}`, if that is meant"),
        None => "the map to name a column of the header".to_owned(),
    }
}
