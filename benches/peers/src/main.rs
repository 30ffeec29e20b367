//! Peers beside us: the same event appended, replayed and built into one view, by turns in one run.
//!
//! `peers SERVER OURS DIR`: the address of a PostgreSQL server without a database, whose user may
//! create some; the binary of `benches/ours`; and a directory that is not there yet.

mod cqrs;
mod disintegrated;
mod event;
mod ours;
mod side;
mod table;

use std::{env, fs, path::Path};

use anyhow::{Context, bail};

use crate::{
    side::{Side, Times, measure},
    table::table,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [server, ours, dir] = arguments.as_slice() else {
        bail!("peers SERVER OURS DIR, as in docs/performance.md")
    };
    let dir = Path::new(dir);
    fs::create_dir(dir).with_context(|| format!("{} must not be there yet", dir.display()))?;
    let sqlite = on_sqlite(ours, dir).await?;
    println!("{}", table("SQLite, each commit on disk", &sqlite));
    let postgres = on_postgres(server, ours, dir).await?;
    println!("{}", table("PostgreSQL", &postgres));
    Ok(fs::remove_dir_all(dir)?)
}

async fn on_sqlite(ours: &str, dir: &Path) -> anyhow::Result<Vec<Times>> {
    let mut sides: Vec<Box<dyn Side>> = vec![
        Box::new(ours::Ours::start(ours, "sqlite", &dir.join("ours"))?),
        Box::new(cqrs::on_sqlite(&dir.join("cqrs-es.db")).await?),
    ];
    measure(&mut sides).await
}

async fn on_postgres(server: &str, ours: &str, dir: &Path) -> anyhow::Result<Vec<Times>> {
    let names = ["peers_ours", "peers_cqrs", "peers_disintegrate"];
    for name in names {
        cqrs::fresh_database(server, name).await?;
    }
    let [here, of_cqrs, of_disintegrate] = names.map(|name| format!("{server}/{name}"));
    let mut sides: Vec<Box<dyn Side>> = vec![
        Box::new(ours::Ours::start(ours, &here, &dir.join("ours-beside"))?),
        Box::new(cqrs::on_postgres(&of_cqrs).await?),
        Box::new(disintegrated::on_postgres(&of_disintegrate).await?),
    ];
    measure(&mut sides).await
}
