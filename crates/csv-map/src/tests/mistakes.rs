//! Every kind of mistake in a map, with its whole message.

use super::{MAP, mistakes};

/// What is said of the map with one thing changed.
fn changed(was: &str, now: &str) -> Vec<String> {
    assert!(MAP.contains(was), "{was} is not in the map");
    mistakes(&MAP.replacen(was, now, 1))
}

/// Each change with the one mistake it makes.
fn each_says(changes: &[(&str, &str, &str)]) {
    for (was, now, expected) in changes {
        assert_eq!(changed(was, now), [*expected], "{was} → {now}");
    }
}

const RECEIVED: &str = "{ column = \"RECEIVED\", format = \"%d/%m/%Y\" }";

#[test]
fn the_map_of_these_tests_has_no_mistakes() {
    assert_eq!(mistakes(MAP), [""; 0]);
}

#[test]
fn the_map_of_the_page_has_no_mistakes() {
    let page = include_str!("../../../../docs/import-csv.md");
    let (_, after) = page.split_once("```toml\n").unwrap();
    let (map, _) = after.split_once("```").unwrap();
    assert!(map.contains("[[step]]"));
    assert_eq!(mistakes(map), [""; 0]);
}

#[test]
fn what_is_no_toml_or_no_key_of_a_map_is_refused_where_it_stands() {
    each_says(&[
        ("table = ", "table ", "line 3, column 7: key with no value: expected `=`"),
        (
            "table = \"referrals\"\n",
            "",
            "line 1, column 1: missing field `table`: expected a map as docs/import-csv.md writes it",
        ),
        (
            "[patient]\nlocal",
            "[patient]\nlocale",
            "line 11, column 1: unknown field `locale`: expected `local`",
        ),
        (
            "key = [\"REFERRAL_ID\"]",
            "key = \"REFERRAL_ID\"",
            "line 4, column 7: invalid type: string \"REFERRAL_ID\": expected a sequence",
        ),
    ]);
}

#[test]
fn a_key_a_delimiter_and_a_column_must_say_something() {
    each_says(&[
        (
            "key = [\"REFERRAL_ID\"]",
            "key = []",
            "line 4, column 7: the key names no column: expected the columns that no two rows share, such as `[\"REFERRAL_ID\"]`",
        ),
        (
            "table = \"referrals\"",
            "table = \"referrals\"\ndelimiter = \", \"",
            "line 4, column 13: the delimiter cannot be read: expected one character such as `,`, `;`, `|` or a tab (`\"\\t\"`)",
        ),
        (
            "table = \"referrals\"",
            "table = \"\"",
            "line 3, column 9: `` cannot be read: expected a label of 1 to 200 characters",
        ),
        (
            "service = { column = \"SPECIALTY\" }",
            "service = { column = \" \" }",
            "line 22, column 22: the column has no name: expected a title of the header",
        ),
    ]);
}

#[test]
fn a_pathway_has_one_name_and_only_a_ppid_has_an_issuer() {
    let local = "local = \"PATHWAY_ID\"";
    each_says(&[
        (
            local,
            "local = \"PATHWAY_ID\"\nubrn = \"UBRN\"",
            "line 7, column 1: a pathway has one name: expected one of `local`, `ubrn` and `ppid`",
        ),
        (
            local,
            "ppid = \"PPID\"",
            "line 7, column 1: a PPID is unique with its issuer: expected `issuer = \"X09\"`, or `issuer_column` with the column that has it",
        ),
        (
            local,
            "ppid = \"PPID\"\nissuer = \"X\"",
            "line 9, column 10: `X` cannot be read: expected an ODS code of 2 to 12 letters and digits",
        ),
        (
            local,
            "local = \"PATHWAY_ID\"\nissuer = \"X09\"",
            "line 9, column 10: only a PPID has an issuer: expected no issuer here",
        ),
    ]);
}

#[test]
fn a_step_must_be_one_of_the_catalogue_that_a_file_can_tell() {
    each_says(&[
        (
            "kind = \"pathwaySubject\"",
            "kind = \"pathwaySubjekt\"",
            "line 30, column 8: `pathwaySubjekt` is not a step: expected a step of the catalogue, such as `pathwaySubject`",
        ),
        (
            "kind = \"pathwaySubject\"",
            "kind = \"stepCorrected\"",
            "line 30, column 8: `stepCorrected` is not told by a file: expected a step of the patient's pathway: import the corrected file, and the record is corrected",
        ),
        (
            "kind = \"pathwaySubject\"",
            "kind = \"pathwaySubject\"\nname = \"referralReceived\"",
            "line 31, column 8: two steps are named `referralReceived`: expected a `name` of its own for each",
        ),
        (
            "kind = \"pathwaySubject\"",
            "kind = \"pathwaySubject\"\nabout = \"hospital\"",
            "line 31, column 9: `hospital` is nothing a step is about: expected `pathway`, `patient` or `itself`",
        ),
    ]);
    let none = mistakes(MAP.split("[ignore]").next().unwrap());
    assert_eq!(none, ["line 1, column 1: the map tells no step: expected at least one `[[step]]`"]);
}

#[test]
fn a_step_about_a_pathway_needs_to_know_which() {
    let mistakes = changed("[pathway]\nlocal = \"PATHWAY_ID\"\n", "");
    let expected = "expected a table `[pathway]`, or `about = \"patient\"` or `\"itself\"` here";
    assert_eq!(
        mistakes,
        [
            format!("line 15, column 8: the step is about a pathway: {expected}"),
            format!("line 28, column 8: the step is about a pathway: {expected}"),
        ]
    );
}

#[test]
fn a_field_must_be_one_of_the_step_and_none_that_is_needed_may_lack() {
    each_says(&[
        (
            "nhsNumber = ",
            "nhs_numbr = ",
            "line 34, column 1: `nhs_numbr` is not a field of `pathwaySubject`: expected `nhsNumber`, or another of `subjectRef`, `nhsNumber`, `personName`, `gpPractice`",
        ),
        (
            "provider = { const = \"RX9\" }\n",
            "",
            "line 17, column 8: `referralReceived` needs `provider`: expected it in the step's `fields`",
        ),
    ]);
}

#[test]
fn a_value_of_the_map_must_fit_its_field() {
    let scope = "rttScope = { const = \"IN_SCOPE\" }";
    each_says(&[
        (
            scope,
            "rttScope = { const = \"INSCOPE\" }",
            "line 24, column 22: the value does not fit the field: expected `IN_SCOPE`, or another of `IN_SCOPE`, `NOT_CONSULTANT_LED`, `DIRECT_ACCESS_DIAGNOSTICS`, `COMMUNITY_SERVICE`, `PLANNED_CARE`",
        ),
        (
            "E = \"E_REFERRAL_SERVICE\"",
            "E = \"e-RS\"",
            "line 25, column 43: the value does not fit the field: expected one of `E_REFERRAL_SERVICE`, `OTHER`, `SELF_REFERRAL`, `INTERFACE`, `TRANSFER`, `OTHER_NATION`",
        ),
        (
            scope,
            "rttScope = { const = \"IN_SCOPE\" }\npriorCommissionerEnglish = { const = \"yes\" }",
            "line 25, column 38: the value does not fit the field: expected true or false, without quotes",
        ),
        (
            scope,
            "rttScope = { const = \"IN_SCOPE\", column = \"SCOPE\" }",
            "line 24, column 12: `const` says all: expected `const` alone, or `column`",
        ),
        (
            scope,
            "rttScope = { }",
            "line 24, column 12: the value comes from nowhere, or from two places: expected `column`, `columns`, `const` or `patient`",
        ),
        (
            "priority = { column = \"PRIORITY\" }",
            "priority = { column = \"PRIORITY\", format = \"%d\" }",
            "line 27, column 44: the field is no date: expected no `format` here",
        ),
        (
            "priority = { column = \"PRIORITY\" }",
            "priority = { column = \"PRIORITY\", split = \";\" }",
            "line 27, column 43: the field holds one value: expected no `split` here",
        ),
    ]);
}

#[test]
fn a_date_needs_a_format_that_says_enough() {
    let cell = "occurred_at = { column = \"RECEIVED\"";
    each_says(&[
        (
            RECEIVED,
            "{ column = \"RECEIVED\" }",
            "line 19, column 15: a date has no format of its own: expected `column` and `format`, such as `{ column = \"RECEIVED\", format = \"%d/%m/%Y\" }`",
        ),
        (
            RECEIVED,
            "{ column = \"RECEIVED\", format = \"DD/MM/YYYY\" }",
            "line 19, column 47: the format `DD/MM/YYYY` cannot be used: expected a format such as `%d/%m/%Y`, or `%d/%m/%Y %H:%M`",
        ),
        (
            RECEIVED,
            "{ column = \"RECEIVED\", format = \"%d/%m\" }",
            "line 19, column 47: the format `%d/%m` cannot be used: expected a format that says day, month and year (`%d`, `%m`, `%Y`)",
        ),
        (
            RECEIVED,
            "{ const = \"2026-01-05\" }",
            "line 19, column 15: a time is read from a cell by its format: expected `column` and `format`, such as `{ column = \"RECEIVED\", format = \"%d/%m/%Y\" }`",
        ),
        (
            cell,
            "entered_in_source_at = { column = \"TYPED\", format = \"%d/%m/%Y\" }\noccurred_at = { column = \"RECEIVED\"",
            "line 19, column 53: the format says no time of day: expected hour and minute (`%H:%M`)",
        ),
    ]);
}

#[test]
fn a_condition_asks_for_one_thing_and_a_code_is_ignored_only_where_codes_are_asked_for() {
    each_says(&[
        (
            "one_of = [\"OPEN\", \"SEEN\"]",
            "one_of = []",
            "line 18, column 9: the condition asks for nothing, or too much: expected one of `equals`, `one_of`, `none_of` and `empty`",
        ),
        (
            "STATUS = [\"DRAFT\"]",
            "ROUTE = [\"X\"]",
            "line 14, column 1: no `when` asks for codes of `ROUTE`: expected a column by which a step is chosen with `equals`, `one_of` or `none_of`",
        ),
    ]);
}

#[test]
fn a_person_is_known_by_the_hospitals_own_number_and_never_by_the_nhs_number() {
    each_says(&[
        (
            "subjectRef = { patient = true }",
            "subjectRef = { column = \"PATIENT_ID\" }",
            "line 33, column 14: a person is known by a reference: expected `{ patient = true }`",
        ),
        (
            "[patient]\nlocal = \"PATIENT_ID\"\n",
            "",
            "line 31, column 14: no patient is named: expected a table `[patient]` with `local`, the column of the hospital's own number",
        ),
        (
            "local = \"PATIENT_ID\"",
            "local = \"NHS_NO\"",
            "line 34, column 13: `NHS_NO` names the patient to the source and is the NHS number: expected the hospital's own number in `[patient]`: a reference is never made from an NHS number",
        ),
    ]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = MAP.replace("rttScope", "rttScop").replace("%d/%m/%Y", "%d");
    assert_eq!(mistakes(&text).len(), 4, "{:#?}", mistakes(&text));
}
