//! Whose return of which month is asked for, and what there is to say to that.

use std::collections::BTreeSet;

use anyhow::{anyhow, bail};
use chrono::{DateTime, NaiveDate, Utc};
use pathway::{Month, london};
use policy::{Packs, ReturnDeadlines};
use rtt_extract::Extract;
use steps::OdsCode;
use waiting_times::Narrow;

use super::known::Known;
use crate::{cli::WhoseArgs, commands::past};

/// A return that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) month: Month,
    pub(super) narrow: Narrow,
}

/// The month of `2026-01`; it has begun.
pub(super) fn month_of(raw: &str, today: NaiveDate) -> anyhow::Result<Month> {
    let month: Month =
        raw.parse().map_err(|_bad| anyhow!("--month is `{raw}`: expected one such as 2026-01"))?;
    past::begun(raw, month, today)
}

/// The end of the month: the moment as of which the directory is asked.
pub(super) fn directory_on(month: Month) -> DateTime<Utc> {
    london::end_of(month.last())
}

/// By when the return of the month is handed in and signed off, in words.
pub(super) fn due(month: Month) -> String {
    let packs = Packs::shipped();
    match ReturnDeadlines::shipped().of(month.last(), packs.calendar()) {
        Some(due) => format!(
            "the provider hands the month in by {}, the commissioner signs it off by {}",
            due.provider, due.commissioner
        ),
        None => {
            "by when the month is handed in is not known: neither deadlines nor bank holidays of \
            that time are in the policies"
                .to_owned()
        }
    }
}

impl Asked {
    pub(super) fn of(whose: &WhoseArgs, month: Month, known: &Known) -> anyhow::Result<Self> {
        let commissioners = match &whose.icb {
            None => None,
            Some(icb) => Some(commissioners_of(icb, month, known)?),
        };
        let narrow =
            Narrow { provider: whose.provider.clone(), commissioners, ..Narrow::default() };
        Ok(Self { month, narrow })
    }

    /// Fails for a provider that neither the directory nor the lists know.
    pub(super) fn refuse_stranger(&self, extract: &Extract, known: &Known) -> anyhow::Result<()> {
        let Some(provider) = &self.narrow.provider else { return Ok(()) };
        let on = directory_on(self.month);
        let is_known = known.directory.organisation(provider, on, known.at).is_some();
        if extract.rows.is_empty() && !is_known {
            bail!("nobody knows the provider `{provider}`: expected a code that the directory has");
        }
        Ok(())
    }

    /// What whoever reads the file should know.
    pub(super) fn notes(&self, extract: &Extract, now: DateTime<Utc>) -> Vec<String> {
        let mut notes = Vec::new();
        if extract.rows.is_empty() {
            notes.push(format!("nobody in {}: the file has a header and no rows", extract.period));
        }
        if self.month.last() >= london::date_of(now) {
            notes.push("the month is not over: what is known of it so far was counted".to_owned());
        }
        notes
    }

    /// The rows of an official file that are asked for.
    pub(super) fn theirs(&self, mut extract: Extract) -> Extract {
        let Narrow { provider, commissioners, .. } = &self.narrow;
        extract.rows.retain(|row| {
            provider.as_ref().is_none_or(|one| *one == row.provider)
                && commissioners.as_ref().is_none_or(|all| all.contains(&row.commissioner))
        });
        extract
    }
}

fn commissioners_of(
    icb: &OdsCode,
    month: Month,
    known: &Known,
) -> anyhow::Result<BTreeSet<OdsCode>> {
    let children = known.directory.children_of(icb, directory_on(month), known.at);
    let codes: BTreeSet<_> = children.into_iter().map(|one| one.organisation.clone()).collect();
    if codes.is_empty() {
        bail!("--icb {icb}: the directory knows no commissioner of it at the end of that month");
    }
    Ok(codes)
}
