//! A database of a test's own, in the cluster that all tests of the process share.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::Cluster;

/// Names the address of a superuser on a server that is there already.
const GIVEN: &str = "WAYMARK_TEST_POSTGRES";

/// Where databases are made.
enum Server {
    Given(String),
    Own(Cluster),
}

impl Server {
    fn of_this_process() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| match given() {
            Some(address) => Self::Given(address),
            None => Self::Own(Cluster::start("")),
        })
    }

    /// The address of a database, or of the one that is always there.
    fn address(&self, database: Option<&str>) -> String {
        match (self, database) {
            (Self::Own(cluster), name) => cluster.address(name.unwrap_or("postgres")),
            (Self::Given(address), None) => address.clone(),
            (Self::Given(address), Some(name)) => with_database(address, name),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the tests, which `server` does not read"
)]
fn given() -> Option<String> {
    std::env::var(GIVEN).ok().filter(|address| !address.is_empty())
}

fn given_tcp(address: &str) -> String {
    let config: Config = address.parse().expect("WAYMARK_TEST_POSTGRES is an address");
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("{host}:{port}"),
        other => panic!("WAYMARK_TEST_POSTGRES must name a host over TCP, and not {other:?}"),
    }
}

/// The address with another database in place of its own.
fn with_database(address: &str, name: &str) -> String {
    let (before, parameters) = address.split_once('?').unwrap_or((address, ""));
    let (scheme, rest) = before.split_once("://").expect("an address begins with postgres://");
    let host = rest.split('/').next().unwrap_or_default();
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{scheme}://{host}/{name}{mark}{parameters}")
}

/// A database with nothing in it, dropped with this value.
#[derive(Debug)]
pub struct Database {
    name: String,
}

impl Database {
    /// Makes one.
    pub fn fresh() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let name = format!("waymark_test_{}_{number}", std::process::id());
        let database = Self { name };
        beside(&format!("CREATE DATABASE {}", database.name));
        database
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, for a superuser.
    pub fn address(&self) -> String {
        Server::of_this_process().address(Some(&self.name))
    }

    /// Its address for another role, which must be let in without a password.
    pub fn address_as(&self, role: &str) -> String {
        let address = self.address();
        let (scheme, rest) = address.split_once("://").expect("an address has a scheme");
        let (_, host) = rest.split_once('@').expect("an address names its user");
        format!("{scheme}://{role}@{host}")
    }

    /// `host:port` of its server, for those who stand in between.
    pub fn tcp(&self) -> String {
        match Server::of_this_process() {
            Server::Own(cluster) => format!("127.0.0.1:{}", cluster.port()),
            Server::Given(address) => given_tcp(address),
        }
    }

    /// Its address for a superuser, at another `host:port` than the server's own.
    pub fn address_at(&self, host_and_port: &str) -> String {
        let address = self.address();
        let (user, host) = address.split_once('@').expect("an address names its user");
        let rest = host.find(['/', '?']).map_or("", |at| host.split_at(at).1);
        format!("{user}@{host_and_port}{rest}")
    }

    /// A role that may log in, a member of another; gone with the database.
    pub fn member_of(&self, group: &str) -> String {
        let role = format!("{}_member", self.name);
        beside(&format!("CREATE ROLE {role} LOGIN IN ROLE {group}"));
        role
    }

    /// Runs statements as the superuser; the first column of the last row, or what was refused.
    pub fn run(&self, sql: &str) -> Result<Option<String>, String> {
        run(self.address(), sql.to_owned())
    }

    /// As [`Database::run`], as another role.
    pub fn run_as(&self, role: &str, sql: &str) -> Result<Option<String>, String> {
        run(self.address_as(role), sql.to_owned())
    }

    /// Lets nobody in and sends away who is in: the loss of the database, to everybody who uses it.
    pub fn go_away(&self) {
        beside(&format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", self.name));
        self.send_all_away();
    }

    /// Lets them in again.
    pub fn come_back(&self) {
        beside(&format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", self.name));
    }

    /// Cuts every connection to it; who comes again is let in.
    pub fn send_all_away(&self) {
        let named = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        );
        beside(&named);
    }
}

/// Statements about a database, from outside of it.
fn beside(sql: &str) {
    let outside = Server::of_this_process().address(None);
    run(outside, sql.to_owned()).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let drop_role = format!("DROP ROLE IF EXISTS {}_member", self.name);
        // Where they cannot be dropped, the cluster goes as a whole.
        drop(run(Server::of_this_process().address(None), drop_it));
        drop(run(Server::of_this_process().address(None), drop_role));
    }
}

/// On a thread with a runtime of its own, so that a test may call it from within another.
pub(crate) fn run(address: String, sql: String) -> Result<Option<String>, String> {
    let worker = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime starts").block_on(asked(&address, &sql))
    });
    worker.join().expect("the thread does not panic")
}

async fn asked(address: &str, sql: &str) -> Result<Option<String>, String> {
    let config: Config = address.parse().map_err(|error| format!("{error}"))?;
    let (client, connection) = config.connect(NoTls).await.map_err(told)?;
    let serving = tokio::spawn(connection);
    let answer = last_word(&client, sql).await;
    drop(client);
    drop(serving.await);
    answer
}

async fn last_word(client: &Client, sql: &str) -> Result<Option<String>, String> {
    let messages = client.simple_query(sql).await.map_err(told)?;
    let word = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    Ok(messages.iter().rev().find_map(word))
}

fn told(error: tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |refused| refused.message().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_its_own_and_goes() {
        let (one, other) = (Database::fresh(), Database::fresh());
        one.run("CREATE TABLE only_here (n integer); INSERT INTO only_here VALUES (7)").unwrap();
        assert_eq!(one.run("SELECT n FROM only_here"), Ok(Some("7".to_owned())));
        assert!(other.run("SELECT n FROM only_here").is_err());
        let (name, address) = (one.name().to_owned(), one.address());
        drop(one);
        let gone = run(address, "SELECT 1".to_owned()).unwrap_err();
        assert!(gone.contains(&name), "{gone}");
    }

    #[test]
    fn commits_wait_for_the_disk() {
        let database = Database::fresh();
        assert_eq!(database.run("SHOW fsync"), Ok(Some("on".to_owned())));
    }

    #[test]
    fn a_database_that_went_away_comes_back() {
        let database = Database::fresh();
        database.go_away();
        assert!(database.run("SELECT 1").is_err());
        database.come_back();
        assert_eq!(database.run("SELECT 1"), Ok(Some("1".to_owned())));
    }

    #[test]
    fn an_address_is_led_to_another_database() {
        let led = with_database("postgres://u:p@h:5432/postgres?sslmode=disable", "other");
        assert_eq!(led, "postgres://u:p@h:5432/other?sslmode=disable");
        assert_eq!(with_database("postgresql://h", "other"), "postgresql://h/other");
    }
}
