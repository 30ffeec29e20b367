//! `docker-compose.yml` and `Dockerfile`, as far as they can be proved where no engine runs: what they say is
//! closed, pinned and known to the binary, and the servers start as they are told there.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use kurrent_stand_in::{Cluster, Settings};
use postgres_for_tests::Database;
use serde_json::Value;
use waymark_tests::{Server, Who, waymark};

/// The services that start together.
struct Set {
    /// The profile that names them; none: they start where nobody names one.
    profile: Option<&'static str>,
    /// Ours, in their order.
    servers: [&'static str; 2],
    /// What they keep things in.
    beneath: &'static [&'static str],
    ports: [&'static str; 2],
}

const SETS: [Set; 3] = [
    Set {
        profile: None,
        servers: ["waymark-a", "waymark-b"],
        beneath: &["database"],
        ports: ["127.0.0.1:8080:8080", "127.0.0.1:8081:8080"],
    },
    Set {
        profile: Some("kurrentdb"),
        servers: ["waymark-k-a", "waymark-k-b"],
        beneath: &["kurrentdb", "views"],
        ports: ["127.0.0.1:8082:8080", "127.0.0.1:8083:8080"],
    },
    Set {
        profile: Some("kurrentdb-cluster"),
        servers: ["waymark-c-a", "waymark-c-b"],
        beneath: &["kurrentdb-1", "kurrentdb-2", "kurrentdb-3", "views-of-cluster"],
        ports: ["127.0.0.1:8084:8080", "127.0.0.1:8085:8080"],
    },
];

/// It makes certificates, and keeps the memory that they lie in.
const AUTHORITY: &str = "certificates";

fn servers() -> impl Iterator<Item = &'static str> {
    SETS.iter().flat_map(|set| set.servers)
}

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
    let names: BTreeSet<&str> = services(&compose).map(|(name, _)| name.as_str()).collect();
    let drawn = SETS.iter().flat_map(|set| set.servers.iter().chain(set.beneath));
    assert_eq!(names, drawn.copied().chain([AUTHORITY]).collect());
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
fn a_set_is_named_by_its_profile_and_starts_in_its_order() {
    let compose = compose();
    for set in SETS {
        let profile = set.profile.map_or(Value::Null, |profile| serde_json::json!([profile]));
        for name in set.servers.iter().chain(set.beneath) {
            assert_eq!(compose["services"][name]["profiles"], profile, "{name}");
        }
        for (at, name) in set.servers.iter().enumerate() {
            let after = compose["services"][name]["depends_on"].as_object().unwrap();
            let before = set.beneath.iter().chain(&set.servers[..at]).copied();
            let named: BTreeSet<&str> = after.keys().map(String::as_str).collect();
            assert_eq!(named, before.collect(), "{name}");
            assert!(after.values().all(|one| one["condition"] == "service_healthy"), "{name}");
        }
    }
}

#[test]
fn what_lies_beneath_is_reached_by_the_servers_alone_and_they_from_this_machine_alone() {
    let compose = compose();
    assert_eq!(compose["networks"]["inside"]["internal"], true);
    for set in SETS {
        for name in set.beneath.iter().chain([&AUTHORITY]) {
            let service = &compose["services"][name];
            assert!(service["ports"].is_null() && service["expose"].is_null(), "{name}");
            assert_eq!(words(&service["networks"]), ["inside"], "{name}");
        }
        let ports = set.servers.map(|name| words(&compose["services"][name]["ports"]));
        assert_eq!(ports.concat(), set.ports);
        for name in set.servers {
            for volume in words(&compose["services"][name]["volumes"]) {
                let (kept, place) = volume.split_once(':').unwrap();
                assert!(compose["volumes"].as_object().unwrap().contains_key(kept), "{volume}");
                assert!(["/data", "/authority:ro"].contains(&place), "{volume}");
            }
        }
    }
}

#[test]
fn a_cluster_speaks_tls_by_certificates_that_are_made_before_it_starts() {
    let compose = compose();
    let nodes = SETS[2].beneath.iter().filter(|name| name.starts_with("kurrentdb-"));
    let nodes: Vec<&&str> = nodes.collect();
    let made = words(&compose["services"][AUTHORITY]["command"]).concat();
    let of = |service: &Value, key: &str| service["environment"][key].as_str().unwrap().to_owned();
    for node in &nodes {
        let service = &compose["services"][node];
        let after = &service["depends_on"][AUTHORITY]["condition"];
        assert_eq!(*after, "service_healthy", "{node}");
        assert!(service["environment"]["KURRENTDB_INSECURE"].is_null(), "{node}");
        assert_eq!(of(service, "KURRENTDB_NODE_HOST_ADVERTISE_AS"), ***node);
        assert_eq!(of(service, "KURRENTDB_REPLICATION_HOST_ADVERTISE_AS"), ***node);
        let others = nodes.iter().filter(|other| *other != node);
        let seeds: Vec<String> = others.map(|other| format!("{other}:2113")).collect();
        assert_eq!(of(service, "KURRENTDB_GOSSIP_SEED"), seeds.join(","));
        let number = node.rsplit_once('-').unwrap().1;
        let certificate = format!("/certificates/node-{number}/node.crt");
        assert_eq!(of(service, "KURRENTDB_CERTIFICATE_FILE"), certificate);
        assert!(words(&service["volumes"]).contains(&"certificates:/certificates:ro".to_owned()));
    }
    assert!(made.contains("-dns-names localhost,kurrentdb-$$node"), "{made}");
    assert!(made.contains("rm /certificates/ca/ca.key"), "{made}");
    // A volume in memory is gone with the last container that uses it.
    assert!(made.trim_end().ends_with("exec sleep infinity"), "{made}");
    for name in SETS[2].servers {
        let store = of(&compose["services"][name], "WAYMARK_STORE");
        assert!(store.contains("tls=true&tlsCaFile=/authority/ca.crt"), "{store}");
        assert!(nodes.iter().all(|node| store.contains(&format!("{node}:2113"))), "{store}");
        assert!(!words(&compose["services"][name]["volumes"]).concat().contains("/certificates"));
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
    assert!(servers().all(|name| compose["services"][name]["user"] == user), "{user}");
    assert!(run.contains("\nHEALTHCHECK ") && run.contains(r#"CMD ["waymark", "health"]"#));
    let trusted = "COPY --from=builder /etc/ssl/certs/ca-certificates.crt \
                   /etc/ssl/certs/ca-certificates.crt\n";
    assert!(run.contains(trusted), "https webhooks are told nothing");
}

#[test]
fn the_binary_takes_what_the_services_tell_it() {
    let compose = compose();
    for name in servers() {
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
            let value = value.replace("${POSTGRES_PASSWORD:-for-trying-out}", "tried");
            schema.env(key, value.replace("${KURRENTDB_PASSWORD:-for-trying-out}", "tried"));
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

/// Starts the servers of a set in their order, told where things are; how much is laid down is asked.
fn start_in_order(
    set: &Set,
    (store, views): (&str, Option<&str>),
    laid_down: impl Fn() -> Option<String>,
) {
    let compose = compose();
    let start = |name: &str, place: &Path| {
        let told = arguments(&compose["services"][name]);
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        let mut environment = vec![("WAYMARK_STORE", store)];
        environment.extend(views.map(|views| ("WAYMARK_VIEWS", views)));
        Server::told(&environment, place, &told)
    };
    let places = set.servers.map(|_| tempfile::tempdir().unwrap());
    let first = start(set.servers[0], places[0].path());
    assert!(is_healthy(&first));
    let before = laid_down();
    let second = start(set.servers[1], places[1].path());
    healthy_in_time(&second);
    healthy_in_time(&first);
    let token = first.token(Who::Staff("BOOKING_TEAM", "DT2"));
    let answer = second.ask(token.as_deref(), "{ __typename }", Value::Null);
    assert_eq!(answer["data"]["__typename"], "Query", "{answer}");
    drop(first);
    // The first is started again after a crash, beside the second.
    let again = start(set.servers[0], places[0].path());
    healthy_in_time(&again);
    healthy_in_time(&second);
    assert_eq!(laid_down(), before);
}

#[test]
fn started_in_their_order_both_servers_are_healthy_and_the_town_is_laid_down_once() {
    let database = Database::fresh();
    let streams = || {
        let streams = database.run("SELECT count(*) FROM waymark.streams").unwrap();
        let town = streams.as_ref().unwrap().parse::<u32>().unwrap() > 10;
        assert!(town, "there is no town: {streams:?}");
        streams
    };
    start_in_order(&SETS[0], (&database.address(), None), streams);
}

#[test]
fn on_kurrentdb_with_views_in_postgres_they_are_too() {
    for (set, nodes) in [(&SETS[1], 1), (&SETS[2], 3)] {
        let cluster = Cluster::start(Settings { nodes, ..Settings::default() }).unwrap();
        let views = Database::fresh();
        // Whose keys there are tells of the town: the cluster is asked by the servers alone.
        let keys = || {
            let keys = views.run("SELECT count(*) FROM waymark_keys.subject_key").unwrap();
            assert_ne!(keys.as_deref(), Some("0"), "there is no town");
            keys
        };
        start_in_order(set, (&cluster.address(), Some(&views.address())), keys);
    }
}
