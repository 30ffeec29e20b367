//! The tools beside the server, and a cluster that is started from a backup of another.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Cluster, configure, give_away};
use crate::binaries::User;

/// What a recovery reads beside its settings.
const SIGNAL: &str = "recovery.signal";

impl Cluster {
    /// A tool that stands beside the server, such as `pg_dump`, with the way to it in the environment.
    pub fn tool(&self, name: &str) -> Command {
        // What stands in the `PATH` may be a link to the server alone.
        let server = self.binaries.join("postgres").canonicalize().expect("the server is there");
        let mut program = Command::new(server.with_file_name(name));
        program.env("PGHOST", &self.place).env("PGPORT", self.port.to_string());
        program.env("PGUSER", "postgres").current_dir("/").stdin(Stdio::null());
        User::run(self.user, &mut program);
        program
    }

    /// As [`Cluster::run`], in another database.
    pub fn run_in(&self, database: &str, sql: &str) -> Result<Option<String>, String> {
        crate::database::run(self.address(database), sql.to_owned())
    }

    /// A new directory that the tools may write to; it goes with the cluster.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.place.join(name);
        fs::create_dir(&folder).expect("the place is ours");
        if let Some(user) = self.user {
            chown(&folder, Some(user.uid), Some(user.gid)).expect("root may give it away");
        }
        folder
    }

    /// A cluster of its own out of a base backup, with `recovery` as further settings. It takes writes
    /// when this returns.
    pub fn recovered(base: &Path, recovery: &str) -> Self {
        let cluster = Self::made(|_binaries, place, port, user| {
            let data = place.join("data");
            copy(base, &data);
            configure(place, port, recovery);
            fs::write(data.join(SIGNAL), "").expect("the directory is ours");
            fs::set_permissions(&data, Permissions::from_mode(0o700)).expect("it is ours");
            give_away(&data, user);
        });
        cluster.wait_until("SELECT 1 WHERE NOT pg_is_in_recovery()");
        cluster
    }
}

/// A directory with all that is in it, as its owner left it.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp runs");
    assert!(copied.success(), "{} cannot be copied", from.display());
}
