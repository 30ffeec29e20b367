//! `PgBouncer` in front of the databases of this process, lending connections by the transaction.

use std::fs::{self, Permissions};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::Database;
use crate::binaries::User;
use crate::cluster::free_port;

/// Runs the pooler until standard input is closed, which the system does whatever becomes of us.
const WARDEN: &str = r#"
pgbouncer --quiet "$0/pooler.ini" >>"$0/log" 2>&1 &
pooler=$!
cat >/dev/null
kill -9 "$pooler" 2>/dev/null
wait
rm -rf "$0"
"#;

/// Debian keeps it where not every user looks.
const PLACES: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// So often is it looked whether it is up, so long apart: a minute at most.
const LOOKS_MAX: u32 = 1_200;
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A pooler with few connections, so that each serves many clients in turn.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    warden: Child,
    /// Closing it ends the pooler.
    held: Option<ChildStdin>,
}

impl Pooler {
    /// Starts one in front of the server of a database.
    pub fn before(database: &Database) -> Self {
        let place = TempDir::with_prefix_in("waymark-pool-", "/tmp").expect("a directory").keep();
        let user = User::other_than_root(&place);
        let port = free_port();
        let ini = place.join("pooler.ini");
        fs::write(&ini, settings(&database.tcp(), port)).expect("its settings are written");
        give(&place, user);
        give(&ini, user);
        let mut program = Command::new("sh");
        program.args(["-c", WARDEN]).arg(&place).env("PATH", PLACES).current_dir("/");
        program.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut warden = User::run(user, &mut program).spawn().expect("sh runs");
        let held = warden.stdin.take();
        let pooler = Self { port, warden, held };
        pooler.wait_until_up(&place);
        pooler
    }

    /// The address of a database through it, for a superuser.
    pub fn address(&self, database: &Database) -> String {
        database.address_at(&format!("127.0.0.1:{}", self.port))
    }

    fn wait_until_up(&self, place: &Path) {
        for _look in 0..LOOKS_MAX {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let log = fs::read_to_string(place.join("log")).unwrap_or_default();
        panic!("PgBouncer is needed (apt-get install pgbouncer) and did not start: {log}");
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.held.take());
        drop(self.warden.wait());
    }
}

/// Whoever comes is let in as the superuser; a prepared name or a setting of a session is lost between
/// two transactions, as each may run on another connection.
fn settings(server: &str, port: u16) -> String {
    let (host, server_port) = server.split_once(':').expect("a server has a port");
    format!(
        "[databases]\n* = host={host} port={server_port} user=postgres\n[pgbouncer]\n\
         listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
         pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 500\n\
         server_round_robin = 1\n"
    )
}

fn give(what: &Path, user: Option<User>) {
    let mode = if what.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(what, Permissions::from_mode(mode)).expect("it is ours");
    if let Some(user) = user {
        chown(what, Some(user.uid), Some(user.gid)).expect("root may give it away");
    }
}
