//! Replay: all events of the log, their payloads decoded.

use std::{hint::black_box, pin::pin};

use anyhow::{Context, bail};
use event_store::{EventStore, Position, pages_between};
use futures::StreamExt;
use steps::StepKind;

use super::{
    super::finding::{Finding, Promise, real},
    Turns,
    bare::Bare,
    finding,
};

/// Rounds, after one to warm up.
const ROUNDS: usize = 11;

/// Both ways by turns: through the follower, as views are built, and through one read of all.
pub(super) async fn measure(store: &dyn EventStore, bare: &Bare) -> anyhow::Result<Finding> {
    let head = store.head().await?;
    let events = bare.replay().await?;
    if replay(store, head).await? != events {
        bail!("the store and the bare client do not read the same events");
    }
    let (mut ours, mut theirs) = (Turns::default(), Turns::default());
    for _round in 0..ROUNDS {
        ours.take(replay(store, head)).await?;
        theirs.take(bare.replay()).await?;
    }
    Ok(finding(
        "KurrentDB replay with decode, to the bare client's $all with decode",
        Promise::AtLeast(0.7),
        (&ours, &theirs),
        real(events),
    ))
}

async fn replay(store: &dyn EventStore, head: Position) -> anyhow::Result<u64> {
    let mut pages = pin!(pages_between(store, Position::START, head));
    let mut read = 0;
    while let Some(page) = pages.next().await {
        for stored in page? {
            let event = &stored.event;
            let kind = StepKind::from_name(&event.kind).context("a step of another edition")?;
            black_box(steps::decode(kind, event.version, &event.payload)?);
            read += 1;
        }
    }
    Ok(read)
}
