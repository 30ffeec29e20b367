//! What an import took: time, processor, memory, room on disk. On Linux, from `/proc`.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use comfy_table::Table;
use indicatif::{HumanBytes, HumanCount};

/// The kernel counts processor time for programs in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// Where clock and processor stood.
pub(super) struct Usage {
    at: Instant,
    processor: Option<f64>,
}

/// What was used since.
pub(super) struct Spent {
    elapsed: Duration,
    processor_seconds: Option<f64>,
    memory_bytes: Option<u64>,
    log_bytes: u64,
}

impl Usage {
    pub(super) fn now() -> Self {
        Self { at: Instant::now(), processor: processor_seconds() }
    }

    /// What was used since then, with the size of the log in `data_dir`.
    pub(super) fn since(&self, data_dir: &Path) -> Spent {
        let size = |name: &str| fs::metadata(data_dir.join(name)).map_or(0, |found| found.len());
        let processor = processor_seconds().zip(self.processor);
        Spent {
            elapsed: self.at.elapsed(),
            processor_seconds: processor.map(|(now, before)| now - before),
            memory_bytes: peak_memory(),
            log_bytes: size("events.db") + size("events.db-wal"),
        }
    }
}

impl Spent {
    /// Adds what it took to handle so many steps.
    pub(super) fn rows(&self, steps: u64, table: &mut Table) {
        table.add_row(["seconds".to_owned(), format!("{:.1}", self.elapsed.as_secs_f64())]);
        if let Some(seconds) = self.processor_seconds.filter(|seconds| *seconds > 0.0) {
            table.add_row(["processor seconds".to_owned(), format!("{seconds:.1}")]);
            let rate = HumanCount(a_second(steps, seconds)).to_string();
            table.add_row(["steps a processor second".to_owned(), rate]);
        }
        if let Some(bytes) = self.memory_bytes {
            table.add_row(["most memory".to_owned(), HumanBytes(bytes).to_string()]);
        }
        table.add_row(["size of the log".to_owned(), HumanBytes(self.log_bytes).to_string()]);
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people to read"
)]
fn a_second(steps: u64, seconds: f64) -> u64 {
    (steps as f64 / seconds) as u64
}

/// User and system time of this process: the 14th and 15th field of its stat line.
fn processor_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_the_name) = stat.rsplit_once(')')?;
    let mut ticks = after_the_name.split_ascii_whitespace().skip(11).map(str::parse::<f64>);
    Some((ticks.next()?.ok()? + ticks.next()?.ok()?) / TICKS_A_SECOND)
}

fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}
