//! Our side of `benches/peers`: told by lines what to do, answers each with the seconds it took.
//!
//! `bench-ours sqlite DIR` or `bench-ours ADDRESS DIR`; then `fill PATHWAYS`, `append CLIENTS EACH`,
//! `replay` and `rebuild`, a line each. What it works on is a directory and a database of its own.

mod house;
mod view;
mod work;

use std::{
    io::{BufRead, Write},
    path::PathBuf,
};

use anyhow::{Context, bail};

use crate::house::House;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (store, dir) = arguments.next().zip(arguments.next()).context("a store and a directory")?;
    let mut house = House::open(&store, PathBuf::from(dir)).await?;
    for line in std::io::stdin().lock().lines() {
        let seconds = answer(&mut house, &line?).await?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{seconds}")?;
        out.flush()?;
    }
    Ok(())
}

async fn answer(house: &mut House, line: &str) -> anyhow::Result<f64> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words.as_slice() {
        ["fill", pathways] => work::fill(house, pathways.parse()?).await,
        ["append", clients, each] => work::append(house, clients.parse()?, each.parse()?).await,
        ["replay"] => work::replay(house).await,
        ["rebuild"] => work::rebuild(house).await,
        _ => bail!("fill, append, replay or rebuild"),
    }
}
