//! What a data directory kept before several servers shared it.

use std::{fs, path::Path};

use crate::{Cabinet, CabinetError, Places, alerts::AlertsFile, directory::InDirectory};

/// The file of the shelf.
pub(crate) const ALERTS: &str = "alerts.db";

/// Each file is put aside after what it holds is kept; a move that broke off is begun again.
pub(crate) fn move_in(
    to: &Cabinet,
    data_dir: &Path,
    places: &[&str],
) -> Result<Vec<String>, CabinetError> {
    let (from, mut moved) = (InDirectory::new(data_dir), Vec::new());
    for name in places {
        let Some(value) = from.get(name)? else { continue };
        if to.places.get(name)?.is_none() {
            to.places.put(name, &value, None)?;
        }
        moved.push(put_aside(data_dir, name)?);
    }
    let alerts = data_dir.join(ALERTS);
    if alerts.exists() {
        move_alerts(&AlertsFile::open(&alerts)?, to)?;
        moved.push(put_aside(data_dir, ALERTS)?);
    }
    Ok(moved)
}

/// What is damaged stays in the file, and is told of.
fn move_alerts(from: &AlertsFile, to: &Cabinet) -> Result<(), CabinetError> {
    for (endpoint, position) in from.endpoints()? {
        if to.shelf.position(&endpoint)?.is_none() {
            to.shelf.reached(&endpoint, position, None)?;
        }
    }
    for row in from.every_dead()? {
        match row {
            Ok(one) => {
                to.shelf.bury(&one.endpoint, &one.dead, None)?;
                if one.again {
                    to.shelf.send_again(Some(&one.endpoint), Some(one.dead.id))?;
                }
            }
            Err(damaged) => {
                let cause = std::error::Error::source(&damaged).map(ToString::to_string);
                tracing::error!(cause, "an alert in alerts.db is damaged and stays in the file");
            }
        }
    }
    Ok(())
}

fn put_aside(data_dir: &Path, name: &str) -> Result<String, CabinetError> {
    let path = data_dir.join(name);
    fs::rename(&path, data_dir.join(format!("{name}.moved")))
        .map_err(|source| CabinetError::File { path, source })?;
    Ok(name.to_owned())
}
