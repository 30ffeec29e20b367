//! A rebuild that is killed, at any moment or while it switches.

use std::{
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use super::{Campaign, Stage, editions::Editions, killed};

/// How long after the first sign a kill may come: a few switches.
const SWITCH: Duration = Duration::from_millis(60);

impl Campaign {
    /// Kills `waymark rebuild`. One that is over before must have found nothing that differs.
    pub(super) fn kill_a_rebuild(&mut self, stage: Stage) {
        let before = Editions::of(&self.site);
        let mut command = self.site.waymark(&["rebuild"]);
        let mut child = command.stdout(Stdio::null()).spawn().expect("it starts");
        if stage == Stage::Switch {
            // By turns the first that is built, and the first that is switched to.
            let is_built = self.chance.below(2) == 0;
            until_over_or(&mut child, || {
                let now = Editions::of(&self.site);
                if is_built { now.has_more_than(&before) } else { now.uses_others_than(&before) }
            });
            thread::sleep(self.chance.shorter_than(SWITCH));
        } else {
            thread::sleep(self.chance.shorter_than(self.rebuild_took));
        }
        if killed(&mut child) {
            self.tally.killed(stage);
            let after = Editions::of(&self.site);
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
