//! A receiver of alerts that fails, is slow, goes away and comes back: every alert arrives at least once,
//! under the same id; what is never taken is listed and can be sent again.

mod damaged;
mod https;
mod shared;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver, Sender},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    deadlines::{alarms, reported, ticking, until},
    process::{Client, Place, Server, id},
};

/// How the receiver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    Failing,
    /// It takes the alert and never answers.
    Slow,
    /// It will never take one of that kind.
    Refusing,
}

/// What came: the headers by name, and the body.
pub(crate) struct Came {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

/// A receiver at an address, and what it received; it answers by the moods, the last one for good.
pub(crate) struct Desk {
    pub(crate) address: String,
    pub(crate) came: Receiver<Came>,
}

impl Desk {
    pub(crate) fn open(moods: Vec<Mood>) -> Self {
        Self::at("127.0.0.1:0", moods)
    }

    fn at(address: &str, moods: Vec<Mood>) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (told, came) = mpsc::channel();
        std::thread::spawn(move || serve(&listener, moods, &told));
        Self { address, came }
    }

    /// The ids that came and are taken, until there are so many different ones.
    fn ids(&self, enough: usize) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        while ids.len() < enough {
            let came = self.came.recv_timeout(Duration::from_secs(120)).expect("an alert comes");
            assert_eq!(came.headers["webhook-id"], came.body["id"].as_str().unwrap());
            ids.insert(came.headers["webhook-id"].clone());
        }
        ids
    }
}

/// Answers until nobody listens any more; only what was answered well counts as received.
fn serve(listener: &TcpListener, moods: Vec<Mood>, told: &Sender<Came>) {
    let last = *moods.last().unwrap();
    let mut moods = moods.into_iter();
    let mut held: Vec<TcpStream> = Vec::new();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let came = read(&mut stream);
        let (mood, mut taken) = (moods.next().unwrap_or(last), true);
        let answer = match mood {
            Mood::Well => "HTTP/1.1 204 No Content\r\n\r\n",
            Mood::Failing => {
                taken = false;
                "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
            }
            Mood::Refusing => {
                taken = false;
                "HTTP/1.1 422 Unprocessable Content\r\ncontent-length: 0\r\n\r\n"
            }
            Mood::Slow => {
                held.push(stream);
                continue;
            }
        };
        // The server may have given up waiting.
        drop(stream.write_all(answer.as_bytes()));
        if taken && told.send(came).is_err() {
            return;
        }
    }
}

fn read(stream: impl Read) -> Came {
    let mut reader = BufReader::new(stream);
    let (mut headers, mut line) = (BTreeMap::new(), String::new());
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("POST /alerts HTTP/1.1"), "{line}");
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Came { headers, body: serde_json::from_slice(&body).unwrap() }
}

pub(crate) fn settings(place: &Place, address: &str, give_up: u32) {
    write_settings(place, &format!("http://{address}/alerts"), give_up, "");
}

/// The settings of one endpoint, and these lines.
fn write_settings(place: &Place, url: &str, give_up: u32, more: &str) {
    fs::write(place.path().join("secret"), "a secret of thirty-two bytes ...").unwrap();
    let text = format!(
        "[[webhook]]\nname = \"desk\"\nurl = \"{url}\"\nsecret_file = \"secret\"\n\
         timeout_ms = 300\npause_first_ms = 20\npause_most_ms = 200\ngive_up_after_seconds = {give_up}\n{more}"
    );
    fs::write(place.path().join("waymark.toml"), text).unwrap();
}

fn report(client: &Client, pathways: std::ops::RangeInclusive<u64>) {
    for pathway in pathways {
        assert_eq!(client.record(&reported(pathway))["__typename"], "StepRecorded");
    }
}

/// The ids of all alarms, once there are so many.
fn raised(client: &Client, count: usize) -> BTreeSet<String> {
    let all = until("the alarms", || Some(alarms(client)).filter(|all| all.len() >= count));
    all.into_iter().map(|(id, ..)| id).collect()
}

#[test]
fn every_alert_arrives_at_least_once_with_the_same_id_although_the_receiver_has_a_bad_day() {
    let place = Place::new();
    let bad_day = [Mood::Failing, Mood::Slow, Mood::Failing, Mood::Well, Mood::Slow, Mood::Well];
    let desk = Desk::open(bad_day.to_vec());
    settings(&place, &desk.address, 86_400);
    let mut server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    report(&client, 1..=5);
    let first = raised(&client, 10);
    assert_eq!(desk.ids(10), first);
    // The receiver goes away; the server is killed meanwhile; the receiver comes back.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap().to_string();
    drop(gone);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    settings(&place, &address, 86_400);
    let mut server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    report(&client, 6..=8);
    let all = raised(&client, 16);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let _server = Server::of(&place, ticking(&place));
    let desk = Desk::at(&address, vec![Mood::Failing, Mood::Well]);
    let missing: BTreeSet<String> = all.difference(&first).cloned().collect();
    // What was sent just before the kill may come once more, under the same id.
    let mut came = BTreeSet::new();
    while !missing.is_subset(&came) {
        came.extend(desk.ids(1));
    }
    assert!(came.is_subset(&all), "{came:?}");
}

#[test]
fn an_alert_is_a_signed_cloud_event_that_says_nothing_about_a_person() {
    let place = Place::new();
    let desk = Desk::open(vec![Mood::Well]);
    settings(&place, &desk.address, 86_400);
    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    let named = json!({
        "pathway": {"id": id(1)}, "occurredAt": "2026-03-01", "commandId": id(1),
        "step": {"pathwaySubject": {"subjectRef": id(77), "nhsNumber": "9990000018", "personName": "Ada Example"}},
    });
    client.record(&named);
    report(&client, 1..=1);
    let came = desk.came.recv_timeout(Duration::from_secs(120)).unwrap();
    assert_eq!(came.headers["content-type"], "application/cloudevents+json; charset=utf-8");
    let signature = &came.headers["webhook-signature"];
    assert!(signature.starts_with("v1,") && signature.len() == 47, "{signature}");
    assert!(came.headers["webhook-timestamp"].parse::<u64>().unwrap() > 1_700_000_000);
    let body = came.body;
    assert_eq!(body["specversion"], "1.0");
    assert_eq!(body["type"], "waymark.expected-event-missed.v1");
    assert_eq!(body["subject"], format!("pathway/{}", id(1)));
    assert_eq!(body["data"]["rule"], "NET-RESULT-NOTIFIED");
    assert_eq!(body["data"]["organisation"], "RJ1");
    let text = body.to_string();
    for personal in ["9990000018", "Ada", id(77).as_str()] {
        assert!(!text.contains(personal), "{text}");
    }
}

/// Asks for what was given up.
const LISTED: &str = "{ undeliveredAlerts { endpoint id attempts why } }";

#[test]
fn an_alert_that_is_never_taken_is_listed_and_sent_again_when_somebody_asks() {
    let place = Place::new();
    let desk = Desk::open(vec![Mood::Refusing, Mood::Refusing, Mood::Well]);
    settings(&place, &desk.address, 86_400);
    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    report(&client, 1..=1);
    let ids = raised(&client, 2);
    let listed = until("the list", || {
        let answer = client.ask(LISTED, &json!({}));
        let listed = answer["data"]["undeliveredAlerts"].as_array()?.clone();
        (listed.len() == 2).then_some(listed)
    });
    for one in &listed {
        assert!(ids.contains(one["id"].as_str().unwrap()), "{one}");
        assert_eq!((&one["endpoint"], &one["why"]), (&json!("desk"), &json!("the answer was 422")));
    }
    let answer = client.ask("mutation { retryAlerts(endpoint: \"desk\") }", &json!({}));
    assert_eq!(answer["data"]["retryAlerts"], 2, "{answer}");
    assert_eq!(desk.ids(2), ids);
    until("an empty list", || {
        let answer = client.ask(LISTED, &json!({}));
        answer["data"]["undeliveredAlerts"].as_array().filter(|all| all.is_empty()).map(drop)
    });
    let auditor = server.client(Some(place.token(&[
        "--standing",
        "auditor",
        "--role",
        "AUDITOR",
        "--organisation",
        "X24",
    ])));
    let answer = auditor.ask("mutation { retryAlerts }", &json!({}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
}

/// What a subscription to alerts after a position is told, as it comes.
fn told_after(after: &str, (url, token): (&str, &str)) -> impl Iterator<Item = Value> + use<> {
    let query = format!(
        "subscription {{ alerts(after: \"{after}\", organisation: \"RJ1\") {{ id kind }} }}"
    );
    let query = json!({ "query": query });
    let answer = ureq::post(format!("{url}/graphql"))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream")
        .header("authorization", format!("Bearer {token}"))
        .send(query.to_string().as_bytes())
        .unwrap();
    let lines = BufReader::new(answer.into_body().into_reader()).lines();
    lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
}

/// The ids of the alerts of a subscription, as they come; the id is only taken of whole answers.
fn followed(url: &str, token: &str) -> impl Iterator<Item = String> + use<> {
    told_after("p0", (url, token)).map(|told| {
        told["data"]["alerts"]["id"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
    })
}

#[test]
fn a_position_of_another_log_is_no_cursor_and_told_so() {
    let place = Place::new();
    let server = Server::of(&place, ticking(&place));
    let token = place.token(&["--organisation", "RJ1"]);
    let told = told_after("p999999", (&server.url, &token)).next().unwrap();
    assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{told}");
    let said = told["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("`after` is no position of this log"), "{told}");
}

#[test]
fn alerts_are_followed_from_a_position_on_and_then_live() {
    let place = Place::new();
    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    report(&client, 1..=2);
    let before = raised(&client, 4);
    let mut followed = followed(&server.url, &place.token(&["--organisation", "RJ1"]));
    let replayed: BTreeSet<String> = followed.by_ref().take(4).collect();
    assert_eq!(replayed, before);
    report(&client, 3..=3);
    let live: BTreeSet<String> = followed.by_ref().take(2).collect();
    assert_eq!(before.union(&live).cloned().collect::<BTreeSet<_>>(), raised(&client, 6));
}

#[test]
fn an_endpoint_that_cannot_be_sent_to_is_named_at_the_start() {
    let place = Place::new();
    settings(&place, "127.0.0.1:1", 60);
    let path = place.path().join("waymark.toml");
    let text = fs::read_to_string(&path).unwrap().replace("http://", "ftp://");
    fs::write(&path, text).unwrap();
    let answered = place.waymark(&["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    let said = String::from_utf8(answered.stderr).unwrap();
    assert!(said.contains("the webhook `desk`") && said.contains("no scheme"), "{said}");
    assert_eq!(answered.status.code(), Some(1));
}
