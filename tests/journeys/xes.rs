//! The step log as XES: well formed, without a personal word, and enough to check a rule by itself.

use std::collections::BTreeMap;

use serde_json::json;
use steps::OccurredAt;
use waymark_tests::Server;

use crate::{
    office::{Office, id},
    the_report::run,
};

/// An element of XML: its name, its attributes and what is within it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    within: Vec<Element>,
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#10;", "\n").replace("&#9;", "\t").replace("&amp;", "&")
}

/// Reads elements and nothing else: text between tags must be white, and every tag is closed in turn.
fn parsed(xml: &str) -> Element {
    let rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let mut open = vec![Element::default()];
    for piece in rest.split('<').skip(1) {
        let (tag, between) = piece.split_once('>').unwrap();
        assert!(between.trim().is_empty(), "text between tags: {between}");
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().unwrap();
            assert_eq!(closed.name, name, "closed in turn");
            open.last_mut().unwrap().within.push(closed);
            continue;
        }
        let alone = tag.ends_with('/');
        let element = element(tag.trim_end_matches('/'));
        if alone {
            open.last_mut().unwrap().within.push(element);
        } else {
            open.push(element);
        }
    }
    let mut root = open.pop().unwrap();
    assert!(open.is_empty() && root.within.len() == 1, "one root");
    root.within.pop().unwrap()
}

fn element(tag: &str) -> Element {
    let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let parts: Vec<&str> = rest.split('"').collect();
    let pairs = parts.chunks_exact(2).map(|pair| {
        let key = pair[0].trim().strip_suffix('=').unwrap();
        (key.to_owned(), unescaped(pair[1]))
    });
    Element { name: name.to_owned(), attributes: pairs.collect(), within: Vec::new() }
}

impl Element {
    fn children(&self, name: &'static str) -> impl Iterator<Item = &Element> {
        self.within.iter().filter(move |child| child.name == name)
    }

    /// The value of the attribute of that key.
    fn value(&self, key: &str) -> Option<&str> {
        let keyed =
            |child: &&Element| child.attributes.get("key").is_some_and(|found| found == key);
        self.within.iter().find(keyed).map(|child| child.attributes["value"].as_str())
    }
}

const ATTRIBUTES: [&str; 6] = ["string", "date", "int", "float", "boolean", "id"];

/// What the standard asks of the structure of a log, in its order.
fn check_structure(log: &Element) {
    assert_eq!((log.name.as_str(), log.attributes["xes.version"].as_str()), ("log", "1849.2016"));
    assert!(log.attributes.contains_key("xes.features"));
    assert_eq!(log.attributes["xmlns"], "http://www.xes-standard.org/");
    let rank = |child: &Element| match child.name.as_str() {
        "extension" => 0,
        "global" => 1,
        "classifier" => 2,
        "trace" => 4,
        "event" => 5,
        other => {
            assert!(ATTRIBUTES.contains(&other), "no element of a log: {other}");
            3
        }
    };
    assert!(log.within.iter().map(rank).is_sorted(), "the order of the parts of a log");
    let prefixes: Vec<&str> =
        log.children("extension").map(|one| one.attributes["prefix"].as_str()).collect();
    let globals = |scope: &str| {
        let found = log.children("global").find(|one| one.attributes["scope"] == scope).unwrap();
        found.within.iter().map(|one| one.attributes["key"].clone()).collect::<Vec<_>>()
    };
    for trace in log.children("trace") {
        check_attributes(trace, &globals("trace"), &prefixes);
        for event in trace.children("event") {
            check_attributes(event, &globals("event"), &prefixes);
        }
    }
}

fn check_attributes(of: &Element, always: &[String], prefixes: &[&str]) {
    for key in always {
        assert!(of.value(key).is_some(), "`{key}` is global and is not there");
    }
    let mut keys = Vec::new();
    for one in of.within.iter().filter(|one| one.name != "event") {
        let (key, value) = (&one.attributes["key"], &one.attributes["value"]);
        assert!(!keys.contains(&key), "`{key}` stands twice");
        keys.push(key);
        if let Some((prefix, _)) = key.split_once(':') {
            assert!(prefixes.contains(&prefix), "`{prefix}` is not declared");
        }
        let sound = match one.name.as_str() {
            "date" => matches!(value.parse(), Ok(OccurredAt::Instant(_))),
            "boolean" => ["true", "false"].contains(&value.as_str()),
            "int" => value.parse::<i64>().is_ok(),
            "float" => value.parse::<f64>().is_ok(),
            "id" => value.len() == 36,
            other => other == "string",
        };
        assert!(sound, "{} {key} is {value}", one.name);
    }
}

/// The rule of the call before a did-not-attend (SEL 2.4), from the events of a trace alone.
fn judged(trace: &Element, missed: &Element) -> &'static str {
    let appointment = missed.value("waymark.appointmentId");
    let of = |name: &'static str| {
        trace.children("event").filter(move |event| {
            event.value("concept:name") == Some(name)
                && event.value("waymark.appointmentId") == appointment
        })
    };
    let has = |event: &Element, key: &str, words: &[&str]| {
        event.value(key).is_some_and(|word| words.contains(&word))
    };
    if has(missed, "waymark.attendanceCode", &["ARRIVED_LATE_NOT_SEEN"]) {
        return "NOT_APPLICABLE";
    }
    let instant = |raw: &str| match raw.parse() {
        Ok(OccurredAt::Instant(at)) => at,
        other => panic!("{raw} is no instant: {other:?}"),
    };
    let at = |event: &Element| instant(event.value("time:timestamp").unwrap());
    let entered = missed.value("waymark.enteredInSourceAt").map(instant);
    let nobody =
        of("DnaCallAttempted").find(|call| has(call, "waymark.callOutcome", &["NO_NUMBER_HELD"]));
    if nobody.is_some_and(|call| entered.is_none_or(|entered| at(call) < entered)) {
        return "EXCUSED";
    }
    let Some(entered) = entered else { return "UNKNOWN" };
    let start =
        of("AppointmentBooked").filter_map(|booked| booked.value("waymark.startsAt")).last();
    let start = start.map_or(entered, instant);
    let clinicians = ["CONSULTANT", "CLINICIAN", "NURSE"];
    let outcomes = ["NO_ANSWER", "REACHED", "REBOOKED", "SEEN_BY_PHONE"];
    let mut calls = of("DnaCallAttempted").filter(|call| {
        has(call, "waymark.callOutcome", &outcomes)
            && has(call, "waymark.byRole", &clinicians)
            && (call.value("waymark.channel").is_none()
                || has(call, "waymark.channel", &["TELEPHONE"]))
    });
    if calls.any(|call| start <= at(call) && at(call) < entered) { "MET" } else { "BREACHED" }
}

/// When, by whom and how it ended.
type Call = (&'static str, &'static str, &'static str);

/// A clinic with missed appointments: rung in time, too late, by the wrong role, not at all, without a
/// number, and entered nobody knows when.
fn clinic(office: &mut Office) {
    let calls: [(Option<Call>, Option<&str>); 6] = [
        (Some(("2026-02-03T09:15:00Z", "CLINICIAN", "NO_ANSWER")), Some("2026-02-03T09:40:00Z")),
        (Some(("2026-02-03T09:50:00Z", "CLINICIAN", "NO_ANSWER")), Some("2026-02-03T09:40:00Z")),
        (Some(("2026-02-03T09:15:00Z", "RECEPTIONIST", "NO_ANSWER")), Some("2026-02-03T09:40:00Z")),
        (None, Some("2026-02-03T09:40:00Z")),
        (Some(("2026-02-03T09:15:00Z", "NURSE", "NO_NUMBER_HELD")), Some("2026-02-03T09:40:00Z")),
        (Some(("2026-02-03T09:15:00Z", "NURSE", "REACHED")), None),
    ];
    for (pathway, (call, entered)) in (1..).zip(calls) {
        office.on(
            pathway,
            "2026-01-05",
            json!({"referralReceived": {"provider": "RJ1",
            "service": "S1", "rttScope": "IN_SCOPE", "function": "C_110", "commissioner": "72Q",
            "route": "OTHER", "referralPurpose": "TREATMENT"}}),
        );
        office.on(
            pathway,
            "2026-01-05",
            json!({"pathwaySubject": {"subjectRef": id(900 + pathway),
            "nhsNumber": "9990000018", "personName": "Jo \"Secret\" <Bloggs>"}}),
        );
        office.on(
            pathway,
            "2026-01-20T09:00:00Z",
            json!({"appointmentBooked":
            {"appointmentId": "A1", "startsAt": "2026-02-03T09:00:00Z",
            "bookingKind": "APPOINTMENT", "provider": "RJ1"}}),
        );
        if let Some((at, role, outcome)) = call {
            office.on(
                pathway,
                at,
                json!({"dnaCallAttempted": {"appointmentId": "A1",
                "byRole": role, "channel": "TELEPHONE", "callOutcome": outcome}}),
            );
        }
        let about = json!({"pathway": {"id": id(pathway)}});
        office.record(
            about,
            ("2026-02-03T09:00:00Z", entered),
            json!({"dnaRecorded":
            {"appointmentId": "A1", "provider": "RJ1", "attendanceCode": "DID_NOT_ATTEND",
            "appointmentDate": "2026-02-03"}}),
        );
    }
}

#[test]
fn a_tool_that_reads_the_xes_alone_comes_to_the_figures_of_the_ledger() {
    let data = tempfile::tempdir().unwrap();
    let mut office = Office::over(Server::over(data.path()));
    clinic(&mut office);
    let card = "query($at: Position) { scorecard(from: \"2026-02\", rule: \"SEL-2.4\", by: [RULE],
        atLeast: $at) { lines { met breached excused unknown } } }";
    let told = office.ask(card, json!({"at": office.position}));
    let told = told["scorecard"]["lines"][0].clone();
    drop(office);

    let out = data.path().join("steps.xes");
    let (ended_well, said) = run(data.path(), &["export", "--xes", out.to_str().unwrap()]);
    assert!(ended_well && said.contains("steps of 6 pathways"), "{said}");
    let xml = std::fs::read_to_string(&out).unwrap();
    for held_back in ["Secret", "9990000018", "000000000901"] {
        assert!(!xml.contains(held_back), "{held_back} is in the file");
    }
    let log = parsed(&xml);
    check_structure(&log);
    let traces: Vec<&Element> = log.children("trace").collect();
    assert_eq!(traces.len(), 6);
    let first = traces[0].children("event").next().unwrap();
    assert_eq!(
        (first.value("org:group"), first.value("org:role")),
        (Some("RJ1"), Some("CLINICIAN"))
    );

    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for trace in &traces {
        let missed = |event: &&Element| event.value("concept:name") == Some("DnaRecorded");
        for missed in trace.children("event").filter(missed) {
            *counts.entry(judged(trace, missed)).or_default() += 1;
        }
    }
    let of = |state: &str| counts.get(state).copied().unwrap_or_default();
    assert_eq!(
        json!({"met": of("MET"), "breached": of("BREACHED"), "excused": of("EXCUSED"),
            "unknown": of("UNKNOWN")}),
        told
    );
    assert_eq!([of("MET"), of("BREACHED"), of("EXCUSED"), of("UNKNOWN")], [1, 3, 1, 1]);
}
