//! What is said of a file as a whole, and of its lines.

use super::{HEADER, MAP, ROW, map, read, read_by, refused};
use crate::{CsvMap, Survey};

fn failed(file: impl AsRef<[u8]>) -> String {
    Survey::of(map(), file.as_ref()).unwrap_err().to_string()
}

#[test]
fn a_file_with_nothing_in_it_is_told_to_be_empty_and_one_with_a_header_has_no_rows() {
    for empty in ["", "\n", "\r\n\r\n", "\u{feff}", " , ,\n"] {
        assert_eq!(
            failed(empty),
            "the file is empty: expected a header line that names the columns"
        );
    }
    assert_eq!(read(&[HEADER]).len(), 0);
}

#[test]
fn a_byte_order_mark_line_ends_of_all_kinds_and_blank_lines_make_no_difference() {
    let plain = read(&[HEADER, ROW]);
    let ends = ["\n", "\r\n"];
    for end in ends {
        let file = format!("\u{feff}{HEADER}{end}{end}  {end}{ROW}{end}{end}");
        let rows = read_by(map(), file.as_bytes()).unwrap();
        assert_eq!((rows.len(), rows[0].line), (1, 4), "lines are counted as an editor does");
        assert_eq!(rows[0].steps, plain[0].steps);
    }
    let quoted = format!("\u{feff}\"REFERRAL_ID\"{}", HEADER.trim_start_matches("REFERRAL_ID"));
    assert_eq!(read(&[&quoted, ROW])[0].steps, plain[0].steps);
}

#[test]
fn a_missing_column_is_named_with_the_one_that_may_be_meant() {
    assert_eq!(
        failed(HEADER.replace("RECEIVED", "Recieved")),
        "column `RECEIVED` of the map (line 19) is not in the header: expected the map to name `Recieved`, if that is meant"
    );
    assert_eq!(
        failed(HEADER.replace("RECEIVED", "WEIGHT")),
        "column `RECEIVED` of the map (line 19) is not in the header: expected the map to name a column of the header"
    );
    assert_eq!(
        failed(HEADER.replace(',', ";")),
        "column `REFERRAL_ID` of the map (line 4) is not in the header: expected columns between `,`, or another `delimiter` in the map"
    );
}

#[test]
fn a_column_that_is_there_twice_is_refused_only_where_the_map_names_it() {
    assert_eq!(
        failed(format!("{HEADER},STATUS")),
        "column `STATUS` of the map (line 18) is in the header twice, as columns 5 and 10: expected it once"
    );
    let others = format!("{HEADER},NOTE,NOTE");
    assert_eq!(read(&[&others, &format!("{ROW},a,b")])[0].steps.len(), 2);
}

#[test]
fn a_file_that_is_not_utf_8_is_refused_with_the_place_of_the_byte() {
    let mut latin = format!("{HEADER}\r\n{ROW}\r\n").into_bytes();
    let offset = latin.len();
    latin.extend(b"R\xe9");
    assert_eq!(
        failed(&latin),
        format!(
            "line 3: the byte at offset {} is not UTF-8: expected the file saved as UTF-8",
            offset + 1
        )
    );
    let utf16: Vec<u8> =
        format!("\u{feff}{HEADER}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        failed(utf16),
        "line 1: the byte at offset 0 is not UTF-8, and the file begins as UTF-16 does: expected the file saved as UTF-8"
    );
}

#[test]
fn a_truncated_last_line_is_refused_and_the_lines_before_it_are_read() {
    let second = ROW.replace("R1", "R2");
    for (cut, has) in [("R2,W1,P1", 3), ("R2", 1), ("R2,W1,P1,9990000018,OPEN,05/01/2026,110,", 8)]
    {
        let rows = read(&[HEADER, ROW, cut]);
        assert_eq!((rows[0].steps.len(), rows[1].steps.len()), (2, 0));
        let expected = format!(
            "3 - - - WRONG_FIELDS: the line has {has} fields: expected 9, as the header has"
        );
        assert_eq!(refused(&[HEADER, ROW, cut]), [expected]);
    }
    assert_eq!(refused(&[HEADER, &second, &format!("{ROW},more")]).len(), 1);
    let survey = |file: String| Survey::of(map(), file.as_bytes()).unwrap();
    assert!(!survey(format!("{HEADER}\n{ROW}")).last_line_ended());
    assert!(survey(format!("{HEADER}\n{ROW}\n")).last_line_ended());
}

#[test]
fn a_line_of_delimiters_alone_is_a_row_and_refused_as_one() {
    let rows = read(&[HEADER, ROW, ",,,", ",,,,,,,,"]);
    assert_eq!(rows.len(), 3);
    assert_eq!(
        refused(&[HEADER, ROW, ",,,", ",,,,,,,,"]),
        [
            "3 - - - WRONG_FIELDS: the line has 4 fields: expected 9, as the header has",
            "4 - REFERRAL_ID - MISSING_VALUE: the row has no key: expected a value in each column of `key`",
        ]
    );
}

#[test]
fn a_stray_quote_is_refused_with_line_and_column_and_the_other_rows_are_read() {
    let right = "expected the whole value in quotes, and each quote inside it written twice";
    let second = ROW.replace("R1", "R2");
    for (cell, column) in [("W\"1", "PATHWAY_ID"), ("\"W\"1", "PATHWAY_ID")] {
        let wrong = ROW.replace("W1", cell);
        let told = refused(&[HEADER, &wrong, &second]);
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert!(one.starts_with(&format!("2 - {column} - STRAY_QUOTE: ")), "{one}");
        assert!(one.ends_with(right), "{one}");
        assert_eq!(read(&[HEADER, &wrong, &second])[1].steps.len(), 2);
    }
    let quoted = ROW.replace("W1", "\"W\"\"1\"");
    assert_eq!(refused(&[HEADER, &quoted]), [""; 0]);
}

#[test]
fn a_stray_quote_below_a_value_of_several_lines_is_told_with_its_own_line() {
    let header = format!("{HEADER},NOTE,MORE");
    let told = refused(&[&header, &format!("{ROW},\"one\ntwo\",5\" nail")]);
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert!(one.starts_with("2 - MORE - STRAY_QUOTE: a quote in line 3 stands"), "{one}");
}

#[test]
fn a_quote_that_is_never_closed_is_refused_by_its_line() {
    let open = ROW.replace("R1", "\"R2");
    let told = refused(&[HEADER, ROW, &open, "R3,W"]);
    assert_eq!(
        told,
        [
            "3 - - - QUOTE_NOT_CLOSED: a quote is opened in line 3 and never closed, and what follows was read as one value: expected a second quote after the value"
        ]
    );
    let last = format!("{}\"1", ROW.trim_end_matches('1').replace("R1", "R2"));
    let told = refused(&[HEADER, ROW, &last]);
    assert!(told[0].starts_with("3 - - - QUOTE_NOT_CLOSED"), "the fields are all there: {told:?}");
}

#[test]
fn of_rows_with_one_key_none_is_believed() {
    let other = ROW.replace("05/01", "06/01");
    let told = refused(&[HEADER, ROW, &ROW.replace("R1", "R2"), &other]);
    let message = "expected one row a key, for the file does not say which is true";
    assert_eq!(
        told,
        [
            format!("2 - REFERRAL_ID - KEY_REPEATED: the same key stands in line 4: {message}"),
            format!("4 - REFERRAL_ID - KEY_REPEATED: the same key stands in line 2: {message}"),
        ]
    );
}

#[test]
fn another_delimiter_is_read_where_the_map_says_so() {
    let map = CsvMap::parse(&format!("delimiter = \"\\t\"\n{MAP}")).unwrap();
    let file = format!("{HEADER}\n{ROW}\n").replace(',', "\t");
    assert_eq!(read_by(&map, file.as_bytes()).unwrap()[0].steps, read(&[HEADER, ROW])[0].steps);
}

#[test]
fn a_value_over_several_lines_leaves_the_lines_after_it_rightly_numbered() {
    let header = format!("{HEADER},NOTE");
    let rows = [format!("{ROW},\"one\ntwo\n\""), format!("{},x", ROW.replace("R1", "R2"))];
    let read = read(&[&header, &rows[0], &rows[1]]);
    assert_eq!(read.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 5]);
}
