//! Somebody who records steps over HTTP and keeps what was answered when.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{Command, history::Answer, history::Call};

/// Records one step and asks for what the checker needs.
const RECORD: &str = "mutation ($input: RecordInput!) { record(input: $input) { __typename \
    ... on StepRecorded { eventId position duplicate } \
    ... on StepRefused { code } } }";

/// How long an answer may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is added to the wait before each further attempt, so often at most.
const PAUSE: Duration = Duration::from_millis(5);
const PAUSES_MAX: u32 = 40;

/// How often a command is sent until it is given up.
const ATTEMPTS_MAX: u32 = 200;

/// A caller with a token. Copies share the clock.
#[derive(Debug, Clone)]
pub struct Caller {
    agent: ureq::Agent,
    url: String,
    token: String,
    since: Instant,
}

impl Caller {
    /// A caller of the server at `host:port`, who counts time from a moment.
    pub fn of(address: &str, token: &str, since: Instant) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(PATIENCE)).build().into();
        Self { agent, url: format!("http://{address}"), token: token.to_owned(), since }
    }

    /// One attempt at a command. An answer that is none of those there can be ends the run.
    pub fn call(&self, command: &Command) -> Call {
        let body = json!({"query": RECORD, "variables": {"input": command.input}}).to_string();
        let began = self.since.elapsed();
        let answered = self.post(&body);
        let ended = self.since.elapsed();
        // The server went away, or the line did.
        let answer = answered.map_or(Answer::Unknown, |text| understood(command, &text));
        Call { event: command.event, stream: command.stream.clone(), began, ended, answer }
    }

    /// Sends a command until it is answered, later each time; each attempt is kept, and told as it ends.
    pub fn until_answered(
        &self,
        command: &Command,
        calls: &mut Vec<Call>,
        tell: impl Fn(Answer),
    ) -> Answer {
        for attempt in 0..ATTEMPTS_MAX {
            thread::sleep(PAUSE * attempt.min(PAUSES_MAX));
            let call = self.call(command);
            let answer = call.answer;
            calls.push(call);
            tell(answer);
            if answer != Answer::Unknown {
                return answer;
            }
        }
        panic!("never answered: {}", command.input)
    }

    /// How far the views are behind the log; none if the server does not say.
    pub fn lag(&self) -> Option<u64> {
        self.health()?.get("lag")?.as_u64()
    }

    /// The positions of all views, added up: it grows while they are being brought up.
    pub fn progress(&self) -> Option<u64> {
        let said = self.health()?;
        let views = said.get("views")?.as_array()?;
        Some(views.iter().filter_map(|view| view.get("position")?.as_u64()).sum())
    }

    fn health(&self) -> Option<Value> {
        let mut answer = self.agent.get(format!("{}/health/ready", self.url)).call().ok()?;
        serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()
    }

    fn post(&self, body: &str) -> Result<String, ureq::Error> {
        let request = self.agent.post(format!("{}/graphql", self.url));
        let request = request.header("content-type", "application/json");
        let request = request.header("accept", "application/graphql-response+json");
        let request = request.header("authorization", format!("Bearer {}", self.token));
        request.send(body)?.body_mut().read_to_string()
    }
}

fn understood(command: &Command, text: &str) -> Answer {
    let answer: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}"));
    let said = |pointer: &str| answer.pointer(pointer);
    match said("/data/record/__typename").and_then(Value::as_str) {
        Some("StepRecorded") => {
            let event = said("/data/record/eventId").and_then(Value::as_str);
            assert_eq!(event, Some(command.event.to_string().as_str()), "the answer of another");
            let told = said("/data/record/position").and_then(Value::as_str).and_then(position);
            let position = told.unwrap_or_else(|| panic!("no position: {text}"));
            let duplicate = said("/data/record/duplicate") == Some(&Value::Bool(true));
            Answer::Acknowledged { position, duplicate }
        }
        Some("StepRefused") => Answer::Refused,
        _ if may_be_recorded(&answer) => Answer::Unknown,
        _ => panic!("an answer that there is not: {text}"),
    }
}

/// The failures after which a caller is asked to send the same again.
fn may_be_recorded(answer: &Value) -> bool {
    let code = answer.pointer("/errors/0/extensions/code").and_then(Value::as_str);
    matches!(code, Some("UNAVAILABLE" | "OVERLOADED" | "TIMEOUT"))
}

/// The number in a position such as `p42`.
fn position(text: &str) -> Option<u64> {
    text.trim_start_matches('p').parse().ok()
}
