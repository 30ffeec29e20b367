//! Processor time and memory of this process, from Linux's `/proc`.

use std::{
    fs,
    path::{Path, PathBuf},
};

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
    ticks(stat, 2)
}

/// Processor seconds of a process so far.
pub(super) fn processor_of_process(process: &Path) -> anyhow::Result<f64> {
    seconds(&process.join("stat"))
}

/// As [`processor_of_process`], with its children that have ended: the two fields that follow.
pub(super) fn processor_with_ended(process: &Path) -> anyhow::Result<f64> {
    ticks(&process.join("stat"), 4)
}

/// The first of these fields is the 14th of the line.
fn ticks(stat: &Path, fields: usize) -> anyhow::Result<f64> {
    let line = fs::read_to_string(stat).context("there is no /proc: this needs Linux")?;
    let ticks = after_the_name(&line)?.skip(11).take(fields);
    let ticks = ticks.map(|field| Ok(field.parse::<f64>()?)).sum::<anyhow::Result<f64>>()?;
    Ok(ticks / TICKS_A_SECOND)
}

/// The fields of a stat line from the third on; a name may hold blanks.
fn after_the_name(line: &str) -> anyhow::Result<impl Iterator<Item = &str>> {
    let (_, fields) = line.rsplit_once(')').context("an odd stat line")?;
    Ok(fields.split_ascii_whitespace())
}

/// The process that began this one.
pub(super) fn parent(process: &Path) -> anyhow::Result<u32> {
    let line = fs::read_to_string(process.join("stat"))?;
    Ok(after_the_name(&line)?.nth(1).context("an odd stat line")?.parse()?)
}

/// The processes that a process began and that go on.
pub(super) fn children(of: u32) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc").context("there is no /proc: this needs Linux")? {
        let path = entry?.path();
        let is_process = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().iter().all(u8::is_ascii_digit));
        if is_process && parent(&path).is_ok_and(|parent| parent == of) {
            all.push(path);
        }
    }
    Ok(all)
}

/// Bytes that a process, with its children that have ended, had written to the disk.
pub(super) fn written(process: &Path) -> anyhow::Result<u64> {
    let told = fs::read_to_string(process.join("io"));
    let told = told.context("what a process writes is told to its user and to root")?;
    let bytes = told.lines().find_map(|line| line.strip_prefix("write_bytes:"));
    Ok(bytes.context("no write_bytes in /proc/*/io")?.trim().parse()?)
}

/// From here on [`peak_memory`] counts anew.
pub(super) fn forget_peak_memory() -> anyhow::Result<()> {
    fs::write("/proc/self/clear_refs", "5").context("the peak of memory cannot be forgotten")
}

/// Most bytes of memory that this process ever had, or had since [`forget_peak_memory`].
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

    #[test]
    fn a_child_is_found_by_its_parent_and_its_time_is_told_once_it_has_ended() {
        let this = Path::new("/proc/self");
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let there = children(std::process::id()).unwrap();
        let found = there.iter().any(|path| path.ends_with(child.id().to_string()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found, "{there:?}");
        assert!(!children(std::process::id()).unwrap().iter().any(|path| *path == there[0]));
        assert!(processor_with_ended(this).unwrap() >= processor_of_process(this).unwrap());
    }

    #[test]
    fn what_is_written_is_counted() {
        assert!(written(Path::new("/proc/self")).is_ok());
    }

    #[test]
    fn the_peak_of_memory_is_forgotten() {
        // Other tests of the process may take as much meanwhile: then it is looked at again.
        let is_forgotten = (0..100).any(|_look| {
            let filled = vec![1_u8; 128 << 20];
            assert!(filled.iter().all(|byte| *byte == 1));
            let high = peak_memory().unwrap();
            drop(filled);
            std::thread::sleep(std::time::Duration::from_millis(50));
            forget_peak_memory().unwrap();
            peak_memory().unwrap() < high
        });
        assert!(is_forgotten);
    }
}
