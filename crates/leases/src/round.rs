//! A round: sign in, keep what is ours, give back what is another's turn, take what is free and ours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio_postgres::{Client, Error};
use uuid::Uuid;

use crate::row::{self, Lease};
use crate::share::rightful;
use crate::{Held, Standing};

/// How long a lease holds without being renewed: after so long a dead server's work goes to others.
pub const TTL: Duration = Duration::from_secs(4);
/// How often leases are renewed and looked at.
pub const EVERY: Duration = Duration::from_secs(1);
/// After so many milliseconds a work that nobody took is anybody's: servers of two releases may not
/// agree whose turn it is.
const PATIENCE_MILLIS: i64 = 3_000;

/// Who takes part, in which works.
#[derive(Clone)]
pub(crate) struct Party {
    pub(crate) id: Uuid,
    pub(crate) works: Vec<String>,
    pub(crate) standing: Standing,
}

/// One round; what is held after it.
pub(crate) async fn run(
    client: &Client,
    party: &Party,
    held: &Held,
    pinned: &BTreeSet<String>,
) -> Result<Held, Error> {
    if party.standing == Standing::Server {
        row::sign_in(client, party.id).await?;
    }
    let servers = row::servers(client, millis(TTL)).await?;
    let found = row::leases(client, PATIENCE_MILLIS).await?;
    let found: BTreeMap<&str, &Lease> =
        found.iter().map(|lease| (lease.work.as_str(), lease)).collect();
    let mut after = Held::new();
    for (place, work) in party.works.iter().enumerate() {
        let turn = Turn { servers: &servers, place, is_pinned: pinned.contains(work) };
        let lease = found.get(work.as_str()).copied();
        if let Some(epoch) =
            one(client, party, (work, held.get(work).copied()), lease, &turn).await?
        {
            after.insert(work.clone(), epoch);
        }
    }
    Ok(after)
}

/// Whose turn a work is.
struct Turn<'a> {
    servers: &'a [Uuid],
    place: usize,
    is_pinned: bool,
}

/// The epoch under which a work is ours after the round; none where it is not.
async fn one(
    client: &Client,
    party: &Party,
    (work, held): (&str, Option<i64>),
    lease: Option<&Lease>,
    turn: &Turn<'_>,
) -> Result<Option<i64>, Error> {
    let rightful = rightful(turn.place, turn.servers);
    if let Some(epoch) = held {
        let keeps = turn.is_pinned
            || party.standing == Standing::Guest
            || rightful.is_none_or(|server| server == party.id);
        if keeps {
            let kept = row::renew(client, (work, party.id, epoch), millis(TTL)).await?;
            return Ok(kept.then_some(epoch));
        }
        row::give_back(client, (work, party.id, epoch)).await?;
        return Ok(None);
    }
    let may_take = match party.standing {
        Standing::Server => rightful == Some(party.id) || lease.is_some_and(|lease| lease.is_left),
        Standing::Guest => turn.servers.is_empty(),
    };
    // One that is ours by the rows and not by us is of an earlier life of this process.
    let is_free = lease.is_none_or(|lease| !lease.is_live || lease.owner == party.id);
    if !(may_take && is_free) {
        return Ok(None);
    }
    row::take(client, (work, party.id), millis(TTL), false).await
}

pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
