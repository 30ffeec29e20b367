//! A server of KurrentDB that is named for the tests, and names of logs that it never had.

use std::time::UNIX_EPOCH;

/// The address in `WAYMARK_TEST_KURRENTDB`; none: the stand-in takes its place.
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, which `server` does not read"
)]
pub fn named_kurrentdb() -> Option<String> {
    std::env::var("WAYMARK_TEST_KURRENTDB").ok().filter(|address| !address.is_empty())
}

/// A name that no log had before.
pub fn fresh_log() -> String {
    let since = UNIX_EPOCH.elapsed().expect("the clock stands after 1970");
    format!("t{:x}", since.as_nanos())
}
