//! The answer as tables for people.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use super::answer::{Answer, CountsIn, Period, Why};

/// The tables of one pathway.
pub(super) fn of(answer: &Answer) -> String {
    let (name, on, state) = (name(&answer.pathway), answer.on, answer.state);
    let mut text = format!("Pathway {name}\nClock on {on}: {state}\n\n");
    if answer.periods.is_empty() {
        text.push_str("No waiting period has started.\n");
    } else {
        text.push_str(&periods(&answer.periods).to_string());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&why(&answer.why).to_string());
    text.push('\n');
    text
}

/// As the lines name it: `id 6f96…`, `ubrn 000000000001`.
fn name(key: &Value) -> String {
    let parts = key.as_object().into_iter().flatten().map(|(system, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{system} {value}")
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

fn periods(periods: &[Period]) -> Table {
    let header = [
        "period",
        "start",
        "stop",
        "status",
        "days",
        "band",
        "counts in",
        "started by",
        "stopped by",
        "notes",
    ];
    let mut table = table(&header);
    for period in periods {
        let day = |date: Option<chrono::NaiveDate>, none: &str| {
            date.map_or_else(|| none.to_owned(), |date| date.to_string())
        };
        let band = period.band.zip(period.band_label.as_ref());
        table.add_row([
            period.number.to_string(),
            day(period.clock_start, "unknown"),
            day(period.clock_stop, "open"),
            period.stop_status.unwrap_or("-").to_owned(),
            period.days.map_or_else(|| "-".to_owned(), |days| days.to_string()),
            band.map_or_else(|| "-".to_owned(), |(index, label)| format!("{index}: {label}")),
            counts_in(&period.counts_in),
            format!("row {}", period.started_by.row),
            period
                .stopped_by
                .as_ref()
                .map_or_else(|| "-".to_owned(), |by| format!("row {}", by.row)),
            notes(period),
        ]);
    }
    table
}

fn counts_in(parts: &[CountsIn]) -> String {
    let said = parts.iter().map(|one| match one.part {
        "2" | "2A" => format!("{} on {}", one.part, one.on),
        part => format!("{part} in {}", one.month),
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "nowhere".to_owned() } else { said.join(", ") }
}

fn notes(period: &Period) -> String {
    let queue = period.queue_position.map(|date| format!("place on the list kept from {date}"));
    let later = period.stops_later.map(|date| format!("stops on {date}, after this day"));
    let nullified = period.nullified.then(|| "nullified: it counts nowhere".to_owned());
    let findings = period.findings.iter().map(|what| (*what).to_owned());
    nullified.into_iter().chain(later).chain(queue).chain(findings).collect::<Vec<_>>().join("; ")
}

fn why(all: &[Why]) -> Table {
    let header = [
        "on",
        "step",
        "effect",
        "state",
        "row",
        "rule and reason",
        "guidance",
        "recorded by",
        "event",
    ];
    let mut table = table(&header);
    for one in all {
        let status = one.status.map_or_else(String::new, |status| format!(" ({status})"));
        let state = one.from_state.zip(one.to_state).map_or_else(String::new, |(from, to)| {
            if from == to { to.to_owned() } else { format!("{from} to {to}") }
        });
        let line = one.line.map_or_else(String::new, |line| format!(", line {line}"));
        table.add_row([
            one.on.to_string(),
            one.step.to_owned(),
            format!("{}{status}", one.effect),
            state,
            one.rule.row.to_string(),
            sentence(one),
            one.rule.guidance.clone(),
            recorded_by(one),
            format!("{}{line}", one.event_id),
        ]);
    }
    table
}

fn sentence(one: &Why) -> String {
    match one.reason {
        Some(reason) if one.from_state.is_none() => reason.to_owned(),
        Some(reason) => format!("{}. {reason}", one.rule.what),
        None => one.rule.what.to_owned(),
    }
}

fn recorded_by(one: &Why) -> String {
    let by = one
        .recorded_by
        .as_ref()
        .map(|by| format!("{} at {}", next_step::role_in_words(by.role), by.organisation));
    let said: Vec<String> = by.into_iter().chain(one.source.clone()).collect();
    if said.is_empty() { "not said".to_owned() } else { said.join(", ") }
}
