//! What is wrong now in a part of the house that is no view, for `/health/ready` and the metrics.

use std::sync::{Arc, Mutex, PoisonError};

/// The trouble of one part, shared by who has it and who tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    part: &'static str,
    now: Arc<Mutex<Option<String>>>,
}

impl Trouble {
    /// A part that is well.
    pub(crate) fn none(part: &'static str) -> Self {
        Self { part, now: Arc::default() }
    }

    /// Something is wrong until [`Trouble::clear`].
    pub(crate) fn say(&self, what: String) {
        tracing::error!(part = self.part, what, "a part of the house is in trouble");
        *self.lock() = Some(what);
    }

    /// It is well again.
    pub(crate) fn clear(&self) {
        *self.lock() = None;
    }

    /// Takes over what is wrong now from who has said so already.
    pub(crate) fn is(&self, now: Option<String>) {
        *self.lock() = now;
    }

    /// What is wrong now.
    pub(crate) fn now(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Sets the metric: 1 in trouble, 0 well.
    pub(crate) fn measure(&self) {
        let troubled = self.now().is_some();
        metrics::gauge!("waymark_trouble", "part" => self.part).set(f64::from(u8::from(troubled)));
    }

    /// As `/health/ready` tells it.
    pub(crate) fn told(&self) -> serde_json::Value {
        let now = self.now();
        serde_json::json!({"healthy": now.is_none(), "trouble": now})
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parts that can be in trouble.
#[derive(Debug, Clone)]
pub(crate) struct Troubles {
    pub(crate) reactor: Trouble,
    pub(crate) directory: Trouble,
    /// What records deadlines that passed.
    pub(crate) deadlines: Trouble,
    /// The alerts that endpoints did not take.
    pub(crate) alerts: Trouble,
    /// The writing of the event log.
    pub(crate) log: Trouble,
}

impl Troubles {
    /// A house that is well.
    pub(crate) fn none() -> Self {
        Self {
            reactor: Trouble::none("reactor"),
            directory: Trouble::none("directory"),
            deadlines: Trouble::none("deadlines"),
            alerts: Trouble::none("alerts"),
            log: Trouble::none("log"),
        }
    }

    /// Every part.
    pub(crate) fn all(&self) -> [&Trouble; 5] {
        [&self.reactor, &self.directory, &self.deadlines, &self.alerts, &self.log]
    }

    /// Whether every part is well.
    pub(crate) fn is_none(&self) -> bool {
        self.all().iter().all(|part| part.now().is_none())
    }
}
