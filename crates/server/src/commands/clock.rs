//! `waymark clock`: the RTT clock of the pathways in a file of steps, with the why of every step.
//!
//! There is no database and nothing is kept. Lines are read as an import reads them, and one that
//! cannot be read stops everything: a clock with a step missing would be a guess.

mod answer;
pub(super) mod group;
pub(super) mod read;
mod table;

#[cfg(test)]
mod tests;

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, IsTerminal, Write},
    path::Path,
};

use anyhow::{Context, anyhow, bail};
use pathway::{clock::ClockPolicy, london};

use self::{answer::Answer, group::Group, read::Bad};
use super::import::note;
use crate::{cli::ClockArgs, edge};

/// `waymark clock`.
pub(crate) fn run(args: &ClockArgs) -> anyhow::Result<()> {
    let on = args.on.unwrap_or_else(|| london::date_of(edge::now()));
    let policy = policy(args.policy.as_deref())?;
    let groups = groups(args)?;
    let mut out = io::stdout().lock();
    for group in &groups {
        let answer = Answer::of(group, &policy, on);
        let text = if args.json { serde_json::to_string(&answer)? } else { table::of(&answer) };
        match writeln!(out, "{text}") {
            // Whoever reads has read enough, as `head` does.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written.context("the answer cannot be written")?,
        }
    }
    Ok(())
}

/// The settings to judge by, or an error once every mistake in them is told.
fn policy(file: Option<&Path>) -> anyhow::Result<ClockPolicy> {
    let Some(path) = file else { return Ok(policy::shipped_clock()) };
    let name = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    policy::parse_clock(&name, &text).map_err(|errors| {
        for error in &errors {
            note(&error.to_string());
        }
        anyhow!("{name} has {} mistakes, so no clock was worked out", errors.len())
    })
}

/// The pathways of the input, or an error once every bad line is told.
fn groups(args: &ClockArgs) -> anyhow::Result<Vec<Group>> {
    let file = args.file.as_deref().filter(|path| *path != Path::new("-"));
    let name = file.map_or("standard input".to_owned(), |path| path.display().to_string());
    let read = read::all(open(file)?).with_context(|| format!("{name} cannot be read"))?;
    let lines = read.rows.len() + read.bad.len();
    if lines == 0 {
        bail!("{name} has no steps: expected one step a line, as `waymark import` reads them");
    }
    let (groups, outside, misplaced) = group::all(read.rows);
    let bad: Vec<Bad> = read.bad.into_iter().chain(misplaced).collect();
    if !bad.is_empty() {
        for bad in &bad {
            note(&format!("{name}:{bad}"));
        }
        bail!("{} of {lines} lines cannot be used, so no clock was worked out", bad.len());
    }
    if outside > 0 {
        note(&format!("{outside} lines are about no pathway of {name}, and no clock reads them"));
    }
    if groups.is_empty() {
        bail!("{name} has no pathway: expected steps that name one");
    }
    Ok(groups)
}

pub(super) fn open(file: Option<&Path>) -> anyhow::Result<Box<dyn BufRead>> {
    let Some(path) = file else {
        if io::stdin().is_terminal() {
            bail!(
                "nothing to read: expected a file of steps, or steps on standard input; see --help"
            );
        }
        return Ok(Box::new(BufReader::new(io::stdin())));
    };
    let unread = || format!("{} cannot be read", path.display());
    let opened = File::open(path).with_context(unread)?;
    if opened.metadata().with_context(unread)?.is_dir() {
        bail!("{} is a directory: expected a file of NDJSON", path.display());
    }
    Ok(Box::new(BufReader::new(opened)))
}
