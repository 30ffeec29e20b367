//! What the nodes of a cluster have in common.

use crate::{chaos::Chaos, counters::Counters, log::Log, roles::Roles, settings::Settings};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) log: Log,
    pub(crate) chaos: Chaos,
    pub(crate) counters: Counters,
    pub(crate) roles: Roles,
}

impl Shared {
    pub(crate) fn new(settings: Settings, ports: &[u16]) -> Self {
        Self {
            settings,
            log: Log::new(),
            chaos: Chaos::none(),
            counters: Counters::default(),
            roles: Roles::new(ports),
        }
    }
}
