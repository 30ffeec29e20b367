//! Compiles the protos that the client of KurrentDB ships, where cargo keeps its source. No protoc, and
//! no copy of them in our tree.

use std::{
    env::{self, VarError},
    error::Error,
    path::PathBuf,
    process::Command,
};

use serde_json::Value;

const PROTOS: [&str; 3] = ["streams.proto", "gossip.proto", "serverfeatures.proto"];

const UNUSED: &str = r#"#[expect(dead_code, reason = "generated")]"#;

/// The crate that ships them.
const CLIENT: &str = "kurrentdb";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let protos = source_of_the_client()?.join("protos");
    let compiled = protox::compile(PROTOS, [&protos])?;
    tonic_build::configure()
        .build_client(false)
        .bytes([
            ".event_store.client.streams.AppendReq.ProposedMessage",
            ".event_store.client.streams.BatchAppendReq.ProposedMessage",
            ".event_store.client.streams.ReadResp.ReadEvent.RecordedEvent",
            ".event_store.client.StreamIdentifier",
        ])
        // Reasons for refusals that we have no cause to give.
        .type_attribute(".event_store.client.AccessDenied", UNUSED)
        .type_attribute(".event_store.client.InvalidTransaction", UNUSED)
        .type_attribute(".event_store.client.Unknown", UNUSED)
        .include_file("wire.rs")
        .disable_comments(".")
        .compile_fds(compiled)?;
    Ok(())
}

/// The folder of the client's source, asked of cargo.
fn source_of_the_client() -> Result<PathBuf, Box<dyn Error>> {
    let asked = Command::new(told("CARGO")?)
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(["--filter-platform", &told("TARGET")?])
        .current_dir(told("CARGO_MANIFEST_DIR")?)
        .output()?;
    if !asked.status.success() {
        return Err(String::from_utf8_lossy(&asked.stderr).into());
    }
    let metadata: Value = serde_json::from_slice(&asked.stdout)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let is_it = |package: &&Value| package.get("name").and_then(Value::as_str) == Some(CLIENT);
    let client = packages.and_then(|packages| packages.iter().find(is_it));
    let manifest = client.and_then(|package| package.get("manifest_path")?.as_str());
    let manifest =
        PathBuf::from(manifest.ok_or("the client of KurrentDB is not in the workspace")?);
    Ok(manifest.parent().ok_or("a manifest without a folder")?.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build by its environment")]
fn told(name: &str) -> Result<String, VarError> {
    env::var(name)
}
