//! `docker-compose.yml` and `Dockerfile`, as far as they can be proved where no engine runs: what they say is
//! closed, pinned and known to the binary, and the servers start as they are told there.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use postgres_for_tests::Database;
use serde_json::Value;
use waymark_tests::{Server, Who, waymark};

/// The services that are ours.
const SERVERS: [&str; 2] = ["waymark-a", "waymark-b"];

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

fn compose() -> Value {
    serde_saphyr::from_str(&text("docker-compose.yml")).unwrap()
}

fn words(value: &Value) -> Vec<String> {
    let words = value.as_array().unwrap_or_else(|| panic!("not a list: {value}"));
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Each service with its name.
fn services(compose: &Value) -> impl Iterator<Item = (&String, &Value)> {
    compose["services"].as_object().unwrap().iter()
}

/// An image is pinned by a tag that names a version, or by its digest.
fn is_pinned(image: &str) -> bool {
    let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
    image.contains("@sha256:") || tag.split('.').count() >= 2 && tag.starts_with(char::is_numeric)
}

#[test]
fn every_service_is_closed_and_heard() {
    let compose = compose();
    let names: Vec<&String> = services(&compose).map(|(name, _)| name).collect();
    assert_eq!(names, ["database", "waymark-a", "waymark-b"]);
    for (name, service) in services(&compose) {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert_eq!(words(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
        for opened in ["privileged", "cap_add", "network_mode", "pid", "ipc", "devices"] {
            assert!(service[opened].is_null(), "{name} has `{opened}`");
        }
        let (user, group) = service["user"].as_str().unwrap().split_once(':').unwrap();
        assert!(user.parse::<u32>().unwrap() > 0 && group.parse::<u32>().unwrap() > 0, "{name}");
        let health = words(&service["healthcheck"]["test"]);
        assert_eq!(health[0], "CMD", "{name}: no shell is asked");
        assert!(health.len() > 1, "{name}");
        let image = service["image"].as_str().unwrap();
        assert!(is_pinned(image) || service["build"] == ".", "{name}: {image}");
    }
}

#[test]
fn the_database_is_reached_by_the_servers_alone_and_they_from_this_machine_alone() {
    let compose = compose();
    let database = &compose["services"]["database"];
    assert!(database["ports"].is_null() && database["expose"].is_null());
    assert_eq!(words(&database["networks"]), ["inside"]);
    assert_eq!(compose["networks"]["inside"]["internal"], true);
    let ports = SERVERS.map(|name| words(&compose["services"][name]["ports"]));
    assert_eq!(ports, [["127.0.0.1:8080:8080"], ["127.0.0.1:8081:8080"]]);
    for name in SERVERS {
        let service = &compose["services"][name];
        let after = service["depends_on"].as_object().unwrap();
        assert!(after.contains_key("database"), "{name}");
        assert!(after.values().all(|one| one["condition"] == "service_healthy"), "{name}");
        for volume in words(&service["volumes"]) {
            let (kept, place) = volume.split_once(':').unwrap();
            assert!(compose["volumes"].as_object().unwrap().contains_key(kept), "{volume}");
            assert_eq!(place, "/data");
        }
    }
}

#[test]
fn the_image_is_pinned_without_root_and_knows_whom_to_trust() {
    let file = text("Dockerfile");
    let from = file.lines().filter_map(|line| line.strip_prefix("FROM "));
    let from: Vec<&str> = from.map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(from.len(), 2, "it is built in one stage and runs in another");
    assert!(from.iter().all(|image| is_pinned(image)), "{from:?}");
    let run = file.rsplit_once("\nFROM ").unwrap().1;
    let user = run.lines().find_map(|line| line.strip_prefix("USER ")).unwrap();
    let compose = compose();
    assert!(SERVERS.iter().all(|name| compose["services"][name]["user"] == user), "{user}");
    assert!(run.contains("\nHEALTHCHECK ") && run.contains(r#"CMD ["waymark", "health"]"#));
    let trusted = "COPY --from=builder /etc/ssl/certs/ca-certificates.crt \
                   /etc/ssl/certs/ca-certificates.crt\n";
    assert!(run.contains(trusted), "https webhooks are told nothing");
}

#[test]
fn the_binary_takes_what_the_services_tell_it() {
    let compose = compose();
    for name in SERVERS {
        let service = &compose["services"][name];
        let told = words(&service["command"]);
        let help = Command::new(waymark()).args([&told[0], "--help"]).output().unwrap();
        assert!(help.status.success(), "there is no `waymark {}`", told[0]);
        let help = String::from_utf8(help.stdout).unwrap();
        for option in told.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(option.as_str()), "`waymark {}` has no {option}", told[0]);
        }
        // It reads every setting, and opens nothing.
        let mut schema = Command::new(waymark());
        schema.arg("schema");
        for (key, value) in service["environment"].as_object().unwrap() {
            let value = value.as_str().unwrap();
            schema.env(key, value.replace("${POSTGRES_PASSWORD:-for-trying-out}", "tried"));
        }
        let answered = schema.output().unwrap();
        assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    }
}

/// The arguments of a service, but for the address, which is the test's own.
fn arguments(service: &Value) -> Vec<String> {
    let mut told = words(&service["command"]);
    let listen = told.iter().position(|word| word == "--listen").unwrap();
    told.drain(listen..=listen + 1);
    told
}

fn is_healthy(server: &Server) -> bool {
    let mut asked = Command::new(waymark());
    asked.args(["health", "--listen", server.address()]).output().unwrap().status.success()
}

/// On a machine that is busy.
fn healthy_in_time(server: &Server) {
    let begun = Instant::now();
    while !is_healthy(server) {
        assert!(begun.elapsed() < Duration::from_secs(120), "a server does not become healthy");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn started_in_their_order_both_servers_are_healthy_and_the_town_is_laid_down_once() {
    let (compose, database) = (compose(), Database::fresh());
    let store = database.address();
    let streams = || database.run("SELECT count(*) FROM waymark.streams").unwrap().unwrap();
    let start = |name: &str, place: &Path| {
        let told = arguments(&compose["services"][name]);
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        Server::over_log_at(&store, place, &told)
    };
    let places = SERVERS.map(|_| tempfile::tempdir().unwrap());
    let first = start(SERVERS[0], places[0].path());
    assert!(is_healthy(&first));
    let laid_down = streams();
    assert!(laid_down.parse::<u32>().unwrap() > 10, "there is no town: {laid_down}");
    let second = start(SERVERS[1], places[1].path());
    healthy_in_time(&second);
    healthy_in_time(&first);
    let token = first.token(Who::Staff("BOOKING_TEAM", "DT2"));
    let answer = second.ask(token.as_deref(), "{ __typename }", Value::Null);
    assert_eq!(answer["data"]["__typename"], "Query", "{answer}");
    drop(first);
    // The first is started again after a crash, beside the second.
    let again = start(SERVERS[0], places[0].path());
    healthy_in_time(&again);
    healthy_in_time(&second);
    assert_eq!(streams(), laid_down);
}
