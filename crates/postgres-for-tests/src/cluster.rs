//! A cluster of our own: made, started, and gone with the process.

mod restored;

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::binaries::{User, directory};

/// Starts the server and waits until its standard input is closed, which the system does whatever
/// becomes of the process that holds the other end; then stops what runs and removes everything.
const WARDEN: &str = r#"
"$0/postgres" -D "$1/data" >>"$1/log" 2>&1 &
cat >/dev/null
"$0/pg_ctl" stop --mode immediate --pgdata "$1/data" >/dev/null 2>&1
wait
rm -rf "$1"
"#;

/// Short, as the path of a socket must be, and open to every user.
const PLACES: &str = "/tmp";

/// So often is it looked whether a server is up, so long apart: a minute at most.
const LOOKS_MAX: u32 = 1_200;
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A cluster in a temporary directory, with a superuser `postgres` that needs no password.
#[derive(Debug)]
pub struct Cluster {
    place: PathBuf,
    port: u16,
    binaries: PathBuf,
    user: Option<User>,
    warden: Child,
    /// Closing it ends the cluster.
    held: Option<ChildStdin>,
}

impl Cluster {
    /// Makes a cluster and starts it. `settings` are lines of `postgresql.conf`.
    pub fn start(settings: &str) -> Self {
        Self::prepared(settings, |_data| ())
    }

    /// As [`Cluster::start`], with files put into the data directory before the first start.
    pub fn prepared(settings: &str, prepare: impl FnOnce(&Path)) -> Self {
        Self::made(|binaries, place, port, user| {
            initialise(binaries, place, user);
            configure(place, port, settings);
            prepare(&place.join("data"));
            give_away(&place.join("data"), user);
        })
    }

    /// Starts what `make` puts into the directory of a new cluster.
    fn made(make: impl FnOnce(&Path, &Path, u16, Option<User>)) -> Self {
        let binaries = directory();
        let place = TempDir::with_prefix_in("waymark-pg-", PLACES).expect("a directory").keep();
        let user = User::other_than_root(&place);
        fs::set_permissions(&place, Permissions::from_mode(0o700)).expect("the directory is ours");
        if let Some(user) = user {
            chown(&place, Some(user.uid), Some(user.gid)).expect("root may give it away");
        }
        let port = free_port();
        make(&binaries, &place, port, user);
        let (warden, held) = warden(&binaries, &place, user);
        let cluster = Self { place, port, binaries, user, warden, held: Some(held) };
        cluster.wait_until_up();
        cluster
    }

    /// The address of a database, through the socket.
    pub fn address(&self, database: &str) -> String {
        let socket = self.place.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}:{}/{database}", self.port)
    }

    /// The address of a database, over TCP; `user` may carry a password.
    pub fn tcp_address(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs statements as the superuser; the first column of the last row, or what was refused.
    pub fn run(&self, sql: &str) -> Result<Option<String>, String> {
        crate::database::run(self.address("postgres"), sql.to_owned())
    }

    /// The port the server listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The files of the cluster, for those who damage them.
    pub fn data(&self) -> PathBuf {
        self.place.join("data")
    }

    /// Kills the server at once, as a power cut would, and starts it again.
    pub fn crash(&self) {
        self.control(&["stop", "--mode", "immediate"]);
        self.restart();
    }

    /// Stops the server; [`Cluster::restart`] brings it back.
    pub fn stop(&self) {
        self.control(&["stop", "--mode", "fast"]);
    }

    /// Starts a server that was stopped.
    pub fn restart(&self) {
        let log = self.place.join("log").display().to_string();
        self.control(&["start", "--wait", "--log", &log]);
        self.wait_until_up();
    }

    fn control(&self, arguments: &[&str]) {
        let mut program = Command::new(self.binaries.join("pg_ctl"));
        program.args(arguments).arg("--pgdata").arg(self.data());
        program.stdin(Stdio::null()).stdout(Stdio::null()).current_dir("/");
        let ended = User::run(self.user, &mut program).status().expect("pg_ctl runs");
        assert!(ended.success(), "pg_ctl {arguments:?} failed: {}", self.log());
    }

    fn wait_until_up(&self) {
        self.wait_until("SELECT 1");
    }

    /// Waits until a question to the superuser's database has an answer: a row.
    pub fn wait_until(&self, question: &str) {
        for _look in 0..LOOKS_MAX {
            if matches!(self.run(question), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("`{question}` has no answer: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.place.join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.held.take());
        drop(self.warden.wait());
    }
}

fn initialise(binaries: &Path, place: &Path, user: Option<User>) {
    let mut program = Command::new(binaries.join("initdb"));
    program.args(["--no-sync", "--auth=trust", "--username=postgres"]);
    program.args(["--encoding=UTF8", "--locale=C", "--pgdata"]).arg(place.join("data"));
    let made = User::run(user, program.current_dir("/")).output().expect("initdb runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Small, and yet every commit waits for the disk: the stores promise it.
fn configure(place: &Path, port: u16, settings: &str) {
    let file = place.join("data/postgresql.conf");
    let socket = place.display();
    let text = format!(
        "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{socket}'\n\
         fsync = on\nmax_connections = 200\nshared_buffers = 64MB\nmax_wal_size = 512MB\n{settings}\n"
    );
    fs::write(file, text).expect("the settings can be written");
}

fn give_away(folder: &Path, user: Option<User>) {
    let Some(user) = user else { return };
    for entry in fs::read_dir(folder).expect("the data directory is there").flatten() {
        chown(entry.path(), Some(user.uid), Some(user.gid)).expect("root may give it away");
    }
}

fn warden(binaries: &Path, place: &Path, user: Option<User>) -> (Child, ChildStdin) {
    let mut program = Command::new("/bin/sh");
    program.args(["-c", WARDEN]).arg(binaries).arg(place).current_dir("/");
    // In a group of its own: Ctrl-C must reach the tests and not the one who cleans up after them.
    program.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = User::run(user, &mut program).spawn().expect("a shell runs");
    let held = child.stdin.take().expect("its input is ours");
    (child, held)
}

pub(crate) fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    probe.local_addr().expect("it has an address").port()
}
