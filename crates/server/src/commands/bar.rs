//! A bar on a terminal while something goes through the log or a file; elsewhere nothing.

use event_store::{EventStore, Position};
use indicatif::{ProgressBar, ProgressStyle};

/// A bar up to a position of a log: in events, where its positions are as many.
pub(super) fn of_log(store: &dyn EventStore, head: Position) -> ProgressBar {
    if store.capabilities().dense_positions { of_events(head.0) } else { styled(head.0, PART) }
}

/// A bar of so many events.
pub(super) fn of_events(all: u64) -> ProgressBar {
    styled(all, "{bar:40} {human_pos}/{human_len} events {eta}")
}

/// How far, where nobody knows how many.
const PART: &str = "{bar:40} {percent}% {eta}";

/// A bar of so many bytes.
pub(super) fn of_bytes(all: u64) -> ProgressBar {
    styled(all, "{bar:40} {bytes}/{total_bytes} {eta}")
}

fn styled(all: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(all);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_default_will_do) => bar,
    }
}
