//! One Waymark for a test of faults: its data directory, and where its log is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    Server,
    history::{Entry, Positions},
    waymark,
};

/// The views that there are, each with a digest.
const VIEWS: usize = 6;

/// Asks the database of a site for one text.
type Ask = Box<dyn Fn(&str) -> Option<String>>;

/// A data directory of its own that goes with this value, and a log in it or elsewhere.
pub struct Site {
    directory: TempDir,
    store: Option<String>,
    /// What its commands are told beside that.
    told: Vec<(&'static str, String)>,
    /// The way to the database for whoever looks at what lies in it.
    pub(crate) ask: Option<Ask>,
}

impl Site {
    /// With the log in its directory, on SQLite.
    pub fn on_sqlite() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        Self { directory, store: None, told: Vec::new(), ask: None }
    }

    /// With the log at an address of a database.
    pub fn over(store: String) -> Self {
        Self { store: Some(store), ..Self::on_sqlite() }
    }

    /// With a setting in the environment of its commands.
    #[must_use]
    pub fn told(mut self, name: &'static str, value: &str) -> Self {
        self.told.push((name, value.to_owned()));
        self
    }

    /// What the positions of its log promise.
    pub fn positions(&self) -> Positions {
        let on_kurrent = self.store.as_ref().is_some_and(|store| store.contains("db://"));
        if on_kurrent { Positions::Growing } else { Positions::Dense }
    }

    /// With a way to ask its database, to see how far a rebuild has come.
    #[must_use]
    pub fn asking(self, ask: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self { ask: Some(Box::new(ask)), ..self }
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// A command over it, with nothing of our own environment in it. What it complains of is kept.
    pub fn waymark(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(waymark());
        command.args(arguments).arg("--data-dir").arg(self.data());
        command.env_clear().current_dir(self.directory.path()).stdin(Stdio::null());
        if let Some(store) = &self.store {
            command.env("WAYMARK_STORE", store);
        }
        command.envs(self.told.iter().map(|(name, value)| (name, value)));
        let log = File::options().create(true).append(true).open(self.complaints());
        command.stderr(log.expect("the directory is ours"));
        command
    }

    /// The command that serves it, on a free port.
    pub fn serving(&self) -> Command {
        self.waymark(&["serve", "--listen", "127.0.0.1:0"])
    }

    /// A server over it, which listens.
    pub fn serve(&self) -> Server {
        let started = Server::of(self.serving(), self.data());
        started.unwrap_or_else(|| panic!("the server ended: {}", self.complained()))
    }

    /// A token of a trust's staff, good for the whole of a run.
    pub fn token(&self) -> String {
        let said = self.run(&["token", "--organisation", "RJ1"]);
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// Runs a command to its end, which must be good.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let answered = self.waymark(arguments).output().expect("the binary starts");
        assert!(answered.status.success(), "{arguments:?}: {}", self.complained());
        answered
    }

    /// Takes away every view file: they may go at any time and are built again.
    pub fn forget_views(&self) {
        drop(fs::remove_dir_all(self.data().join("views")));
    }

    /// The whole log as it is now, by way of an archive. Nothing else may run over the site. A sealed
    /// event whose key is gone ends the test: what was acknowledged can no longer be read.
    pub fn log(&self) -> Vec<Entry> {
        let text = fs::read_to_string(self.archived()).expect("it was written");
        let lines = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        let lines: Vec<Value> = lines.collect();
        let keys = lines.iter().filter_map(|line| line.pointer("/key/keyId"));
        let keys: BTreeSet<String> = keys.map(Value::to_string).collect();
        let events = lines.iter().filter_map(|line| line.get("event"));
        let whole = events.inspect(|event| {
            let key = event.get("keyId").map(Value::to_string);
            assert!(key.is_none_or(|key| keys.contains(&key)), "a key is lost: {event}");
        });
        whole.map(entry).collect()
    }

    /// The whole log as a file. Nothing else may run over the site.
    pub fn archived(&self) -> PathBuf {
        let archive = self.directory.path().join("log.ndjson");
        self.run(&["export", "--archive", archive.to_str().expect("our path is text")]);
        archive
    }

    /// The digest of each view as it stands, which a rebuild beside it and a fresh replay from the raw
    /// log must have too.
    pub fn check_views(&self) -> BTreeMap<String, String> {
        let rebuilt = rows(&self.run(&["rebuild"]));
        for row in &rebuilt {
            let differs = row.get(3).map(String::as_str);
            assert_eq!(differs, Some("0, 0, 0"), "a view differs from its rebuild: {row:?}");
        }
        let fresh = TempDir::new().expect("a temporary directory");
        let into = fresh.path().to_str().expect("our path is text");
        let replayed = digests(rows(&self.run(&["replay", "--into", into])));
        assert_eq!(digests(rebuilt), replayed, "the views differ from a fresh replay");
        assert_eq!(replayed.len(), VIEWS, "{replayed:?}");
        replayed
    }

    fn complaints(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// What the processes over it complained of.
    pub(crate) fn complained(&self) -> String {
        fs::read_to_string(self.complaints()).unwrap_or_default()
    }
}

fn entry(event: &Value) -> Entry {
    let field = |name: &str| event.get(name).expect("an event has its fields");
    let number = |name: &str| field(name).as_u64().expect("a number");
    let text = |name: &str| field(name).as_str().expect("a text");
    Entry {
        position: number("position"),
        event: text("eventId").parse().expect("an id"),
        stream: text("stream").to_owned(),
        revision: number("revision"),
        recorded_micros: field("recordedMicros").as_i64().expect("a time"),
    }
}

/// The digest of each view, from rows that begin with view, position and digest.
fn digests(rows: Vec<Vec<String>>) -> BTreeMap<String, String> {
    let digest = |row: Vec<String>| {
        let mut cells = row.into_iter();
        Some((cells.next()?, cells.nth(1)?))
    };
    rows.into_iter().filter_map(digest).collect()
}

/// The rows of a printed table, below its head.
fn rows(answered: &Output) -> Vec<Vec<String>> {
    let said = String::from_utf8_lossy(&answered.stdout).into_owned();
    let lines = said.lines().filter(|line| line.starts_with('|') && !line.starts_with("|-"));
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    lines.skip(1).map(cells).collect()
}
