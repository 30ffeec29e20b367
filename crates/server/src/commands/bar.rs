//! A bar on a terminal while something goes through the log or a file; elsewhere nothing.

use event_store::Position;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar of events up to a position.
pub(super) fn of_events(head: Position) -> ProgressBar {
    styled(head.0, "{bar:40} {human_pos}/{human_len} events {eta}")
}

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
