//! From where on a figure of the return is large or high: data, for a meeting can change it.

use rtt_extract::Limits;
use serde::Deserialize;

const SHIPPED: &str = include_str!("../../../../../schema/policies/return-checks.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "source")]
    _source: String,
    jump_percent: u32,
    jump_least: u32,
    waiting_months: u32,
    first_week_percent: u32,
    unknown_start_percent: u32,
    share_least: u32,
}

/// The limits that ship.
///
/// # Panics
/// Never: a test reads the shipped file.
pub(super) fn shipped() -> Limits {
    #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
    let file: File = toml::from_str(SHIPPED).expect("the shipped limits are sound");
    Limits {
        jump_percent: file.jump_percent,
        jump_least: file.jump_least,
        waiting_months: file.waiting_months,
        first_week_percent: file.first_week_percent,
        unknown_start_percent: file.unknown_start_percent,
        share_least: file.share_least,
    }
}
