//! The month's account by provider and reporting function.
//!
//! Where pathways were laid down from an extract of the month, opening and removals are unknown, and
//! so is whether it closes: they are shown as unknown and never worked out from the rest.

use std::collections::BTreeMap;

use comfy_table::Table;
use pathway::london;
use policy::ReportingFunctions;
use rtt_extract::Part;
use serde::Serialize;
use waiting_times::{Ask, Closing, Entered, GroupBy, Left, Line, UNKNOWN};

use super::{
    asked::{self, Asked},
    gather,
    known::{self, Known},
};
use crate::{cli::AccountArgs, commands::import::note, edge, house::Cellar};

/// The account of one provider and function. What is not known is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) provider: String,
    pub(super) function: String,
    pub(super) opening: Option<u32>,
    /// What came and what left, by way; each that is not nought.
    pub(super) came: BTreeMap<String, u32>,
    pub(super) left: BTreeMap<String, u32>,
    pub(super) removed: Option<u32>,
    pub(super) closing: u32,
    pub(super) left_over: Option<i64>,
}

/// `waymark return account`.
pub(super) async fn run(cellar: &Cellar, args: &AccountArgs) -> anyhow::Result<()> {
    let (accounts, notes) = accounts(cellar, args).await?;
    for told in &notes {
        note(told);
    }
    super::super::print(&if args.json {
        serde_json::to_string_pretty(&accounts)?
    } else {
        table(&accounts)
    });
    Ok(())
}

pub(super) async fn accounts(
    cellar: &Cellar,
    args: &AccountArgs,
) -> anyhow::Result<(Vec<Account>, Vec<String>)> {
    let now = edge::now();
    let month = asked::month_of(&args.whose.month, london::date_of(now))?;
    let known = Known::at(cellar, None, now).await?;
    let asked = Asked::of(&args.whose, month, &known)?;
    asked.refuse_stranger(&gather::gather(&known, &asked).extract, &known)?;
    let ask = gather::ask_of(&asked, Part::Incomplete);
    let ask = Ask { group_by: GroupBy::ProviderAndFunction, ..ask };
    let is_unknown = known.opening_is_unknown(month);
    let functions = ReportingFunctions::shipped();
    let mut all: BTreeMap<(String, String), Account> = BTreeMap::new();
    for closing in known.view.closing(&ask, month) {
        let (provider, function) = closing.key.split_once('/').unwrap_or((&closing.key, UNKNOWN));
        let folded = functions.code_of(function, month.last()).unwrap_or(UNKNOWN);
        let key = (provider.to_owned(), folded.to_owned());
        let account = all.entry(key).or_insert_with_key(|key| Account::none(key, is_unknown));
        account.add(&closing);
    }
    let mut notes = Vec::new();
    if is_unknown {
        notes.push(format!("opening and removals are unknown: {}", known::LAID_DOWN));
    }
    if all.is_empty() {
        notes.push("nobody in that month".to_owned());
    }
    Ok((all.into_values().collect(), notes))
}

impl Account {
    fn none((provider, function): &(String, String), is_unknown: bool) -> Self {
        Self {
            provider: provider.clone(),
            function: function.clone(),
            opening: (!is_unknown).then_some(0),
            came: BTreeMap::new(),
            left: BTreeMap::new(),
            removed: (!is_unknown).then_some(0),
            closing: 0,
            left_over: (!is_unknown).then_some(0),
        }
    }

    fn add(&mut self, closing: &Closing) {
        self.closing += closing.closing;
        self.opening = self.opening.map(|opening| opening + closing.opening);
        self.left_over = self.left_over.map(|left_over| left_over + closing.left_over());
        for (line, count) in &closing.lines {
            match line {
                Line::Entered(how) => *self.came.entry(came(*how).to_owned()).or_default() += count,
                Line::Left(Left::Removed(reason)) => {
                    let reason = serde_json::to_value(reason).ok();
                    let word = reason.as_ref().and_then(|word| word.as_str()).unwrap_or(UNKNOWN);
                    *self.left.entry(format!("REMOVED_{word}")).or_default() += count;
                    self.removed = self.removed.map(|removed| removed + count);
                }
                Line::Left(how) => *self.left.entry(left(*how).to_owned()).or_default() += count,
            }
        }
    }
}

const fn came(how: Entered) -> &'static str {
    match how {
        Entered::Started => "STARTED",
        Entered::TransferredIn => "TRANSFERRED_IN",
        Entered::ReclassifiedIn => "RECLASSIFIED_IN",
        Entered::Returned => "RETURNED",
    }
}

const fn left(how: Left) -> &'static str {
    match how {
        Left::StoppedAdmitted => "STOPPED_ADMITTED",
        Left::StoppedNonAdmitted => "STOPPED_NON_ADMITTED",
        Left::TransferredOut => "TRANSFERRED_OUT",
        Left::ReclassifiedOut => "RECLASSIFIED_OUT",
        Left::Removed(_) => "REMOVED",
    }
}

pub(super) fn table(accounts: &[Account]) -> String {
    let mut table = Table::new();
    let columns =
        ["provider", "function", "opening", "came", "left", "removed", "closing", "left over"];
    table.set_header(columns);
    let lines = |lines: &BTreeMap<String, u32>| {
        let lines = lines.iter().map(|(line, count)| format!("{line} {count}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let known =
        |number: Option<i64>| number.map_or_else(|| "unknown".to_owned(), |it| it.to_string());
    for one in accounts {
        table.add_row([
            one.provider.clone(),
            one.function.clone(),
            known(one.opening.map(i64::from)),
            lines(&one.came),
            lines(&one.left),
            known(one.removed.map(i64::from)),
            one.closing.to_string(),
            known(one.left_over),
        ]);
    }
    table.to_string()
}
