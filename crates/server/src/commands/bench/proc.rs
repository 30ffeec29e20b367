//! Processor time and memory of this process, from Linux's `/proc`.

use std::{fs, path::Path};

use anyhow::Context;

/// The kernel counts processor time for programs in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

const NANOSECONDS_A_SECOND: f64 = 1_000_000_000.0;

/// Processor seconds of this process so far.
pub(super) fn processor() -> anyhow::Result<f64> {
    seconds(Path::new("/proc/self/stat"))
}

/// Processor seconds of the thread that asks, so far, to the nanosecond.
pub(super) fn processor_of_this_thread() -> anyhow::Result<f64> {
    let told = fs::read_to_string("/proc/thread-self/schedstat");
    let told = told.context("there is no /proc/thread-self/schedstat: this needs Linux")?;
    let nanoseconds = told.split_ascii_whitespace().next().context("an odd schedstat line")?;
    Ok(nanoseconds.parse::<f64>()? / NANOSECONDS_A_SECOND)
}

/// Processor seconds so far of this process's threads of a name.
pub(super) fn processor_of(thread: &str) -> anyhow::Result<f64> {
    let mut sum = 0.0;
    for task in fs::read_dir("/proc/self/task").context("there is no /proc: this needs Linux")? {
        let task = task?.path();
        let Ok(name) = fs::read_to_string(task.join("comm")) else { continue };
        if name.trim_end() == thread {
            sum += seconds(&task.join("stat"))?;
        }
    }
    Ok(sum)
}

/// User and system time: the 14th and 15th field of a stat line.
fn seconds(stat: &Path) -> anyhow::Result<f64> {
    let line = fs::read_to_string(stat).context("there is no /proc: this needs Linux")?;
    let (_, after_the_name) = line.rsplit_once(')').context("an odd stat line")?;
    let ticks = after_the_name.split_ascii_whitespace().skip(11).take(2);
    let ticks = ticks.map(|field| Ok(field.parse::<f64>()?)).sum::<anyhow::Result<f64>>()?;
    Ok(ticks / TICKS_A_SECOND)
}

/// Most bytes of memory that this process ever had.
pub(super) fn peak_memory() -> anyhow::Result<u64> {
    status("VmHWM:")
}

/// Bytes of memory that this process has now.
pub(super) fn memory() -> anyhow::Result<u64> {
    status("VmRSS:")
}

fn status(field: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("there is no /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let line = line.with_context(|| format!("no {field} in /proc/self/status"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_and_memory_are_read_and_never_shrink() {
        let before = processor().unwrap();
        assert!(peak_memory().unwrap() >= memory().unwrap() / 2);
        assert!(processor().unwrap() >= before);
        assert!(processor_of_this_thread().unwrap() > 0.0);
        assert!(processor_of("no such thread").unwrap().abs() < f64::EPSILON);
    }
}
