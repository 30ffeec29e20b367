//! What the page tells of the interface: leavings without a reason, concerns, passed work, and deaths.

use std::collections::BTreeMap;

use interface::{ConcernCount, LeavingCount, Standing, WorkCount, WorkStanding, word_of};

use super::super::{
    super::{
        page::table,
        words::{cell, column, escaped},
    },
    figures::Figures,
    words::{basis, count, plain, share},
};

pub(super) fn sections(figures: &Figures) -> String {
    [leavings(figures), concerns(figures), work(figures), deaths(figures)].concat()
}

fn section(title: &str, inside: &str) -> String {
    format!("<section><h2>{title}</h2>{inside}</section>")
}

fn rows<T>(all: &[T], row: impl Fn(&T) -> (String, Vec<String>)) -> String {
    let rows = all.iter().map(|one| {
        let (head, cells) = row(one);
        let cells: String = cells.iter().map(cell).collect();
        format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", escaped(&head))
    });
    rows.collect()
}

fn heads(columns: &[&str]) -> String {
    columns.iter().map(column).collect()
}

fn leavings(figures: &Figures) -> String {
    if figures.leavings.is_empty() {
        return section(
            "Turned away without a reason",
            "<p>No referral was declined and nobody was taken off a list.</p>",
        );
    }
    let row = |one: &LeavingCount| {
        let cells = vec![
            count(one.declined),
            count(one.declined_without_reason),
            share(one.declined_without_reason, one.declined),
            count(one.declined_without_alternative),
            count(one.removed),
            count(one.removed_without_reason),
            share(one.removed_without_reason, one.removed),
        ];
        (one.provider.to_string(), cells)
    };
    let heads = heads(&[
        "Provider",
        "Referrals declined",
        "without reason",
        "share",
        "without alternative",
        "Taken off a list",
        "without reason",
        "share",
    ]);
    let table = table("Declined referrals and removals", &heads, &rows(&figures.leavings, row));
    section("Turned away without a reason", &table)
}

/// How many concerns are open, in words.
fn open_concerns(figures: &Figures) -> String {
    let late =
        figures.open_concerns.iter().filter(|one| one.is_late_with_leads(figures.now)).count();
    let oldest = figures.open_concerns.iter().filter_map(|one| one.open_days(figures.now)).max();
    match oldest {
        None => "<p>No concern is open.</p>".to_owned(),
        Some(days) => format!(
            "<p><strong>{}</strong> concerns are open, the oldest for {} days; {} should be with the \
             interface leads and by the record are not.</p>",
            figures.open_concerns.len(),
            days,
            late
        ),
    }
}

fn concerns(figures: &Figures) -> String {
    let said = open_concerns(figures);
    if figures.concerns.is_empty() {
        return section(
            "Concerns about the interface",
            &(said + "<p>None was raised in the month.</p>"),
        );
    }
    let row = |one: &ConcernCount| {
        let of = |standing| count(one.standing.get(&standing).copied().unwrap_or_default());
        let outcomes: Vec<String> = one
            .outcomes
            .iter()
            .map(|(outcome, number)| format!("{} {}", count(*number), plain(&word_of(*outcome))))
            .collect();
        let who = one.organisation.as_ref().map_or("nobody named", steps::OdsCode::as_str);
        let cells = vec![
            who.to_owned(),
            count(one.raised),
            count(one.with_harm),
            of(Standing::Open),
            of(Standing::NotToldYet),
            of(Standing::Answered),
            count(one.for_leads),
            count(one.late_with_leads),
            if outcomes.is_empty() { "none closed".to_owned() } else { outcomes.join(", ") },
        ];
        (plain(&word_of(one.category)), cells)
    };
    let heads = heads(&[
        "About",
        "Organisation",
        "Raised",
        "with harm",
        "Open",
        "Closed, not told yet",
        "Answered",
        "For the leads the same day",
        "late",
        "Led to",
    ]);
    let table = table("Concerns raised in the month", &heads, &rows(&figures.concerns, row));
    section("Concerns about the interface", &(said + &table))
}

fn work(figures: &Figures) -> String {
    if figures.work.is_empty() {
        return section("Work passed on", "<p>No work was passed from one side to the other.</p>");
    }
    let row = |one: &WorkCount| {
        let of = |standing| count(one.standing.get(&standing).copied().unwrap_or_default());
        let from = if one.private { "private provider" } else { "NHS" };
        let cells = vec![
            one.sender.clone(),
            from.to_owned(),
            count(one.requested),
            of(WorkStanding::Accepted),
            of(WorkStanding::Returned),
            of(WorkStanding::Unanswered),
        ];
        (plain(&word_of(one.category)), cells)
    };
    let heads =
        heads(&["Kind", "Sender", "From", "Asked for", "Taken", "Returned", "Not answered"]);
    section("Work passed on", &table("Work by kind and sender", &heads, &rows(&figures.work, row)))
}

/// Deaths are of offices and not of the organisation that is reported on: they are told of all.
fn deaths(figures: &Figures) -> String {
    let mut by_office: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for one in &figures.deaths {
        let office =
            one.office.as_ref().map_or_else(|| "no office yet".to_owned(), ToString::to_string);
        let stage = format!("{} {}", count(one.count), plain(&word_of(one.stage)));
        by_office.entry((basis(one.basis), office)).or_default().push(stage);
    }
    if by_office.is_empty() {
        return section("Medical examiner", "<p>No death was told of.</p>");
    }
    let lines: Vec<_> = by_office.into_iter().collect();
    let row = |((basis, office), stages): &((&str, String), Vec<String>)| {
        (office.clone(), vec![(*basis).to_owned(), stages.join(", ")])
    };
    let heads = heads(&["Office", "Process", "How far"]);
    section(
        "Medical examiner",
        &table("Deaths of the month, by office", &heads, &rows(&lines, row)),
    )
}
