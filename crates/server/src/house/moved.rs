//! What a data directory kept before several servers shared it is brought to the database, once.

use std::{fs, path::Path};

use anyhow::Context;
use cabinet::Cabinet;
use envelope::{KeyStore, Keys};
use keys_postgres::PostgresKeys;

use crate::{
    deadlines, reactor,
    secrets::{self, IMPORT, TOKEN},
};

/// Keys and secrets. What was moved is called `….moved` from then on; a move that broke off is begun again.
pub(super) fn move_keys(data_dir: &Path, keys: &PostgresKeys) -> anyhow::Result<()> {
    let path = data_dir.join("keys.db");
    if path.exists() {
        let moved = brought(&path, keys).with_context(|| {
            format!("the keys in {} cannot be moved into the database", path.display())
        })?;
        put_aside(data_dir, "keys.db")?;
        tracing::warn!(
            keys = moved,
            "keys.db was moved into the database and is keys.db.moved now"
        );
    }
    for (secret, name) in [(TOKEN, "token.key"), (IMPORT, "import.key")] {
        if secrets::move_in(keys, secret, data_dir)? {
            put_aside(data_dir, name)?;
            tracing::warn!("{name} was moved into the database and is {name}.moved now");
        }
    }
    Ok(())
}

/// The places of followers. What the database holds already stays.
pub(super) fn move_places(data_dir: &Path, cabinet: &Cabinet) -> anyhow::Result<()> {
    let moved = cabinet.move_in(data_dir, &[deadlines::PLACE, reactor::PLACE]);
    for name in moved.context("the places of followers cannot be moved into the database")? {
        tracing::warn!("{name} was moved into the database and is {name}.moved now");
    }
    Ok(())
}

fn brought(path: &Path, keys: &PostgresKeys) -> anyhow::Result<usize> {
    let all = Keys::open(path)?.all()?;
    keys.put(&all)?;
    Ok(all.len())
}

fn put_aside(data_dir: &Path, name: &str) -> anyhow::Result<()> {
    let (from, to) = (data_dir.join(name), data_dir.join(format!("{name}.moved")));
    fs::rename(&from, &to).with_context(|| format!("{} cannot be renamed", from.display()))
}
