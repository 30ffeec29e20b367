//! Numbers, dates and text as they stand on the page.

use chrono::NaiveDate;
use waiting_times::{Entered, Left, Line};

/// Text that cannot be taken for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A cell of a table.
pub(super) fn cell(text: impl AsRef<str>) -> String {
    format!("<td>{}</td>", escaped(text.as_ref()))
}

/// The head of a column.
pub(super) fn column(text: impl AsRef<str>) -> String {
    format!("<th scope=\"col\">{}</th>", escaped(text.as_ref()))
}

/// A count with its thousands apart: 7,155,958.
pub(super) fn count(number: u32) -> String {
    let digits = number.to_string();
    let mut parted = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// A share from 0 to 1 in hundredths: 61.5%.
pub(super) fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "none".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

/// Weeks with one digit; of so few that the method shows none, "too few".
pub(super) fn weeks(weeks: Option<f64>, is_open: bool) -> String {
    match weeks {
        None => "too few".to_owned(),
        Some(weeks) if is_open => format!("{weeks:.0}+"),
        Some(weeks) => format!("{weeks:.1}"),
    }
}

/// 31 January 2026.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// January 2026.
pub(super) fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

/// Jan 26.
pub(super) fn short_month(day: NaiveDate) -> String {
    day.format("%b %y").to_string()
}

/// A way in or out, as a reader says it.
pub(super) fn line(line: Line) -> String {
    match line {
        Line::Entered(Entered::Started) => "New waits began".to_owned(),
        Line::Entered(Entered::TransferredIn) => "Came from another provider".to_owned(),
        Line::Entered(Entered::ReclassifiedIn) => "Reclassified in".to_owned(),
        Line::Entered(Entered::Returned) => "Put back after a removal".to_owned(),
        Line::Left(Left::StoppedAdmitted) => "Treated, with an admission".to_owned(),
        Line::Left(Left::StoppedNonAdmitted) => "Wait ended without an admission".to_owned(),
        Line::Left(Left::TransferredOut) => "Went to another provider".to_owned(),
        Line::Left(Left::ReclassifiedOut) => "Reclassified out".to_owned(),
        Line::Left(Left::Removed(reason)) => format!("Removed: {}", removal(reason)),
    }
}

fn removal(reason: steps::named_by_rules::RemovalReason) -> &'static str {
    use steps::named_by_rules::RemovalReason;
    match reason {
        RemovalReason::TreatedElsewhere => "treated elsewhere",
        RemovalReason::PatientsWish => "at the patient’s wish",
        RemovalReason::Validation => "by validation",
        RemovalReason::Died => "died",
        RemovalReason::Duplicate => "a double entry",
        RemovalReason::NotGiven => "no reason given",
    }
}
