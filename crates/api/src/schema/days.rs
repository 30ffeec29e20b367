//! The days and months that a question may name.

use chrono::NaiveDate;
use pathway::{Month, london};

use super::scalars::{Date, bad_input};
use crate::World;

/// The day asked about: today, where none is named.
pub(super) fn day_of(world: &World, on: Option<Date>) -> async_graphql::Result<NaiveDate> {
    let today = london::date_of(world.now());
    let on = on.map_or(today, |on| on.0);
    if on > today {
        return Err(bad_input("`on` is in the future: expected today or a day before"));
    }
    Ok(on)
}

/// The month of 2026-01: one that has begun.
pub(super) fn month_of(world: &World, raw: &str) -> async_graphql::Result<Month> {
    let month: Month = raw.parse().map_err(|bad| bad_input(format!("`month`: {bad}")))?;
    if month > Month::of(london::date_of(world.now())) {
        return Err(bad_input("`month` is in the future: expected this month or one before"));
    }
    Ok(month)
}
