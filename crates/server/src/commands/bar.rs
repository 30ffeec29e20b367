//! A bar on a terminal while something goes through the log; elsewhere nothing.

use event_store::Position;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar of events up to a position.
pub(super) fn of_events(head: Position) -> ProgressBar {
    let bar = ProgressBar::new(head.0);
    match ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} events {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_default_will_do) => bar,
    }
}
