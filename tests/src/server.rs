//! A server of its own for a test: started, asked, stopped.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::waymark;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// Staff in a role at an organisation.
    Staff(&'a str, &'a str),
    /// A patient, by subject reference.
    Patient(&'a str),
    /// An auditor.
    Auditor,
    /// Nobody: no token.
    Nobody,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
    data_dir: PathBuf,
    /// What its commands are told by the environment.
    environment: Vec<(OsString, OsString)>,
    /// The directory goes with the server that made it.
    own: Option<tempfile::TempDir>,
}

impl Server {
    /// A server with nothing in it.
    pub fn fresh() -> Self {
        let own = tempfile::tempdir().expect("a temporary directory");
        let mut server = Self::over(own.path());
        server.own = Some(own);
        server
    }

    /// A server with nothing in it, over a log at an address.
    pub fn fresh_over_log_at(store: &str) -> Self {
        let own = tempfile::tempdir().expect("a temporary directory");
        let mut server = Self::over_log_at(store, own.path(), &["serve"]);
        server.own = Some(own);
        server
    }

    /// A server over a data directory.
    pub fn over(data_dir: &Path) -> Self {
        Self::with(data_dir, &["serve"])
    }

    /// A server started by these arguments, over a data directory, on a free port.
    pub fn with(data_dir: &Path, arguments: &[&str]) -> Self {
        Self::started(Command::new(waymark()), data_dir, arguments)
    }

    /// As [`Server::with`], over a log at an address, which may hold a password.
    pub fn over_log_at(store: &str, data_dir: &Path, arguments: &[&str]) -> Self {
        Self::told(&[("WAYMARK_STORE", store)], data_dir, arguments)
    }

    /// As [`Server::with`], told by the environment.
    pub fn told(environment: &[(&'static str, &str)], data_dir: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(waymark());
        command.envs(environment.iter().copied());
        Self::started(command, data_dir, arguments)
    }

    fn started(mut command: Command, data_dir: &Path, arguments: &[&str]) -> Self {
        command.args(arguments).args(["--listen", "127.0.0.1:0"]).arg("--data-dir").arg(data_dir);
        let started = Self::of(command, data_dir.to_owned());
        started.expect("the server says where it listens before it ends")
    }

    /// Runs a command that serves a data directory, and waits until it says where; none if it ended.
    pub fn of(mut command: Command, data_dir: PathBuf) -> Option<Self> {
        let told = command.get_envs();
        let told = told.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        let environment = told.collect();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let out = child.stdout.take().expect("its output is ours");
        let Some(address) = address(BufReader::new(out)) else {
            child.wait().expect("it ends");
            return None;
        };
        Some(Self { child, address, data_dir, environment, own: None })
    }

    /// `host:port` it listens on.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where it keeps its data.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Its process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Ends it at once, as a crash would.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// A token for `who`.
    pub fn token(&self, who: Who<'_>) -> Option<String> {
        let arguments: Vec<&str> = match who {
            Who::Nobody => return None,
            Who::Staff(role, organisation) => vec!["--role", role, "--organisation", organisation],
            Who::Auditor => {
                vec!["--standing", "auditor", "--role", "AUDITOR", "--organisation", "X24"]
            }
            Who::Patient(subject) => {
                vec![
                    "--standing",
                    "patient",
                    "--role",
                    "PATIENT",
                    "--organisation",
                    "G85001",
                    "--subject",
                    subject,
                ]
            }
        };
        let told = Command::new(waymark())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .arg("token")
            .args(arguments)
            .arg("--data-dir")
            .arg(&self.data_dir)
            .output()
            .expect("the token command runs");
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        Some(String::from_utf8_lossy(&told.stdout).trim().to_owned())
    }

    /// The whole answer to a GraphQL request.
    pub fn ask(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables}).to_string();
        self.post(token, body.as_bytes())
    }

    /// The whole answer to any body sent as JSON.
    pub fn post(&self, token: Option<&str>, body: &[u8]) -> Value {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent
            .post(format!("http://{}/graphql", self.address))
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request.send(body).expect("the server answers");
        let text = answer.body_mut().read_to_string().expect("the answer is text");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

fn address(out: impl BufRead) -> Option<String> {
    for line in out.lines() {
        let line = line.expect("the output is text");
        if let Some((_, rest)) = line.split_once("http://") {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || ".:".contains(c)));
            let address = rest.split_at(end.unwrap_or(rest.len())).0;
            return Some(address.trim_end_matches('.').to_owned());
        }
    }
    None
}
