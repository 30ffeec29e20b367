//! The commands, one file each.

mod backup;
mod bar;
mod bench;
mod clock;
mod demo;
mod export;
mod health;
mod import;
mod letter;
mod parked;
mod past;
mod rebuild;
mod replay;
mod report;
mod retry;
mod returns;
mod serve;
mod simulate;
mod token;

use std::io::{self, Write};

use anyhow::Context;

pub(crate) use self::demo::READY_QUERIES;
use crate::{
    cli::{Cli, Command},
    config::Settings,
};

/// Runs what was asked.
pub(crate) fn run(asked: Cli, settings: Settings) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("the runtime cannot be started")?;
    match asked.command {
        Command::Demo(_) => runtime.block_on(demo::run(settings)),
        Command::Serve(_) => runtime.block_on(serve::run(settings)),
        Command::Import(args) => runtime.block_on(import::run(settings, args)),
        Command::Clock(args) => clock::run(&args),
        Command::Letter(args) => letter::run(&args),
        Command::Export(args) => runtime.block_on(export::run(settings, args)),
        Command::Backup(args) => backup::run(&settings, &args),
        Command::Report(asked) => runtime.block_on(report::run(settings, asked)),
        Command::Rebuild(args) => runtime.block_on(rebuild::run(settings, args)),
        Command::Replay(args) => runtime.block_on(replay::run(settings, args)),
        Command::Return(args) => runtime.block_on(returns::run(settings, args)),
        Command::Retry => runtime.block_on(retry::run(settings)),
        Command::Parked(args) => runtime.block_on(parked::run(settings, args)),
        Command::Token(args) => runtime.block_on(token::run(&settings, &args)),
        Command::Health(_) => health::run(&settings),
        Command::Simulate(args) => runtime.block_on(simulate::run(settings, args)),
        Command::Bench(args) => runtime.block_on(bench::run(settings, args)),
        Command::Schema => {
            print(&api::schema::sdl());
            Ok(())
        }
    }
}

/// What a command answers goes to standard output. Whoever reads may have read enough, as `head` does:
/// then the rest is left unsaid, and what the command does is done all the same.
pub(crate) fn print(text: &str) {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => tracing::error!(%error, "the answer cannot be written"),
        Ok(()) => {}
    }
}

/// Whether something could not be written because whoever reads has read enough, as `head` does.
pub(crate) fn has_read_enough(error: &anyhow::Error) -> bool {
    let broken = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(broken))
}
