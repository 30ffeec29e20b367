//! A node that hangs: its connections stay open, and nothing comes through them.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Waker},
};

/// What holds the connections of one node while it is frozen.
#[derive(Debug, Default)]
pub(crate) struct Ice(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_frozen: bool,
    /// Who wanted to read or write.
    waiting: Vec<Waker>,
}

impl Ice {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn freeze(&self) {
        self.state().is_frozen = true;
    }

    /// Lets everything through that was held.
    pub(crate) fn thaw(&self) {
        let waiting = {
            let mut state = self.state();
            state.is_frozen = false;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Whether nothing goes through now; who asks is woken when it does.
    pub(crate) fn holds(&self, context: &Context<'_>) -> bool {
        let mut state = self.state();
        if state.is_frozen && !state.waiting.iter().any(|one| one.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        state.is_frozen
    }
}
