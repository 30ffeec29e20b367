//! Files are short, and every room is held to the same rules.

use crate::tree::{files, read};

/// Aim under 300; nobody finds their way in more than this.
const LINES_MAX: usize = 500;

#[test]
fn no_file_of_code_is_longer_than_five_hundred_lines() {
    for path in files(&["rs", "sql", "toml", "mjs", "sh"]) {
        let lines = read(&path).lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines: split it", path.display());
    }
}

#[test]
fn every_room_inherits_the_lints_of_the_workspace() {
    for path in files(&["toml"]).into_iter().filter(|path| path.ends_with("Cargo.toml")) {
        let manifest: toml::Table = read(&path).parse().unwrap();
        if !manifest.contains_key("package") {
            continue;
        }
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        let inherits = lints.and_then(toml::Value::as_bool) == Some(true);
        assert!(inherits, "{} lacks `[lints] workspace = true`", path.display());
    }
}

#[test]
fn a_module_bears_its_name_on_its_file() {
    for path in files(&["rs"]) {
        assert!(!path.ends_with("mod.rs"), "{}: write `name.rs` beside `name/`", path.display());
    }
}

#[test]
fn every_file_of_code_opens_by_saying_what_it_is_for() {
    for path in files(&["rs"]) {
        let opens = read(&path).starts_with("//! ");
        assert!(opens, "{} does not open with `//!` and its one job", path.display());
    }
}
