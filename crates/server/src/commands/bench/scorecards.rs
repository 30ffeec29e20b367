//! Scorecards: a year of an integrated care board's steps, judged by the view itself, laid into a ledger
//! as a rebuild does, and asked for; to counting the rows of the ledger.

mod year;

use anyhow::bail;
use compliance::{CardAsk, CardGroup, ComplianceView};
use projector::View;
use projector::{Connection, SqlError, named_params, params};

use super::{
    Bench,
    finding::{Finding, Promise, percentile, real},
    lists::timed,
    say,
};
use crate::house::Views;

/// Steps of an integrated care board in a year, and what a scorecard of it may take at most.
const STEPS: u64 = 5_000_000;
const MILLISECONDS_MAX: f64 = 200.0;

/// How often each scorecard is asked for.
const ROUNDS: usize = 3;

/// Every row once, as a bare count would do it.
const BARE: &str = "SELECT pack, accountable, triggered_month, outcome, count(*) FROM obligation \
                    WHERE triggered_month BETWEEN :first AND :last GROUP BY 1, 2, 3, 4";

/// The scorecards that are asked for, by name.
const CARDS: [(&str, CardGroup); 3] = [
    ("scorecard of a year, each pack, organisation, month", by(false, true, true)),
    ("scorecard of a year, each rule, organisation, month", by(true, true, true)),
    ("scorecard of a year, each rule", by(true, false, false)),
];

const fn by(rule: bool, accountable: bool, month: bool) -> CardGroup {
    CardGroup { rule, accountable, month }
}

/// Lays the ledger down and asks it.
pub(super) fn measure(bench: &Bench) -> anyhow::Result<Vec<Finding>> {
    measure_steps(bench, STEPS)
}

fn measure_steps(bench: &Bench, steps: u64) -> anyhow::Result<Vec<Finding>> {
    let dir = bench.dir.join("scorecards");
    std::fs::create_dir_all(&dir)?;
    let connection = rusqlite::Connection::open(dir.join("ledger.db"))?;
    connection.pragma_update_and_check(None, "journal_mode", "OFF", |_row| Ok(()))?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let connection = Connection::from(connection);
    let view = Views::shipped().compliance;
    let mut told = 0;
    let histories = year::histories().take_while(|history| {
        let more = told + history.entries().len() as u64;
        let fits = more <= steps;
        told = if fits { more } else { told };
        fits
    });
    let rows = histories.map(|history| (history.pathway_id(), view.rows(&history)));
    projector::lay_out(&connection, &*view, rows)?;
    let count = |table: &str| -> Result<u64, SqlError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let counted = connection.first(&sql, params![], |row| row.get::<u32>(0))?;
        Ok(u64::from(counted.unwrap_or_default()))
    };
    let size = Size { steps: told, rows: count("obligation")?, cells: count("obligation_tally")? };
    say(&format!("{} promises of {} steps, {} counts", size.rows, size.steps, size.cells));
    let mut findings = Vec::new();
    for (name, by) in CARDS {
        findings.push(finding(&connection, &view, &size, (name, by))?);
    }
    findings.push(to_bare(&connection, &findings)?);
    Ok(findings)
}

/// What a ledger comes to.
struct Size {
    steps: u64,
    rows: u64,
    cells: u64,
}

fn finding(
    connection: &Connection,
    view: &ComplianceView,
    size: &Size,
    (name, by): (&'static str, CardGroup),
) -> anyhow::Result<Finding> {
    let ask = CardAsk {
        first: year::first(),
        last: year::last(),
        pack: None,
        rule: None,
        accountable: None,
        by,
        now: year::now(),
    };
    let (mut times, mut lines) = (Vec::new(), Vec::new());
    for _round in 0..ROUNDS {
        let (milliseconds, card) = timed(|| Ok(view.card(connection, &ask)?))?;
        times.push(milliseconds);
        lines = card;
    }
    let counted: u64 =
        lines.iter().map(|line| line.figures.triggered() + line.figures.recorded()).sum();
    if counted != size.rows {
        bail!("{name}: {counted} promises are counted and {} are in the ledger", size.rows);
    }
    let how = format!(
        "{} lines; {} promises of {} steps, {} counts kept; median of {ROUNDS}",
        lines.len(),
        size.rows,
        size.steps,
        size.cells
    );
    let (measured, promise) = (percentile(&mut times, 0.5), Promise::AtMost(MILLISECONDS_MAX));
    Ok(Finding { name, measured, unit: "ms of CPU", promise, how })
}

/// The first scorecard, to one pass over the rows that SQL would make for the same.
fn to_bare(connection: &Connection, findings: &[Finding]) -> anyhow::Result<Finding> {
    let (theirs, groups) = timed(|| {
        let asked =
            named_params! {":first": year::first().number(), ":last": year::last().number()};
        let mut groups = 0;
        connection.each(BARE, asked, |_row| {
            groups += 1;
            Ok::<_, SqlError>(())
        })?;
        Ok(groups)
    })?;
    let mine = findings.first().map_or(f64::NAN, |finding| finding.measured);
    Ok(Finding {
        name: "scorecard of a year, to a count of the rows",
        measured: mine / theirs,
        unit: "x",
        promise: Promise::Nothing,
        how: format!(
            "{mine:.1} to {theirs:.1} ms; the count knows no moment: {} groups by pack, organisation, month \
             and outcome",
            real(groups)
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cli::BenchPart, commands::simulate::simulated};

    #[test]
    fn a_small_year_is_judged_counted_whole_and_timed() {
        let dir = tempfile::tempdir().unwrap();
        let bench = Bench {
            dir: dir.path().to_owned(),
            only: vec![BenchPart::Scorecards],
            extract: simulated(100, 1).unwrap(),
        };
        let findings = measure_steps(&bench, 6_000).unwrap();
        assert_eq!(findings.len(), CARDS.len() + 1);
        assert!(findings.iter().all(|one| one.measured.is_finite()), "{findings:?}");
    }
}
