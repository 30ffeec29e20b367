//! The page: one HTML text with everything in it. What a colour could tell is told in words and counts.

mod interface;

use compliance::{CardLine, Listed};
use policy::State;

use super::{
    super::{
        chart::Trend,
        page::{head, table},
        words::{cell, column, day, escaped, month, short_month},
    },
    figures::Figures,
    words::{count, fraction, lateness, share, state},
};

/// The whole page.
pub(super) fn html(figures: &Figures) -> String {
    let title = format!("Promises of {}", month(figures.month.first()));
    let parts = [
        head(&title),
        format!("<main><h1>{title}</h1>"),
        summary(figures),
        rules(figures),
        organisations(figures),
        trend(figures),
        entries(figures),
        interface::sections(figures),
        about(figures),
        "</main></body></html>\n".to_owned(),
    ];
    parts.concat()
}

/// One sentence for each pack: agreements overlap, so their figures are never added up.
fn summary(figures: &Figures) -> String {
    format!(
        "<p class=\"whom\">Of: {}.</p>{}<p>Each agreement is judged by itself: the same letter may be \
         promised by two, so their figures are not added up.</p>",
        escaped(&figures.whom),
        leads(&figures.rules),
    )
}

fn leads(rules: &[(String, CardLine)]) -> String {
    by_pack(rules).map(lead).collect()
}

fn lead(of_pack: &[(String, CardLine)]) -> String {
    let sum = |of: fn(&CardLine) -> u64| -> u64 { of_pack.iter().map(|(_, line)| of(line)).sum() };
    let (met, judged) =
        (sum(|line| line.figures.count(State::Met)), sum(|line| line.figures.judged()));
    let pack = of_pack.first().map_or("", |(_, line)| line.pack.as_str());
    format!(
        "<p class=\"lead\">{}: <strong>{}</strong> promises were opened in the month. Of those of which it can \
         be told and that are over, <strong>{}</strong> were kept in time ({} of {}). <strong>{}</strong> \
         cannot be told.</p>",
        escaped(pack),
        count(sum(|line| line.figures.triggered())),
        share(met, judged),
        count(met),
        count(judged),
        count(sum(|line| line.figures.count(State::Unknown))),
    )
}

/// The lines of each pack; they stand together.
fn by_pack(rules: &[(String, CardLine)]) -> impl Iterator<Item = &[(String, CardLine)]> {
    rules.chunk_by(|(_, one), (_, other)| one.pack == other.pack)
}

const COLUMNS: [&str; 11] = [
    "Opened",
    "Kept",
    "Kept late",
    "Not kept",
    "Excused",
    "Cannot be told",
    "Open, in time",
    "Does not apply",
    "Only recorded",
    "In time",
    "Half late by at most",
];

fn figures_of(line: &CardLine) -> String {
    let figures = &line.figures;
    let of = |state| count(figures.count(state));
    let cells = [
        count(figures.triggered()),
        of(State::Met),
        of(State::MetLate),
        of(State::Breached),
        of(State::Excused),
        of(State::Unknown),
        of(State::Pending),
        of(State::NotApplicable),
        count(figures.recorded()),
        share(figures.count(State::Met), figures.judged()),
        lateness(figures.median_hours_late()),
    ];
    cells.iter().map(cell).collect()
}

fn heads(first: &str) -> String {
    std::iter::once(first).chain(COLUMNS).map(column).collect()
}

/// A table for each pack, with a row for each rule.
fn rules(figures: &Figures) -> String {
    let table_of = |of_pack: &[(String, CardLine)]| {
        let rows: String = of_pack.iter().map(|(title, line)| rule_row(title, line)).collect();
        let pack = of_pack.first().map_or("", |(_, line)| line.pack.as_str());
        table(&format!("Pack {pack}"), &heads("Rule"), &rows)
    };
    let mut tables: String = by_pack(&figures.rules).map(table_of).collect();
    if tables.is_empty() {
        tables.push_str("<p>No promise was opened in the month.</p>");
    }
    format!("<section><h2>Rule by rule</h2>{tables}</section>")
}

fn rule_row(title: &str, line: &CardLine) -> String {
    let rule = line.rule.as_ref().map(ToString::to_string).unwrap_or_default();
    let rule = escaped(&rule);
    let cells = figures_of(line);
    format!(
        "<tr data-code=\"{rule}\"><th scope=\"row\">{rule}: {}</th>{cells}</tr>",
        escaped(title)
    )
}

fn organisations(figures: &Figures) -> String {
    if figures.organisations.is_empty() {
        return String::new();
    }
    let row = |(_, line): &(String, CardLine)| {
        let who = line
            .accountable
            .as_ref()
            .map_or_else(|| "nobody whom the steps name".to_owned(), |code| escaped(code.as_str()));
        format!(
            "<tr><th scope=\"row\">{} · {who}</th>{}</tr>",
            escaped(line.pack.as_str()),
            figures_of(line)
        )
    };
    let rows: String = figures.organisations.iter().map(row).collect();
    format!(
        "<section><h2>Who answers</h2>{}</section>",
        table("Each agreement and organisation", &heads("Agreement and organisation"), &rows)
    )
}

fn trend(figures: &Figures) -> String {
    let drawn: String =
        (1..).zip(&figures.trend).map(|(place, pack)| of_pack(place, pack)).collect();
    if drawn.is_empty() {
        return String::new();
    }
    format!("<section><h2>Over the last months</h2>{drawn}</section>")
}

/// The share in time of one pack over its months: a line where there are two or more, and a table.
fn of_pack(place: u32, (title, lines): &(String, Vec<CardLine>)) -> String {
    let named = |line: &CardLine| line.month.map(pathway::Month::first);
    let points: Vec<(String, f64)> = lines
        .iter()
        .filter_map(|line| {
            let kept = fraction(line.figures.count(State::Met), line.figures.judged())?;
            Some((short_month(named(line)?), kept))
        })
        .collect();
    let drawn = Trend {
        id: &format!("trend-{place}"),
        title: &format!("Share kept in time: {title}"),
        said: "The share of promises kept in time by month of opening; the table beneath gives every month.",
        points: &points,
        top: 1.0,
        promised: &[],
    };
    let chart = if points.len() > 1 {
        format!("<figure>{}</figure>", drawn.svg(|value| format!("{:.0}%", value * 100.0)))
    } else {
        "<p>Fewer than two months of which it can be told.</p>".to_owned()
    };
    let row = |line: &CardLine| {
        let of = named(line).map(month).unwrap_or_default();
        format!("<tr><th scope=\"row\">{of}</th>{}</tr>", figures_of(line))
    };
    let rows: String = lines.iter().map(row).collect();
    let numbers = table(&format!("Month by month: {title}"), &heads("Month"), &rows);
    format!(
        "<h3>{}</h3>{chart}<details><summary>Month by month as a table</summary>{numbers}</details>",
        escaped(title)
    )
}

const ENTRY_COLUMNS: [&str; 6] = [
    "Rule",
    "How it stands",
    "Organisation",
    "Pathway",
    "Step that opened it",
    "Steps that prove it",
];

/// What needs a look, by the ids with which it is found.
fn entries(figures: &Figures) -> String {
    if figures.entries.is_empty() {
        return "<section><h2>What needs a look</h2><p>Nothing is broken, and nothing cannot be told.</p>\
                </section>"
            .to_owned();
    }
    let head: String = ENTRY_COLUMNS.iter().map(column).collect();
    let rows: String = figures.entries.iter().map(|one| entry(one, figures)).collect();
    format!(
        "<section><h2>What needs a look</h2><details><summary>{} promises that are not kept or cannot be \
         told, by their ids</summary>{}<p>At most 100 are listed here. All of them: <code>obligations</code> \
         with the rule, the organisation, the days of the month and the state.</p></details></section>",
        figures.entries.len(),
        table("Not kept, or cannot be told", &head, &rows)
    )
}

fn entry(listed: &Listed, figures: &Figures) -> String {
    let one = &listed.obligation;
    let proofs: Vec<String> = one.evidence.iter().map(ToString::to_string).collect();
    let who = one.accountable.as_ref().map_or("nobody named", steps::OdsCode::as_str);
    let cells = [
        state(one.state(figures.now)).to_owned(),
        who.to_owned(),
        listed.pathway_id.to_string(),
        one.trigger.to_string(),
        if proofs.is_empty() { "none".to_owned() } else { proofs.join(" ") },
    ];
    let cells: String = cells.iter().map(cell).collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", escaped(one.rule.as_str()))
}

fn about(figures: &Figures) -> String {
    format!(
        "<section><h2>How to read this</h2><ul>\
         <li>A promise is of the month in which a step opened it, whenever it was kept. As it stood on {}.</li>\
         <li>“In time” is the share kept in time of those kept, kept late or not kept. What cannot be told \
         is shown, and never counted as kept; what is open, excused or does not apply is in no share.</li>\
         <li>Lateness is of those kept late: half of them were at most so late, rounded up. Promises that are \
         not kept yet have none.</li>\
         <li>“Only recorded” are items that no rule judges: they are counted, and in no other column.</li>\
         <li>Source: the record of steps held here, up to its place {}. A later correction changes these \
         figures.</li></ul>\
         <p>This page names nobody, but the ids lead to people in the record, and small figures can point at \
         them: do not pass it on outside your organisation without checking.</p></section>",
        day(pathway::london::date_of(figures.now)),
        escaped(&figures.position)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(pack: &str, rule: &str) -> (String, CardLine) {
        let figures = compliance::Figures::default();
        let (pack, rule) = (pack.parse().unwrap(), rule.parse().ok());
        (String::new(), CardLine { pack, rule, accountable: None, month: None, figures })
    }

    #[test]
    fn each_pack_has_its_own_headline_and_no_two_are_added_up() {
        let told = leads(&[line("SEL", "SEL-3.1"), line("SEL", "SEL-2.1"), line("RTT", "RTT-1")]);
        assert_eq!(told.matches("class=\"lead\"").count(), 2);
        assert!(told.starts_with("<p class=\"lead\">SEL: ") && told.contains(">RTT: "), "{told}");
        assert_eq!(leads(&[]), "");
    }
}
