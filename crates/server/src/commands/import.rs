//! Import: steps from NDJSON or a stranger's CSV, or the pathways that an RTT extract counts; then the
//! views over them.
//!
//! What is recorded here is recorded by `local-import` for the organisation `WAYMARK`: a file has no
//! token. The row says which system a step came from (`source`).

mod csv;
pub(super) mod extract;
mod house;
mod keyed;
mod lanes;
pub(super) mod lines;
mod measure;
mod ndjson;
mod report;

#[cfg(test)]
pub(super) mod tests;

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use event_store::Position;
use indicatif::HumanCount;
use pathway::Actor;
use recorder::Provenance;
use rtt_extract::{Extract, Parts};
use steps::codes::Role;

use self::{
    extract::Laid,
    measure::{Spent, Usage},
    report::Tally,
};
use crate::{
    cli::{ImportArgs, PartsArg},
    config::Settings,
    house::{Cellar, House},
};

/// The organisation that an import acts for.
const ORGANISATION: &str = "WAYMARK";

/// `waymark import`.
pub(crate) async fn run(settings: Settings, args: ImportArgs) -> anyhow::Result<()> {
    if let Some(extract) = &args.csv {
        return csv::run(&settings, extract, &args.by_map, args.report.as_deref()).await;
    }
    if let Some(archive) = &args.archive {
        return house::import(&settings, archive).await;
    }
    let started = Usage::now();
    let cellar = Cellar::chosen(&settings).await?;
    let done = match &args.rtt {
        Some(csv) => {
            Done::Laid(extract::import(&cellar.recorder, csv, parts_of(args.parts)).await?)
        }
        None => Done::Rows(ndjson::import_file(&cellar.recorder, &args).await?),
    };
    finish(&settings, cellar, &started, &done, args.report.as_deref()).await
}

/// Lays down a list that was made here, with its views, and tells what it took.
pub(super) async fn lay_down_list(settings: &Settings, list: &Extract) -> anyhow::Result<()> {
    let started = Usage::now();
    let cellar = Cellar::chosen(settings).await?;
    let done = Done::Laid(extract::lay_down(&cellar.recorder, list, Parts::Waiting).await?);
    finish(settings, cellar, &started, &done, None).await
}

async fn finish(
    settings: &Settings,
    cellar: Cellar,
    started: &Usage,
    done: &Done,
    report: Option<&Path>,
) -> anyhow::Result<()> {
    put_away(cellar);
    build_views(settings).await?;
    super::print(&done.table(&started.since(&settings.data_dir)));
    done.check(report)
}

const fn parts_of(asked: PartsArg) -> Parts {
    match asked {
        PartsArg::Waiting => Parts::Waiting,
        PartsArg::All => Parts::All,
    }
}

/// What was imported.
enum Done {
    Laid(Laid),
    Rows(Tally),
}

impl Done {
    fn table(&self, spent: &Spent) -> String {
        match self {
            Self::Laid(laid) => extract::table(laid, spent),
            Self::Rows(tally) => report::table(tally, spent),
        }
    }

    fn check(&self, report: Option<&Path>) -> anyhow::Result<()> {
        match self {
            Self::Laid(laid) => laid.check(),
            Self::Rows(tally) => check(tally, report),
        }
    }
}

/// Writes what waits and lets go of the directory, so that the house can open it.
fn put_away(cellar: Cellar) {
    cellar.store.close();
    drop(cellar);
}

/// Catches the views up; where much is new they are built from the whole log, which is faster.
async fn build_views(settings: &Settings) -> anyhow::Result<()> {
    let house = House::chosen(settings).await?;
    let bar = super::bar::of_log(&*house.cellar.store, Position::START);
    let progress = tokio::spawn(super::rebuild::show_progress(bar, house.projector.status()));
    let caught_up = house.caught_up().await;
    progress.abort();
    house.close().await;
    caught_up.context("the steps are recorded")?;
    Ok(())
}

fn check(tally: &Tally, report: Option<&Path>) -> anyhow::Result<()> {
    let refused = tally.refused_in_all();
    if refused == 0 {
        return Ok(());
    }
    let place = report.map_or("the lines above".to_owned(), |path| path.display().to_string());
    let (refused, rows) = (HumanCount(refused), HumanCount(tally.rows()));
    bail!("{refused} of {rows} rows were refused; see {place}")
}

/// Who imports, from which system.
pub(super) fn provenance(source: &str, simulated: bool) -> anyhow::Result<Provenance> {
    let bad = |bad| anyhow!("{bad}");
    let actor = Actor {
        user: "local-import".parse().map_err(bad)?,
        role: Role::System,
        organisation: ORGANISATION.parse().map_err(bad)?,
    };
    let source = source.parse().map_err(bad)?;
    Ok(Provenance { actor, source, simulated, caused_by: None, correlation: None, sent_by: None })
}

/// What is not the answer goes to standard error.
#[expect(clippy::print_stderr, reason = "standard output may be the export itself")]
pub(super) fn note(text: &str) {
    eprintln!("{text}");
}
