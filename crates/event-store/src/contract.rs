//! The promises every store must keep, as tests. Each store runs them all with one line:
//!
//! ```text
//! async fn open() -> event_store::contract::TestStore { … }
//! event_store::contract_suite!(open);
//! ```
//!
//! The suite never assumes an empty log and never reuses an id, so it runs on a shared server too.
//! What needs the store closed, opened again or damaged is tested in each store's own room.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "these functions are the bodies of other rooms' tests"
)]

mod appending;
mod fixture;
mod following;
mod reading;
mod repeating;
mod restoring;

pub use appending::*;
pub use fixture::{TestClock, TestStore};
pub use following::*;
pub use reading::*;
pub use repeating::*;
pub use restoring::*;

/// Makes one `#[tokio::test]` of each promise; `open` is an `async fn() -> TestStore`.
#[macro_export]
macro_rules! contract_suite {
    (@promises $form:ident $($open:path)?) => {
        $crate::contract_suite! { @$form $($open)? ;
            what_was_acknowledged_is_read_back_byte_for_byte
            a_stale_writer_is_told_the_actual_revision
            a_writer_ahead_of_the_stream_is_told_too
            a_stream_begins_only_once
            an_append_is_written_whole_in_its_order
            an_empty_append_is_refused
            an_append_that_is_too_large_is_refused
            of_two_racing_writers_one_wins_and_the_other_is_told
            one_bad_command_never_fails_its_neighbours
            as_many_appends_as_may_be_in_flight_are_all_written
            a_flood_is_written_or_refused_but_never_lost
            recorded_at_never_decreases_though_the_clock_steps_back
            the_same_append_again_gets_the_same_answer_and_is_written_once
            the_same_append_sent_twice_at_once_is_written_once
            a_repeat_is_found_before_a_conflict
            an_id_with_other_content_is_refused
            a_known_id_beside_new_ones_is_refused
            known_ids_of_two_appends_in_another_order_are_refused
            an_id_of_another_stream_is_refused
            an_id_twice_in_one_append_is_refused
            what_is_restored_keeps_its_time_and_is_written_once
            what_was_recorded_before_the_end_of_the_log_is_not_restored
            what_is_restored_goes_before_the_clock_from_then_on
            what_is_restored_stands_in_the_order_of_the_calls
            what_would_be_displaced_is_not_restored
            a_stream_is_read_from_a_revision_and_no_further_than_asked
            whole_streams_are_read_in_the_order_asked
            a_scan_gives_every_stream_of_a_category_once_and_whole
            a_scan_cuts_each_stream_at_the_position
            the_log_is_read_in_order_after_a_position
            an_event_is_found_at_its_own_position_and_at_no_other
            a_moment_is_a_position
            positions_only_grow_under_racing_writers_and_prove_nothing_was_skipped
            a_follower_goes_from_history_to_live_without_a_seam
            two_followers_see_the_same_log
        }
    };
    (@names ; $($promise:ident)*) => { &[$(stringify!($promise)),*] };
    (@tests $open:path ; $($promise:ident)*) => {
        $(
            #[::tokio::test]
            async fn $promise() {
                let store = $open().await;
                let kept = $crate::contract::$promise(&store);
                let patience = ::std::time::Duration::from_secs(120);
                ::tokio::time::timeout(patience, kept).await.expect("the store never answered");
            }
        )*
    };
    ($open:path) => { $crate::contract_suite! { @promises tests $open } };
}

/// The name of every promise in the suite.
pub const PROMISES: &[&str] = contract_suite!(@promises names);

#[cfg(test)]
mod tests {
    use super::PROMISES;

    const SOURCES: [&str; 5] = [
        include_str!("contract/appending.rs"),
        include_str!("contract/repeating.rs"),
        include_str!("contract/restoring.rs"),
        include_str!("contract/reading.rs"),
        include_str!("contract/following.rs"),
    ];

    #[test]
    fn the_suite_names_every_promise_that_is_written() {
        let written: Vec<&str> = SOURCES
            .iter()
            .flat_map(|source| source.lines())
            .filter_map(|line| line.strip_prefix("pub async fn "))
            .filter_map(|rest| rest.split_once('(').map(|(name, _)| name))
            .collect();
        assert_eq!(written, PROMISES);
    }
}
