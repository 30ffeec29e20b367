//! Two servers with two data directories over one database: what cannot be built again is shared.

use std::{fs, path::Path, process::Command, thread, time::Duration, time::Instant};

use postgres_for_tests::Database;
use serde_json::{Value, json};
use waymark_tests::{Server, Who, waymark};

const PERSON: &str = "00000000-0000-4000-8000-0000000000aa";
const PATHWAY: &str = "00000000-0000-4000-8000-000000000001";
const REASON: &str = "a changing mole";

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRefused { code field message } } }";

fn record(server: &Server, token: Option<&str>, command: u32, step: Value) {
    let input = json!({"pathway": {"id": PATHWAY}, "occurredAt": "2026-01-05",
        "commandId": format!("00000000-0000-4000-8000-{:012}", 100 + command), "step": step});
    let answer = server.ask(token, RECORD, json!({"input": input}));
    assert_eq!(answer["data"]["record"]["__typename"], "StepRecorded", "{answer:#}");
}

/// A person and why they were referred, with which a pathway begins.
fn begin(server: &Server) {
    let staff = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    let subject = json!({"subjectRef": PERSON, "personName": "Alpha Example"});
    record(server, staff.as_deref(), 1, json!({"pathwaySubject": subject}));
    record(server, staff.as_deref(), 2, referred(REASON));
}

fn referred(reason: &str) -> Value {
    json!({"referralSent": {"referrer": "G85001", "service": "RJ1.dermatology",
        "provider": "RJ1", "priority": "ROUTINE", "reason": reason}})
}

/// The person's history as that server shows it, once it holds what is waited for.
fn shown_by(server: &Server, token: Option<&str>, wanted: &str) -> String {
    let query = "query($id: ID!) { history(pathwayId: $id) { nodes { typeName payload } } }";
    let begun = Instant::now();
    loop {
        let answer = server.ask(token, query, json!({"id": PATHWAY})).to_string();
        if answer.contains(wanted) {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no {wanted} in {answer}");
        thread::sleep(Duration::from_millis(100));
    }
}

fn counted(database: &Database, table: &str) -> u32 {
    let counted = database.run(&format!("SELECT count(*) FROM {table}")).unwrap().unwrap();
    counted.parse().unwrap()
}

#[test]
fn what_one_server_sealed_the_other_opens_for_the_same_token() {
    let database = Database::fresh();
    let [one, other] = [(); 2].map(|()| Server::fresh_over_log_at(&database.address()));
    begin(&one);
    let token = one.token(Who::Patient(PERSON));
    assert!(shown_by(&other, token.as_deref(), REASON).contains("Alpha Example"));
    let staff = one.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    record(&other, staff.as_deref(), 3, referred("another mole"));
    shown_by(&one, other.token(Who::Patient(PERSON)).as_deref(), "another mole");
    for server in [&one, &other] {
        for kept in ["keys.db", "token.key"] {
            assert!(!server.data_dir().join(kept).exists(), "{kept}");
        }
    }
    let owners = "(SELECT DISTINCT owner_kind, owner FROM waymark_keys.subject_key) AS owners";
    assert_eq!(counted(&database, owners), counted(&database, "waymark_keys.subject_key"));
}

#[test]
fn keys_stand_in_a_database_of_their_own_where_that_is_said() {
    let (log, keys) = (Database::fresh(), Database::fresh());
    let (store, place) = (log.address(), keys.address());
    let environment = [("WAYMARK_STORE", store.as_str()), ("WAYMARK_KEYS", place.as_str())];
    let dirs = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [one, other] =
        [&dirs[0], &dirs[1]].map(|dir| Server::told(&environment, dir.path(), &["serve"]));
    begin(&one);
    let token = other.token(Who::Patient(PERSON));
    shown_by(&other, token.as_deref(), REASON);
    let none = "SELECT to_regclass('waymark_keys.subject_key') IS NULL";
    assert_eq!(log.run(none).unwrap().as_deref(), Some("t"));
    assert!(counted(&keys, "waymark_keys.subject_key") > 0);
    assert!(counted(&keys, "waymark_keys.secret") > 0);
}

fn run(environment: &[(&str, &str)], data_dir: &Path, arguments: &[&str]) {
    let mut command = Command::new(waymark());
    command.envs(environment.iter().copied()).args(arguments).arg("--data-dir").arg(data_dir);
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn keys_that_a_data_directory_kept_are_moved_into_the_database_once() {
    let [here, there, files] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let (database, archive) = (Database::fresh(), files.path().join("log.ndjson"));
    let archive = archive.to_str().unwrap();
    let store = database.address();
    let environment = [("WAYMARK_STORE", store.as_str())];
    let server = Server::over(here.path());
    begin(&server);
    let token = server.token(Who::Patient(PERSON));
    server.kill();
    run(&[], here.path(), &["export", "--archive", archive]);
    run(&environment, there.path(), &["import", "--archive", archive]);
    // As it was until now: the log in the database, the keys beside it in a directory.
    database.run("DELETE FROM waymark_keys.subject_key").unwrap();
    for kept in ["keys.db", "token.key"] {
        fs::copy(here.path().join(kept), there.path().join(kept)).unwrap();
    }
    for _start in 0..2 {
        let server = Server::told(&environment, there.path(), &["serve"]);
        shown_by(&server, token.as_deref(), REASON);
        server.kill();
        for kept in ["keys.db", "token.key"] {
            assert!(!there.path().join(kept).exists(), "{kept}");
            assert!(there.path().join(format!("{kept}.moved")).exists(), "{kept}");
        }
    }
}

#[test]
fn servers_that_are_members_of_our_role_share_what_the_owner_began() {
    let database = Database::fresh();
    let owner = Server::fresh_over_log_at(&database.address());
    begin(&owner);
    let token = owner.token(Who::Patient(PERSON));
    shown_by(&owner, token.as_deref(), REASON);
    let ward = database.member_of("waymark_app");
    database.run(&format!("GRANT CREATE ON DATABASE {} TO {ward}", database.name())).unwrap();
    let member = Server::fresh_over_log_at(&database.address_as(&ward));
    shown_by(&member, token.as_deref(), REASON);
    owner.kill();
    let staff = member.token(Who::Staff("BOOKING_TEAM", "RJ1"));
    record(&member, staff.as_deref(), 4, referred("a third mole"));
    shown_by(&member, token.as_deref(), "a third mole");
    let query = "query($id: ID!) { whoToContact(pathwayId: $id) { state } }";
    let begun = Instant::now();
    let views = "SELECT count(*) FROM waymark_work.lease WHERE expires_at > now()";
    while database.run(views).unwrap().as_deref() != Some("9") {
        assert!(begun.elapsed() < Duration::from_secs(60), "the work of the owner waits");
        thread::sleep(Duration::from_millis(100));
    }
    let answer = member.ask(staff.as_deref(), query, json!({"id": PATHWAY}));
    assert_eq!(answer["data"]["whoToContact"]["state"], "SENT_NO_RECEIPT", "{answer}");
}
