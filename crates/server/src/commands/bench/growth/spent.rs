//! What a stretch of work took: of this process, and of the PostgreSQL that it works with.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use store_postgres::Address;

use super::super::{finding::real, proc};

/// Processor seconds and bytes written so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    pub(super) seconds: f64,
    pub(super) written: f64,
}

/// Whose work is counted.
pub(super) struct Workers {
    /// The process that all of PostgreSQL's are children of; none where it does not work for us.
    postmaster: Option<u32>,
}

impl Workers {
    /// This process, and the PostgreSQL behind the address, which must run on this machine.
    pub(super) async fn of(database: Option<&Address>) -> anyhow::Result<Self> {
        let Some(address) = database else { return Ok(Self { postmaster: None }) };
        let client = address.connect().await?;
        let rows = client.query_typed("SELECT pg_backend_pid()", &[]).await?;
        let backend: i32 = rows.first().context("no backend")?.try_get(0)?;
        let process = Path::new("/proc").join(backend.to_string());
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        if name.trim_end() != "postgres" {
            bail!("growth counts the processor time of PostgreSQL, which must run on this machine");
        }
        Ok(Self { postmaster: Some(proc::parent(&process)?) })
    }

    /// All that was spent until now.
    pub(super) fn spent(&self) -> anyhow::Result<Spent> {
        let mut spent = Spent {
            seconds: proc::processor()?,
            written: real(proc::written(Path::new("/proc/self"))?),
        };
        let Some(postmaster) = self.postmaster else { return Ok(spent) };
        let at = Path::new("/proc").join(postmaster.to_string());
        spent.seconds += proc::processor_with_ended(&at)?;
        spent.written += real(proc::written(&at)?);
        for process in proc::children(postmaster)? {
            // It may end while it is looked at; then its parent tells of it the next time.
            let Ok(seconds) = proc::processor_of_process(&process) else { continue };
            spent.seconds += seconds;
            spent.written += real(proc::written(&process).unwrap_or_default());
        }
        Ok(spent)
    }
}

impl Spent {
    pub(super) fn since(self, before: Self) -> Self {
        Self { seconds: self.seconds - before.seconds, written: self.written - before.written }
    }
}
