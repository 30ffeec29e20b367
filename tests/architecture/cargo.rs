//! What cargo says of the workspace.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The answer of `cargo` to `arguments`, asked offline at the root.
pub(crate) fn ask(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    let asked = cargo.args(arguments).arg("--offline").current_dir(root()).output().unwrap();
    let complaint = String::from_utf8_lossy(&asked.stderr);
    assert!(asked.status.success(), "cargo {}: {complaint}", arguments.join(" "));
    String::from_utf8(asked.stdout).unwrap()
}
