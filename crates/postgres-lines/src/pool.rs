//! The connections that a process shares for one purpose: at most so many, and some kept.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_postgres::Client;

use crate::driver::{Driver, blocking, wait};
use crate::{Connect, PostgresFault};

/// How long it is waited for a connection that others have.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections of one process to one database.
pub struct Pool {
    driver: Driver,
    connect: Connect,
    open_max: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Client>,
    open: usize,
}

impl Pool {
    /// Over connections that `connect` makes, of which `open_max` are lent at once at most.
    pub fn new(connect: Connect, open_max: usize) -> std::io::Result<Arc<Self>> {
        let (state, freed) = (Mutex::default(), Condvar::new());
        Ok(Arc::new(Self { driver: Driver::start()?, connect, open_max, state, freed }))
    }

    /// A connection of its own, beside those that are counted: for whoever writes.
    pub fn apart(&self) -> Result<Client, PostgresFault> {
        self.driver.connect(&self.connect)
    }

    /// A connection, when there is one; it comes back by [`Pool::give_back`].
    pub fn take(&self) -> Result<Client, PostgresFault> {
        let mut state = self.state();
        loop {
            while let Some(client) = state.idle.pop() {
                if !client.is_closed() {
                    return Ok(client);
                }
                state.open -= 1;
            }
            if state.open < self.open_max {
                state.open += 1;
                break;
            }
            let waited = blocking(|| self.freed.wait_timeout(state, PATIENCE));
            let (again, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = again;
            if timeout.timed_out() && state.idle.is_empty() && state.open >= self.open_max {
                return Err(PostgresFault::exhausted());
            }
        }
        drop(state);
        self.apart().inspect_err(|_fault| self.give_back(None))
    }

    /// Takes back what was lent; none where it cannot be used again.
    pub fn give_back(&self, client: Option<Client>) {
        let mut state = self.state();
        match client.filter(|client| !client.is_closed()) {
            Some(client) => state.idle.push(client),
            None => state.open = state.open.saturating_sub(1),
        }
        drop(state);
        self.freed.notify_one();
    }

    /// Asks over a connection that is lent for it. One that lay idle may have been cut: then it is asked
    /// again over another, so what is asked must bear being asked twice. After a failure the connection
    /// is not used again, so nothing begun on it lives on.
    pub fn ask<T>(
        &self,
        question: impl AsyncFn(&mut Client) -> Result<T, PostgresFault>,
    ) -> Result<T, PostgresFault> {
        let mut asked_before = false;
        loop {
            let mut client = self.take()?;
            let answer = wait(question(&mut client));
            self.give_back(Some(client).filter(|_| answer.is_ok()));
            match answer {
                Err(fault) if fault.is_lost() && !asked_before => asked_before = true,
                answer => return answer,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
