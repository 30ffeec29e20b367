//! Reports for people: one page that holds all it needs and asks nothing of any network.
//!
//! The figures of the waiting list are those of the waiting-times view, as `waitingTimes` and `rttMonth` give
//! them; those of promises are the scorecard's and the interface's.

mod chart;
mod compliance;
mod figures;
mod page;
mod words;

#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::{Context, bail};

use self::figures::{Figures, Whom};
use super::{import::note, past};
use crate::{
    cli::{ReportCommand, WaitingListArgs},
    config::Settings,
    edge,
    house::House,
};

/// `waymark report`.
pub(crate) async fn run(settings: Settings, asked: ReportCommand) -> anyhow::Result<()> {
    match asked {
        ReportCommand::WaitingList(args) => waiting_list(settings, args).await,
        ReportCommand::Compliance(args) => compliance::run(settings, args).await,
    }
}

async fn waiting_list(settings: Settings, args: WaitingListArgs) -> anyhow::Result<()> {
    settings.store.must_be_there(&settings.data_dir)?;
    let today = pathway::london::date_of(edge::now());
    let on = past::day_on(args.on.unwrap_or(today), today)?;
    let whom = Whom { provider: args.provider, icb: args.icb, function: args.treatment_function };
    let house = House::chosen(&settings).await?;
    let position = house.caught_up().await?;
    let figures = Figures::of(&house.world, whom, on, format!("{position}"));
    house.close().await;
    let Some(figures) = figures else {
        bail!("nobody of those asked for was waiting on {on}: there is nothing to report")
    };
    write(&args.out, &page::html(&figures))?;
    note(&format!("{} is written: open it in a browser, or print it", args.out.display()));
    Ok(())
}

/// Writes the page beside its place first, so that a page is whole or not there.
fn write(path: &Path, html: &str) -> anyhow::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = std::fs::write(&part, html).and_then(|()| std::fs::rename(&part, path));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
