//! A campaign of kills: a site is written to, looked after and killed at moments of chance, over and over;
//! at the end its log is checked against all that was answered, and its views against fresh ones.
//!
//! The short form of the tests and the long one of the soak are this code, with another number.

mod clients;
mod editions;
mod rebuilding;
mod recording;
mod stage;
mod tally;
mod trouble;

use std::{
    fs,
    process::Child,
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

use crate::{
    Caller, Chance, Command, Site,
    history::{Call, check, count},
    input, story,
};
pub use clients::Answers;
use clients::Written;
pub use stage::Stage;
pub use tally::Tally;

/// Pathways that were there before the campaign have numbers from here.
const BASE: u64 = 10_000_000_000;

/// So many commands of those that were sent, one is sent again at the end.
const AGAIN_EVERY: usize = 8;

/// How many findings are shown.
const SHOWN: usize = 5;

/// A site that is being killed over and over.
pub struct Campaign {
    site: Site,
    seed: u64,
    chance: Chance,
    token: String,
    since: Instant,
    /// Events that were there before.
    before: u64,
    round: u64,
    calls: Vec<Call>,
    /// Commands without an answer.
    open: Vec<Command>,
    /// Commands to be sent again at the end.
    again: Vec<Command>,
    start_took: Duration,
    rebuild_took: Duration,
    tally: Tally,
}

impl Campaign {
    /// Prepares a site: so many pathways are imported first. The moments of the kills follow from the
    /// seed, as far as the machine allows.
    pub fn begin(site: Site, seed: u64, pathways: u64) -> Self {
        let before = imported(&site, pathways);
        let since = Instant::now();
        site.serve().kill();
        let start_took = since.elapsed();
        let token = site.token();
        let began = Instant::now();
        site.run(&["rebuild"]);
        Self {
            site,
            seed,
            chance: Chance(seed),
            token,
            since,
            before,
            round: 0,
            calls: Vec::new(),
            open: Vec::new(),
            again: Vec::new(),
            start_took,
            rebuild_took: began.elapsed(),
            tally: Tally::default(),
        }
    }

    /// Kills in every stage by turns, until so many kills met a living process.
    pub fn kill(&mut self, kills: u64) {
        let most = self.tally.kills() + kills;
        let stages = Stage::ROW.into_iter().cycle();
        for stage in stages {
            if self.tally.kills() == most {
                return;
            }
            self.round += 1;
            match stage {
                Stage::Append | Stage::Projection => self.kill_while_recording(stage),
                Stage::Start => self.kill_a_start(),
                Stage::Rebuild | Stage::Switch => self.kill_a_rebuild(stage),
            }
        }
    }

    /// Everything that is open is answered, some of what was answered is asked again, and then the log
    /// and the views are checked.
    pub fn finish(self) -> Tally {
        self.finish_at().0
    }

    /// As [`Campaign::finish`], and the site, whose log and views are well.
    pub fn finish_at(mut self) -> (Tally, Site) {
        let server = self.site.serve();
        let caller = Caller::of(server.address(), &self.token, self.since);
        for command in std::mem::take(&mut self.open) {
            caller.until_answered(&command, &mut self.calls, |_answer| ());
        }
        self.calls.extend(self.again.iter().map(|command| caller.call(command)));
        server.kill();
        let log = self.site.log();
        let findings = check(self.site.positions(), &self.calls, self.before, &log);
        let first: Vec<_> = findings.iter().take(SHOWN).collect();
        assert!(findings.is_empty(), "seed {}: {} findings: {first:#?}", self.seed, findings.len());
        self.site.check_views();
        self.tally.events = log.len() as u64;
        self.tally.counts = count(&self.calls);
        (self.tally, self.site)
    }

    fn kill_a_start(&mut self) {
        let mut command = self.site.serving();
        let mut child = command.stdout(std::process::Stdio::null()).spawn().expect("it starts");
        thread::sleep(self.chance.shorter_than(self.start_took * 2));
        let killed = killed(&mut child);
        assert!(killed, "seed {}: it ended by itself: {}", self.seed, self.site.complained());
        self.tally.killed(Stage::Start);
    }

    /// What a client saw; where it was answered what there is not, with what the server complained of.
    fn joined(&self, client: ScopedJoinHandle<'_, Written>) -> Written {
        let complained = || format!("seed {}: {}", self.seed, self.site.complained());
        client.join().unwrap_or_else(|_panicked| panic!("{}", complained()))
    }

    /// Keeps what the clients saw, and some of what they sent for the end.
    fn keep(&mut self, written: Vec<Written>) {
        for one in written {
            self.calls.extend(one.calls);
            self.open.extend(one.open);
            self.again.extend(one.sent.into_iter().step_by(AGAIN_EVERY));
        }
    }
}

/// Ends a process as a crash would; false if it was over already.
fn killed(child: &mut Child) -> bool {
    child.kill().expect("it can be killed");
    child.wait().expect("it ends").code().is_none()
}

/// Lays down so many whole pathways, and says how many events they are.
fn imported(site: &Site, pathways: u64) -> u64 {
    if pathways == 0 {
        return 0;
    }
    let told = story();
    let lines = (BASE..BASE + pathways).flat_map(|pathway| {
        let numbered = told.iter().zip(pathway * 10..);
        numbered.map(move |(told, command)| input(pathway, command, told))
    });
    let lines: Vec<String> = lines.map(|line| line.to_string() + "\n").collect();
    let file = site.data().with_file_name("steps.ndjson");
    fs::write(&file, lines.concat()).expect("the directory is ours");
    site.run(&["import", file.to_str().expect("our path is text")]);
    lines.len() as u64
}
