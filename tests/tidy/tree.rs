//! The files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that are not ours to keep tidy.
const PASSED_OVER: [&str; 2] = ["target", "node_modules"];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files whose name ends in one of `endings`, as paths from the root, sorted.
pub(crate) fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    gather(&root(), &mut found);
    let ends = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending))
    };
    let relative = |path: PathBuf| path.strip_prefix(root()).unwrap().to_path_buf();
    let mut files: Vec<PathBuf> = found.into_iter().filter(ends).map(relative).collect();
    files.sort();
    assert!(!files.is_empty(), "no {endings:?}: the test looks in the wrong place");
    files
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with('.') || PASSED_OVER.contains(&name) {
            continue;
        }
        if path.is_dir() {
            gather(&path, found);
        } else {
            found.push(path);
        }
    }
}
