//! Settings: command line, then `WAYMARK_*`, then `waymark.toml`, then defaults. Unknown keys are refused.

mod layers;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use self::layers::{Layer, from_arguments, from_environment, from_file};
use crate::{
    cli::{Cli, Command},
    log::{Place, Told},
    webhooks::EndpointText,
};

/// Documents for the public that are answered a second, unless it is set.
const PUBLIC_PER_SECOND_MAX: u32 = 50;

/// How often it is looked for deadlines that passed, unless it is said.
const TICK_SECONDS: u32 = 15;

/// The settings of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where events, keys and views are kept.
    pub(crate) data_dir: PathBuf,
    /// Where the log is.
    pub(crate) store: Place,
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// Whether the demo identity may be used beyond this machine.
    pub(crate) allow_demo_identity: bool,
    /// What to log.
    pub(crate) log: String,
    /// How many documents for the public are answered a second.
    pub(crate) public_per_second_max: u32,
    /// Deadlines before this moment are history; none: the moment of the first start.
    pub(crate) deadlines_from: Option<DateTime<Utc>>,
    /// How often it is looked for deadlines that passed.
    pub(crate) tick: Duration,
    /// Appends of a server that may wait for the disk before others are told to come again; none: as
    /// many as the store lets wait.
    pub(crate) queue_appends_max: Option<usize>,
    /// Where alerts are sent.
    pub(crate) webhooks: Vec<EndpointText>,
}

impl Settings {
    /// Reads all layers.
    pub(crate) fn read(asked: &Cli) -> anyhow::Result<Self> {
        let file = from_file(asked.config.as_deref())?;
        let environment = from_environment(std::env::vars_os())?;
        let settings = Self::of(&[from_arguments(asked), environment, file])?;
        // A command that records much at once waits for its own appends.
        let serves = matches!(asked.command, Command::Demo(_) | Command::Serve(_));
        let queue_appends_max = settings.queue_appends_max.filter(|_| serves);
        Ok(Self { queue_appends_max, ..settings })
    }

    fn of(layers: &[Layer]) -> anyhow::Result<Self> {
        let public = first(layers, |layer| layer.public_per_second_max);
        let tick = first(layers, |layer| layer.tick_seconds).unwrap_or(TICK_SECONDS);
        let data_dir = first(layers, |layer| layer.data_dir.clone());
        let log = first(layers, |layer| layer.log.clone());
        Ok(Self {
            data_dir: data_dir.unwrap_or_else(|| PathBuf::from("./waymark-data")),
            listen: listened_to(layers)?,
            store: Place::read(Told {
                store: layers.iter().find_map(|layer| layer.store.as_ref()),
                store_news: layers.iter().find_map(|layer| layer.store_news.as_ref()),
                store_log: layers.iter().find_map(|layer| layer.store_log.as_deref()),
                views: layers.iter().find_map(|layer| layer.views.as_ref()),
                keys: layers.iter().find_map(|layer| layer.keys.as_ref()),
            })?,
            allow_demo_identity: first(layers, |layer| layer.allow_demo_identity).unwrap_or(false),
            log: log.unwrap_or_else(|| "warn".to_owned()),
            public_per_second_max: not_nought(
                "public_per_second_max",
                public.unwrap_or(PUBLIC_PER_SECOND_MAX),
            )?,
            deadlines_from: first(layers, |layer| layer.deadlines_from),
            tick: Duration::from_secs(u64::from(not_nought("tick_seconds", tick)?)),
            queue_appends_max: first(layers, |layer| layer.queue_appends_max)
                .map(|most| not_nought("queue_appends_max", most))
                .transpose()?,
            webhooks: layers.iter().flat_map(|layer| layer.webhook.clone()).collect(),
        })
    }

    /// Refuses to let the demo identity out of this machine unasked.
    pub(crate) fn check_listen(&self) -> anyhow::Result<()> {
        if self.listen.ip().is_loopback() || self.allow_demo_identity {
            return Ok(());
        }
        bail!(
            "{} can be reached from other machines, and tokens are signed by a local demo key: \
             listen on 127.0.0.1, or say --allow-demo-identity",
            self.listen
        )
    }
}

/// What the first layer says that speaks of it.
fn first<T>(layers: &[Layer], of: impl Fn(&Layer) -> Option<T>) -> Option<T> {
    layers.iter().find_map(of)
}

fn listened_to(layers: &[Layer]) -> anyhow::Result<SocketAddr> {
    let listen = first(layers, |layer| layer.listen.clone());
    let listen = listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    listen.parse().with_context(|| {
        format!("`listen` is `{listen}`: expected an address and a port, 127.0.0.1:8080")
    })
}

fn not_nought<T: PartialEq + Default>(setting: &str, value: T) -> anyhow::Result<T> {
    if value == T::default() {
        bail!("`{setting}` is 0: expected 1 or more");
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
