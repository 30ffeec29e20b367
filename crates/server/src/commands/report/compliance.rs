//! The report of promises: what became of those of a month, rule by rule, over months, and at the
//! interface.

mod figures;
mod page;
mod words;

use anyhow::bail;
use pathway::Month;

use self::figures::Figures;
use super::write;
use crate::{
    cli::ComplianceArgs,
    commands::{import::note, past},
    config::Settings,
    edge,
    house::House,
};

/// `waymark report compliance`.
pub(super) async fn run(settings: Settings, args: ComplianceArgs) -> anyhow::Result<()> {
    settings.store.must_be_there(&settings.data_dir)?;
    let month = month_of(&args.month)?;
    let house = House::chosen(&settings).await?;
    let position = house.caught_up().await?;
    let figures =
        Figures::of(&house.world, month, args.organisation.as_ref(), format!("{position}"));
    house.close().await;
    let figures = figures?;
    if figures.is_empty() {
        bail!(
            "nothing was promised or told at the interface in {month}: there is nothing to report"
        );
    }
    write(&args.out, &page::html(&figures))?;
    note(&format!("{} is written: open it in a browser, or print it", args.out.display()));
    Ok(())
}

/// The month of `2026-01`; it has begun.
fn month_of(raw: &str) -> anyhow::Result<Month> {
    let Ok(month) = raw.parse::<Month>() else {
        bail!("--month is `{raw}`: expected {}", Month::EXPECTED);
    };
    past::begun(raw, month, pathway::london::date_of(edge::now()))
}
