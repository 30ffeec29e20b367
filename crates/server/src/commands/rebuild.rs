//! Build views again beside those in use.

use std::time::Duration;

use comfy_table::Table;
use event_store::Position;
use indicatif::ProgressBar;
use projector::Status;
use tokio::sync::watch;

use crate::{cli::RebuildArgs, commands::bar, config::Settings, house::House};

/// `waymark rebuild`.
pub(crate) async fn run(settings: Settings, args: RebuildArgs) -> anyhow::Result<()> {
    let house = House::chosen(&settings).await?;
    house.caught_up().await?;
    let status = house.projector.status();
    let all: Vec<&str> = status.borrow().views.iter().map(|view| view.view).collect();
    let asked: Vec<&str> =
        if args.views.is_empty() { all } else { args.views.iter().map(String::as_str).collect() };
    let bar = bar::of_log(&*house.cellar.store, Position::START);
    let progress = tokio::spawn(show_progress(bar, status));
    let rebuilt = house.projector.rebuild(&asked, args.accept).await;
    progress.abort();
    let mut table = Table::new();
    table.set_header(["view", "position", "digest", "rows added, removed, changed"]);
    for one in rebuilt? {
        let differ = one.differences;
        table.add_row([
            one.view.to_owned(),
            one.position.to_string(),
            one.digest.to_string(),
            format!("{}, {}, {}", differ.added, differ.removed, differ.changed),
        ]);
    }
    super::print(&table.to_string());
    house.close().await;
    Ok(())
}

/// A bar on a terminal while views are built.
pub(crate) async fn show_progress(bar: ProgressBar, status: watch::Receiver<Status>) {
    loop {
        let building = status.borrow().views.iter().find_map(|view| view.progress);
        if let Some(building) = building {
            bar.set_length(building.of);
            bar.set_position(building.done);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
