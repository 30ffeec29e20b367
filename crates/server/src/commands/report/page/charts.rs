//! The sections with charts, each with its numbers beneath.

use pathway::Month;
use waiting_times::{Closing, Group, Line};

use super::{
    super::{
        chart::{self, Fill, Move, Trend},
        figures::{Beside, Figures},
        words::{cell, column, count, escaped, line, month, share, short_month},
    },
    table,
};

/// A chart with its numbers beneath.
fn with_numbers(
    chart: &str,
    legend: &str,
    what: &str,
    head: &[&str],
    rows: &[Vec<String>],
) -> String {
    let head: String = head.iter().map(column).collect();
    let row = |cells: &Vec<String>| {
        let mut cells = cells.iter();
        let first = cells.next().map(|cell| format!("<th scope=\"row\">{}</th>", escaped(cell)));
        let rest: String = cells.map(cell).collect();
        format!("<tr>{}{rest}</tr>", first.unwrap_or_default())
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<figure>{chart}<figcaption>{legend}</figcaption></figure><details><summary>{what} as a \
         table</summary>{}</details>",
        table(what, &head, &rows)
    )
}

pub(super) fn bands(figures: &Figures) -> String {
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

pub(super) fn trend(figures: &Figures) -> String {
    let months = &figures.trend;
    let (Some((first, _)), Some((last, _)), true) =
        (months.first(), months.last(), months.len() > 1)
    else {
        return "<section><h2>Over the last months</h2><p>Not enough months: nobody was on the list at \
                the end of the months before.</p></section>"
            .to_owned();
    };
    let span = format!("from {} to {}", month(*first), month(*last));
    let charts = format!("{}{}", sizes(figures, &span), shares(figures, &span));
    let rows: Vec<Vec<String>> = months
        .iter()
        .map(|(day, group)| vec![month(*day), count(group.total), share(group.share)])
        .collect();
    format!(
        "<section><h2>Over the last months</h2>{}</section>",
        with_numbers(
            &charts,
            "Each point is the end of a month; the dashed line is what was promised. Earlier months \
             count who is in this record: where it begins with the file of one month, whoever left \
             before is not in it.",
            "The list at the end of each month",
            &["Month", "People waiting", "18 weeks or less"],
            &rows
        )
    )
}

/// A value of each month, with the month's short name.
fn points(figures: &Figures, value: fn(&Group) -> f64) -> Vec<(String, f64)> {
    figures.trend.iter().map(|(day, group)| (short_month(*day), value(group))).collect()
}

/// The chart of how many waited.
fn sizes(figures: &Figures, span: &str) -> String {
    let points = points(figures, |group| f64::from(group.total));
    let trend = Trend {
        id: "size",
        title: "People waiting at the end of each month",
        said: &format!("The size of the list {span}; the table beneath gives every month."),
        points: &points,
        top: chart::ceiling(points.iter().map(|(_, size)| *size).fold(1.0, f64::max)),
        promised: &[],
    };
    titled(&trend, whole_number)
}

/// The chart of the share within 18 weeks, beside what was promised.
fn shares(figures: &Figures, span: &str) -> String {
    let points = points(figures, |group| group.share.unwrap_or_default());
    let promised: Vec<(String, f64)> = figures
        .targets
        .iter()
        .filter_map(Beside::share_within_18_weeks)
        .map(|promised| (format!("promised: {}", share(Some(promised))), promised))
        .collect();
    let trend = Trend {
        id: "share",
        title: "Share who had waited 18 weeks or less",
        said: &format!("The share within 18 weeks {span}; the table beneath gives every month."),
        points: &points,
        top: 1.0,
        promised: &promised,
    };
    titled(&trend, |value| format!("{:.0}%", value * 100.0))
}

fn titled(trend: &Trend<'_>, named: fn(f64) -> String) -> String {
    format!("<h3>{}</h3>{}", trend.title, trend.svg(named))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers are counts of people"
)]
fn whole_number(number: f64) -> String {
    count(number.round() as u32)
}

pub(super) fn closing(month_of: Month, account: &Closing) -> String {
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
