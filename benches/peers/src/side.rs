//! One side of the comparison, and how all are measured by turns.

use anyhow::Context;
use async_trait::async_trait;

/// Pathways that are there before anything is timed, each with five steps.
pub const PATHWAYS: u64 = 4_000;

/// Steps that a pathway begins with.
pub const STEPS: u64 = 5;

/// Clients that wait for their answers, and how many commands each sends in a round.
pub const CLIENTS: [(u64, u64); 3] = [(1, 100), (8, 40), (32, 20)];

/// Rounds of appends and of replays; rebuilds are fewer, for one of a peer takes long.
const ROUNDS: usize = 7;
const REBUILDS: usize = 3;

/// A store with its way to record, read and build.
#[async_trait]
pub trait Side {
    fn name(&self) -> &'static str;

    /// Lays down [`PATHWAYS`].
    async fn fill(&mut self) -> anyhow::Result<()>;

    /// Seconds until clients have each sent so many commands, one step each, to pathways in turn.
    async fn append(&mut self, clients: u64, each: u64) -> anyhow::Result<f64>;

    /// Seconds until every event was read and decoded.
    async fn replay(&mut self) -> anyhow::Result<f64>;

    /// Seconds until the view was built from all events; none where it is nothing of the side's own.
    async fn rebuild(&mut self) -> anyhow::Result<Option<f64>>;

    /// Attempts that were refused because another was quicker, so far.
    fn retried(&self) -> u64 {
        0
    }
}

/// What a side took: seconds an event, of each round.
#[derive(Debug, Default)]
pub struct Times {
    pub name: &'static str,
    pub append: [Vec<f64>; 3],
    pub replay: Vec<f64>,
    pub rebuild: Vec<f64>,
    pub retried: u64,
}

/// All sides in turn, in every round.
pub async fn measure(sides: &mut [Box<dyn Side>]) -> anyhow::Result<Vec<Times>> {
    let mut all = Vec::new();
    for side in sides.iter_mut() {
        side.fill().await.with_context(|| side.name())?;
        all.push(Times { name: side.name(), ..Times::default() });
    }
    let mut events = PATHWAYS * STEPS;
    for round in 0..ROUNDS {
        for (times, side) in all.iter_mut().zip(sides.iter_mut()) {
            replay_and_rebuild(times, side.as_mut(), events as f64, round < REBUILDS)
                .await
                .with_context(|| side.name())?;
        }
        for (which, (clients, each)) in CLIENTS.into_iter().enumerate() {
            for (times, side) in all.iter_mut().zip(sides.iter_mut()) {
                let seconds = side.append(clients, each).await.with_context(|| side.name())?;
                times.append[which].push(seconds / (clients * each) as f64);
            }
            events += clients * each;
        }
        eprintln!("round {} of {ROUNDS}", round + 1);
    }
    for (times, side) in all.iter_mut().zip(sides) {
        times.retried = side.retried();
    }
    Ok(all)
}

async fn replay_and_rebuild(
    times: &mut Times,
    side: &mut dyn Side,
    events: f64,
    rebuild: bool,
) -> anyhow::Result<()> {
    times.replay.push(side.replay().await? / events);
    if rebuild && let Some(seconds) = side.rebuild().await? {
        times.rebuild.push(seconds / events);
    }
    Ok(())
}
