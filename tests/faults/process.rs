//! Waymark as a process of its own in a directory of its own, and a client of it.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
pub(crate) use waymark_tests::id;
use waymark_tests::waymark;

/// Records one step and asks for everything an answer holds but the time.
pub(crate) const RECORD: &str = "mutation ($input: RecordInput!) { record(input: $input) { \
    __typename ... on StepRecorded { pathwayId eventId position duplicate } \
    ... on StepParked { eventId position why } ... on StepRefused { code field message } } }";

/// A directory that is taken away at the end, with the data of one Waymark.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The command, with nothing of our own environment in it.
    pub(crate) fn waymark(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(waymark());
        command.args(arguments).arg("--data-dir").arg(self.data());
        command.env_clear().current_dir(self.path());
        command
    }

    /// A token made with these arguments.
    pub(crate) fn token(&self, arguments: &[&str]) -> String {
        let mut command = self.waymark(&["token"]);
        let answered = command.args(arguments).output().unwrap();
        assert!(answered.status.success(), "{answered:?}");
        String::from_utf8(answered.stdout).unwrap().trim().to_owned()
    }
}

/// A running server, killed when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) url: String,
    _said: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) fn start(place: &Place) -> Self {
        Self::of(place, place.waymark(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// Runs a command that serves, and waits until it says where.
    pub(crate) fn of(place: &Place, mut command: Command) -> Self {
        let log = place.path().join("log");
        let errors = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while said.read_line(&mut line).unwrap() > 0 {
            if let Some((_, address)) = line.split_once("listens on ") {
                let url = address.split(". ").next().unwrap().trim().to_owned();
                return Self { child, url, _said: said };
            }
            line.clear();
        }
        let ended = child.wait().unwrap();
        panic!("the server ended ({ended}): {}", std::fs::read_to_string(log).unwrap());
    }

    /// A client with the token of a trust's staff.
    pub(crate) fn staff(&self, place: &Place) -> Client {
        self.client(Some(place.token(&["--organisation", "RJ1"])))
    }

    /// A client with this token, or with none.
    pub(crate) fn client(&self, token: Option<String>) -> Client {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(60))).build().into();
        Client { agent, url: format!("{}/graphql", self.url), token }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
    token: Option<String>,
}

impl Client {
    /// The status and the text of the answer to a body; an error if the server went away.
    pub(crate) fn send(&self, accept: &str, body: &[u8]) -> Result<(u16, String), ureq::Error> {
        let mut request = self.agent.post(&self.url);
        request = request.header("content-type", "application/json").header("accept", accept);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request.send(body)?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }

    /// The status and the answer to a body.
    pub(crate) fn post(&self, body: &[u8]) -> Result<(u16, Value), ureq::Error> {
        let (status, text) = self.send("application/graphql-response+json", body)?;
        Ok((status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))))
    }

    /// The whole answer to a document.
    pub(crate) fn ask(&self, query: &str, variables: &Value) -> Value {
        let body = json!({"query": query, "variables": variables}).to_string();
        self.post(body.as_bytes()).unwrap().1
    }

    /// The answer to one step, if the server lived to give it.
    pub(crate) fn try_record(&self, input: &Value) -> Option<Value> {
        let body = json!({"query": RECORD, "variables": {"input": input}}).to_string();
        let (_status, mut answer) = self.post(body.as_bytes()).ok()?;
        Some(answer["data"]["record"].take()).filter(|answer| !answer.is_null())
    }

    /// The answer to one step.
    pub(crate) fn record(&self, input: &Value) -> Value {
        let mut answer = self.ask(RECORD, &json!({"input": input}));
        assert!(answer["data"]["record"].is_object(), "{answer}");
        answer["data"]["record"].take()
    }
}
