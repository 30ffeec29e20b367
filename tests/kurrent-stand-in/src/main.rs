//! The stand-in as a process of its own: prints its connection string and serves until it is killed.

use std::{
    error::Error,
    io::{Write as _, stdout},
    thread,
};

use clap::Parser;
use kurrent_stand_in::{Cluster, Settings};

/// A server that speaks as KurrentDB does, for tests.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many nodes: 1 or 3.
    #[arg(long, default_value_t = 1)]
    nodes: usize,
    /// The port of the first, the others have those after it; 0 for free ones.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { nodes, port } = Arguments::parse();
    let cluster = Cluster::start(Settings { nodes, port, ..Settings::default() })?;
    writeln!(stdout(), "{}", cluster.address())?;
    loop {
        thread::park();
    }
}
