//! The fixture reads; what is wrong is refused, with its line and column.

use super::*;

const TOWN: &[u8] = include_bytes!("../../fixtures/town-january-2026.csv");

fn town() -> String {
    String::from_utf8(TOWN.to_vec()).unwrap()
}

fn refusal(text: &str) -> String {
    read_extract(text.as_bytes(), None).unwrap_err().to_string()
}

/// The fixture with the first `from` of line `line` (from 1) replaced.
fn with(line: usize, from: &str, to: &str) -> String {
    let text = town();
    let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
    assert!(lines[line - 1].contains(from), "line {line} has no `{from}`");
    lines[line - 1] = lines[line - 1].replacen(from, to, 1);
    lines.join("\r\n")
}

#[test]
fn the_fixture_reads_with_its_byte_order_mark_and_blank_parents() {
    let extract = read_extract(TOWN, None).unwrap();
    assert_eq!(extract.census, "2026-01-31".parse().unwrap());
    assert_eq!((extract.rows.len(), extract.open_pathways()), (15, 96));
    let icb = "QT9".parse().unwrap();
    assert_eq!(extract.commissioners_of(&icb), ["71T".parse().unwrap()]);
    let names: Vec<_> = extract.organisations.values().map(|entry| entry.name.as_str()).collect();
    assert!(names.contains(&"TOWN EYE CLINIC, MARKET STREET"), "{names:?}");
}

#[test]
fn blank_parents_and_non_english_rows_are_warned_of_by_line() {
    let extract = read_extract(TOWN, None).unwrap();
    let of = |kind| extract.warnings.iter().filter(move |warning| warning.kind == kind).count();
    assert_eq!(of(WarningKind::NoProviderParent), 4);
    assert_eq!(of(WarningKind::NoCommissionerParent), 2);
    assert_eq!(of(WarningKind::NotEnglish), 2);
    assert_eq!(of(WarningKind::MoreAdmittedThanWaiting), 0);
}

#[test]
fn a_decision_to_admit_without_a_waiting_pathway_is_warned_of() {
    let text = with(7, "Part_2A,Incomplete Pathways with DTA,C_100", "Part_2A,x,C_130");
    let extract = read_extract(text.as_bytes(), None).unwrap();
    let surplus =
        extract.warnings.iter().filter(|w| w.kind == WarningKind::MoreAdmittedThanWaiting);
    assert_eq!(surplus.map(|warning| warning.line).collect::<Vec<_>>(), [7]);
}

#[test]
fn the_census_is_the_last_day_of_the_month_or_the_date_given() {
    assert_eq!(last_day_of("RTT-February-2024"), "2024-02-29".parse().ok());
    assert_eq!(last_day_of("RTT-December-2025"), "2025-12-31".parse().ok());
    assert_eq!(last_day_of("January 2026"), None);
    let given = "2026-01-30".parse().ok();
    assert_eq!(read_extract(TOWN, given).unwrap().census, given.unwrap());
}

#[test]
fn a_missing_column_is_named() {
    let text = town().replacen("Gt 51 To 52 Weeks SUM 1", "Gt 51", 1);
    assert_eq!(
        refusal(&text),
        "column `Gt 51 To 52 Weeks SUM 1` is missing: expected the header of NHS England's full RTT extract"
    );
}

#[test]
fn a_row_that_does_not_foot_is_refused() {
    let text = with(4, ",,30", ",,31");
    assert_eq!(
        refusal(&text),
        "line 4, column `Total All`: expected 30, the sum of the row, and not 31"
    );
}

#[test]
fn a_row_that_comes_twice_is_refused_with_both_lines() {
    let text = town();
    let fourth = text.split("\r\n").nth(3).unwrap();
    let text = format!("{text}{fourth}\r\n");
    assert!(refusal(&text).contains("line 17: expected one row"), "{}", refusal(&text));
    assert!(refusal(&text).ends_with("and line 4 has these"), "{}", refusal(&text));
}

#[test]
fn malformed_values_are_named_by_line_and_column() {
    let cases = [
        (with(4, "RT1", "R"), "line 4, column `Provider Org Code`: expected an ODS code"),
        (with(4, "Part_2", "Part_9"), "line 4, column `RTT Part Type`: expected one of Part_1A"),
        (with(4, "C_100", "C_1"), "line 4, column `Treatment Function Code`: expected a treatment"),
        (with(4, ",5,3,", ",-5,3,"), "line 4, column `Gt 00 To 01 Weeks SUM 1`: expected a whole"),
        (with(5, "January-2026", "March-2026"), "line 5, column `Period`: expected a period"),
        (with(4, "RT1,", ""), "line 4: expected 121 columns, and not 120"),
    ];
    for (text, expected) in cases {
        assert!(refusal(&text).starts_with(expected), "{}", refusal(&text));
    }
}

#[test]
fn a_file_that_is_empty_or_not_text_is_refused() {
    let header = town().split("\r\n").next().unwrap().to_owned();
    assert_eq!(refusal(&header), "the extract has no rows: expected at least one");
    assert!(refusal("").starts_with("column `Period` is missing"));
    let mut bytes = TOWN.to_vec();
    let place = bytes.windows(3).position(|three| three == b"RT1").unwrap();
    bytes[place] = 0xff;
    let error = read_extract(bytes.as_slice(), None).unwrap_err().to_string();
    assert_eq!(error, "line 2: expected UTF-8 text");
}

#[test]
fn a_month_with_blank_bands_and_blank_parents_reads_too() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/rtt-november-2024-rbd/20241130-RTT-November-2024-RBD.csv"
    );
    let Ok(file) = std::fs::File::open(path) else {
        eprintln!("not there, so not tested: {path}");
        return;
    };
    let extract = read_extract(file, None).unwrap();
    assert_eq!(extract.census, "2024-11-30".parse().unwrap());
    assert_eq!((extract.rows.len(), extract.open_pathways()), (512, 21_702));
    let of = |kind| extract.warnings.iter().filter(move |warning| warning.kind == kind).count();
    assert_eq!(of(WarningKind::NoCommissionerParent), 92);
    assert_eq!(of(WarningKind::NotEnglish), 9);
}
