//! What was told lately, kept for its age: the same to everybody, and cheap to ask again.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use steps::OdsCode;

use super::PublicWaits;
use crate::{World, schema::scalars::bad_input, world::unread};

/// Most providers that are remembered; past that the memory is emptied.
const PROVIDERS_MAX: usize = 1_000;

/// The answers of the last while, by provider.
#[derive(Debug, Default)]
pub struct Told {
    by_provider: Mutex<BTreeMap<OdsCode, (DateTime<Utc>, PublicWaits)>>,
}

impl Told {
    /// What is told of a provider: as remembered, or computed and remembered.
    pub(super) fn of(
        &self,
        world: &World,
        provider: &OdsCode,
        as_of: NaiveDate,
    ) -> async_graphql::Result<PublicWaits> {
        world.waiting.must_be_ready().map_err(unread)?;
        let settings = world.rules.public_waits.on(as_of);
        let settings = settings.ok_or_else(|| bad_input("no settings are in force on that day"))?;
        let (now, age) = (world.now(), TimeDelta::seconds(settings.max_age_seconds.into()));
        // Held while it is computed, so that many who ask at once make one computation.
        let mut told = self.by_provider.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, waits)) = told.get(provider)
            && now < *at + age
            && waits.as_of.0 == as_of
        {
            return Ok(waits.clone());
        }
        let waits = PublicWaits::compute(world, settings, provider, as_of);
        if told.len() >= PROVIDERS_MAX {
            told.clear();
        }
        told.insert(provider.clone(), (now, waits.clone()));
        Ok(waits)
    }
}
