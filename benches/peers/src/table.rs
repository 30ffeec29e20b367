//! What was found, as a table: microseconds an event, and how many times ours it is.

use crate::side::{CLIENTS, Times};

/// The first side is ours.
pub fn table(title: &str, sides: &[Times]) -> String {
    let names: Vec<&str> = sides.iter().map(|side| side.name).collect();
    let mut lines = vec![format!("\n| {title} | {} |", names.join(" | "))];
    lines.push(format!("|---|{}", "---|".repeat(names.len())));
    for (which, (clients, _each)) in CLIENTS.iter().enumerate() {
        let of = |side: &Times| side.append[which].clone();
        lines.push(row(&format!("append, clients: {clients}"), sides, of));
    }
    lines.push(row("replay with decode", sides, |side| side.replay.clone()));
    lines.push(row("rebuild of one view", sides, |side| side.rebuild.clone()));
    let retried: Vec<String> = sides.iter().map(|side| side.retried.to_string()).collect();
    lines.push(format!("| attempts that lost a race | {} |", retried.join(" | ")));
    lines.join("\n")
}

fn row(what: &str, sides: &[Times], of: impl Fn(&Times) -> Vec<f64>) -> String {
    let ours = sides.first().map(&of).unwrap_or_default();
    let cells: Vec<String> = sides.iter().map(|side| cell(&of(side), &ours)).collect();
    format!("| {what} | {} |", cells.join(" | "))
}

/// The median, and the median of the ratios to ours of each round.
fn cell(theirs: &[f64], ours: &[f64]) -> String {
    if theirs.is_empty() {
        return "–".to_owned();
    }
    let ratios = theirs.iter().zip(ours).map(|(theirs, ours)| theirs / ours).collect();
    format!("{:.1} µs ({:.2} x)", median(theirs.to_vec()) * 1_000_000.0, median(ratios))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
