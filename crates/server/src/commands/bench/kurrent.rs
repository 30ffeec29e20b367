//! The log on KurrentDB: what the store costs beside the bare official client, against the same server.
//!
//! Both sides are told the same bytes and take turns in one run, so that whatever else the machine and the
//! server do meets both. The bare client does no more than it must: what it sends is made ready before, and
//! what stands beside a payload is not decoded.

mod append;
mod bare;
mod replay;

use std::time::Instant;

use anyhow::bail;
use event_store::Position;
use rtt_extract::Parts;

use self::bare::Bare;
use super::{
    Bench,
    finding::{Finding, Promise, percentile},
    proc,
};
use crate::{commands::import, config::Settings, house::Cellar, log::Place};

/// Whether the settings name a cluster.
pub(super) fn is_named(settings: &Settings) -> bool {
    matches!(settings.store, Place::Kurrent(..))
}

/// Fills the log, reads it by turns both ways, then appends by turns.
pub(super) async fn measure(bench: &Bench, settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let Place::Kurrent(cluster, _common) = &settings.store else {
        bail!("KurrentDB is measured on a cluster of its own: say which with --store");
    };
    let there = Settings { data_dir: bench.dir.join("kurrent"), ..settings.clone() };
    let cellar = Cellar::chosen(&there).await?;
    if cellar.store.head().await? != Position::START {
        bail!("the log on the cluster is not empty: name one that is with --store-log");
    }
    import::extract::lay_down(&cellar.recorder, &bench.extract, Parts::Waiting).await?.check()?;
    let bare = Bare::open(cluster)?;
    let mut findings = vec![replay::measure(&*cellar.store, &bare).await?];
    findings.extend(append::measure(&cellar.store, &bare).await?);
    cellar.store.close();
    Ok(findings)
}

/// The turns of one side.
#[derive(Default)]
struct Turns {
    seconds: Vec<f64>,
    processor_seconds: f64,
}

impl Turns {
    /// Takes a turn, and counts it.
    async fn take<T>(
        &mut self,
        turn: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let (before, begun) = (proc::processor()?, Instant::now());
        let done = turn.await?;
        self.seconds.push(begun.elapsed().as_secs_f64());
        self.processor_seconds += proc::processor()? - before;
        Ok(done)
    }

    /// The median over all rounds of how fast this side was, to how fast the other was.
    fn to(&self, other: &Self) -> f64 {
        let turns = self.seconds.iter().zip(&other.seconds);
        percentile(&mut turns.map(|(ours, theirs)| theirs / ours).collect::<Vec<_>>(), 0.5)
    }

    /// Thousand events a second, and µs of this process's CPU an event, where a turn is so many events.
    fn told(&self, events: f64) -> String {
        let turns = self.seconds.iter().map(|_turn| events).sum::<f64>();
        let (all, cpu) = (self.seconds.iter().sum::<f64>(), self.processor_seconds);
        format!("{:.1} ({:.1} µs)", turns / all / 1_000.0, cpu / turns * 1e6)
    }
}

/// One side to another, whose turns were so many events each.
fn finding(
    name: &'static str,
    promise: Promise,
    (ours, bare): (&Turns, &Turns),
    events: f64,
) -> Finding {
    Finding {
        name,
        measured: ours.to(bare),
        unit: "x",
        promise,
        how: format!(
            "median of {} rounds of {events} events by turns; {} and {} thousand events a second (CPU of the \
             client an event)",
            ours.seconds.len(),
            ours.told(events),
            bare.told(events)
        ),
    }
}
