//! Out of the endless loop of the client. When the server ends a subscription cleanly, the client asks
//! the ended stream again and again within one poll, without ever yielding: no timeout is heard and no
//! abort takes effect. All that it does in each round is to log one warning; so the one who listens to
//! its log can leave.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

#[cfg(panic = "abort")]
compile_error!("a task can only be taken out of the client's loop where a panic unwinds");

const TARGET: &str = "kurrentdb::commands";
const WARNING: &str = "Received an unknown subscription message";
/// So often in a row, without anything received between, the client is going round.
const ROUNDS_MAX: u32 = 3;

/// What a task unwinds with that was taken out of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WentRound;

/// Rounds in a row; whoever receives something sets them back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds(Arc<AtomicU32>);

impl Rounds {
    /// Something was received.
    pub(crate) fn received(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// What listens to the log of the client in the task that must not go round.
    pub(crate) fn listener(&self) -> Dispatch {
        Dispatch::new(Listener(self.clone()))
    }
}

/// Hears one warning, and passes all else by: what befalls a subscription is logged where it is handled.
struct Listener(Rounds);

impl Listener {
    fn is_heard(metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == TARGET && *metadata.level() == Level::WARN
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if Self::is_heard(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        Self::is_heard(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let mut warning = IsWarning(false);
        event.record(&mut warning);
        if warning.0 && self.0.0.fetch_add(1, Ordering::Relaxed) + 1 >= ROUNDS_MAX {
            // Not a panic: nothing is wrong with us, and no hook need hear of it.
            resume_unwind(Box::new(WentRound));
        }
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

struct IsWarning(bool);

impl Visit for IsWarning {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 |= field.name() == "message" && format!("{value:?}") == WARNING;
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinError;
    use tracing::instrument::WithSubscriber;

    use super::*;

    fn warned() {
        tracing::warn!(target: "kurrentdb::commands", "Received an unknown subscription message");
    }

    #[tokio::test]
    async fn a_task_that_goes_round_is_left_and_one_that_receives_is_not() {
        let rounds = Rounds::default();
        let receives = rounds.clone();
        let patient = async move {
            for _ in 0..9 {
                warned();
                receives.received();
            }
        };
        assert!(tokio::spawn(patient.with_subscriber(rounds.listener())).await.is_ok());
        let spinning = async {
            loop {
                warned();
            }
        };
        let left = tokio::spawn(spinning.with_subscriber(Rounds::default().listener())).await;
        let unwound = left.map_or_else(JoinError::into_panic, |()| Box::new(()));
        let unwound = unwound.downcast_ref::<WentRound>().is_some();
        assert!(unwound);
    }
}
