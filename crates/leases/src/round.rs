//! A round: sign in, keep what is ours, give back what is another's turn, take what is free and ours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio_postgres::{Client, Error};
use uuid::Uuid;

use crate::row::{self, Lease};
use crate::share::rightful;
use crate::{Held, Standing};

/// How long a lease holds without being renewed: after so long a dead server's work goes to others.
pub const TTL: Duration = Duration::from_secs(6);
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

/// What a server knows of its works between two rounds.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) held: Held,
    /// What was claimed, and stays.
    pub(crate) pinned: BTreeSet<String>,
    /// What nobody else took, though it is another's turn, with the servers that there were.
    pub(crate) left: BTreeMap<String, Vec<Uuid>>,
}

/// One round over all works.
pub(crate) async fn run(client: &Client, party: &Party, known: &mut Known) -> Result<(), Error> {
    if party.standing == Standing::Server {
        row::sign_in(client, party.id).await?;
    }
    let servers = row::servers(client, millis(TTL)).await?;
    let found = row::leases(client, PATIENCE_MILLIS).await?;
    let round = Round { client, party, servers };
    for (place, work) in party.works.iter().enumerate() {
        let lease = found.iter().find(|lease| lease.work == *work);
        let epoch = match known.held.remove(work) {
            Some(epoch) => round.keep((place, work), epoch, lease, known).await?,
            None => round.take((place, work), lease, known).await?,
        };
        known.held.extend(epoch.map(|epoch| (work.clone(), epoch)));
    }
    Ok(())
}

struct Round<'a> {
    client: &'a Client,
    party: &'a Party,
    servers: Vec<Uuid>,
}

impl Round<'_> {
    /// Renews what is ours, and gives back what is another's turn.
    async fn keep(
        &self,
        (place, work): (usize, &str),
        epoch: i64,
        lease: Option<&Lease>,
        known: &Known,
    ) -> Result<Option<i64>, Error> {
        let (client, id) = (self.client, self.party.id);
        let keeps = known.pinned.contains(work)
            || rightful(place, &self.servers).is_none_or(|server| server == id)
            || known.left.get(work) == Some(&self.servers);
        if !keeps {
            row::give_back(client, (work, id, epoch)).await?;
            return Ok(None);
        }
        let renewed = row::renew(client, (work, id, epoch), millis(TTL)).await?;
        // A row that somebody holds is renewed the next time.
        let is_ours = lease.is_some_and(|lease| lease.owner == id && lease.epoch == epoch);
        Ok((renewed || is_ours).then_some(epoch))
    }

    /// Takes what is free, where it is our turn or nobody's.
    async fn take(
        &self,
        (place, work): (usize, &str),
        lease: Option<&Lease>,
        known: &mut Known,
    ) -> Result<Option<i64>, Error> {
        let is_left = lease.is_some_and(|lease| lease.is_left);
        let is_our_turn = match self.party.standing {
            Standing::Server => rightful(place, &self.servers) == Some(self.party.id),
            Standing::Guest => self.servers.is_empty(),
        };
        let may_take = is_our_turn || (is_left && self.party.standing == Standing::Server);
        if !may_take || lease.is_some_and(|lease| lease.is_live) {
            return Ok(None);
        }
        let taken = row::take(self.client, (work, self.party.id), millis(TTL), false).await?;
        if taken.is_some() && !is_our_turn {
            known.left.insert(work.to_owned(), self.servers.clone());
        }
        Ok(taken)
    }
}

pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
