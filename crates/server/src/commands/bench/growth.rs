//! Growth: what an event costs to append, to follow and to build views from, as the log grows.

mod laying;
mod spent;
mod stage;
mod views;

use anyhow::bail;

use self::stage::{Cost, Stage};
use super::{
    Bench,
    finding::{Finding, Promise, real},
    say,
};
use crate::{cli::BenchArgs, commands::simulate::simulated, config::Settings, house::Cellar};

/// Where it is looked at: a twentieth of the log, a quarter, and all of it.
const LOOKS: [u64; 3] = [20, 4, 1];

/// The fewest steps that a simulated pathway has on average, so that the list is long enough.
const STEPS_A_PATHWAY_MIN: u64 = 4;

const MEGABYTE: f64 = 1_000_000.0;

/// Lets a log grow to so many events and looks at it three times on the way.
pub(super) async fn measure(
    bench: &Bench,
    settings: &Settings,
    args: &BenchArgs,
) -> anyhow::Result<Vec<Finding>> {
    let there = Settings { data_dir: bench.dir.join("growth"), ..settings.clone() };
    let cellar = Cellar::chosen(&there).await?;
    if cellar.store.head().await?.0 != 0 {
        bail!("the log is not empty: growth is measured on one that has no event");
    }
    let extract = simulated(args.events / STEPS_A_PATHWAY_MIN, args.seed)?;
    let mut pathways = laying::Pathways::of(&extract);
    let mut stages = Vec::new();
    for share in LOOKS {
        let stage = Stage { bench, settings, cellar: &cellar, events: args.events / share };
        let measured = stage.measure(&mut pathways).await?;
        say(&format!("growth: {}", measured.told()));
        stages.push(measured);
    }
    cellar.store.close();
    Ok(findings(&stages))
}

fn findings(stages: &[stage::Measured]) -> Vec<Finding> {
    let costs = |of: fn(&stage::Measured) -> &Cost| stages.iter().map(of).collect::<Vec<_>>();
    vec![
        growth("growth, append an event of a new pathway", &costs(|one| &one.append)),
        growth("growth, record a step on an old pathway", &costs(|one| &one.record)),
        growth("growth, follow such a step, all views", &costs(|one| &one.live)),
        growth("growth, build all views, an event", &costs(|one| &one.build)),
        memory("growth, memory while appending", &costs(|one| &one.append)),
        memory("growth, memory while following", &costs(|one| &one.live)),
        memory("growth, memory while building", &costs(|one| &one.build)),
    ]
}

fn growth(name: &'static str, costs: &[&Cost]) -> Finding {
    let (first, last) = (costs.first(), costs.last());
    let ratio = first.zip(last).map_or(f64::NAN, |(first, last)| last.micros() / first.micros());
    let told: Vec<String> = costs.iter().map(|cost| cost.told()).collect();
    Finding {
        name,
        measured: ratio,
        unit: "x",
        promise: Promise::AtMost(1.3),
        how: format!("last to first; {}", told.join("; ")),
    }
}

fn memory(name: &'static str, costs: &[&Cost]) -> Finding {
    let megabytes = |cost: &&Cost| real(cost.memory) / MEGABYTE;
    let told: Vec<String> = costs.iter().map(|cost| format!("{:.0}", megabytes(cost))).collect();
    let (first, last) = (costs.first().map(megabytes), costs.last().map(megabytes));
    Finding {
        name,
        measured: first.zip(last).map_or(f64::NAN, |(first, last)| last / first),
        unit: "x",
        promise: Promise::AtMost(1.25),
        how: format!("last to first; {} MB resident at most, of this process", told.join(", ")),
    }
}
