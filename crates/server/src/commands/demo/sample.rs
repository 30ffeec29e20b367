//! A small waiting list of the shapes of the official extract, for the town's eight services.

use chrono::{Days, NaiveDate};
use rtt_extract::{BANDS, Extract, ExtractRow, LaidPathway, Part};
use steps::{OdsCode, Step};

use super::cast::{PRACTICES, ods};

/// The weeks waited by the people on a list, one number a person.
type Weeks = [usize; 20];

const SHORT: Weeks = [0, 0, 1, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 22];
const MIDDLE: Weeks = [0, 1, 2, 3, 5, 6, 7, 9, 10, 12, 13, 15, 16, 17, 19, 22, 26, 33, 44, 55];
const LONG: Weeks = [0, 2, 4, 6, 8, 10, 12, 15, 17, 20, 23, 26, 30, 35, 41, 48, 53, 60, 67, 80];

/// Every third person who has waited so many weeks has a decision to admit.
const DECIDED_FROM_WEEK: usize = 10;

/// Provider, commissioner, function and list.
const LISTS: [(&str, &str, &str, Weeks); 8] = [
    ("DT1", "72Q", "C_110", LONG),
    ("DT1", "72Q", "C_130", MIDDLE),
    ("DT1", "72Q", "C_320", SHORT),
    ("DT1", "DC2", "C_502", LONG),
    ("DT2", "72Q", "C_110", MIDDLE),
    ("DT2", "DC2", "C_130", SHORT),
    ("DT2", "72Q", "C_301", MIDDLE),
    ("DT2", "DC2", "C_330", SHORT),
];

/// The pathways that wait on `census`, referred by the practices of the town.
pub(super) fn pathways(census: NaiveDate) -> anyhow::Result<Vec<LaidPathway>> {
    let practices: Vec<OdsCode> = PRACTICES.into_iter().map(ods).collect::<anyhow::Result<_>>()?;
    let extract = extract(census)?;
    let laid = rtt_extract::lay_down(&extract);
    Ok(laid.zip(practices.iter().cycle()).map(|(one, practice)| referred(one, practice)).collect())
}

fn extract(census: NaiveDate) -> anyhow::Result<Extract> {
    let mut rows = Vec::new();
    for (provider, commissioner, function, weeks) in LISTS {
        let row = |part, bands: Vec<u32>| -> anyhow::Result<ExtractRow> {
            Ok(ExtractRow {
                line: 0,
                provider: ods(provider)?,
                commissioner: ods(commissioner)?,
                part,
                function: function.parse().map_err(|bad| anyhow::anyhow!("{bad}"))?,
                function_name: None,
                total_all: bands.iter().sum(),
                bands,
                unknown_start: 0,
            })
        };
        rows.push(row(Part::Incomplete, bands(weeks.iter()))?);
        let decided = weeks.iter().filter(|weeks| **weeks >= DECIDED_FROM_WEEK).step_by(3);
        rows.push(row(Part::IncompleteWithDecisionToAdmit, bands(decided))?);
    }
    Ok(Extract {
        period: "demo".to_owned(),
        census,
        rows,
        organisations: [].into(),
        warnings: Vec::new(),
    })
}

fn bands<'a>(weeks: impl Iterator<Item = &'a usize>) -> Vec<u32> {
    let mut bands = vec![0; BANDS];
    for week in weeks {
        if let Some(band) = bands.get_mut(*week) {
            *band += 1;
        }
    }
    bands
}

/// The pathway with a practice of the town in the place of a simulated one.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other step names the referrer")]
fn referred(mut laid: LaidPathway, practice: &OdsCode) -> LaidPathway {
    for (_, step) in &mut laid.steps {
        match step {
            Step::ReferralSent(sent) => sent.referrer = practice.clone(),
            Step::ReferralReceived(received) => received.referrer = Some(practice.clone()),
            _ => {}
        }
    }
    laid
}

/// The day on which the list is counted: the day before, for nothing may happen in the future.
pub(super) fn census(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(1)).unwrap_or(today)
}
