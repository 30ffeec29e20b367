//! Keys that are not there: a log in which steps are sealed, beside a place of keys that knows none of them.

use std::collections::BTreeSet;

use event_store::Position;

use super::Cellar;

/// Events at the beginning of the log that are looked at.
const LOOKED_AT: usize = 2_000;

/// Says loudly where none of the keys of the first sealed steps is there: other keys were put beside the
/// log, or none. Whoever erases persons deletes theirs and not all, so it does not end the start.
pub(super) async fn tell_of_missing_keys(cellar: &Cellar) -> anyhow::Result<()> {
    if keys_are_missing(cellar).await? {
        tracing::error!(
            "no key of the first sealed steps is here, so personal fields cannot be read: is `keys.db`, \
             or the database that WAYMARK_KEYS names, the one of this log? Stop, and restore the keys"
        );
    }
    Ok(())
}

/// Whether steps are sealed at the beginning of the log, and not one of their keys is here.
pub(crate) async fn keys_are_missing(cellar: &Cellar) -> anyhow::Result<bool> {
    let first = cellar.store.read_log(Position::START, LOOKED_AT).await?;
    let sealed = first.iter().filter_map(|event| event.event.sealed.as_ref());
    let ids: BTreeSet<_> = sealed.map(|part| part.key_id).collect();
    let keys = cellar.recorder.keys();
    for id in &ids {
        if keys.key(*id)?.is_some() {
            return Ok(false);
        }
    }
    Ok(!ids.is_empty())
}
