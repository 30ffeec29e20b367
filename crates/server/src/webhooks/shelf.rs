//! The alerts that were given up, as resolvers list them and ask for them again.

use std::sync::Arc;

use api::{DeadAlert, Deliveries, DeliveriesError};
use cabinet::{Listed, Shelf};
use uuid::Uuid;

/// What is kept of deliveries, for the resolvers.
pub(crate) struct GivenUp(pub(crate) Arc<dyn Shelf>);

impl Deliveries for GivenUp {
    fn dead(&self) -> Result<Vec<DeadAlert>, DeliveriesError> {
        let listed = self.0.given_up().map_err(|error| DeliveriesError(error.into()))?;
        Ok(listed.into_iter().map(shown).collect())
    }

    fn retry(&self, endpoint: Option<&str>, id: Option<Uuid>) -> Result<usize, DeliveriesError> {
        self.0.send_again(endpoint, id).map_err(|error| DeliveriesError(error.into()))
    }
}

fn shown(Listed { endpoint, dead, .. }: Listed) -> DeadAlert {
    DeadAlert {
        endpoint,
        id: dead.id,
        attempts: dead.attempts,
        given_up_at: dead.given_up_at,
        why: dead.why,
    }
}
