//! A demo town: seeded once, served, with tokens and ready queries to paste.

mod cast;
mod dates;
mod queries;
mod sample;
mod seed;
mod welcome;

use std::path::Path;

use anyhow::Context;
use cabinet::private;

pub(crate) use self::queries::READY_QUERIES;
use self::{seed::Seeded, welcome::Welcome};
use super::serve;
use crate::{config::Settings, edge, house::House, web};

/// `waymark demo`.
pub(crate) async fn run(settings: Settings) -> anyhow::Result<()> {
    settings.check_listen()?;
    let listener = serve::listen(&settings).await?;
    let house = House::serving(&settings).await?;
    let seeded = seed::town(&house.cellar, edge::now()).await?;
    house.caught_up().await?;
    let before_correction = match seeded {
        Seeded::Now | Seeded::Before => {
            Some(seed::before_correction(&house.cellar.recorder).await?)
        }
        Seeded::NotOurs => None,
    };
    let key = web::token_key(&house.cellar.secrets)?;
    let welcome = Welcome {
        address: listener.local_addr()?,
        data_dir: &settings.data_dir,
        seeded,
        tokens: cast::tokens(&key, edge::seconds())?,
        before_correction,
    };
    write_tokens(&settings.data_dir, &welcome)?;
    serve::until_stopped(&settings, house, listener, &welcome.text()).await
}

fn write_tokens(data_dir: &Path, welcome: &Welcome<'_>) -> anyhow::Result<()> {
    let path = data_dir.join("demo-tokens.json");
    let text = serde_json::to_string_pretty(&welcome.file())?;
    private::write(&path, text.as_bytes())
        .with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests;
