//! The binary `waymark`, built once a test run.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// How the names begin of what cargo tells a test about the package it is of.
const OF_THE_PACKAGE: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// The path of the binary; built from the present sources, by the profile of the tests.
pub fn waymark() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let built = cargo()
            .args(["build", "--quiet", "--package", "server", "--bin", "waymark"])
            .args(["--manifest-path", manifest])
            .stdin(Stdio::null())
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the binary does not build");
        let own = std::env::current_exe().expect("this test has a path");
        let profile = own.ancestors().nth(2).expect("a test stands in target/<profile>/deps");
        profile.join("waymark")
    })
}

/// Cargo as a person would run it. What it told this test about its own package would have it build
/// `ring` anew, whose build looks at that, and with it everything above.
fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _value) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if OF_THE_PACKAGE.iter().any(|start| name.starts_with(start)) {
            cargo.env_remove(&*name);
        }
    }
    cargo
}
