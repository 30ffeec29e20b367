//! The page: one HTML text with everything in it.

use waiting_times::{Closing, Group, Line, Month};

use super::{
    chart::{self, Fill, Move, Trend},
    figures::{Beside, Figures},
    words::{count, day, escaped, line, month, share, short_month, weeks},
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

fn head(title: &str) -> String {
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
        let is_share = beside.target.measure != policy::Measure::Over52Weeks;
        let figure =
            if is_share { share(Some(beside.figure)) } else { format!("{:.0}", beside.figure) };
        let by = beside.target.due.map_or_else(|| "every day".to_owned(), |due| day(due));
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

fn table(caption: &str, head: &str, rows: &str) -> String {
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
    let head: String =
        COLUMNS.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
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
    let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    let code = escaped(&group.key);
    format!("<tr data-code=\"{code}\"><th scope=\"row\">{}</th>{cells}</tr>", escaped(name))
}

/// A chart with its numbers beneath.
fn with_numbers(
    chart: &str,
    legend: &str,
    what: &str,
    head: &[&str],
    rows: &[Vec<String>],
) -> String {
    let head: String = head.iter().map(|cell| format!("<th scope=\"col\">{cell}</th>")).collect();
    let row = |cells: &Vec<String>| {
        let mut cells = cells.iter();
        let first = cells.next().map(|cell| format!("<th scope=\"row\">{}</th>", escaped(cell)));
        let rest: String = cells.map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
        format!("<tr>{}{rest}</tr>", first.unwrap_or_default())
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<figure>{chart}<figcaption>{legend}</figcaption></figure><details><summary>{what} as a \
         table</summary>{}</details>",
        table(what, &head, &rows)
    )
}

fn bands(figures: &Figures) -> String {
    let whole = &figures.whole;
    let said = format!(
        "{} people wait: {} for 18 weeks or less, {} for over 52 weeks, {} for 104 weeks and over. The \
         table beneath gives every week.",
        count(whole.total),
        count(whole.within_18_weeks),
        count(whole.over_52),
        count(whole.over_104)
    );
    let rows: Vec<Vec<String>> = (0_usize..)
        .zip(whole.bands)
        .filter(|(_, number)| *number > 0)
        .map(|(week, number)| {
            let band = if week == 104 {
                "104 and over".to_owned()
            } else {
                format!("{week} to {}", week + 1)
            };
            vec![band, count(number)]
        })
        .collect();
    let legend = "Solid: 18 weeks or less. Striped: over 18 and up to 52. Dotted: over 52 weeks.";
    format!(
        "<section><h2>How long they have waited</h2>{}</section>",
        with_numbers(
            &chart::bands(&whole.bands, &said),
            legend,
            "People waiting in each week",
            &["Weeks", "People"],
            &rows
        )
    )
}

fn trend(figures: &Figures) -> String {
    let months = &figures.trend;
    let (Some((first, _)), Some((last, _)), true) =
        (months.first(), months.last(), months.len() > 1)
    else {
        return "<section><h2>Over the last months</h2><p>Not enough months: nobody was on the list at \
                the end of the months before.</p></section>"
            .to_owned();
    };
    let span = format!("from {} to {}", month(*first), month(*last));
    let of = |value: fn(&Group) -> f64| -> Vec<(String, f64)> {
        months.iter().map(|(day, group)| (short_month(*day), value(group))).collect()
    };
    let sizes = of(|group| f64::from(group.total));
    let shares = of(|group| group.share.unwrap_or_default());
    let promised: Vec<(String, f64)> = figures
        .targets
        .iter()
        .filter_map(|one| one.share_within_18_weeks())
        .map(|promised| (format!("promised: {}", share(Some(promised))), promised))
        .collect();
    let size = Trend {
        id: "size",
        title: "People waiting at the end of each month",
        said: &format!("The size of the list {span}; the table beneath gives every month."),
        points: &sizes,
        top: chart::ceiling(sizes.iter().map(|(_, size)| *size).fold(1.0, f64::max)),
        promised: &[],
    };
    let within = Trend {
        id: "share",
        title: "Share who had waited 18 weeks or less",
        said: &format!("The share within 18 weeks {span}; the table beneath gives every month."),
        points: &shares,
        top: 1.0,
        promised: &promised,
    };
    let rows: Vec<Vec<String>> = months
        .iter()
        .map(|(day, group)| vec![month(*day), count(group.total), share(group.share)])
        .collect();
    let charts = format!(
        "<h3>{}</h3>{}<h3>{}</h3>{}",
        size.title,
        size.svg(whole_number),
        within.title,
        within.svg(|value| format!("{:.0}%", value * 100.0))
    );
    format!(
        "<section><h2>Over the last months</h2>{}</section>",
        with_numbers(
            &charts,
            "Each point is the end of a month; the dashed line is what was promised.",
            "The list at the end of each month",
            &["Month", "People waiting", "18 weeks or less"],
            &rows
        )
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers are counts of people"
)]
fn whole_number(number: f64) -> String {
    count(number.round() as u32)
}

fn closing(month_of: Month, account: &Closing) -> String {
    let name = month(month_of.first());
    let mut held = f64::from(account.opening);
    let mut moves = vec![stock("On the list as it began", account.opening)];
    for (what, number) in &account.lines {
        let (sign, fill) = match what {
            Line::Entered(_) => (1.0, Fill::Striped),
            Line::Left(_) => (-1.0, Fill::Dotted),
        };
        let next = held + sign * f64::from(*number);
        let number = format!("{}{}", if sign > 0.0 { "+" } else { "−" }, count(*number));
        moves.push(Move { words: line(*what), from: held, to: next, fill, number });
        held = next;
    }
    moves.push(stock("On the list as it ended", account.closing));
    let said = format!(
        "{} were on the list as {name} began and {} as it ended. The table beneath gives every way in \
         and out.",
        count(account.opening),
        count(account.closing)
    );
    let rows: Vec<Vec<String>> =
        moves.iter().map(|one| vec![one.words.clone(), one.number.clone()]).collect();
    let left_over = match account.left_over() {
        0 => "Nothing is left over: the month closes.".to_owned(),
        other => format!("{other} are left over: the month does not close."),
    };
    format!(
        "<section><h2>How {name} closed</h2>{}<p>{left_over}</p></section>",
        with_numbers(
            &chart::funnel(&moves, &said),
            "Solid: on the list. Striped: came. Dotted: left.",
            "The account of the month",
            &["What", "People"],
            &rows
        )
    )
}

fn stock(words: &str, number: u32) -> Move {
    let to = f64::from(number);
    Move { words: words.to_owned(), from: 0.0, to, fill: Fill::Solid, number: count(number) }
}

fn about(figures: &Figures) -> String {
    let sources: String = figures
        .targets
        .iter()
        .map(|one| {
            format!("<li>{}: {}</li>", escaped(&one.target.title), escaped(&one.target.source))
        })
        .collect();
    format!(
        "<section><h2>How to read this</h2><ul>\
         <li>Day: who was waiting at the end of {}, by the rules of referral to treatment (RTT).</li>\
         <li>“18 weeks or less” is 126 days or less. Weeks are those of the national return: the first \
         has eight days.</li>\
         <li>Half and 92 in 100: percentiles by the published method, version {}. Of fewer than 20 \
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
