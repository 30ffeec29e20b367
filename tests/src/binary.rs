//! The binary `waymark`, built once a test run.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The path of the binary; built from the present sources, by the profile of the tests.
pub fn waymark() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let built = Command::new(env!("CARGO"))
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
