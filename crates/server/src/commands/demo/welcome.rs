//! What `waymark demo` prints, and the file with the same for programs.

use std::{fmt::Write as _, net::SocketAddr, path::Path};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{
    cast::{self, Viewer},
    queries::{self, Ready},
    seed::Seeded,
};

/// What there is to tell.
#[derive(Debug)]
pub(super) struct Welcome<'a> {
    pub(super) address: SocketAddr,
    pub(super) data_dir: &'a Path,
    pub(super) seeded: Seeded,
    pub(super) tokens: Vec<(Viewer, String)>,
    /// The last moment before the late correction; `None` where the town is not there.
    pub(super) before_correction: Option<DateTime<Utc>>,
}

impl Welcome<'_> {
    /// The text for the terminal.
    pub(super) fn text(&self) -> String {
        let mut text = format!("\nWaymark: {}\n\n", self.what_there_is());
        let mut line = |name: &str, value: &str| {
            let _infallible = writeln!(text, "  {name:<8}  {value}");
        };
        line("page", &format!("http://{}/", self.address));
        line("graphql", &format!("http://{}/graphql", self.address));
        line("data", &self.data_dir.display().to_string());
        text.push_str(
            "\nBearer tokens, good for 24 hours (also in demo-tokens.json beside the data):\n\n",
        );
        for (viewer, token) in &self.tokens {
            let _infallible = writeln!(text, "  {:<8}  {token}", viewer.key());
        }
        text.push('\n');
        for (viewer, _) in &self.tokens {
            let _infallible = writeln!(text, "  {:<8}  is {}", viewer.key(), viewer.who());
        }
        for (at, ready) in self.ready().iter().enumerate() {
            text.push_str(&self.shown(at + 1, ready));
        }
        text.push_str(
            "\nStop it with Ctrl-C. The data is kept; the next start makes new tokens.\n",
        );
        text
    }

    fn what_there_is(&self) -> &'static str {
        match self.seeded {
            Seeded::Now => "a demo town was made and is served. Nobody in it is real.",
            Seeded::Before => "the demo town of an earlier start is served. Nobody in it is real.",
            Seeded::NotOurs => {
                "this data directory holds other data, so no demo town was added to it; the ready \
                 queries need one: choose a fresh directory with --data-dir."
            }
        }
    }

    fn ready(&self) -> Vec<Ready> {
        self.before_correction.map(queries::ready).into_iter().flatten().collect()
    }

    /// The query as GraphQL, and as a command that can be pasted as it is.
    fn shown(&self, number: usize, ready: &Ready) -> String {
        let mut text = format!("\n{number}. {} (token: {})\n\n", ready.title, ready.viewer.key());
        for line in ready.query.lines() {
            let _infallible = writeln!(text, "     {line}");
        }
        let _infallible = writeln!(text, "\n{}", self.curl(ready));
        text
    }

    fn curl(&self, ready: &Ready) -> String {
        let words: Vec<&str> = ready.query.split_whitespace().collect();
        let body = json!({"query": words.join(" ")});
        format!(
            "curl -s http://{}/graphql -H 'content-type: application/json' \
             -H 'authorization: Bearer {}' -d '{body}'",
            self.address,
            self.token(ready.viewer)
        )
    }

    fn token(&self, viewer: Viewer) -> &str {
        let found = self.tokens.iter().find(|(one, _)| *one == viewer);
        found.map_or("", |(_, token)| token.as_str())
    }

    /// The same for programs.
    pub(super) fn file(&self) -> Value {
        let mut file = cast::ids();
        for (viewer, token) in &self.tokens {
            file.insert(viewer.key().to_owned(), token.as_str().into());
        }
        let moment = self.before_correction;
        let moment = moment.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true));
        file.insert("beforeCorrection".to_owned(), moment.into());
        file.insert("address".to_owned(), format!("http://{}", self.address).into());
        Value::Object(file)
    }
}
