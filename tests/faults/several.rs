//! Several servers over one database: what one records all show, each tells its subscribers everything,
//! work goes on when one dies, and what fell due is recorded once.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    time::{Duration, Instant},
};

use postgres_for_tests::Database;
use serde_json::{Value, json};
use tempfile::TempDir;
use waymark_tests::{Server, Who};

/// How long anything may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { eventId position } ... on StepRefused { code message } } }";

const WHO: &str =
    "query($id: ID!, $at: Position) { whoToContact(pathwayId: $id, atLeast: $at) { state } }";

const WAITING: &str = "query($at: Position) { waitingTimes(on: \"2026-03-01\", provider: \"RJ1\",
    atLeast: $at, groupBy: TOTAL) { groups { total } } }";

const HISTORY: &str = "query($id: ID!) { history(pathwayId: $id, first: 100) { nodes { eventId } pageInfo { hasNextPage } } }";

const ALARMS: &str = "query($after: String) { safetyNet { alarms(since: \"2026-01-01T00:00:00Z\",
    first: 100, after: $after) { nodes { id pathwayId rule alarmTo } pageInfo { hasNextPage endCursor } } } }";

/// A server of the house, with a directory of its own that holds nothing of worth.
struct Member {
    server: Server,
    token: Option<String>,
    _scratch: TempDir,
}

impl Member {
    fn join(database: &Database) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let store = database.address();
        let told = [
            ("WAYMARK_STORE", store.as_str()),
            ("WAYMARK_DEADLINES_FROM", "2026-01-01T00:00:00Z"),
            ("WAYMARK_TICK_SECONDS", "1"),
        ];
        let server = Server::told(&told, scratch.path(), &["serve"]);
        let token = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        Self { server, token, _scratch: scratch }
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        self.server.ask(self.token.as_deref(), query, variables)
    }

    /// Records a step; its event and where it stands.
    fn record(&self, pathway: u32, command: u32, on: &str, step: &Value) -> (String, Value) {
        let input = json!({"pathway": {"id": id(pathway)}, "occurredAt": on, "step": step,
            "commandId": id(1_000_000 + pathway * 1_000 + command)});
        let answer = self.ask(RECORD, json!({"input": input}));
        let recorded = &answer["data"]["record"];
        assert_eq!(recorded["__typename"], "StepRecorded", "{answer}");
        (recorded["eventId"].as_str().unwrap().to_owned(), recorded["position"].clone())
    }

    /// The answer to a question about a moment in the log, as soon as there is one.
    fn once_there(&self, query: &str, variables: &Value) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.ask(query, variables.clone());
            if answer["errors"].is_null() {
                return answer["data"].clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{answer}");
        }
    }

    fn state(&self, pathway: u32, at: &Value) -> String {
        let answer = self.once_there(WHO, &json!({"id": id(pathway), "at": at}));
        answer["whoToContact"]["state"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn waiting(&self, at: &Value) -> u64 {
        let answer = self.once_there(WAITING, &json!({"at": at}));
        answer["waitingTimes"]["groups"][0]["total"].as_u64().unwrap_or(0)
    }

    /// Every step of a pathway from its beginning, as it is told.
    fn told_of(&self, pathway: u32) -> impl Iterator<Item = String> + use<> {
        let query = format!(
            "subscription {{ steps(pathwayId: \"{}\", after: \"p0\") {{ eventId }} }}",
            id(pathway)
        );
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        let answer = agent
            .post(format!("http://{}/graphql", self.server.address()))
            .header("content-type", "application/json")
            .header("accept", "text/event-stream")
            .header("authorization", format!("Bearer {}", self.token.as_deref().unwrap()))
            .send(json!({ "query": query }).to_string())
            .expect("the server answers");
        let lines = BufReader::new(answer.into_body().into_reader()).lines();
        lines.filter_map(|line| {
            let line = line.expect("the stream is text");
            let data = line.strip_prefix("data:")?.trim();
            let step: Value = serde_json::from_str(data).ok()?;
            Some(step["data"]["steps"]["eventId"].as_str()?.to_owned())
        })
    }

    /// Every step of a pathway that is recorded by now, the servers' own among them.
    fn steps_of(&self, pathway: u32) -> BTreeSet<String> {
        let answer = self.once_there(HISTORY, &json!({"id": id(pathway)}));
        assert_eq!(answer["history"]["pageInfo"]["hasNextPage"], false);
        let steps = answer["history"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
        steps.iter().map(|step| step["eventId"].as_str().unwrap().to_owned()).collect()
    }

    /// Every alarm, with its pathway, rule and who is told.
    fn alarms(&self) -> Vec<String> {
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let answer = self.once_there(ALARMS, &json!({"after": after}));
            let page = &answer["safetyNet"]["alarms"];
            for one in page["nodes"].as_array().unwrap() {
                all.push(format!("{} {} {}", one["pathwayId"], one["rule"], one["alarmTo"]));
            }
            if page["pageInfo"]["hasNextPage"] != true {
                return all;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn received() -> Value {
    json!({"referralReceived": {"provider": "RJ1", "service": "derm", "rttScope": "IN_SCOPE",
        "function": "330", "route": "OTHER", "referralPurpose": "TREATMENT", "referrer": "G85001"}})
}

fn booked(appointment: u32) -> Value {
    json!({"appointmentBooked": {"appointmentId": format!("A{appointment}"),
        "startsAt": "2099-02-02T10:00:00Z", "bookingKind": "APPOINTMENT", "provider": "RJ1",
        "agreedWithPatient": true}})
}

fn reported() -> Value {
    json!({"resultReported": {"testId": "T1", "abnormality": "NORMAL", "provider": "RJ1"}})
}

/// Waits until so many servers do some of the work.
fn shared_by(database: &Database, servers: &str) {
    let owners = "SELECT count(DISTINCT owner) FROM waymark_work.lease WHERE expires_at > now()";
    let begun = Instant::now();
    while database.run(owners).unwrap().as_deref() != Some(servers) {
        assert!(begun.elapsed() < PATIENCE, "the work is not shared by {servers}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_one_server_records_the_other_shows_to_who_asks_for_it() {
    let database = Database::fresh();
    let members = [(); 2].map(|()| Member::join(&database));
    shared_by(&database, "2");
    for pathway in 1..=12 {
        let [one, other] =
            if pathway % 2 == 0 { [0, 1] } else { [1, 0] }.map(|n: usize| &members[n]);
        let (_, at) = one.record(pathway, 1, "2026-01-05", &received());
        assert_eq!(other.state(pathway, &at), "RECEIVED_UNTRIAGED");
        assert_eq!(other.waiting(&at), u64::from(pathway), "the copy in memory");
        let (_, at) = other.record(pathway, 2, "2026-01-12", &booked(1));
        assert_eq!(one.state(pathway, &at), "BOOKED");
        assert_eq!(one.waiting(&at), u64::from(pathway));
    }
}

#[test]
fn each_server_tells_its_subscribers_of_every_step() {
    let database = Database::fresh();
    let members = [(); 2].map(|()| Member::join(&database));
    let (first, _) = members[0].record(1, 1, "2026-01-05", &received());
    let told = members.each_ref().map(|member| member.told_of(1));
    let mut recorded = vec![first];
    for n in 2..=21 {
        let member = &members[usize::from(n % 3 == 0)];
        recorded.push(member.record(1, n, "2026-01-12", &booked(n)).0);
    }
    // What falls due meanwhile the servers record themselves, and tell it too.
    let steps = members[0].steps_of(1);
    for told in told {
        let heard: Vec<String> = told.take(steps.len()).collect();
        assert_eq!(heard.iter().cloned().collect::<BTreeSet<_>>(), steps);
        let asked: Vec<String> = heard.into_iter().filter(|id| recorded.contains(id)).collect();
        assert_eq!(asked, recorded);
    }
}

#[test]
fn the_work_of_a_server_that_is_killed_goes_on_and_one_that_joins_has_its_share() {
    let database = Database::fresh();
    let [dying, left] = [(); 2].map(|()| Member::join(&database));
    shared_by(&database, "2");
    left.record(1, 1, "2026-01-05", &received());
    dying.server.kill();
    let killed = Instant::now();
    let (_, at) = left.record(1, 2, "2026-01-12", &booked(1));
    assert_eq!(left.state(1, &at), "BOOKED");
    assert_eq!(left.waiting(&at), 1);
    shared_by(&database, "1");
    assert!(killed.elapsed() < Duration::from_secs(60), "the work waited for {killed:?}");
    let joined = Member::join(&database);
    shared_by(&database, "2");
    let (_, at) = joined.record(2, 1, "2026-01-05", &received());
    for member in [&left, &joined] {
        assert_eq!(member.state(2, &at), "RECEIVED_UNTRIAGED");
        assert_eq!(member.waiting(&at), 2);
    }
}

#[test]
fn what_fell_due_is_recorded_once_whoever_is_killed_meanwhile() {
    const PATHWAYS: u32 = 40;
    let database = Database::fresh();
    let [one, two] = [(); 2].map(|()| Member::join(&database));
    for pathway in 1..=PATHWAYS {
        one.record(pathway, 1, "2026-03-02T08:00:00Z", &reported());
    }
    // Nobody was notified, and the patient was not told: two rules each.
    let whole = usize::try_from(PATHWAYS).unwrap() * 2;
    let begun = Instant::now();
    let some = |member: &Member, enough: usize| {
        loop {
            let alarms = member.alarms();
            if alarms.len() >= enough {
                return alarms;
            }
            assert!(begun.elapsed() < PATIENCE, "{} alarms of {enough}", alarms.len());
        }
    };
    some(&two, 5);
    one.server.kill();
    let three = Member::join(&database);
    some(&two, whole);
    // Whoever ticks now finds nothing more to say.
    std::thread::sleep(Duration::from_secs(3));
    let alarms = some(&three, whole);
    let different: BTreeSet<&String> = alarms.iter().collect();
    assert_eq!((different.len(), alarms.len()), (whole, whole), "an alarm stands twice");
}
