//! One at a time to each stream: appends of this process to one stream do not run into one another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use event_store::StreamId;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// A lock for each stream that somebody writes to now.
#[derive(Default)]
pub(crate) struct Locks {
    turns: Arc<Mutex<HashMap<StreamId, Arc<Turn<()>>>>>,
}

/// A turn at a stream; given back when dropped.
pub(crate) struct Held {
    stream: StreamId,
    guard: Option<OwnedMutexGuard<()>>,
    turns: Arc<Mutex<HashMap<StreamId, Arc<Turn<()>>>>>,
}

impl Locks {
    /// Waits for its turn behind all that asked before.
    pub(crate) async fn lock(&self, stream: StreamId) -> Held {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(stream).or_default())
        };
        let mut held = Held { stream, guard: None, turns: Arc::clone(&self.turns) };
        held.guard = Some(turn.lock_owned().await);
        held
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.guard.take());
        // Whoever waits holds it too; the map alone means that nobody does.
        if turns.get(&self.stream).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&self.stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use event_store::Category;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_turn_waits_for_the_one_before_and_leaves_nothing_behind() {
        let locks = Locks::default();
        let stream = StreamId::new(Category::Pathway, Uuid::from_u128(1));
        let other = StreamId::new(Category::Pathway, Uuid::from_u128(2));
        let first = locks.lock(stream).await;
        drop(locks.lock(other).await);
        let mut second = Box::pin(locks.lock(stream));
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        drop(second.await);
        assert!(locks.turns.lock().unwrap().is_empty());
    }
}
