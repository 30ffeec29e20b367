//! Backups that cannot be made, and what they leave.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::house::Cellar;

/// A data directory that nobody uses any more.
fn lived_in() -> TempDir {
    let dir = TempDir::new().unwrap();
    let cellar = Cellar::open(dir.path()).unwrap();
    cellar.store.close();
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_follows_the_log_is_copied_before_it_and_what_opens_it_after() {
    let (data, place) = (lived_in(), TempDir::new().unwrap());
    fs::write(data.path().join("deadlines.json"), "{}").unwrap();
    fs::write(data.path().join("import.key"), [7; 32]).unwrap();
    fs::copy(data.path().join("keys.db"), data.path().join("alerts.db")).unwrap();
    for others in ["token.key", "reactor.position", "demo-tokens.json"] {
        fs::write(data.path().join(others), "made again").unwrap();
    }
    let to = place.path().join("new/backup");
    let manifest = backup(data.path(), &to).unwrap();
    let order: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(order, ["alerts.db", "deadlines.json", "events.db", "keys.db", "import.key"]);
    let all = ["alerts.db", MANIFEST, "deadlines.json", "events.db", "import.key", "keys.db"];
    assert_eq!(names(&to), all);
    assert_eq!(check::check(&to).unwrap(), manifest);
    assert_eq!(names(&to), all, "a check leaves nothing beside what it reads");
}

#[test]
fn a_backup_does_not_lie_in_what_it_is_a_backup_of() {
    let (data, place) = (lived_in(), TempDir::new().unwrap());
    let linked = place.path().join("linked");
    std::os::unix::fs::symlink(data.path(), &linked).unwrap();
    for to in [data.path().to_owned(), data.path().join("a/b"), linked.join("backup")] {
        let said = must_lie_elsewhere(data.path(), &to).unwrap_err().to_string();
        assert!(said.contains("would be lost with it"), "{said}");
    }
    let beside = data.path().with_extension("backup");
    for to in [beside, place.path().join("new/backup")] {
        assert!(must_lie_elsewhere(data.path(), &to).is_ok(), "{}", to.display());
    }
}

#[test]
fn a_backup_that_fails_leaves_nothing_that_could_be_taken_for_one() {
    let (data, place) = (lived_in(), TempDir::new().unwrap());
    fs::remove_file(data.path().join("keys.db")).unwrap();
    let (new, empty) = (place.path().join("new"), place.path().join("empty"));
    fs::create_dir(&empty).unwrap();
    for to in [&new, &empty] {
        let said = format!("{:#}", backup(data.path(), to).unwrap_err());
        assert!(said.contains("keys.db` cannot be read"), "{said}");
    }
    assert!(!new.exists());
    assert!(names(&empty).is_empty());
}

#[test]
fn a_backup_goes_over_nothing_that_is_there() {
    let (data, place) = (lived_in(), TempDir::new().unwrap());
    fs::write(place.path().join("letter.txt"), "kept").unwrap();
    let said = format!("{:#}", backup(data.path(), place.path()).unwrap_err());
    assert!(said.ends_with("is not empty: expected a directory that is new or empty"), "{said}");
    assert_eq!(names(place.path()), ["letter.txt"]);
    fs::create_dir(place.path().join(UNFINISHED)).unwrap();
    let said = format!("{:#}", backup(data.path(), place.path()).unwrap_err());
    assert!(said.contains("holds a backup that broke off"), "{said}");
}

#[test]
fn a_check_says_what_is_wrong_with_a_backup() {
    let (data, place) = (lived_in(), TempDir::new().unwrap());
    let wrong = |name: &str, spoil: &dyn Fn(&Path)| {
        let to = place.path().join(name);
        backup(data.path(), &to).unwrap();
        spoil(&to);
        format!("{:#}", check::check(&to).unwrap_err())
    };
    let said = wrong("no-manifest", &|to| fs::remove_file(to.join(MANIFEST)).unwrap());
    assert!(said.ends_with("holds no backup: there is no backup.json"), "{said}");
    let said = wrong("broken-off", &|to| fs::create_dir(to.join(UNFINISHED)).unwrap());
    assert!(said.ends_with("holds a backup that broke off: remove it"), "{said}");
    let said = wrong("no-keys", &|to| fs::remove_file(to.join("keys.db")).unwrap());
    assert!(said.contains("keys.db cannot be read"), "{said}");
    let flip = |to: &Path| {
        let mut bytes = fs::read(to.join(EVENTS)).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(to.join(EVENTS), bytes).unwrap();
    };
    let said = wrong("flipped", &flip);
    assert!(said.contains("events.db is not what was copied"), "{said}");
    let claim = |to: &Path| {
        let text = fs::read_to_string(to.join(MANIFEST)).unwrap();
        fs::write(to.join(MANIFEST), text.replace("\"position\": 0", "\"position\": 9")).unwrap();
    };
    let said = wrong("claims-more", &claim);
    assert_eq!(said, "backup.json does not tell of this log and these keys");
}

#[test]
fn no_log_begins_beside_a_part_of_a_backup() {
    let place = TempDir::new().unwrap();
    fs::create_dir(place.path().join(UNFINISHED)).unwrap();
    let said = crate::log::must_be_its_own(place.path()).unwrap_err().to_string();
    assert!(said.contains("holds a backup that broke off"), "{said}");
}
