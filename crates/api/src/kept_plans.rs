//! KEPT PLANS. The patient's question, asked again and again in the same words, is answered without
//! parsing, weighing, validating and resolving the same document anew: docs/adr/0006-kept-plans.md.
//!
//! Invariants of this part:
//! - a plan is kept only of a document that the executor has answered without an error;
//! - a plan gives the bytes that the executor would give, or gives up; it never gives an error;
//! - rights are asked at each answer, and a plan holds nobody's data.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use async_graphql::Request;

use self::{plan::Plan, skeleton::Skeleton};
use crate::{
    World,
    identity::Principal,
    transport::{Lesson, Shortcut},
};

mod plan;
mod skeleton;
mod writing;

pub(crate) use writing::{Field, Planned, leaf, object, perhaps};

/// Plans kept; past that all are forgotten and learnt again.
const PLANS_MAX: usize = 256;

type Plans = RwLock<HashMap<String, Arc<Plan>>>;

/// The plans of documents that were answered without an error.
pub struct KeptPlans {
    world: World,
    plans: Arc<Plans>,
}

impl KeptPlans {
    /// None kept yet; answers are given from `world`.
    pub fn new(world: World) -> Self {
        Self { world, plans: Arc::default() }
    }

    fn known(&self, text: &str) -> Option<Arc<Plan>> {
        self.plans.read().unwrap_or_else(PoisonError::into_inner).get(text).cloned()
    }
}

impl Shortcut for KeptPlans {
    fn answer(&self, request: &Request) -> Option<Vec<u8>> {
        let principal = request.data.get(&TypeId::of::<Arc<Principal>>())?;
        let principal = principal.downcast_ref::<Arc<Principal>>()?;
        let skeleton = Skeleton::of(&request.query)?;
        self.known(&skeleton.text)?.answer(&self.world, principal, request, &skeleton.strings)
    }

    fn lesson(&self, request: &mut Request) -> Option<Lesson> {
        let skeleton = Skeleton::of(&request.query)?;
        let (text, strings) = (skeleton.text, skeleton.strings.len());
        let plan = Plan::of(request.parsed_query().ok()?, strings)?;
        let plans = Arc::clone(&self.plans);
        Some(Box::new(move || keep(&plans, text, plan)))
    }
}

fn keep(plans: &Plans, text: String, plan: Plan) {
    let mut plans = plans.write().unwrap_or_else(PoisonError::into_inner);
    if plans.len() >= PLANS_MAX {
        plans.clear();
    }
    plans.insert(text, Arc::new(plan));
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn no_more_plans_are_kept_than_there_is_room_for() {
        let plans = Plans::default();
        for nth in 0..=PLANS_MAX {
            let document = format!("{{ q{nth}: whoToContact(pathwayId: \"1\") {{ state }} }}");
            let plan = Plan::of(&parse_query(&document).unwrap(), 1).unwrap();
            keep(&plans, document, plan);
            assert_eq!(plans.read().unwrap().len(), nth % PLANS_MAX + 1);
        }
    }
}
