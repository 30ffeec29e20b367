//! The binary `waymark`.
//!
//! The only room that reads the environment, the clock and the command line; it wires the others
//! together and stops them in order.

// Each part of the schema's queries is a future within the next; together they are deeper than 128.
#![recursion_limit = "256"]

mod cli;
mod commands;
mod config;
mod deadlines;
mod edge;
mod house;
mod keeper;
mod listening;
mod log;
mod reactor;
mod secrets;
mod telemetry;
mod telling;
mod tls;
mod trouble;
mod web;
mod webhooks;

use std::process::ExitCode;

use clap::Parser;

/// A fifth of an answer went into the system's allocator; this one takes less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let asked = cli::Cli::parse();
    let settings = match config::Settings::read(&asked) {
        Ok(settings) => settings,
        Err(error) => return failed(&error),
    };
    if let Err(error) = telemetry::start_logs(&settings.log) {
        return failed(&error);
    }
    tls::install();
    match commands::run(asked, settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// One clear sentence on standard error, and exit code 1.
#[expect(clippy::print_stderr, reason = "the one place where the program says why it stops")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("waymark: {error:#}");
    ExitCode::FAILURE
}
