//! Settings: command line, then `WAYMARK_*`, then `waymark.toml`, then defaults. Unknown keys are refused.

use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    cli::{Cli, Command},
    log::{Place, PlaceText, Told},
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

/// Documents for the public that are answered a second, unless it is set.
const PUBLIC_PER_SECOND_MAX: u32 = 50;

/// How often it is looked for deadlines that passed, unless it is said.
const TICK_SECONDS: u32 = 15;

/// What a file or the environment may say.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    data_dir: Option<PathBuf>,
    store: Option<PlaceText>,
    store_news: Option<PlaceText>,
    store_log: Option<String>,
    views: Option<PlaceText>,
    keys: Option<PlaceText>,
    listen: Option<String>,
    allow_demo_identity: Option<bool>,
    log: Option<String>,
    public_per_second_max: Option<u32>,
    deadlines_from: Option<DateTime<Utc>>,
    tick_seconds: Option<u32>,
    queue_appends_max: Option<usize>,
    /// Where alerts are sent: in the file alone.
    #[serde(default)]
    webhook: Vec<EndpointText>,
}

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
        let listen = layers.iter().find_map(|layer| layer.listen.clone());
        let listen = listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen.parse().with_context(|| {
            format!("`listen` is `{listen}`: expected an address and a port, 127.0.0.1:8080")
        })?;
        let data_dir = layers.iter().find_map(|layer| layer.data_dir.clone());
        let allow = layers.iter().find_map(|layer| layer.allow_demo_identity);
        let log = layers.iter().find_map(|layer| layer.log.clone());
        let public = layers.iter().find_map(|layer| layer.public_per_second_max);
        let public = public.unwrap_or(PUBLIC_PER_SECOND_MAX);
        if public == 0 {
            bail!("`public_per_second_max` is 0: expected 1 or more");
        }
        let tick = layers.iter().find_map(|layer| layer.tick_seconds).unwrap_or(TICK_SECONDS);
        if tick == 0 {
            bail!("`tick_seconds` is 0: expected 1 or more");
        }
        let queue = layers.iter().find_map(|layer| layer.queue_appends_max);
        if queue == Some(0) {
            bail!("`queue_appends_max` is 0: expected 1 or more");
        }
        let told = Told {
            store: layers.iter().find_map(|layer| layer.store.as_ref()),
            store_news: layers.iter().find_map(|layer| layer.store_news.as_ref()),
            store_log: layers.iter().find_map(|layer| layer.store_log.as_deref()),
            views: layers.iter().find_map(|layer| layer.views.as_ref()),
            keys: layers.iter().find_map(|layer| layer.keys.as_ref()),
        };
        let settings = Self {
            store: Place::read(told)?,
            public_per_second_max: public,
            data_dir: data_dir.unwrap_or_else(|| PathBuf::from("./waymark-data")),
            listen,
            allow_demo_identity: allow.unwrap_or(false),
            log: log.unwrap_or_else(|| "warn".to_owned()),
            deadlines_from: layers.iter().find_map(|layer| layer.deadlines_from),
            tick: Duration::from_secs(u64::from(tick)),
            queue_appends_max: queue,
            webhooks: layers.iter().flat_map(|layer| layer.webhook.clone()).collect(),
        };
        Ok(settings)
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

fn from_arguments(asked: &Cli) -> Layer {
    let serve = match &asked.command {
        Command::Demo(args) | Command::Serve(args) => Some(args),
        Command::Import(_)
        | Command::Clock(_)
        | Command::Letter(_)
        | Command::Export(_)
        | Command::Backup(_)
        | Command::Report(_)
        | Command::Rebuild(_)
        | Command::Replay(_)
        | Command::Return(_)
        | Command::Retry
        | Command::Parked(_)
        | Command::Schema
        | Command::Token(_)
        | Command::Health(_)
        | Command::Bench(_)
        | Command::Simulate(_) => None,
    };
    let health = match &asked.command {
        Command::Health(args) => args.listen.clone(),
        _ => None,
    };
    Layer {
        data_dir: asked.data_dir.clone(),
        store: asked.store.clone(),
        store_news: None,
        store_log: asked.store_log.clone(),
        views: asked.views_at.clone(),
        keys: asked.keys.clone(),
        listen: serve.and_then(|args| args.listen.clone()).or(health),
        allow_demo_identity: serve.filter(|args| args.allow_demo_identity).map(|_| true),
        log: asked.log.clone(),
        public_per_second_max: None,
        deadlines_from: None,
        tick_seconds: None,
        queue_appends_max: None,
        webhook: Vec::new(),
    }
}

fn from_environment(all: impl Iterator<Item = (OsString, OsString)>) -> anyhow::Result<Layer> {
    let mut layer = Layer::default();
    for (name, value) in all {
        // What is not ours may be in any encoding.
        let name = name.to_string_lossy();
        let Some(key) = name.strip_prefix("WAYMARK_") else { continue };
        let value = value.into_string();
        let value = value.map_err(|_other| anyhow!("`{name}` is not UTF-8: expected text"))?;
        let expected = |what: &str| format!("`{name}`: expected {what}");
        match key {
            "DATA_DIR" => layer.data_dir = Some(value.into()),
            "STORE" => layer.store = Some(value.parse()?),
            "STORE_NEWS" => layer.store_news = Some(value.parse()?),
            "STORE_LOG" => layer.store_log = Some(value),
            "VIEWS" => layer.views = Some(value.parse()?),
            "KEYS" => layer.keys = Some(value.parse()?),
            "LISTEN" => layer.listen = Some(value),
            "LOG" => layer.log = Some(value),
            "DEADLINES_FROM" => {
                let from = value.parse();
                let from = from.with_context(|| expected("a moment, 2026-01-31T09:30:00Z"))?;
                layer.deadlines_from = Some(from);
            }
            "TICK_SECONDS" => {
                let tick = value.parse().with_context(|| expected("whole seconds"))?;
                layer.tick_seconds = Some(tick);
            }
            "QUEUE_APPENDS_MAX" => {
                let most = value.parse().with_context(|| expected("a number"))?;
                layer.queue_appends_max = Some(most);
            }
            "ALLOW_DEMO_IDENTITY" => {
                let allow = value.parse().with_context(|| expected("true or false"))?;
                layer.allow_demo_identity = Some(allow);
            }
            "PUBLIC_PER_SECOND_MAX" => {
                let most = value.parse().with_context(|| expected("a number"))?;
                layer.public_per_second_max = Some(most);
            }
            // Settings of the tests and of benches, which other programs read.
            _ if key.starts_with("TEST_") || key.starts_with("CI_") => {}
            _ => bail!(
                "`{name}` is not a setting: expected one of WAYMARK_{}",
                KNOWN.join(", WAYMARK_")
            ),
        }
    }
    Ok(layer)
}

fn from_file(named: Option<&Path>) -> anyhow::Result<Layer> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(listen: &str) -> Layer {
        Layer { listen: Some(listen.to_owned()), ..Layer::default() }
    }

    #[test]
    fn the_first_layer_that_speaks_is_heard() {
        let settings =
            Settings::of(&[Layer::default(), layer("127.0.0.1:1"), layer("127.0.0.1:2")]);
        assert_eq!(settings.unwrap().listen, "127.0.0.1:1".parse().unwrap());
    }

    #[test]
    fn the_public_is_answered_50_times_a_second_unless_it_is_set_and_never_0_times() {
        let most = |layers: &[Layer]| Settings::of(layers).map(|one| one.public_per_second_max);
        assert_eq!(most(&[]).unwrap(), 50);
        let set = |raw: &str| {
            from_environment([("WAYMARK_PUBLIC_PER_SECOND_MAX".into(), raw.into())].into_iter())
        };
        assert_eq!(most(&[set("7").unwrap()]).unwrap(), 7);
        let nought = most(&[set("0").unwrap()]).unwrap_err().to_string();
        assert_eq!(nought, "`public_per_second_max` is 0: expected 1 or more");
        assert!(set("many").unwrap_err().to_string().contains("expected a number"));
    }

    #[test]
    fn a_queue_is_as_the_store_has_it_unless_it_is_set_and_never_0() {
        let most = |layers: &[Layer]| Settings::of(layers).map(|one| one.queue_appends_max);
        assert_eq!(most(&[]).unwrap(), None);
        let set = |raw: &str| {
            from_environment([("WAYMARK_QUEUE_APPENDS_MAX".into(), raw.into())].into_iter())
        };
        assert_eq!(most(&[set("7").unwrap()]).unwrap(), Some(7));
        let nought = most(&[set("0").unwrap()]).unwrap_err().to_string();
        assert_eq!(nought, "`queue_appends_max` is 0: expected 1 or more");
        assert!(set("-1").unwrap_err().to_string().contains("expected a number"));
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let wrong = from_environment([("WAYMARK_LISTN".into(), "x".into())].into_iter());
        assert!(wrong.unwrap_err().to_string().contains("WAYMARK_LISTN"));
        let file: Result<Layer, _> = toml::from_str("listn = 'x'");
        assert!(file.unwrap_err().to_string().contains("listn"));
    }

    #[test]
    fn what_is_not_utf_8_is_refused_where_it_is_ours_and_passed_over_where_not() {
        use std::os::unix::ffi::OsStringExt;
        let broken = || OsString::from_vec(vec![b'x', 0xff]);
        let theirs = [("LESS".into(), broken()), (broken(), "x".into())];
        assert_eq!(from_environment(theirs.into_iter()).unwrap(), Layer::default());
        let ours = [("WAYMARK_DATA_DIR".into(), broken())];
        let refused = from_environment(ours.into_iter()).unwrap_err().to_string();
        assert_eq!(refused, "`WAYMARK_DATA_DIR` is not UTF-8: expected text");
    }

    #[test]
    fn the_demo_identity_stays_on_this_machine_unless_it_is_let_out() {
        let mut settings = Settings::of(&[layer("0.0.0.0:8080")]).unwrap();
        assert!(settings.check_listen().is_err());
        settings.allow_demo_identity = true;
        assert!(settings.check_listen().is_ok());
    }
}
