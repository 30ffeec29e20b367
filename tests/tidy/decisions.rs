//! Decisions can be found, and what points at one points at something.

use std::{collections::BTreeSet, path::PathBuf};

use crate::tree::{files, read, root};

const FOLDER: &str = "docs/adr/";

/// The decisions named in `text`, as paths.
fn named_in(text: &str) -> BTreeSet<String> {
    let after = text.split(FOLDER).skip(1);
    let names = after.filter_map(|rest| rest.split_once(".md"));
    let names = names.filter(|(name, _)| {
        name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    });
    names.map(|(name, _)| format!("{FOLDER}{name}.md")).collect()
}

#[test]
fn every_decision_is_linked_from_the_readme_or_the_architecture() {
    let linked = named_in(&(read("README.md") + &read("ARCHITECTURE.md")));
    let decisions = files(&["md"]).into_iter().filter(|path| path.starts_with(FOLDER));
    let decisions: Vec<PathBuf> = decisions.collect();
    assert!(!decisions.is_empty(), "there is no decision in {FOLDER}");
    for path in decisions {
        let path = path.to_str().unwrap();
        assert!(
            linked.contains(path),
            "{path} is linked neither from README.md nor ARCHITECTURE.md"
        );
    }
}

#[test]
fn every_decision_that_is_named_is_there() {
    for path in files(&["rs", "md", "toml", "sql"]) {
        for decision in named_in(&read(&path)) {
            let there = root().join(&decision).is_file();
            assert!(there, "{} names {decision}, which is not there", path.display());
        }
    }
}
