//! Simulate: a list of any size in the proportions of a real one, as an extract or laid down.

mod chance;
mod list;
mod shape;

use std::{
    fs::File,
    io::{BufWriter, ErrorKind, Write},
    path::Path,
};

use anyhow::{Context, anyhow};
use comfy_table::Table;
use indicatif::HumanCount;
use rtt_extract::{Extract, Part};

pub(super) use self::{chance::mixed, list::simulated};
use super::import;
use crate::{cli::SimulateArgs, config::Settings};

/// `waymark simulate`.
pub(crate) async fn run(settings: Settings, args: SimulateArgs) -> anyhow::Result<()> {
    import::note(&format!("simulating {} pathways", HumanCount(args.pathways)));
    // Before the work: a file that is there must not cost it.
    let file = args.out.as_deref().map(create).transpose()?;
    let list = simulated(args.pathways, args.seed)?;
    super::print(&table(&list, args.seed));
    let Some((file, out)) = file.zip(args.out) else {
        return import::lay_down_list(&settings, &list).await;
    };
    let failed = || format!("{} cannot be written", out.display());
    let mut file = BufWriter::new(file);
    rtt_extract::write_extract(&list, &mut file).with_context(failed)?;
    file.flush().with_context(failed)?;
    import::note(&format!("next: waymark import --rtt {} --parts 2", out.display()));
    Ok(())
}

fn create(out: &Path) -> anyhow::Result<File> {
    File::create_new(out).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            anyhow!("{} is there already: name a file that is not", out.display())
        }
        _ => anyhow::Error::new(error).context(format!("{} cannot be made", out.display())),
    })
}

/// What the list is like.
fn table(list: &Extract, seed: u64) -> String {
    let count = |wanted: fn(&rtt_extract::OrganisationEntry) -> bool| {
        list.organisations.values().filter(|entry| wanted(entry)).count() as u64
    };
    let decided = list.rows_of(Part::IncompleteWithDecisionToAdmit);
    let rows = [
        ("seed", seed.to_string()),
        ("waiting on", list.census.to_string()),
        ("pathways", HumanCount(list.open_pathways()).to_string()),
        (
            "with a decision to admit",
            HumanCount(decided.map(|row| u64::from(row.total_all)).sum()).to_string(),
        ),
        ("providers", HumanCount(count(|entry| entry.provides)).to_string()),
        ("commissioners", HumanCount(count(|entry| entry.commissions)).to_string()),
        ("lines of the extract", HumanCount(list.rows.len() as u64).to_string()),
    ];
    let mut table = Table::new();
    table.set_header(["simulated", ""]);
    table.add_rows(rows.map(|(name, value)| [name.to_owned(), value]));
    table.to_string()
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn the_file_that_is_written_is_the_list() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("list.csv");
        let list = simulated(5_000, 3).unwrap();
        rtt_extract::write_extract(&list, create(&out).unwrap()).unwrap();
        let read = BufReader::new(File::open(&out).unwrap());
        let read = rtt_extract::read_extract(read, None).unwrap();
        assert_eq!(read.open_pathways(), 5_000);
        let laid: Vec<_> = rtt_extract::lay_down(&list).map(|one| one.pathway_id).collect();
        let again: std::collections::BTreeSet<_> =
            rtt_extract::lay_down(&read).map(|one| one.pathway_id).collect();
        assert_eq!(again.len(), 5_000);
        assert!(laid.iter().all(|id| again.contains(id)));
    }

    #[test]
    fn a_file_that_is_there_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("list.csv");
        std::fs::write(&out, "mine").unwrap();
        let refused = create(&out).unwrap_err().to_string();
        assert!(refused.ends_with("is there already: name a file that is not"), "{refused}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "mine");
    }
}
