//! Spans of months, as arguments have them.

use pathway::Month;

use super::scalars::bad_input;

/// Months that one answer may span.
const MONTHS_MAX: i64 = 60;

/// The months from `from` to `to`, both included; `to` left out: `from` alone.
pub(super) fn months(from: &str, to: Option<&str>) -> async_graphql::Result<(Month, Month)> {
    let month = |field: &str, raw: &str| -> async_graphql::Result<Month> {
        raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}")))
    };
    let first = month("from", from)?;
    let last = to.map_or(Ok(first), |to| month("to", to))?;
    let many = last.number() - first.number() + 1;
    if (1..=MONTHS_MAX).contains(&many) {
        return Ok((first, last));
    }
    Err(bad_input(format!("`to`: expected a month from `from` on, {MONTHS_MAX} months at most")))
}
