//! Who is let in, and to which node: what every request passes before it is looked at.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tonic::metadata::MetadataMap;

use crate::{
    counters::count,
    log::Proposed,
    refusal::{self, Refusal},
    roles::HOST,
    shared::Shared,
};

/// One node, as its services see it.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) shared: Arc<Shared>,
    pub(crate) node: usize,
}

/// Whether a request needs a leader in the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any node answers, unless the caller says that he wants the leader.
    Anybody,
    /// A write: without a leader nobody can.
    Leader,
}

impl Door {
    /// Refuses who does not say who he is, and what only the leader may do.
    pub(crate) fn admit(&self, metadata: &MetadataMap, need: Need) -> Result<(), Refusal> {
        self.know(metadata)?;
        let wants_leader = metadata.get("requires-leader").is_some_and(|value| value == "true");
        if need == Need::Anybody && !wants_leader {
            return Ok(());
        }
        match self.shared.roles.leader() {
            None => Err(refusal::not_ready()),
            // Without the caller's wish for the leader, a follower passes a write on to it.
            Some((leader, port)) if wants_leader && leader != self.node => {
                count(&self.shared.counters.not_leader);
                Err(refusal::not_leader(HOST, port))
            }
            Some(_) => Ok(()),
        }
    }

    /// Refuses who is not the one user there is.
    fn know(&self, metadata: &MetadataMap) -> Result<(), Refusal> {
        let Some(user) = &self.shared.settings.user else { return Ok(()) };
        let Some(told) = metadata.get("authorization") else {
            return Err(refusal::access_denied());
        };
        let known = STANDARD.encode(format!("{}:{}", user.name, user.password));
        let told = told.to_str().ok().and_then(|told| told.strip_prefix("Basic "));
        if told == Some(&known) { Ok(()) } else { Err(refusal::unauthenticated()) }
    }

    /// The most bytes of an append, where these events have more.
    pub(crate) fn limit_exceeded(&self, events: &[Proposed]) -> Option<usize> {
        let bytes_max = self.shared.settings.append_bytes_max;
        let bytes: usize = events.iter().map(Proposed::told_bytes).sum();
        (bytes > bytes_max).then_some(bytes_max)
    }

    /// Waits as long as answers are delayed.
    pub(crate) async fn delay(&self) {
        let delay = self.shared.chaos.delay();
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
    }
}
