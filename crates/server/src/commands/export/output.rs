//! Where an export goes: standard output, or a file that only its owner may read.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufWriter, Stdout, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;

/// Read and write for the owner, nothing for others.
const OWNER_ONLY: u32 = 0o600;

/// The output, named only when it is whole.
pub(super) enum Output {
    Screen(BufWriter<Stdout>),
    File { file: BufWriter<File>, part: PathBuf, path: PathBuf },
}

impl Output {
    /// Standard output, or a fresh file beside the one asked for.
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Screen(BufWriter::new(io::stdout()))) };
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = fresh(&part).with_context(|| format!("{} cannot be written", part.display()))?;
        Ok(Self::File { file: BufWriter::new(file), part, path: path.to_owned() })
    }

    /// Writes what waits, and gives the file its name.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Screen(mut out) => out.flush(),
            Self::File { mut file, part, path } => {
                file.flush()?;
                file.get_ref().sync_all()?;
                fs::rename(part, path)
            }
        }
    }
}

fn fresh(path: &Path) -> io::Result<File> {
    let file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(OWNER_ONLY).open(path)?;
    // A file left from before keeps the mode it had.
    file.set_permissions(Permissions::from_mode(OWNER_ONLY))?;
    Ok(file)
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Screen(out) => out.write(bytes),
            Self::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Screen(out) => out.flush(),
            Self::File { file, .. } => file.flush(),
        }
    }
}
