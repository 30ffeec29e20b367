//! Every view from the raw log into a fresh directory, one digest a view.

use anyhow::{Context, bail};
use comfy_table::Table;
use event_store::Position;
use steps::OccurredAt;

use crate::{
    cli::ReplayArgs,
    config::Settings,
    house::{Cellar, Views},
};

/// `waymark replay`.
pub(crate) async fn run(settings: Settings, args: ReplayArgs) -> anyhow::Result<()> {
    if std::fs::read_dir(&args.into).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty: expected a fresh directory", args.into.display());
    }
    std::fs::create_dir_all(&args.into)
        .with_context(|| format!("{} cannot be made", args.into.display()))?;
    let cellar = Cellar::chosen(&settings).await?;
    let up_to = position(&cellar, args.to.as_deref()).await?;
    let views = Views::shipped().all();
    let bar = super::bar::of_log(&*cellar.store, up_to);
    let progress = |done: u64| bar.set_position(done);
    let replayed = projector::replay(&*cellar.store, &views, up_to, &args.into, &progress).await?;
    bar.finish_and_clear();
    let mut table = Table::new();
    table.set_header(["view", "position", "digest"]);
    for one in &replayed {
        table.add_row([one.view.to_owned(), up_to.to_string(), one.digest.to_string()]);
    }
    super::print(&table.to_string());
    if let Some(broken) = replayed.iter().find(|one| one.dead_letters > 0) {
        bail!("{} pathways could not be replayed in {}", broken.dead_letters, broken.view);
    }
    Ok(())
}

async fn position(cellar: &Cellar, asked: Option<&str>) -> anyhow::Result<Position> {
    let head = cellar.store.head().await?;
    let Some(asked) = asked else { return Ok(head) };
    if let Ok(position) = asked.trim_start_matches('p').parse() {
        // A position beyond the end is the end, where positions are as many as events.
        let dense = cellar.store.capabilities().dense_positions;
        let position = if dense { Position(position).min(head) } else { Position(position) };
        let is_there = cellar.store.event_at(position).await?.is_some();
        if position != Position::START && !is_there {
            bail!("--to is `{asked}`: no event of this log stands there; a moment will do as well");
        }
        return Ok(position);
    }
    let moment: OccurredAt = asked
        .parse()
        .map_err(|bad| anyhow::anyhow!("--to is `{asked}`: {bad}, or a position such as p42"))?;
    let until = pathway::london::bounds(moment).1;
    Ok(cellar.store.position_at(until.timestamp_micros()).await?)
}
