//! Where the binaries of PostgreSQL are, and as whom they may run: they refuse to run as root.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps them, by version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Whom root runs them as, the first that there is.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// The directory that holds `initdb` and `postgres`: the first in the `PATH`, else the newest of Debian's.
pub(crate) fn directory() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.extend(debian());
    let found = places.into_iter().find(|place| has(place, "initdb") && has(place, "postgres"));
    found.expect(
        "PostgreSQL is needed: apt-get install postgresql, or set WAYMARK_TEST_POSTGRES to the \
         address of a superuser",
    )
}

fn has(place: &Path, binary: &str) -> bool {
    place.join(binary).is_file()
}

fn debian() -> Vec<PathBuf> {
    let entries = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, place)| place).collect()
}

/// A user and a group, by number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl User {
    /// Whom the binaries must run as; none: as we are. `ours` is a file that this process made.
    pub(crate) fn other_than_root(ours: &Path) -> Option<Self> {
        let owner = fs::metadata(ours).expect("what was made is there").uid();
        if owner != 0 {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").expect("the users can be read");
        let found = USERS.iter().find_map(|name| named(&users, name));
        Some(found.expect("root needs a user `postgres` or `nobody` to run PostgreSQL as"))
    }

    /// The program as this user.
    pub(crate) fn run(this: Option<Self>, program: &mut Command) -> &mut Command {
        match this {
            Some(user) => program.uid(user.uid).gid(user.gid),
            None => program,
        }
    }
}

fn named(users: &str, name: &str) -> Option<User> {
    let mut fields = users.lines().map(|line| line.split(':'));
    let mut user = fields.find(|fields| fields.clone().next() == Some(name))?.skip(2);
    Some(User { uid: user.next()?.parse().ok()?, gid: user.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        let nobody = named(users, "nobody").unwrap();
        assert_eq!((nobody.uid, nobody.gid), (65_534, 65_533));
        assert!(named(users, "nobo").is_none());
    }

    #[test]
    fn the_binaries_are_found() {
        assert!(directory().join("initdb").is_file());
    }
}
