//! Lists: every grouping of the whole list and the month's account, in the view's copy in memory, to
//! a bare indexed query over the same rows.

mod bare;
mod feed;
mod groupings;
mod outlook;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::bail;
use chrono::Days;
use pathway::Month;
use rtt_extract::Extract;
use waiting_times::{Ask, GroupBy, WaitingTimesView};

use self::{
    bare::Bare,
    groupings::{ALL, Grouping},
};
use super::{
    Bench,
    finding::{Finding, Promise, percentile, real},
    proc, say,
};

/// How often each list is asked for.
const ROUNDS: usize = 3;

/// The bare query is not asked again when it has taken so long.
const BARE_MILLISECONDS_MAX: f64 = 2_000.0;

/// How long before the census the other dates lie that are asked about.
const DAYS_BEFORE: [u64; 2] = [91, 364];

/// What is timed takes about so long, unless that is more than so many times.
const LONG_ENOUGH: Duration = Duration::from_millis(40);
const TIMES_MAX: u32 = 100;

/// The list of South East London, and what every list of it may take at most.
const LOCAL: (u64, f64) = (220_019, 50.0);

/// The national list, and what every list of it may take at most.
const NATIONAL: (u64, f64) = (7_200_000, 500.0);

const MILLISECONDS: f64 = 1_000.0;
const MEGABYTE: f64 = 1_000_000.0;

/// Fills a view and a bare table with the same rows, and asks both in turn.
pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Finding>> {
    measure_groupings(bench, &ALL)
}

fn measure_groupings(bench: &Bench, groupings: &[Grouping]) -> anyhow::Result<Vec<Finding>> {
    let dir = bench.dir.join("lists");
    std::fs::create_dir_all(&dir)?;
    let bare = Bare::create(&dir.join("bare.db"))?;
    let view = WaitingTimesView::default();
    let before = proc::memory()?;
    let pathways = feed::feed(&bench.extract, &view, &bare)?;
    let memory = proc::memory()?.saturating_sub(before);
    let mut findings = vec![memory_finding(pathways, memory)];
    for grouping in groupings {
        let found = list_findings(bench, &view, &bare, *grouping)?;
        for one in &found {
            say(&format!("{}: {:.2} {}", one.name, one.measured, one.unit));
        }
        findings.extend(found);
    }
    say("outlook");
    findings.push(outlook::finding(bench, &view, pathways)?);
    say("account");
    findings.push(account_finding(bench, &view, pathways)?);
    Ok(findings)
}

fn memory_finding(pathways: u64, bytes: u64) -> Finding {
    Finding {
        name: "lists, memory of the copy",
        measured: real(bytes) / MEGABYTE,
        unit: "MB",
        promise: Promise::Nothing,
        how: format!(
            "growth of resident memory while {pathways} pathways were told to the view, with 8 MB for the cache of \
             the bare table: {:.0} bytes each",
            real(bytes) / real(pathways.max(1))
        ),
    }
}

/// What a list may take: at most that of the next larger list that something was promised of.
fn promise(pathways: u64) -> Promise {
    let promised = [LOCAL, NATIONAL].into_iter().find(|(most, _)| pathways <= *most);
    promised.map_or(Promise::Nothing, |(_, milliseconds)| Promise::AtMost(milliseconds))
}

fn list_findings(
    bench: &Bench,
    view: &WaitingTimesView,
    bare: &Bare,
    grouping: Grouping,
) -> anyhow::Result<[Finding; 2]> {
    bare.index(grouping.columns)?;
    let mut times = Times::default();
    for _round in 0..ROUNDS {
        times.ask(&bench.extract, view, bare, grouping)?;
    }
    bare.drop_index()?;
    Ok(times.findings(bench.extract.open_pathways(), grouping))
}

/// Milliseconds of each time that a list was asked for.
#[derive(Default)]
struct Times {
    /// Of the view on the census date.
    mine: Vec<f64>,
    /// Of the view on each earlier date.
    earlier: [Vec<f64>; DAYS_BEFORE.len()],
    /// Of the bare query on the census date.
    theirs: Vec<f64>,
}

impl Times {
    /// The view on every date, and the bare query unless it has had its time.
    fn ask(
        &mut self,
        extract: &Extract,
        view: &WaitingTimesView,
        bare: &Bare,
        grouping: Grouping,
    ) -> anyhow::Result<()> {
        let (on, merged) = (extract.census, grouping.merged(extract));
        let ask = |on| Ask { merged: merged.clone(), ..Ask::english(on, grouping.group_by) };
        let (milliseconds, counted) = timed(|| Ok(total(view, &ask(on))))?;
        self.mine.push(milliseconds);
        for (days, times) in DAYS_BEFORE.into_iter().zip(&mut self.earlier) {
            let before = ask(on.checked_sub_days(Days::new(days)).unwrap_or(on));
            times.push(timed(|| Ok(total(view, &before)))?.0);
        }
        if self.theirs.iter().sum::<f64>() < BARE_MILLISECONDS_MAX {
            let (milliseconds, by_sql) = timed(|| bare.count(grouping.columns, on))?;
            self.theirs.push(milliseconds);
            if by_sql != counted {
                bail!("{}: the view counts {counted} and SQL {by_sql}", grouping.list);
            }
        }
        Ok(())
    }

    fn findings(mut self, pathways: u64, grouping: Grouping) -> [Finding; 2] {
        let (mine, theirs) = (percentile(&mut self.mine, 0.5), percentile(&mut self.theirs, 0.5));
        let earlier = self.earlier.iter_mut().map(|times| percentile(times, 0.5));
        let (first, list) = (self.theirs.len(), grouping.columns.trim_end_matches(", "));
        [
            Finding {
                name: grouping.list,
                measured: earlier.fold(mine, f64::max),
                unit: "ms of CPU",
                promise: promise(pathways),
                how: format!(
                    "{pathways} pathways in memory; the dearest of the census date and 91 and 364 days \
                     before, medians of {ROUNDS}"
                ),
            },
            Finding {
                name: grouping.ratio,
                measured: mine / theirs,
                unit: "x",
                promise: Promise::Nothing,
                how: format!(
                    "{mine:.1} to {theirs:.1} ms on the census date, in turn (median of {first}); a table of \
                     its own with a covering index ({list})"
                ),
            },
        ]
    }
}

fn total(view: &WaitingTimesView, ask: &Ask) -> u64 {
    view.waiting_times(ask).iter().map(|group| u64::from(group.total)).sum()
}

fn account_finding(
    bench: &Bench,
    view: &WaitingTimesView,
    pathways: u64,
) -> anyhow::Result<Finding> {
    let census = bench.extract.census;
    let ask = Ask::english(census, GroupBy::ProviderAndFunction);
    let mut times = Vec::new();
    let mut left_over = 0;
    for _round in 0..ROUNDS {
        let (milliseconds, accounts) = timed(|| Ok(view.closing(&ask, Month::of(census))))?;
        times.push(milliseconds);
        left_over = accounts.iter().filter(|account| account.left_over() != 0).count();
    }
    Ok(Finding {
        name: "account of a month by provider and function",
        measured: percentile(&mut times, 0.5),
        unit: "ms of CPU",
        promise: promise(pathways),
        how: format!(
            "{pathways} pathways in memory, {left_over} accounts with something left over"
        ),
    })
}

/// Milliseconds of this thread's processor time that some work takes. The kernel tells that time to a
/// tick, so that what is quick is done many times.
pub(super) fn timed<T>(work: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<(f64, T)> {
    let begun = Instant::now();
    let done = work()?;
    let fitting = LONG_ENOUGH.as_nanos() / begun.elapsed().as_nanos().max(1);
    let times = u32::try_from(fitting).unwrap_or(TIMES_MAX).clamp(1, TIMES_MAX);
    let before = proc::processor_of_this_thread()?;
    for _time in 0..times {
        black_box(work()?);
    }
    let seconds = proc::processor_of_this_thread()? - before;
    Ok((seconds * MILLISECONDS / f64::from(times), done))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cli::BenchPart, commands::simulate::simulated};

    #[test]
    fn a_list_counts_as_the_bare_query_does_and_is_timed() {
        let dir = tempfile::tempdir().unwrap();
        let bench = Bench {
            dir: dir.path().to_owned(),
            only: vec![BenchPart::Lists],
            extract: simulated(2_000, 1).unwrap(),
        };
        let asked = [GroupBy::Icb, GroupBy::TreatmentFunction, GroupBy::ProviderAndFunction];
        let groupings = ALL.into_iter().filter(|one| asked.contains(&one.group_by));
        let findings = measure_groupings(&bench, &groupings.collect::<Vec<_>>()).unwrap();
        assert_eq!(findings.len(), 2 * asked.len() + 3);
        assert!(findings.iter().all(|one| one.measured.is_finite()), "{findings:?}");
        let account = findings.last().unwrap();
        assert!(account.how.ends_with("0 accounts with something left over"), "{}", account.how);
    }

    #[test]
    fn what_a_list_may_take_follows_its_size() {
        let most = |pathways| match promise(pathways) {
            Promise::AtMost(milliseconds) => Some(milliseconds),
            Promise::AtLeast(_) | Promise::Nothing => None,
        };
        assert_eq!(most(220_019), Some(50.0));
        assert_eq!(most(220_020), Some(500.0));
        assert_eq!(most(7_200_001), None);
    }
}
