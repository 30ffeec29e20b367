//! What is wrong in a template is told with its line and what would be right.

use super::*;

const SOUND: &str = r#"id = "x"
version = 1
title = "A title"
audience = "provider"
sender = "practice"
topic = "work"
act = "workload-return"
source = "Humberside LMCs interface guidance, workload returned"
reading = "As it stands."
needs = ["work.asked_on", "reasons"]
[[reason]]
code = "PROVIDERS_DUTY"
words = "It is for the provider."
[[category]]
code = "PRESCRIBE"
words = "prescribe"
[[part]]
heading = "Why"
[[part]]
each = "reasons"
[[part]]
say = "You asked on {{ work.asked_on }}."
"#;

#[track_caller]
fn refused(from: &str, to: &str, expected: &str) {
    assert!(SOUND.contains(from), "`{from}` is not in the template");
    let errors = Template::parse("x.toml", &SOUND.replacen(from, to, 1)).unwrap_err();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, [expected]);
}

#[test]
fn a_sound_template_is_read() {
    let template = Template::parse("x.toml", SOUND).unwrap();
    assert_eq!(template.needs.len(), crate::ALWAYS.len() + 2);
    assert_eq!(template.tells, [""; 0]);
}

#[test]
fn an_unknown_fact_is_told_with_the_nearest() {
    let expected =
        "x.toml:22: `work.askedon` is not a fact: expected a fact such as `work.asked_on`";
    refused("{{ work.asked_on }}.\"", "{{ work.asked_on }} {{ work.askedon }}.\"", expected);
}

#[test]
fn a_fact_that_is_told_is_needed_or_the_condition_of_its_part() {
    let expected = "x.toml:21: `words` is told and not needed: expected it in `needs`, or as `when` of its part";
    refused("{{ work.asked_on }}.\"", "{{ work.asked_on }} {{ words }}\"", expected);
    let with =
        SOUND.replacen("say = ", "when = \"words\"\nsay = \"{{ words }}\"\n[[part]]\nsay = ", 1);
    assert_eq!(Template::parse("x.toml", &with).unwrap().tells, ["words"]);
}

#[test]
fn a_fact_that_is_needed_is_told() {
    let expected =
        "x.toml:10: `words` is needed and not told: expected a part that tells it, or no such need";
    refused("\"reasons\"]", "\"reasons\", \"words\"]", expected);
}

#[test]
fn codes_are_those_that_the_step_can_hold() {
    let expected =
        "x.toml:12: no step can hold `PROVIDER_DUTY`: expected a code of WorkReturnReason";
    refused("PROVIDERS_DUTY", "PROVIDER_DUTY", expected);
    let expected = "x.toml:15: no step can hold `PRESCRIBING`: expected a code of WorkCategory";
    refused("PRESCRIBE", "PRESCRIBING", expected);
}

#[test]
fn words_hold_no_markup_no_logic_and_no_filter() {
    let expected = "x.toml:13: there is markup or logic in the words: expected plain words on one line, \
                    with facts as `{{ patient.name }}`";
    refused("It is for", "It is <b>for</b>", expected);
    let expected = "x.toml:22: the words cannot be filled: unknown filter: expected facts as \
                    `{{ patient.name }}`, without filters or calls";
    let filtered = "say = \"{{ work.asked_on | safe }}\"\n[[part]]\nsay =";
    refused("say =", filtered, expected);
}

#[test]
fn the_id_is_the_name_of_the_file_and_a_version_begins_at_one() {
    refused("\"x\"", "\"y\"", "x.toml:1: the id is `y`: expected the name of the file, `x`");
    refused("version = 1", "version = 0", "x.toml:2: the version is 0: expected 1 or more");
}

#[test]
fn a_part_says_one_thing() {
    let expected = "x.toml:17: a part says nothing, or several things: expected one of `heading`, `say`, \
                    `items` or `each`";
    refused(
        "heading = \"Why\"\n",
        "heading = \"Why\"\nsay = \"Why\"\n[[part]]\nheading = \"Why\"\n",
        expected,
    );
}

#[test]
fn an_act_fits_whom_the_letter_is_for() {
    let expected = "x.toml:7: act and `informs` do not fit: expected `informs` with what the patient is \
                    told, for `inform-patient` alone";
    refused("source", "informs = [\"NEXT_STEP\"]\nsource", expected);
}

#[test]
fn a_key_that_nobody_reads_is_refused() {
    let errors = Template::parse("x.toml", &SOUND.replacen("reading", "readng", 1)).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().starts_with("x.toml:9: unknown field `readng`"), "{}", errors[0]);
}
