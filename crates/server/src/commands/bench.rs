//! Bench: what the README promises, measured in one run and given as ratios.

mod append;
mod bare;
mod bare_route;
mod finding;
mod growth;
mod import;
mod lists;
mod load;
mod postgres;
mod proc;
mod promises;
mod rebuild;
mod replay;
mod scorecards;
mod serve;

#[cfg(feature = "kurrent")]
mod kurrent;
#[cfg(not(feature = "kurrent"))]
mod no_kurrent;

use std::{
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use rtt_extract::Extract;
use steps::PathwayId;

use self::finding::Finding;
#[cfg(not(feature = "kurrent"))]
use self::no_kurrent as kurrent;
use crate::{
    cli::{BenchArgs, BenchPart},
    config::Settings,
};

/// The data directory of who names none: a bench never writes there.
const NOT_NAMED: &str = "./waymark-data";

/// What is measured, and where.
struct Bench {
    dir: PathBuf,
    only: Vec<BenchPart>,
    extract: Extract,
}

/// A list laid down whole, with all its views.
struct Loaded {
    dir: PathBuf,
    pathways: Vec<PathwayId>,
    steps: u64,
}

/// `waymark bench`.
pub(crate) async fn run(settings: Settings, args: BenchArgs) -> anyhow::Result<()> {
    let extract = match &args.rtt {
        Some(csv) => read(csv)?,
        None => super::simulate::simulated(args.pathways, args.seed)?,
    };
    let dir = fresh_dir(&settings)?;
    let bench = Bench { dir: dir.clone(), only: args.only.clone(), extract };
    let findings = bench.measure(&settings, &args).await;
    if args.keep {
        super::import::note(&format!("kept: {}", dir.display()));
    } else {
        fs::remove_dir_all(&dir).with_context(|| format!("{} cannot be removed", dir.display()))?;
    }
    let findings = findings?;
    super::print(&if args.json { finding::json(&findings)? } else { finding::table(&findings) });
    Ok(())
}

impl Bench {
    fn wants(&self, part: BenchPart) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// Whether all that is measured does without the list laid down.
    fn needs_no_log(&self) -> bool {
        let without = [
            BenchPart::Append,
            BenchPart::Lists,
            BenchPart::Scorecards,
            BenchPart::Promises,
            BenchPart::Postgres,
            BenchPart::Kurrent,
            BenchPart::Growth,
        ];
        !self.only.is_empty() && self.only.iter().all(|part| without.contains(part))
    }

    async fn measure(&self, settings: &Settings, args: &BenchArgs) -> anyhow::Result<Vec<Finding>> {
        let mut all = Vec::new();
        // First: the peak of memory is one of the whole process, and never falls.
        let loaded = if self.needs_no_log() {
            None
        } else {
            say("importing");
            let (loaded, findings) = import::measure(self).await?;
            if self.wants(BenchPart::Import) {
                all.extend(findings);
            }
            Some(loaded)
        };
        if self.wants(BenchPart::Lists) {
            say("lists");
            all.extend(lists::measure(self)?);
        }
        if self.wants(BenchPart::Scorecards) {
            say("scorecards");
            all.extend(scorecards::measure(self)?);
        }
        if self.wants(BenchPart::Promises) {
            say("promises");
            all.extend(promises::measure()?);
        }
        if self.wants(BenchPart::Append) {
            say("appending");
            all.extend(append::measure(self).await?);
        }
        if self.only.contains(&BenchPart::Growth) {
            say("growing");
            all.extend(growth::measure(self, settings, args).await?);
        }
        all.extend(self.measure_elsewhere(settings).await?);
        if let Some(loaded) = loaded {
            all.extend(self.measure_loaded(settings, &loaded).await?);
        }
        Ok(all)
    }

    /// Logs that lie in no directory: where one is named, or asked for.
    async fn measure_elsewhere(&self, settings: &Settings) -> anyhow::Result<Vec<Finding>> {
        let mut all = Vec::new();
        if self.only.contains(&BenchPart::Postgres)
            || self.only.is_empty() && postgres::is_named(settings)
        {
            say("the log on PostgreSQL");
            all.extend(postgres::measure(self, settings).await?);
        }
        if self.only.contains(&BenchPart::Kurrent)
            || self.only.is_empty() && kurrent::is_named(settings)
        {
            say("the log on KurrentDB");
            all.extend(kurrent::measure(self, settings).await?);
        }
        Ok(all)
    }

    async fn measure_loaded(
        &self,
        settings: &Settings,
        loaded: &Loaded,
    ) -> anyhow::Result<Vec<Finding>> {
        let mut all = Vec::new();
        if self.wants(BenchPart::Replay) || self.wants(BenchPart::Rebuild) {
            say("replaying");
            let read = replay::measure(loaded).await?;
            if self.wants(BenchPart::Replay) {
                all.push(read.finding());
            }
            if self.wants(BenchPart::Rebuild) {
                say("rebuilding");
                all.push(rebuild::against_live(self).await?);
                all.push(rebuild::against_bare(self, loaded, &read).await?);
            }
        }
        let served = [BenchPart::WhoToContact, BenchPart::WaitingTimes, BenchPart::WorkLists];
        if served.into_iter().any(|part| self.wants(part)) {
            say("serving");
            all.extend(serve::measure(self, settings, loaded).await?);
        }
        Ok(all)
    }
}

fn read(csv: &Path) -> anyhow::Result<Extract> {
    let file = File::open(csv).with_context(|| format!("{} cannot be read", csv.display()))?;
    rtt_extract::read_extract(BufReader::new(file), None)
        .with_context(|| format!("{} is not an RTT extract", csv.display()))
}

/// The data directory where one was named, which must be empty; else a fresh one for this run.
fn fresh_dir(settings: &Settings) -> anyhow::Result<PathBuf> {
    let named = settings.data_dir != Path::new(NOT_NAMED);
    let dir = if named {
        settings.data_dir.clone()
    } else {
        std::env::temp_dir().join(format!("waymark-bench-{}", std::process::id()))
    };
    fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    if fs::read_dir(&dir)?.next().is_some() {
        bail!("{} is not empty: name a directory that is, or none", dir.display());
    }
    Ok(dir)
}

fn say(what: &str) {
    super::import::note(&format!("bench: {what}"));
}
