//! What anybody may ask without sign-in, and that nothing else comes of it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};
use waymark_tests::{Server, Who};

use crate::real_figures::{Imported, fixture, imported};

const DOCUMENT: &str = include_str!("../../schema/graphql/trusted/public-waits.graphql");

/// Status, headers by name, and body.
struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn heard(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let body = answer.body_mut().read_to_string().unwrap();
    Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
}

fn get(town: &Imported, variables: &Value, tag: Option<&str>) -> Answer {
    let mut asked = agent()
        .get(format!("http://{}/graphql", town.address()))
        .query("query", DOCUMENT)
        .query("variables", variables.to_string());
    if let Some(tag) = tag {
        asked = asked.header("if-none-match", tag);
    }
    heard(asked.call().unwrap())
}

fn post(town: &Imported, accept: &str, body: &Value) -> Answer {
    let asked = agent().post(format!("http://{}/graphql", town.address()));
    let asked = asked.header("content-type", "application/json").header("accept", accept);
    heard(asked.send(body.to_string()).unwrap())
}

const JSON: &str = "application/graphql-response+json";

#[test]
fn anybody_is_told_how_long_people_wait_in_rounded_figures_that_agree_with_the_list() {
    let town = imported(&fixture("town-january-2026.csv"));
    let told = get(&town, &json!({"provider": "RT1"}), None);
    assert_eq!(told.status, 200, "{}", told.body);
    let waits = told.json()["data"]["publicWaits"].clone();
    let query =
        "query($on: Date!) { total: waitingTimes(on: $on, provider: \"RT1\") { groups { key total
        medianWeeks percentile92Weeks } } each: waitingTimes(on: $on, provider: \"RT1\",
        groupBy: REPORTING_FUNCTION) { groups { key total medianWeeks percentile92Weeks } } }";
    let lists = town.ask(query, json!({"on": waits["asOf"]}));
    let groups = ["total", "each"].map(|part| lists[part]["groups"].as_array().unwrap().clone());
    let groups: Vec<Value> = groups.concat();
    let told_of: Vec<&Value> = waits["waits"].as_array().unwrap().iter().collect();
    let codes: Vec<_> = told_of.iter().map(|wait| wait["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["TOTAL", "C_100", "X02"]);
    for wait in told_of {
        let group = groups.iter().find(|group| group["key"] == wait["code"]).unwrap();
        let (total, band) = (group["total"].as_u64().unwrap(), &wait["countBand"]);
        assert!(total >= 20 && band["from"].as_u64().unwrap() <= total, "{wait:#} of {group:#}");
        assert!(band["below"].is_null() || total < band["below"].as_u64().unwrap());
        for name in ["medianWeeks", "percentile92Weeks"] {
            assert_eq!(wait[name], json!(group[name].as_f64().unwrap().round()), "{name}");
        }
    }
    for group in groups.iter().filter(|group| group["total"].as_u64().unwrap() < 20) {
        assert!(!told.body.contains(&format!("\"{}\"", group["key"].as_str().unwrap())));
    }
}

#[test]
fn an_answer_may_be_kept_for_its_age_and_has_a_tag() {
    let town = imported(&fixture("town-january-2026.csv"));
    let asked = json!({"provider": "RT1"});
    let told = get(&town, &asked, None);
    assert_eq!(told.header("cache-control"), "public, max-age=3600");
    let again = get(&town, &asked, Some(told.header("etag")));
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let other = get(&town, &json!({"provider": "NT5"}), Some(told.header("etag")));
    assert_eq!(other.status, 200, "another provider has another tag");
    let bad = get(&town, &json!({"provider": "not a code"}), None);
    assert_eq!((bad.header("cache-control"), bad.header("etag")), ("no-store", ""));
    assert!(bad.body.contains("`provider`"), "{}", bad.body);
}

#[test]
fn of_nobody_and_of_a_few_the_same_is_told() {
    let town = imported(&fixture("town-january-2026.csv"));
    let one = |provider: &str, service: &str| {
        let told = get(&town, &json!({"provider": provider, "service": service}), None).json();
        let mut wait = told["data"]["publicWaits"]["waits"][0].clone();
        assert_eq!(told["data"]["publicWaits"]["waits"].as_array().unwrap().len(), 1, "{told:#}");
        wait["name"].take();
        wait["code"].take();
        wait
    };
    let nobody = one("ZZ9", "110");
    assert_eq!(nobody["isWithheld"], true);
    let waiting = "{ waitingTimes(on: \"2026-10-31\", groupBy: PROVIDER_AND_FUNCTION) { groups { key total } } }";
    let groups = town.ask(waiting, json!({}))["waitingTimes"]["groups"].clone();
    let few = groups.as_array().unwrap().iter().filter(|group| group["total"].as_u64() < Some(20));
    for key in few.map(|group| group["key"].as_str().unwrap()) {
        let (provider, function) = key.split_once('/').unwrap();
        assert_eq!(one(provider, function), nobody, "{key}");
    }
}

#[test]
fn whoever_widens_the_document_is_told_nothing() {
    let town = imported(&fixture("town-january-2026.csv"));
    let more = DOCUMENT.trim_end().strip_suffix('}').unwrap();
    let widened = [
        format!("{more} waitingTimes {{ groups {{ total }} }} }}"),
        format!("{more} again: publicWaits(provider: \"NT5\") {{ asOf }} }}"),
        DOCUMENT.replacen("publicWaits(", "mine: publicWaits(", 1),
        DOCUMENT.replacen("provider\n", "provider provider\n", 1),
        format!("{DOCUMENT} query Other {{ waitingTimes {{ groups {{ total }} }} }}"),
        DOCUMENT.replacen("query", "subscription", 1),
        DOCUMENT.replacen("query", "mutation", 1),
        format!("{DOCUMENT}#"),
        "{ workList(organisation: \"RT1\") { nodes { pathwayId } } }".to_owned(),
        "query PublicWaits { publicWaits(provider: \"RT1\") { waits { medianWeeks } } }".to_owned(),
    ];
    for query in widened {
        let body = json!({"query": query, "variables": {"provider": "RT1"}, "operationName": "PublicWaits"});
        let told = post(&town, JSON, &body);
        let answer = told.json();
        assert!(answer["data"].is_null() && answer["errors"].is_array(), "{query}: {answer:#}");
        assert!(!told.body.contains("medianWeeks\":"), "{query}: {}", told.body);
        assert_eq!(told.header("cache-control"), "no-store");
    }
    let body = json!({"query": DOCUMENT, "variables": {"provider": "RT1"}});
    let batch = post(&town, JSON, &json!([body, body]));
    assert_eq!(batch.status, 400, "{}", batch.body);
    let stream = post(&town, "text/event-stream", &body);
    assert!(stream.body.contains("UNAUTHENTICATED"), "{}", stream.body);
    assert!(!stream.body.contains("medianWeeks\":"), "{}", stream.body);
    let unknown = post(&town, JSON, &json!({"documentId": "sha256:00"}));
    assert_eq!(unknown.status, 400, "{}", unknown.body);
}

#[test]
fn the_id_of_the_document_will_do_and_a_person_is_nowhere_in_the_answer() {
    let town = imported(&fixture("town-january-2026.csv"));
    let id = "sha256:c009150eff6e82fcf3e9746e95d9dfc592ce9118f7ceba5977b6242d3cf6e0bf";
    let body = json!({"documentId": id, "variables": {"provider": "RT1", "pathwayId": "1"}});
    let told = post(&town, JSON, &body);
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(told.header("cache-control"), "no-store", "what is posted is not kept");
    let answer = told.json()["data"]["publicWaits"].clone();
    assert!(answer["waits"].as_array().is_some_and(|waits| !waits.is_empty()));
    let by_text = get(&town, &json!({"provider": "RT1"}), None).json();
    assert_eq!(by_text["data"]["publicWaits"], answer);
    assert!(!told.body.to_lowercase().contains("pathway"), "{}", told.body);
}

#[test]
fn without_a_token_neither_the_schema_nor_a_stream_nor_a_socket_is_there() {
    let town = imported(&fixture("town-january-2026.csv"));
    for query in ["{ __schema { types { name } } }", "{ __type(name: \"Query\") { name } }"] {
        let told = post(&town, JSON, &json!({"query": query}));
        assert_eq!(told.json()["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{query}");
        assert!(!told.body.contains("waitingTimes"), "{}", told.body);
        let asked = agent().get(format!("http://{}/graphql", town.address())).query("query", query);
        assert!(heard(asked.call().unwrap()).json()["data"].is_null(), "{query}");
    }
    let staff = town.ask("{ __type(name: \"Query\") { name } }", json!({}));
    assert_eq!(staff["__type"]["name"], "Query", "with a token the schema is told");

    let frames = socket_says(town.address(), r#"{"type":"connection_init"}"#);
    assert!(!frames.contains("connection_ack"), "{frames}");
    assert!(frames.contains("a bearer token is needed"), "{frames}");
}

#[test]
fn whoever_asks_too_often_without_a_token_is_told_to_wait_and_staff_are_not() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("waymark.toml"), "public_per_second_max = 1\n").unwrap();
    let config = dir.path().join("waymark.toml");
    let data = dir.path().join("data");
    let server = Server::with(&data, &["serve", "--config", config.to_str().unwrap()]);
    let ask = || {
        let asked = agent().get(format!("http://{}/graphql", server.address()));
        let asked = asked.query("query", DOCUMENT).query("variables", r#"{"provider":"RT1"}"#);
        heard(asked.call().unwrap())
    };
    let refused = (0..20).map(|_| ask()).find(|told| told.status != 200).unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    assert_eq!(refused.json()["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    let token = server.token(Who::Auditor);
    let told = server.ask(token.as_deref(), "{ __typename }", json!({}));
    assert_eq!(told["data"]["__typename"], "Query", "{told:#}");
}

/// What a socket without a token hears, to its end.
fn socket_says(address: &str, message: &str) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let upgrade = format!(
        "GET /graphql/ws HTTP/1.1\r\nhost: {address}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    );
    socket.write_all(upgrade.as_bytes()).unwrap();
    // A short text frame, masked with noughts.
    let length = u8::try_from(message.len()).unwrap();
    assert!(length < 126);
    socket.write_all(&[0x81, 0x80 | length, 0, 0, 0, 0]).unwrap();
    socket.write_all(message.as_bytes()).unwrap();
    // A close frame, so that the server need not wait for one.
    socket.write_all(&[0x88, 0x80, 0, 0, 0, 0]).unwrap();
    let mut heard = Vec::new();
    socket.read_to_end(&mut heard).unwrap();
    String::from_utf8_lossy(&heard).into_owned()
}
