//! Nothing is written behind a hole. Who moves house calls ahead; where one of these calls is not
//! written, those behind it may not be: begun again, the move would find another log for good.
//!
//! Each call belongs to an epoch. A call that is not written ends its epoch for all that still waits;
//! the next begins when its caller has heard of it, or does not want to know any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Which calls may still be written.
#[derive(Default)]
pub(crate) struct Order {
    /// Of what is called now.
    epoch: AtomicU64,
    /// What was called in an epoch before this one is refused.
    refused_before: AtomicU64,
    /// Calls that found no room, and whose callers have not heard so.
    turned_away: AtomicUsize,
}

/// A call, until its caller has heard what came of it.
pub(crate) struct Called {
    order: Arc<Order>,
    epoch: u64,
    is_written: bool,
}

/// A call that never came in line, until its caller has heard of it.
pub(crate) struct TurnedAway(Arc<Order>);

impl Order {
    /// A call of now.
    pub(crate) fn called(self: &Arc<Self>) -> Called {
        let epoch = self.epoch.load(Ordering::SeqCst);
        Called { order: Arc::clone(self), epoch, is_written: false }
    }

    /// A call that finds no room. Until its caller has heard so, no other is let in behind it.
    pub(crate) fn turned_away(self: &Arc<Self>) -> TurnedAway {
        self.turned_away.fetch_add(1, Ordering::SeqCst);
        TurnedAway(Arc::clone(self))
    }

    /// Whether a call before was turned away without its caller having heard so.
    pub(crate) fn lets_nobody_in(&self) -> bool {
        self.turned_away.load(Ordering::SeqCst) > 0
    }

    /// Whether everything that was called before in this epoch was written, as far as it was tried.
    pub(super) fn is_whole(&self, epoch: u64) -> bool {
        epoch >= self.refused_before.load(Ordering::SeqCst)
    }

    /// A call of this epoch is not written, or nobody knows.
    pub(super) fn broken(&self, epoch: u64) {
        self.refused_before.fetch_max(epoch + 1, Ordering::SeqCst);
    }
}

impl Called {
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// It stands in the log.
    pub(crate) fn written(mut self) {
        self.is_written = true;
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        if !self.is_written {
            self.order.epoch.fetch_max(self.epoch + 1, Ordering::SeqCst);
        }
    }
}

impl Drop for TurnedAway {
    fn drop(&mut self) {
        self.0.turned_away.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_called_before_a_failure_was_heard_is_refused_and_what_comes_later_is_not() {
        let order = Arc::new(Order::default());
        let (first, second) = (order.called(), order.called());
        order.broken(first.epoch());
        let third = order.called();
        assert!(!order.is_whole(second.epoch()) && !order.is_whole(third.epoch()));
        drop(first);
        let fourth = order.called();
        assert!(order.is_whole(fourth.epoch()));
        // That these were refused too is no news.
        drop((second, third));
        assert!(order.is_whole(fourth.epoch()));
        fourth.written();
        assert!(order.is_whole(order.called().epoch()));
    }

    #[test]
    fn behind_a_call_that_found_no_room_nobody_is_let_in_until_its_caller_knows() {
        let order = Arc::new(Order::default());
        let away = order.turned_away();
        assert!(order.lets_nobody_in());
        drop(away);
        assert!(!order.lets_nobody_in());
    }
}
