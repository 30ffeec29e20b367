//! Export: every step of the log as NDJSON, in the form that `import` reads, in the order of the log.
//!
//! Imported into an empty directory it gives the same views. Personal fields are open where their
//! key is there, so the file is for its owner alone.

mod beside;
mod house;
mod line;
mod output;
mod xes;

#[cfg(test)]
mod tests;

use std::{io::Write, path::Path, pin::pin};

use anyhow::Context;
use event_store::{Position, pages_between};
use futures::StreamExt;
use indicatif::HumanCount;

use self::{beside::Beside, line::Lines, output::Output};
use super::import::note;
use crate::{cli::ExportArgs, commands::bar, config::Settings, house::Cellar};

/// `waymark export`.
pub(crate) async fn run(settings: Settings, args: ExportArgs) -> anyhow::Result<()> {
    settings.store.must_be_there(&settings.data_dir)?;
    let cellar = Cellar::chosen(&settings).await?;
    if let Some(path) = &args.xes {
        let mut output = Output::open(Some(path))?;
        let written = xes::export(&cellar, &mut output).await?;
        output.finish().context("the export cannot be written")?;
        written.tell();
        return Ok(());
    }
    if let Some(path) = &args.archive {
        return house::export(&cellar, path).await;
    }
    let file = args.file.as_deref().filter(|path| *path != Path::new("-"));
    let output = Output::open(file)?;
    match exported(&cellar, output).await {
        Err(error) if file.is_none() && super::has_read_enough(&error) => Ok(()),
        Err(error) => Err(error),
        Ok(written) => {
            written.tell();
            Ok(())
        }
    }
}

async fn exported(cellar: &Cellar, mut output: Output) -> anyhow::Result<Written> {
    let written = export(cellar, &mut output).await?;
    output.finish().context("the export cannot be written")?;
    Ok(written)
}

/// What was written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    /// All steps.
    pub(super) steps: u64,
    /// Steps that wait for their pathway.
    pub(super) parked: u64,
    /// Steps with open personal fields.
    pub(super) personal: u64,
    /// Steps whose personal fields stay sealed: their key is gone.
    pub(super) sealed: u64,
}

impl Written {
    fn tell(&self) {
        let Self { steps, parked, personal, sealed } = *self;
        let parked = HumanCount(parked);
        note(&format!("{} steps, of which {parked} wait for their pathway", HumanCount(steps)));
        if personal > 0 {
            let personal = HumanCount(personal);
            note(&format!("this file holds personal data: {personal} steps have open fields"));
        }
        if sealed > 0 {
            let sealed = HumanCount(sealed);
            note(&format!("{sealed} steps have fields whose key is gone: import refuses them"));
        }
    }
}

/// Writes every step up to the end of the log as it is now.
pub(super) async fn export(cellar: &Cellar, output: &mut impl Write) -> anyhow::Result<Written> {
    let store = &*cellar.store;
    let head = store.head().await?;
    let mut lines = Lines::new(cellar.recorder.keys(), Beside::read(store, head).await?);
    let bar = bar::of_log(store, head);
    let mut written = Written::default();
    let mut pages = pin!(pages_between(store, Position::START, head));
    while let Some(page) = pages.next().await {
        for event in &page? {
            let place = || format!("the event at position {} cannot be exported", event.position);
            if let Some(line) = lines.line(event).with_context(place)? {
                output.write_all(&line).context("the export cannot be written")?;
                written.count(event, &lines);
            }
            bar.set_position(event.position.0);
        }
    }
    bar.finish_and_clear();
    Ok(written)
}

impl Written {
    fn count(&mut self, event: &event_store::StoredEvent, lines: &Lines<'_>) {
        self.steps += 1;
        self.parked += u64::from(event.stream.category == event_store::Category::Inbox);
        if event.event.sealed.is_some() {
            let open = u64::from(lines.last_is_open());
            self.personal += open;
            self.sealed += 1 - open;
        }
    }
}
