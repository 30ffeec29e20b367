//! The outlook of the longest list of a provider in a function: its two passes over every list.

use anyhow::Context;
use pathway::Month;
use waiting_times::{Ask, GroupBy, Narrow, WaitingTimesView};

use super::{ROUNDS, promise, timed};
use crate::commands::bench::{
    Bench,
    finding::{Finding, percentile},
};

pub(super) fn finding(
    bench: &Bench,
    view: &WaitingTimesView,
    pathways: u64,
) -> anyhow::Result<Finding> {
    let (narrow, waiting) = longest(bench, view)?;
    let settings = policy::Outlook::shipped();
    let settings = settings.on(bench.extract.census).context("no settings of the outlook")?;
    let last = Month::of(bench.extract.census);
    let first = (1..settings.rate_months).fold(last, |month, _| month.before());
    let mut times = Vec::new();
    let mut months = 0;
    for _round in 0..ROUNDS {
        let (milliseconds, seen) = timed(|| {
            let ended = view.ended(&narrow, first.first(), last.last());
            Ok((ended, view.months_seen(&narrow, last, settings.months_seen_max.into())))
        })?;
        times.push(milliseconds);
        months = seen.1.len();
    }
    Ok(Finding {
        name: "outlook of one list over 36 months",
        measured: percentile(&mut times, 0.5),
        unit: "ms of CPU",
        promise: promise(pathways),
        how: format!(
            "{pathways} pathways in memory, {waiting} of them on that list, {months} months seen; two passes"
        ),
    })
}

/// The longest list on the census date, and how many wait on it.
fn longest(bench: &Bench, view: &WaitingTimesView) -> anyhow::Result<(Narrow, u32)> {
    let ask = Ask::english(bench.extract.census, GroupBy::ProviderAndFunction);
    let groups = view.waiting_times(&ask).into_iter();
    let named = groups.filter_map(|group| {
        let (provider, function) = group.key.split_once('/')?;
        let narrow = Narrow {
            provider: Some(provider.parse().ok()?),
            function: Some(function.parse().ok()?),
            ..Narrow::default()
        };
        Some((narrow, group.total))
    });
    named.max_by_key(|(_, total)| *total).context("nobody waits on the census date")
}
