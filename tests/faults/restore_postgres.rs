//! A log on PostgreSQL brought back by the database's own tools: a dump, and recovery to a moment. What
//! `docs/backup.md` tells is done here.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use postgres_for_tests::Cluster;
use serde_json::Value;

use crate::{
    backup::referral,
    deadlines::until,
    process::{Client, Place, Server, id},
    town::{Over, history, input, replayed_by, run, story},
};

const DATABASE: &str = "waymark";
const RESTORED: &str = "waymark_restored";
const WRITERS: u64 = 4;

/// One Waymark over a database of a cluster.
struct Waymark<'a> {
    place: &'a Place,
    store: String,
}

impl<'a> Waymark<'a> {
    fn of(place: &'a Place, cluster: &Cluster, database: &str) -> Self {
        Self { place, store: cluster.address(database) }
    }

    fn waymark(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.waymark(arguments);
        // What the server records of itself would come between what is counted here.
        command.env("WAYMARK_STORE", &self.store).env("WAYMARK_TICK_SECONDS", "86400");
        command
    }

    fn serve(&self) -> Server {
        Server::of(self.place, self.waymark(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// A client with a token of the log's servers, whose secret lies in the database.
    fn staff(&self, server: &Server) -> Client {
        let token = run(self.waymark(&["token", "--organisation", "RJ1"]));
        server.client(Some(String::from_utf8(token.stdout).unwrap().trim().to_owned()))
    }

    /// The digest of each view up to a position.
    fn digests(&self, position: u64) -> BTreeMap<String, String> {
        replayed_by(self.waymark(&["replay"]), &["--to", &position.to_string()])
    }
}

/// Steps of one pathway, of which the first is sealed with a key of its own.
fn steps() -> Vec<(&'static str, Value)> {
    let sealed = ("2026-04-07T08:00:00Z", referral());
    std::iter::once(sealed).chain(story()).collect()
}

/// Records the steps of a pathway, and says which events they became.
fn tell(client: &Client, pathway: u64) -> Vec<String> {
    let numbered = steps().into_iter().zip(pathway * 10..);
    let told = numbered.map(|(told, command)| client.record(&input(pathway, command, &told)));
    told.map(|answer| answer["eventId"].as_str().unwrap().to_owned()).collect()
}

fn number(cluster: &Cluster, database: &str, sql: &str) -> u64 {
    cluster.run_in(database, sql).unwrap().unwrap().parse().unwrap()
}

/// The events of a database, which stand at 1, 2, 3, and so on.
fn events(cluster: &Cluster, database: &str) -> BTreeSet<String> {
    let counted = number(cluster, database, "SELECT count(*) FROM waymark.events");
    let last = number(cluster, database, "SELECT coalesce(max(position), 0) FROM waymark.events");
    assert_eq!(counted, last, "positions are not dense");
    let ids = "SELECT string_agg(event_id::text, ' ') FROM waymark.events";
    let ids = cluster.run_in(database, ids).unwrap().unwrap_or_default();
    let ids: BTreeSet<String> = ids.split(' ').map(str::to_owned).collect();
    assert_eq!(ids.len() as u64, counted, "an event stands twice");
    ids
}

/// Every sealed event can be opened.
fn has_every_key(cluster: &Cluster, database: &str) {
    let sealed = "SELECT count(*) FROM waymark.events WHERE key_id IS NOT NULL";
    assert!(number(cluster, database, sealed) > 0, "nothing is sealed");
    let closed =
        format!("{sealed} AND key_id NOT IN (SELECT key_id FROM waymark_keys.subject_key)");
    assert_eq!(number(cluster, database, &closed), 0, "events have lost their key");
}

/// Neither who serves nor the owner changes or takes away what is written.
fn is_append_only(cluster: &Cluster, database: &str) {
    for change in [
        "UPDATE waymark.events SET recorded_at = 0",
        "DELETE FROM waymark.events",
        "TRUNCATE waymark.events",
        "UPDATE waymark.streams SET category = 0",
    ] {
        let as_server = format!("SET ROLE waymark_app; {change}");
        let refused = cluster.run_in(database, &as_server).unwrap_err();
        assert!(refused.contains("permission denied"), "{change}: {refused}");
        let refused = cluster.run_in(database, change).unwrap_err();
        assert!(refused.contains("never changed, deleted or truncated"), "{change}: {refused}");
    }
}

/// Does something while others record; answers what was acknowledged before it began.
fn beside_writers(client: &Client, work: impl FnOnce()) -> BTreeSet<String> {
    let (is_over, (told, answers)) = (AtomicBool::new(false), mpsc::channel());
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (client, is_over, told) = (client.clone(), &is_over, told.clone());
            scope.spawn(move || {
                let pathways = (1..).map(|n| 1_000_000 * (writer + 1) + n);
                for pathway in pathways.take_while(|_| !is_over.load(Ordering::SeqCst)) {
                    for event in tell(&client, pathway) {
                        told.send(event).unwrap();
                    }
                }
            });
        }
        // Where every writer fails, nobody waits for what they would have told.
        drop(told);
        let _over = Over(&is_over);
        let before = answers.iter().take(60).collect();
        work();
        let meanwhile = answers.try_iter().count();
        assert!(meanwhile > 0, "nothing was recorded meanwhile");
        before
    })
}

fn tool(cluster: &Cluster, name: &str, arguments: &[&str]) {
    let mut program = cluster.tool(name);
    program.args(arguments);
    run(program);
}

/// The log without the keys, which are kept apart, and the views, which are built again.
const LOG: [&str; 2] = ["--exclude-schema=waymark_keys", "--exclude-schema=waymark_view*"];

/// Taken after the log, so that no event in it lacks its key.
const KEYS: [&str; 1] = ["--schema=waymark_keys"];

fn dump(cluster: &Cluster, file: &Path, what: &[&str]) {
    let file = format!("--file={}", text(file));
    tool(cluster, "pg_dump", &[&["--format=custom", &file], what, &[DATABASE]].concat());
}

fn restore(cluster: &Cluster, dump: &Path) {
    let into = format!("--dbname={RESTORED}");
    tool(cluster, "pg_restore", &["--exit-on-error", "--no-owner", &into, text(dump)]);
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_dump_made_beside_writers_is_restored_with_all_that_was_acknowledged_before() {
    let (place, cluster) = (Place::new(), Cluster::start(""));
    cluster.run(&format!("CREATE DATABASE {DATABASE}")).unwrap();
    let here = Waymark::of(&place, &cluster, DATABASE);
    let server = here.serve();
    let dumps = cluster.folder("dumps");
    let acknowledged = beside_writers(&here.staff(&server), || {
        dump(&cluster, &dumps.join("log.dump"), &LOG);
        dump(&cluster, &dumps.join("keys.dump"), &KEYS);
    });
    drop(server);
    tool(&cluster, "createdb", &[RESTORED]);
    restore(&cluster, &dumps.join("log.dump"));
    restore(&cluster, &dumps.join("keys.dump"));

    let restored = events(&cluster, RESTORED);
    assert!(acknowledged.is_subset(&restored), "an acknowledged step is lost");
    assert!(restored.is_subset(&events(&cluster, DATABASE)));
    is_append_only(&cluster, RESTORED);
    has_every_key(&cluster, RESTORED);
    let position = restored.len() as u64;
    let there = Waymark::of(&place, &cluster, RESTORED);
    assert_eq!(there.digests(position), here.digests(position));
    let server = there.serve();
    let client = there.staff(&server);
    let next = tell(&client, 7);
    let last = number(&cluster, RESTORED, "SELECT count(*) FROM waymark.events");
    assert!(last >= position + next.len() as u64, "{last}");
    // The views were in neither dump: they are built again, and answer.
    let query = format!(
        "{{ whoToContact(pathwayId: \"{}\", atLeast: \"p{last}\") {{ state }} \
         waitingTimes(on: \"2026-03-01\", groupBy: TOTAL, atLeast: \"p{last}\") {{ groups {{ total }} }} }}",
        id(7)
    );
    let answer = until("an answer of the views", || {
        Some(client.ask(&query, &Value::Null)).filter(|answer| answer["errors"].is_null())
    });
    assert!(answer["data"]["whoToContact"]["state"].is_string(), "{answer}");
}

/// Every piece of WAL goes to a folder of the cluster.
const ARCHIVING: &str = "wal_level = replica\narchive_mode = on\narchive_command = \
    'test ! -f ../archive/%f && cp %p ../archive/%f'";

/// Waits until all that is written now is in the archive.
fn archive_all(cluster: &Cluster) {
    let last = cluster.run("SELECT pg_walfile_name(pg_switch_wal())").unwrap().unwrap();
    cluster
        .wait_until(&format!("SELECT 1 FROM pg_stat_archiver WHERE last_archived_wal >= '{last}'"));
}

#[test]
fn a_cluster_is_recovered_to_the_point_between_two_steps() {
    let (place, cluster) = (Place::new(), Cluster::start(ARCHIVING));
    let archive = cluster.folder("archive");
    cluster.run(&format!("CREATE DATABASE {DATABASE}")).unwrap();
    let here = Waymark::of(&place, &cluster, DATABASE);
    let server = here.serve();
    let client = here.staff(&server);
    let base = cluster.folder("backup").join("base");
    let mut kept = beside_writers(&client, || {
        let into = format!("--pgdata={}", text(&base));
        tool(&cluster, "pg_basebackup", &[&into, "--checkpoint=fast", "--wal-method=stream"]);
        tool(&cluster, "pg_verifybackup", &["--quiet", text(&base)]);
    });
    kept.extend(tell(&client, 1));
    cluster.run("SELECT pg_create_restore_point('before_the_mistake')").unwrap();
    let position = number(&cluster, DATABASE, "SELECT max(position) FROM waymark.events");
    let later: BTreeSet<String> = tell(&client, 2).into_iter().collect();
    drop(server);
    archive_all(&cluster);
    let digests = here.digests(position);
    cluster.stop();

    let recovery = format!(
        "restore_command = 'cp {}/%f %p'\nrecovery_target_name = 'before_the_mistake'\n\
         recovery_target_action = 'promote'",
        text(&archive)
    );
    let recovered = Cluster::recovered(&base, &recovery);
    let restored = events(&recovered, DATABASE);
    assert_eq!(restored.len() as u64, position);
    assert!(kept.is_subset(&restored), "an acknowledged step is lost");
    assert!(restored.is_disjoint(&later), "it went beyond the point");
    is_append_only(&recovered, DATABASE);
    has_every_key(&recovered, DATABASE);
    let there = Waymark::of(&place, &recovered, DATABASE);
    assert_eq!(there.digests(position), digests);
    // The views of before are ahead of this log: they are refused and built again.
    let server = there.serve();
    let client = there.staff(&server);
    assert_eq!(history(&client, 1).len(), steps().len());
    assert_eq!(history(&client, 2), [""; 0]);
    assert_eq!(tell(&client, 2).into_iter().collect::<BTreeSet<_>>(), later);
}
