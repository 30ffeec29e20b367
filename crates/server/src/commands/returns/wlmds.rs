//! The weekly shape: who waits, starts and stops, by list type. Its columns are data
//! (`schema/policies/wlmds.toml`), for the published list was not available.

use std::{collections::BTreeMap, fs::File, io::Write};

use anyhow::{Context, anyhow, bail};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use pathway::{Month, london, of_our_years};
use serde::Deserialize;
use waiting_times::{Ask, Count, Group, GroupBy};

use super::{asked::Asked, known::Known};
use crate::{
    cli::{WhoseArgs, WlmdsArgs},
    commands::import::note,
    edge,
    house::Cellar,
};

const SHIPPED: &str = include_str!("../../../../../schema/policies/wlmds.toml");

/// Days of a week before its Sunday.
const DAYS_BEFORE: u64 = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "source")]
    _source: String,
    columns: Vec<Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    figure: Figure,
}

/// What can stand in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Figure {
    WeekEnding,
    Provider,
    Commissioner,
    Function,
    ListType,
    Open,
    Starts,
    Stops,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ListType {
    Ortt,
    Irtt,
}

impl ListType {
    const fn name(self) -> &'static str {
        match self {
            Self::Ortt => "ORTT",
            Self::Irtt => "IRTT",
        }
    }
}

/// The figures of one provider, commissioner, function and list type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Figures {
    open: u32,
    starts: u32,
    stops: u32,
}

type Rows = BTreeMap<(String, ListType), Figures>;

/// `waymark return wlmds`.
pub(super) async fn run(cellar: &Cellar, args: &WlmdsArgs) -> anyhow::Result<()> {
    let text = made(cellar, args).await?;
    if text.lines().nth(1).is_none() {
        note("nobody in that week: the file has a header and no rows");
    }
    let Some(path) = &args.out else {
        super::super::print(text.trim_end());
        return Ok(());
    };
    let file = File::create(path).and_then(|mut file| file.write_all(text.as_bytes()));
    file.with_context(|| format!("{} cannot be written", path.display()))
}

/// The file as text.
pub(super) async fn made(cellar: &Cellar, args: &WlmdsArgs) -> anyhow::Result<String> {
    let now = edge::now();
    let sunday = args.week_ending;
    if sunday.weekday() != Weekday::Sun {
        let next = sunday.week(Weekday::Mon).last_day();
        bail!("--week-ending {sunday} is no Sunday: expected one such as {next}");
    }
    if sunday > london::date_of(now) {
        bail!("--week-ending {sunday} is in the future: expected a week that has ended");
    }
    of_our_years(sunday).map_err(|bad| anyhow!("--week-ending {bad}"))?;
    let known = Known::at(cellar, args.as_known_at.as_deref(), now).await?;
    let month = Month::of(sunday);
    let (icb, provider) = (args.icb.clone(), args.provider.clone());
    let whose = WhoseArgs { month: String::new(), icb, provider };
    let asked = Asked::of(&whose, month, &known)?;
    let rows = rows(&known, &asked, sunday);
    if rows.is_empty() {
        let nobody = super::gather::gather(&known, &asked).extract;
        asked.refuse_stranger(&nobody, &known)?;
    }
    written(&rows, sunday)
}

fn rows(known: &Known, asked: &Asked, sunday: NaiveDate) -> Rows {
    let from = sunday.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(sunday);
    let groups = |count| {
        let narrow = asked.narrow.clone();
        let ask = Ask { narrow, english_only: false, ..Ask::of(count, GroupBy::Total) };
        known.view.return_rows(&ask)
    };
    let mut rows = Rows::new();
    let mut add =
        |group: &Group, list, to: fn(&mut Figures) -> &mut u32, sum: fn(u32, u32) -> u32| {
            let figure = to(rows.entry((group.key.clone(), list)).or_default());
            *figure = sum(*figure, group.total + group.unknown_start);
        };
    for group in groups(Count::Waiting(sunday)) {
        add(&group, ListType::Ortt, |row| &mut row.open, |sum, more| sum + more);
    }
    for group in groups(Count::WaitingForAdmission(sunday)) {
        add(&group, ListType::Irtt, |row| &mut row.open, |sum, more| sum + more);
        add(&group, ListType::Ortt, |row| &mut row.open, u32::saturating_sub);
    }
    for group in groups(Count::Began { from, to: sunday }) {
        add(&group, ListType::Ortt, |row| &mut row.starts, |sum, more| sum + more);
    }
    for (admitted, list) in [(true, ListType::Irtt), (false, ListType::Ortt)] {
        for group in groups(Count::Stopped { from, to: sunday, admitted }) {
            add(&group, list, |row| &mut row.stops, |sum, more| sum + more);
        }
    }
    rows.retain(|_, figures| *figures != Figures::default());
    rows
}

fn written(rows: &Rows, sunday: NaiveDate) -> anyhow::Result<String> {
    let columns = toml::from_str::<Shape>(SHIPPED).context("the columns cannot be read")?.columns;
    let names: Vec<_> = columns.iter().map(|column| quoted(&column.name)).collect();
    let mut text = format!("{}\r\n", names.join(","));
    for ((key, list), figures) in rows {
        let mut codes = key.split('/');
        let [provider, commissioner, function] = [(); 3].map(|()| codes.next().unwrap_or_default());
        let cells = columns.iter().map(|column| match column.figure {
            Figure::WeekEnding => sunday.to_string(),
            Figure::Provider => provider.to_owned(),
            Figure::Commissioner => commissioner.to_owned(),
            Figure::Function => function.to_owned(),
            Figure::ListType => list.name().to_owned(),
            Figure::Open => figures.open.to_string(),
            Figure::Starts => figures.starts.to_string(),
            Figure::Stops => figures.stops.to_string(),
        });
        text.push_str(&cells.collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    Ok(text)
}

/// A name as a CSV cell.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", name.replace('"', "\"\""));
    }
    name.to_owned()
}
