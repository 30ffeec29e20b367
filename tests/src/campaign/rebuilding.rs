//! A rebuild that is killed, at any moment or while it switches.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use super::{Campaign, Stage, killed};
use crate::Site;

/// How long after the first sign of a switch a kill may come.
const SWITCH: Duration = Duration::from_millis(60);

impl Campaign {
    /// Kills `waymark rebuild`. One that is over before must have found nothing that differs.
    pub(super) fn kill_a_rebuild(&mut self, stage: Stage) {
        let before = Files::of(&self.site);
        let mut command = self.site.waymark(&["rebuild"]);
        let mut child = command.stdout(Stdio::null()).spawn().expect("it starts");
        if stage == Stage::Switch {
            let begun = || !Files::of(&self.site).built.is_subset(&before.built);
            until_over_or(&mut child, begun);
            thread::sleep(self.chance.shorter_than(SWITCH));
        } else {
            thread::sleep(self.chance.shorter_than(self.rebuild_took));
        }
        if killed(&mut child) {
            self.tally.killed(stage);
            let after = Files::of(&self.site);
            self.tally.half_switched += u64::from(after.is_half_switched_since(&before));
        } else {
            let ended = child.wait().expect("it has ended");
            assert!(ended.success(), "seed {}: {}", self.seed, self.site.complained());
        }
    }
}

/// Waits until something can be seen, or the process is over without it.
fn until_over_or(child: &mut Child, seen: impl Fn() -> bool) {
    while child.try_wait().expect("it can be asked").is_none() && !seen() {
        thread::yield_now();
    }
}

/// The files of views that lie in the data directory. Where there are none nothing is seen.
struct Files {
    /// Names of whole view files.
    built: BTreeSet<String>,
    /// Each pointer, and the file it names.
    pointers: BTreeMap<String, Vec<u8>>,
}

impl Files {
    fn of(site: &Site) -> Self {
        let directory = site.data().join("views");
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let (mut built, mut pointers) = (BTreeSet::new(), BTreeMap::new());
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            match name.rsplit_once('.') {
                Some((_, "current")) => {
                    pointers.insert(name, fs::read(entry.path()).unwrap_or_default());
                }
                Some((_, "db")) => {
                    built.insert(name);
                }
                _ => {}
            }
        }
        Self { built, pointers }
    }

    /// Whether some pointers were switched and some not.
    fn is_half_switched_since(&self, before: &Self) -> bool {
        let stays = |(name, file): (&String, &Vec<u8>)| before.pointers.get(name) == Some(file);
        let stayed = self.pointers.iter().filter(|pointer| stays(*pointer)).count();
        (1..self.pointers.len()).contains(&stayed)
    }
}
