//! The bench runs on PostgreSQL and says what it promised; how fast is not asked here.

use std::{path::Path, process::Command};

use postgres_for_tests::Database;
use serde_json::Value;
use tempfile::TempDir;
use waymark_tests::waymark;

/// What a part of the bench found, in a database of its own.
fn found(arguments: &[&str], data_dir: &Path) -> Vec<Value> {
    let database = Database::fresh();
    let mut command = Command::new(waymark());
    command.args(["bench", "--json", "--store", &database.address()]).args(arguments);
    let output = command.arg("--data-dir").arg(data_dir.join("bench")).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    assert!(!data_dir.join("bench").exists(), "it cleans up after itself");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_log_on_postgres_is_measured() {
    let directory = TempDir::new().unwrap();
    let findings = found(&["--only", "postgres", "--pathways", "400"], directory.path());
    assert_eq!(findings.len(), 2, "{findings:?}");
    for finding in findings {
        assert!(finding["measured"].as_f64().is_some_and(|measured| measured > 0.0), "{finding}");
    }
}

#[test]
fn a_log_on_postgres_grows_and_is_looked_at_three_times() {
    let directory = TempDir::new().unwrap();
    let findings = found(&["--only", "growth", "--events", "2000"], directory.path());
    assert_eq!(findings.len(), 7, "{findings:?}");
    // So small a log may cost less than the clock of the processor tells.
    for finding in &findings[..4] {
        let how = finding["how"].as_str().unwrap();
        assert_eq!(how.matches("bytes written").count(), 3, "{how}");
    }
}
