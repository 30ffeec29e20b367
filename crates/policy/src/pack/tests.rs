//! Every way in which a pack is refused, with its line and what would be right.

mod files;
mod forms;
mod witnesses;

use crate::{Pack, PackError, Packs};

const CALENDAR: (&str, &str) =
    ("calendar.toml", include_str!("../../../../schema/policies/bank-holidays-england.toml"));

const PACK: &str = r#"[pack]
id = "T"
version = 1
title = "T"
source = "S"
precedence = 1
scope = { icb = ["QKK"], commissioner = ["72Q"], provider = ["*"], function = ["*"] }
effective = { from = "2025-08-01" }
[[rule]]
id = "T-1"
class = "checkable"
form = "deadline"
title = "t"
reading = "r"
source = "s"
accountable = "provider"
owner_role = "CONSULTANT"
severity = "variance"
trigger = [{ step = "OutpatientAttended", only = [{ field = "medium", one_of = ["VIDEO"] }] }]
satisfied_by = [{ step = "ClinicLetterSent", same = "appointmentId" }]
due = { amount = 10, unit = "day", basis = "calendar" }
"#;

/// The pack that stands in one file, `t.toml`.
fn parse(text: &str) -> Result<Pack, Vec<PackError>> {
    let (mut packs, errors) = Pack::parse_all(&[("t.toml", text)]);
    if errors.is_empty() { Ok(packs.remove(0)) } else { Err(errors) }
}

fn refusal(good: &str, bad: &str) -> PackError {
    let text = PACK.replacen(good, bad, 1);
    assert_ne!(text, PACK, "`{good}` is not in the pack");
    let mut errors = parse(&text).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors.remove(0)
}

#[track_caller]
fn refused(good: &str, bad: &str, line: usize, problem: &str, expected: &str) {
    let error = refusal(good, bad);
    assert_eq!((error.file.as_str(), error.line), ("t.toml", line), "{error}");
    assert!(error.problem.contains(problem), "{error}");
    assert!(error.expected.contains(expected), "{error}");
}

#[test]
fn the_pack_of_these_tests_is_well_formed() {
    let pack = parse(PACK).unwrap();
    assert_eq!((pack.id.as_str(), pack.version, pack.rules.len()), ("T", 1, 1));
    let named: Vec<_> =
        pack.named_words().iter().map(|word| (word.step.as_str(), word.field.as_deref())).collect();
    assert_eq!(
        named,
        [
            ("ClinicLetterSent", None),
            ("ClinicLetterSent", Some("appointmentId")),
            ("OutpatientAttended", None),
            ("OutpatientAttended", Some("medium")),
        ]
    );
}

#[test]
fn an_unknown_step_is_refused_and_the_nearest_named() {
    refused(
        r#""OutpatientAttended""#,
        r#""OutpatientAttnded""#,
        19,
        "`OutpatientAttnded` is not a step",
        "`OutpatientAttended`",
    );
    refused(
        r#""ClinicLetterSent""#,
        r#""ClinicLetterPosted""#,
        20,
        "`ClinicLetterPosted` is not a step",
        "`ClinicLetterSent`",
    );
}

#[test]
fn an_unknown_field_is_refused_and_the_fields_named() {
    refused(
        r#"field = "medium""#,
        r#"field = "mediun""#,
        19,
        "`mediun` is not a field of `OutpatientAttended`",
        "medium",
    );
    refused(
        r#"same = "appointmentId""#,
        r#"same = "appointment""#,
        20,
        "`appointment` is not a field of `ClinicLetterSent`",
        "appointmentId",
    );
}

#[test]
fn a_key_that_the_trigger_has_not_is_refused() {
    refused(
        r#"same = "appointmentId""#,
        r#"same = "letterId""#,
        20,
        "no trigger of the rule has a field `letterId`",
        "a field of both steps",
    );
}

#[test]
fn a_word_that_the_field_cannot_have_is_refused_and_its_words_named() {
    refused(
        r#"["VIDEO"]"#,
        r#"["VIDEOCALL"]"#,
        19,
        "is no value of `OutpatientAttended.medium`",
        "FACE_TO_FACE, VIDEO, TELEPHONE",
    );
}

#[test]
fn an_unknown_form_is_refused_and_the_forms_named() {
    let text =
        PACK.replace("form = \"deadline\"", "form = \"dedline\"").replace("satisfied_by", "# ");
    let errors = parse(&text).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "t.toml:12: `dedline` is not a form: expected one of deadline, precedence, presence, prohibition, standing, coverage, record_only"
    );
}

#[test]
fn a_key_of_another_form_is_refused() {
    refused(
        "due = {",
        "stands = []\ndue = {",
        21,
        "`stands` does not belong to the form `deadline`",
        "standing",
    );
}

#[test]
fn a_missing_unit_basis_or_amount_is_refused() {
    refused(r#"unit = "day", "#, "", 21, "`due` has no `unit`", "unit = \"hour\"");
    refused(r#", basis = "calendar""#, "", 21, "`due` has no `basis`", "basis = \"calendar\"");
    refused("amount = 10, ", "", 21, "`due` has no `amount`", "a whole number");
    refused(r#"unit = "day""#, r#"unit = "week""#, 21, "`week` is not a unit", "unit = \"day\"");
    refused(
        r#"unit = "day", basis = "calendar""#,
        r#"unit = "hour", basis = "working""#,
        21,
        "`working` is no basis here",
        "calendar",
    );
}

#[test]
fn a_form_without_what_it_needs_is_refused() {
    refused("satisfied_by", "# ", 9, "the rule has no `satisfied_by`", "what its form needs");
}

#[test]
fn an_unknown_key_and_broken_toml_are_refused_with_their_line() {
    refused("severity =", "severityy =", 18, "unknown field `severityy`", "");
    refused(r#"id = "T-1""#, r#"id = "T-1"#, 10, "", "");
    refused(
        r#"icb = ["QKK"]"#,
        r#"region = ["X"], icb = ["QKK"]"#,
        7,
        "unknown field `region`",
        "",
    );
}

#[test]
fn an_icb_without_its_commissioners_is_refused() {
    refused(
        r#"commissioner = ["72Q"]"#,
        r#"commissioner = ["*"]"#,
        7,
        "`icb` is named and `commissioner` is `*`",
        "the codes of its commissioners",
    );
    refused(r#"provider = ["*"]"#, "provider = []", 7, "a list of the scope is empty", "`*`");
    refused(r#"provider = ["*"]"#, r#"provider = ["?"]"#, 7, "`?` cannot be read", "ODS codes");
}

#[test]
fn a_version_that_ends_before_it_begins_is_refused() {
    refused(
        r#"from = "2025-08-01""#,
        r#"from = "2025-08-01", to = "2025-07-31""#,
        8,
        "`to` is before `from`",
        "no earlier",
    );
    refused(
        r#"from = "2025-08-01""#,
        r#"from = "August""#,
        8,
        "`August` cannot be read",
        "2025-08-01",
    );
}

#[test]
fn overlapping_versions_are_refused_and_versions_end_to_end_are_not() {
    let first = PACK.replace(r#"from = "2025-08-01""#, r#"from = "2025-08-01", to = "2025-08-31""#);
    let second =
        |from: &str| PACK.replace("version = 1", "version = 2").replace("2025-08-01", from);
    let both = |second: &str| Packs::parse(&[("1.toml", &first), ("2.toml", second)], CALENDAR);
    assert!(both(&second("2025-09-01")).is_ok());
    let errors = both(&second("2025-08-31")).unwrap_err();
    assert_eq!((errors.len(), errors[0].file.as_str(), errors[0].line), (1, "2.toml", 8));
    assert!(
        errors[0].problem.contains("version 2 of `T` overlaps version 1 in `1.toml`"),
        "{}",
        errors[0]
    );
}

#[test]
fn a_rule_id_belongs_to_one_pack() {
    let other = PACK.replace("id = \"T\"", "id = \"U\"");
    let errors = Packs::parse(&[("t.toml", PACK), ("u.toml", &other)], CALENDAR).unwrap_err();
    assert!(errors[0].to_string().contains("rule `T-1` is another pack's too"), "{}", errors[0]);
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = PACK
        .replace("ClinicLetterSent", "LetterPosted")
        .replace("unit = \"day\", ", "")
        .replace("medium", "mode");
    assert_eq!(parse(&text).unwrap_err().len(), 3);
}

#[test]
fn the_shipped_packs_are_well_formed_and_the_digest_moves_with_their_text() {
    let packs = Packs::shipped();
    let ids: Vec<_> = packs.all().iter().map(|pack| pack.id.as_str()).collect();
    let expected = [
        "NHS-STD-CONTRACT",
        "RTT-RULES",
        "HUMBER-LMC-GUIDANCE",
        "NORTHERN-LINCS-2024-05",
        "SEL-CONSENSUS-2025-08",
    ];
    assert_eq!(ids, expected);
    assert_eq!(packs.digest(), Packs::shipped().digest());
    let one = Packs::parse(&[("t.toml", PACK)], CALENDAR).unwrap();
    let other =
        Packs::parse(&[("t.toml", &PACK.replace("amount = 10", "amount = 9"))], CALENDAR).unwrap();
    assert_ne!(one.digest(), other.digest());
    assert_eq!(one.digest().len(), 64);
}

#[test]
fn a_rule_is_for_what_the_nhs_pays_for_unless_it_says_who_else_pays() {
    use steps::codes::Funding::{Nhs, Private};
    let funding = |text: &str| parse(text).unwrap().rules[0].funding.clone();
    assert_eq!(funding(PACK), [Nhs]);
    let said =
        |value: &str| PACK.replacen("severity = ", &format!("funding = {value}\nseverity = "), 1);
    assert_eq!(funding(&said(r#"["NHS", "PRIVATE"]"#)), [Nhs, Private]);
    let (was, severity) = ("severity = ", "severity = ");
    refused(was, &format!("funding = []\n{severity}"), 18, "names nobody who pays", "NHS, PRIVATE");
    let strange = parse(&said(r#"["INSURER"]"#)).unwrap_err();
    assert!(strange[0].to_string().contains("INSURER"), "{strange:?}");
}
