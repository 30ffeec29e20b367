//! Promises: a pathway judged by every pack that is shipped, to decoding the same steps.
//!
//! The pathway is the longest ordinary one: a referral, a missed appointment, a visit with a test and a
//! new medicine, and all that the packs ask of it. It is judged whole, as a rebuild does once a pathway and
//! the live path once a step.

use std::hint::black_box;

use chrono::{DateTime, Duration, Utc};
use pathway::{History, Told, clock::ClockPolicy, london};
use policy::{Packs, evaluate, shipped_clock};
use steps::{EventId, OccurredAt, PathwayId, Step, StepKind};
use uuid::Uuid;

use super::{
    finding::{Finding, Promise, percentile, real},
    proc,
};

/// Twenty steps: when each happened, and what it says.
const PATHWAY: &str = include_str!("promises/pathway.ndjson");

/// How often the pathway is read and judged between two looks at the processor, and how many looks.
const TIMES: u32 = 2_000;
const LOOKS: usize = 7;

const MICROSECONDS: f64 = 1_000_000.0;

/// Processor seconds of one pathway.
struct Took {
    decoding: f64,
    judging: f64,
}

/// A pathway as it is stored and as it is judged.
struct Sample {
    payloads: Vec<(StepKind, Vec<u8>)>,
    history: History,
}

/// Reads and judges the pathway again and again, in turn.
pub(super) fn measure() -> anyhow::Result<Vec<Finding>> {
    let sample = sample()?;
    let (packs, clock) = (Packs::shipped(), shipped_clock());
    let promises = evaluate(&sample.history, &packs, &clock).len();
    let looks: Vec<Took> =
        (0..LOOKS).map(|_| look(&sample, &packs, &clock)).collect::<anyhow::Result<_>>()?;
    let mut ratios: Vec<f64> = looks.iter().map(|one| one.judging / one.decoding).collect();
    let mut each: Vec<f64> = looks.iter().map(|one| one.judging * MICROSECONDS).collect();
    let steps = sample.payloads.len();
    let how = format!(
        "{promises} promises of {} packs on one pathway of {steps} steps, median of {LOOKS} looks",
        packs.all().len()
    );
    Ok(vec![
        Finding {
            name: "promises in a rebuild, to decoding",
            measured: percentile(&mut ratios, 0.5),
            unit: "x",
            promise: Promise::AtMost(2.0),
            how: how.clone(),
        },
        Finding {
            name: "promises live, a step",
            measured: percentile(&mut each, 0.5),
            unit: "µs",
            promise: Promise::AtMost(50.0),
            how,
        },
    ])
}

fn look(sample: &Sample, packs: &Packs, clock: &ClockPolicy) -> anyhow::Result<Took> {
    let begun = proc::processor_of_this_thread()?;
    for _time in 0..TIMES {
        for (kind, payload) in &sample.payloads {
            black_box(steps::decode(*kind, kind.version(), payload)?);
        }
    }
    let decoded = proc::processor_of_this_thread()?;
    for _time in 0..TIMES {
        black_box(evaluate(&sample.history, packs, clock));
    }
    let judged = proc::processor_of_this_thread()?;
    let times = real(TIMES.into());
    Ok(Took { decoding: (decoded - begun) / times, judging: (judged - decoded) / times })
}

fn sample() -> anyhow::Result<Sample> {
    let (mut payloads, mut told) = (Vec::new(), Vec::new());
    for (line, n) in PATHWAY.lines().zip(1_u128..) {
        let (occurred_at, step): (OccurredAt, serde_json::Value) = serde_json::from_str(line)?;
        let step: Step = steps::decode_input(step.to_string().as_bytes())?;
        payloads.push((step.kind(), step.split_payload()?.0));
        told.push(Told {
            event_id: EventId(Uuid::from_u128(n)),
            occurred_at,
            entered_in_source_at: None,
            recorded_at: recorded(occurred_at),
            actor: None,
            source: None,
            step,
        });
    }
    Ok(Sample { payloads, history: History::of(PathwayId(Uuid::from_u128(1)), told) })
}

fn recorded(occurred_at: OccurredAt) -> DateTime<Utc> {
    london::bounds(occurred_at).1 + Duration::hours(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pathway_of_the_bench_has_twenty_steps_and_every_pack_for_everybody_judges_it() {
        let sample = sample().unwrap();
        assert_eq!(sample.history.entries().len(), 20);
        let found = evaluate(&sample.history, &Packs::shipped(), &shipped_clock());
        for pack in ["NHS-STD-CONTRACT", "RTT-RULES", "SEL-CONSENSUS-2025-08"] {
            assert!(found.iter().any(|one| one.pack.as_str() == pack), "{pack}");
        }
    }
}
