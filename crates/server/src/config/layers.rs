//! What may be said of settings, and where: on the command line, in the environment, in a file.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    cli::{Cli, Command},
    log::PlaceText,
    webhooks::EndpointText,
};

/// The settings that may stand in the environment, each behind `WAYMARK_`.
const KNOWN: [&str; 13] = [
    "DATA_DIR",
    "STORE",
    "STORE_NEWS",
    "STORE_LOG",
    "VIEWS",
    "KEYS",
    "LISTEN",
    "ALLOW_DEMO_IDENTITY",
    "LOG",
    "PUBLIC_PER_SECOND_MAX",
    "DEADLINES_FROM",
    "TICK_SECONDS",
    "QUEUE_APPENDS_MAX",
];

/// What a file or the environment may say.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layer {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) store: Option<PlaceText>,
    pub(super) store_news: Option<PlaceText>,
    pub(super) store_log: Option<String>,
    pub(super) views: Option<PlaceText>,
    pub(super) keys: Option<PlaceText>,
    pub(super) listen: Option<String>,
    pub(super) allow_demo_identity: Option<bool>,
    pub(super) log: Option<String>,
    pub(super) public_per_second_max: Option<u32>,
    pub(super) deadlines_from: Option<DateTime<Utc>>,
    pub(super) tick_seconds: Option<u32>,
    pub(super) queue_appends_max: Option<usize>,
    /// Where alerts are sent: in the file alone.
    #[serde(default)]
    pub(super) webhook: Vec<EndpointText>,
}

/// What the command line says.
pub(super) fn from_arguments(asked: &Cli) -> Layer {
    let (serve, health) = match &asked.command {
        Command::Demo(args) | Command::Serve(args) => (Some(args), None),
        Command::Health(args) => (None, args.listen.clone()),
        _ => (None, None),
    };
    Layer {
        data_dir: asked.data_dir.clone(),
        store: asked.store.clone(),
        store_log: asked.store_log.clone(),
        views: asked.views_at.clone(),
        keys: asked.keys.clone(),
        listen: serve.and_then(|args| args.listen.clone()).or(health),
        allow_demo_identity: serve.filter(|args| args.allow_demo_identity).map(|_| true),
        log: asked.log.clone(),
        ..Layer::default()
    }
}

/// What the environment says, each behind `WAYMARK_`.
pub(super) fn from_environment(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> anyhow::Result<Layer> {
    let mut layer = Layer::default();
    for (name, value) in all {
        // What is not ours may be in any encoding.
        let name = name.to_string_lossy();
        let Some(key) = name.strip_prefix("WAYMARK_") else { continue };
        let value = value.into_string();
        let value = value.map_err(|_other| anyhow!("`{name}` is not UTF-8: expected text"))?;
        layer.hear(key, value)?;
    }
    Ok(layer)
}

impl Layer {
    fn hear(&mut self, key: &str, value: String) -> anyhow::Result<()> {
        match key {
            "DATA_DIR" => self.data_dir = Some(value.into()),
            "STORE" => self.store = Some(value.parse()?),
            "STORE_NEWS" => self.store_news = Some(value.parse()?),
            "STORE_LOG" => self.store_log = Some(value),
            "VIEWS" => self.views = Some(value.parse()?),
            "KEYS" => self.keys = Some(value.parse()?),
            "LISTEN" => self.listen = Some(value),
            "LOG" => self.log = Some(value),
            "DEADLINES_FROM" => {
                self.deadlines_from = read(key, &value, "a moment, 2026-01-31T09:30:00Z")?;
            }
            "TICK_SECONDS" => self.tick_seconds = read(key, &value, "whole seconds")?,
            "QUEUE_APPENDS_MAX" => self.queue_appends_max = read(key, &value, "a number")?,
            "ALLOW_DEMO_IDENTITY" => {
                self.allow_demo_identity = read(key, &value, "true or false")?;
            }
            "PUBLIC_PER_SECOND_MAX" => self.public_per_second_max = read(key, &value, "a number")?,
            // Settings of the tests and of benches, which other programs read.
            _ if key.starts_with("TEST_") || key.starts_with("CI_") => {}
            _ => bail!(
                "`WAYMARK_{key}` is not a setting: expected one of WAYMARK_{}",
                KNOWN.join(", WAYMARK_")
            ),
        }
        Ok(())
    }
}

/// A value of the environment, or which it is and what was expected.
fn read<T: FromStr>(key: &str, value: &str, expected: &str) -> anyhow::Result<Option<T>>
where
    Result<T, T::Err>: Context<T, T::Err>,
{
    let read = value.parse().with_context(|| format!("`WAYMARK_{key}`: expected {expected}"));
    read.map(Some)
}

/// What a file says: the one that is named, or `waymark.toml` where there is one.
pub(super) fn from_file(named: Option<&Path>) -> anyhow::Result<Layer> {
    let path = named.unwrap_or_else(|| Path::new("waymark.toml"));
    if named.is_none() && !path.exists() {
        return Ok(Layer::default());
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the settings file {} cannot be read", path.display()))?;
    // One sentence: the library's own words draw the line of the file below it.
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        anyhow!("the settings file {} is wrong: {}", path.display(), error.message())
    })
}
