//! The national return of a month: its file, its checks, what changed in it, and the month's account.
//!
//! Everything is made anew from the raw log, as it was known at the moment asked for. So a file is the
//! same on every later day, whatever was corrected since.

mod account;
mod asked;
mod counting;
mod diff;
mod gather;
mod known;
mod limits;
mod raised;
mod wlmds;

#[cfg(test)]
mod tests;

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, bail};
use rtt_extract::Extract;

use self::{asked::Asked, gather::Gathered, known::Known, raised::Raised};
use super::import::note;
use crate::{
    cli::{ReturnArgs, ReturnCommand, RttArgs},
    config::Settings,
    edge,
    house::Cellar,
};

/// `waymark return`.
pub(crate) async fn run(settings: Settings, args: ReturnArgs) -> anyhow::Result<()> {
    settings.store.must_be_there(&settings.data_dir)?;
    let cellar = Cellar::chosen(&settings).await?;
    match args.command {
        ReturnCommand::Rtt(args) => rtt(&cellar, &args).await,
        ReturnCommand::Diff(args) => diff::run(&cellar, &args).await,
        ReturnCommand::Account(args) => account::run(&cellar, &args).await,
        ReturnCommand::Wlmds(args) => wlmds::run(&cellar, &args).await,
    }
}

/// The file of a month and what is asked about it.
#[derive(Debug)]
struct Return {
    extract: Extract,
    raised: Vec<Raised>,
    notes: Vec<String>,
}

/// `waymark return rtt`.
async fn rtt(cellar: &Cellar, args: &RttArgs) -> anyhow::Result<()> {
    let made = made(cellar, args).await?;
    let report = if args.json { raised::json(&made.raised)? } else { raised::table(&made.raised) };
    for told in &made.notes {
        note(told);
    }
    if let Some(path) = &args.out {
        let cannot = || format!("{} cannot be written", path.display());
        let file = File::create(path).with_context(cannot)?;
        rtt_extract::write_extract(&made.extract, file).with_context(cannot)?;
        super::print(&report);
    } else {
        let out = std::io::stdout().lock();
        let written = rtt_extract::write_extract(&made.extract, out);
        match written.context("the return cannot be written") {
            Err(error) if super::has_read_enough(&error) => {}
            written => written?,
        }
        note(&report);
    }
    if args.strict && !made.raised.is_empty() {
        bail!("{} queries, and --strict was given", made.raised.len());
    }
    Ok(())
}

/// Makes the return that is asked for.
async fn made(cellar: &Cellar, args: &RttArgs) -> anyhow::Result<Return> {
    let now = edge::now();
    let month = asked::month_of(&args.whose.month, pathway::london::date_of(now))?;
    let known = Known::at(cellar, args.as_known_at.as_deref(), now).await?;
    let asked = Asked::of(&args.whose, month, &known)?;
    let Gathered { extract, mut raised } = gather::gather(&known, &asked);
    asked.refuse_stranger(&extract, &known)?;
    let mut notes = asked.notes(&extract, now);
    let before = before(args.last_month.as_deref(), &asked, &known, &mut notes)?;
    notes.push(asked::due(month));
    let queries = rtt_extract::queries(&extract, before.as_ref(), &limits::shipped());
    raised.extend(queries.into_iter().map(Raised::from));
    Ok(Return { extract, raised, notes })
}

/// The month before: from a file, or from the log where it knows of that month.
fn before(
    file: Option<&Path>,
    asked: &Asked,
    known: &Known,
    notes: &mut Vec<String>,
) -> anyhow::Result<Option<Extract>> {
    let month = asked.month.before();
    if let Some(path) = file {
        let open =
            File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let extract = rtt_extract::read_extract(BufReader::new(open), None)
            .with_context(|| format!("{} is not an RTT extract", path.display()))?;
        if extract.census != month.last() {
            let (found, wanted) = (extract.census, month.last());
            bail!("{} is of {found}: expected the month up to {wanted}", path.display());
        }
        return Ok(Some(asked.theirs(extract)));
    }
    if known.opening_is_unknown(asked.month) {
        notes.push(format!(
            "nothing was compared with last month: {}; give its file with --last-month",
            known::LAID_DOWN
        ));
        return Ok(None);
    }
    Ok(Some(gather::gather(known, &Asked { month, ..asked.clone() }).extract))
}
