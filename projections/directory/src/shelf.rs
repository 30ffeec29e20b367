//! What was said about each thing, by whom, and from when to when it was known.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use chrono::{DateTime, Utc};
use steps::EventId;
use uuid::Uuid;

/// Something said about a thing.
#[derive(Debug, Clone)]
pub(crate) struct Fact<W> {
    /// The stream that says it.
    pub(crate) stream: Uuid,
    /// From when it holds in the world.
    pub(crate) from: DateTime<Utc>,
    /// Its place among the facts about the same thing.
    pub(crate) order: (i64, u16, EventId),
    /// When we came to know it.
    pub(crate) known_from: DateTime<Utc>,
    /// When we knew better: it was corrected or withdrawn.
    pub(crate) known_until: Option<DateTime<Utc>>,
    /// What is said.
    pub(crate) what: W,
}

impl<W> Fact<W> {
    fn holds(&self, on: DateTime<Utc>, known: Option<DateTime<Utc>>) -> bool {
        let believed = match known {
            None => self.known_until.is_none(),
            Some(moment) => {
                self.known_from <= moment && self.known_until.is_none_or(|until| moment < until)
            }
        };
        believed && self.from <= on
    }
}

/// Facts about things of one kind.
#[derive(Debug)]
pub(crate) struct Shelf<K, W> {
    lines: HashMap<K, Vec<Fact<W>>>,
    touched: HashMap<Uuid, HashSet<K>>,
}

impl<K, W> Default for Shelf<K, W> {
    fn default() -> Self {
        Self { lines: HashMap::new(), touched: HashMap::new() }
    }
}

impl<K: Eq + Hash + Clone, W> Shelf<K, W> {
    /// Puts `facts` in the place of all that `stream` said before.
    pub(crate) fn replace(&mut self, stream: Uuid, facts: Vec<(K, Fact<W>)>) {
        self.forget(stream);
        if facts.is_empty() {
            return;
        }
        let keys: HashSet<K> = facts.iter().map(|(key, _)| key.clone()).collect();
        for (key, fact) in facts {
            let line = self.lines.entry(key).or_default();
            let place = line.partition_point(|other| other.order <= fact.order);
            line.insert(place, fact);
        }
        self.touched.insert(stream, keys);
    }

    fn forget(&mut self, stream: Uuid) {
        let keys = self.touched.remove(&stream).unwrap_or_default();
        #[expect(clippy::iter_over_hash_type, reason = "each key is changed by itself")]
        for key in keys {
            if let Some(line) = self.lines.get_mut(&key) {
                line.retain(|fact| fact.stream != stream);
                if line.is_empty() {
                    self.lines.remove(&key);
                }
            }
        }
    }

    /// Every thing of which something is said, in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.lines.keys()
    }

    /// From when what is said last of `key` holds, and the step that says it.
    pub(crate) fn latest_from(
        &self,
        key: &K,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<(DateTime<Utc>, EventId)> {
        let line = self.lines.get(key)?;
        let latest = line.iter().rev().find(|fact| fact.holds(on, known))?;
        let (_, _, event) = latest.order;
        Some((latest.from, event))
    }

    /// What is said of `key` and holds on `on`, as known at `known`, the latest first.
    pub(crate) fn latest_first(
        &self,
        key: &K,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> impl Iterator<Item = &W> {
        let line = self.lines.get(key).map(Vec::as_slice).unwrap_or_default();
        line.iter().rev().filter(move |fact| fact.holds(on, known)).map(|fact| &fact.what)
    }
}
