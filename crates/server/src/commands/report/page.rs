//! The page: one HTML text with everything in it.

mod charts;

use waiting_times::Group;

use self::charts::{bands, closing, trend};
use super::{
    chart,
    figures::{Beside, Figures},
    words::{cell, column, count, day, escaped, share, weeks},
};

/// Nothing may be loaded and nothing run, whatever stands in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub(super) fn html(figures: &Figures) -> String {
    let title = format!("Waiting list on {}", day(figures.on));
    let parts = [
        head(&title),
        format!("<main><h1>{title}</h1>"),
        summary(figures),
        targets(&figures.targets),
        by_function(figures),
        bands(figures),
        trend(figures),
        figures
            .account
            .as_ref()
            .map(|(month, account)| closing(*month, account))
            .unwrap_or_default(),
        about(figures),
        "</main></body></html>\n".to_owned(),
    ];
    parts.concat()
}

pub(super) fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>{}",
        chart::PATTERNS
    )
}

fn summary(figures: &Figures) -> String {
    let whole = &figures.whole;
    let unknown = match whole.unknown_start {
        0 => String::new(),
        more => format!(
            " {} more are on the list whose start is not known; they are in no other figure.",
            count(more)
        ),
    };
    format!(
        "<p class=\"whom\">Of: {}.</p><p class=\"lead\"><strong>{}</strong> people were waiting. \
         <strong>{}</strong> of them had waited 18 weeks or less ({}). Half had waited \
         <strong>{}</strong> weeks or less, and 92 in 100 had waited <strong>{}</strong> weeks or \
         less.{unknown}</p>",
        escaped(&figures.whom),
        count(whole.total),
        share(whole.share),
        count(whole.within_18_weeks),
        weeks(whole.median_weeks, whole.median_open),
        weeks(whole.percentile_92_weeks, whole.percentile_92_open),
    )
}

fn targets(targets: &[Beside]) -> String {
    if targets.is_empty() {
        return String::new();
    }
    let row = |beside: &Beside| {
        let is_share = beside.target.of.measure != policy::Measure::Over52Weeks;
        let figure =
            if is_share { share(Some(beside.figure)) } else { format!("{:.0}", beside.figure) };
        let by = beside.target.due.map_or_else(|| "every day".to_owned(), day);
        format!(
            "<tr><th scope=\"row\">{}</th><td>{figure}</td><td>{}</td><td>{by}</td></tr>",
            escaped(&beside.target.title),
            if beside.is_met() { "✓ met" } else { "✗ not met" }
        )
    };
    let rows: String = targets.iter().map(row).collect();
    table(
        "Targets in force on the day",
        "<th scope=\"col\">Promised</th><th scope=\"col\">Here</th><th scope=\"col\">On this day</th>\
         <th scope=\"col\">Due</th>",
        &rows,
    )
}

pub(super) fn table(caption: &str, head: &str, rows: &str) -> String {
    format!(
        "<div class=\"wide\"><table><caption>{}</caption><thead><tr>{head}</tr></thead>\
         <tbody>{rows}</tbody></table></div>",
        escaped(caption)
    )
}

const COLUMNS: [&str; 10] = [
    "Function",
    "Waiting",
    "18 weeks or less",
    "Share",
    "Half within (weeks)",
    "92 in 100 within (weeks)",
    "Over 52 weeks",
    "Over 65",
    "Over 78",
    "104 and over",
];

fn by_function(figures: &Figures) -> String {
    let head: String = COLUMNS.iter().map(column).collect();
    let rows: String = figures.functions.iter().map(|(name, group)| row(name, group)).collect();
    let whole = row("Total", &figures.whole);
    format!(
        "<section><h2>By treatment function</h2>{}</section>",
        table("Who waits, by function of the national return", &head, &(rows + &whole),)
    )
}

fn row(name: &str, group: &Group) -> String {
    let cells = [
        count(group.total),
        count(group.within_18_weeks),
        share(group.share),
        weeks(group.median_weeks, group.median_open),
        weeks(group.percentile_92_weeks, group.percentile_92_open),
        count(group.over_52),
        count(group.over_65),
        count(group.over_78),
        count(group.over_104),
    ];
    let cells: String = cells.iter().map(cell).collect();
    let code = escaped(&group.key);
    format!("<tr data-code=\"{code}\"><th scope=\"row\">{}</th>{cells}</tr>", escaped(name))
}

fn about(figures: &Figures) -> String {
    let sources: String = figures.targets.iter().map(source).collect();
    format!(
        "<section><h2>How to read this</h2><ul>\
         <li>Day: who was waiting at the end of {}, by the rules of referral to treatment (RTT).</li>\
         <li>“18 weeks or less” is 126 days or less. Weeks are those of the national return: the first \
         has eight days.</li>\
         <li>Half (the median) and 92 in 100 (the 92nd percentile): by the published method, version {}. Of fewer than 20 \
         people none is shown. A number with + is that many weeks or more.</li>\
         <li>Commissioners outside England are left out where no board is named, as in the published \
         figures.</li>\
         <li>Source: the record of steps held here, up to its place {}. A later correction changes \
         these figures.</li>{sources}</ul>\
         <p>This page names nobody, but small figures can point at people: do not pass it on outside \
         your organisation without checking them.</p></section>",
        day(figures.on),
        figures.method,
        escaped(&figures.position)
    )
}

fn source(beside: &Beside) -> String {
    let target = &beside.target;
    format!("<li>{}: {}</li>", escaped(&target.title), escaped(&target.source))
}
