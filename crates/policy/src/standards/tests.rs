//! The standards that are shipped, targets that change, and mistakes.

use pathway::Bound;

use super::*;

fn day(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

fn complaints(text: &str) -> Vec<String> {
    let errors = read_standards("c.toml", text).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

/// The shipped text with one thing changed.
fn with(old: &str, new: &str) -> String {
    assert!(SHIPPED.1.contains(old), "{old}");
    SHIPPED.1.replacen(old, new, 1)
}

#[test]
fn the_shipped_standards_allow_28_31_62_and_41_days() {
    let standards = shipped_standards();
    let days = |standard| standards.limit(standard, day("2026-01-05")).unwrap().within_days_max;
    assert_eq!(Standard::ALL.iter().map(|one| days(*one)).collect::<Vec<_>>(), [28, 31, 62, 41]);
}

#[test]
fn faster_diagnosis_asks_for_75_of_100_until_february_2026_and_for_80_after() {
    let standards = shipped_standards();
    let share = |on| {
        let mut targets = standards.targets(Standard::Cancer28Day, day(on));
        let share = targets.next().unwrap().bound;
        assert!(targets.next().is_none(), "one target a day");
        share
    };
    assert_eq!(share("2026-02-28"), Bound::AtLeast(0.75));
    assert_eq!(share("2026-03-01"), Bound::AtLeast(0.80));
}

#[test]
fn the_other_shares_are_96_and_85_at_least_and_1_at_most() {
    let standards = shipped_standards();
    let first = |standard| standards.targets(standard, day("2026-01-31")).next().unwrap().bound;
    assert_eq!(first(Standard::Cancer31Day), Bound::AtLeast(0.96));
    assert_eq!(first(Standard::Cancer62Day), Bound::AtLeast(0.85));
    assert_eq!(first(Standard::Dm01), Bound::AtMost(0.01));
}

#[test]
fn every_rule_says_where_it_stands_and_what_was_only_remembered_is_marked_so() {
    let standards = shipped_standards();
    assert!(standards.settings.iter().all(|setting| !setting.source.is_empty()));
    let certainty = |rule| standards.told(rule, day("2026-01-05")).unwrap().certainty;
    assert_eq!(certainty(Rule::FirstAppointmentMissed), Certainty::OwnKnowledge);
    assert_eq!(certainty(Rule::TestAppointmentMissed), Certainty::OwnKnowledge);
    assert_eq!(certainty(Rule::AllTreatmentDeclined), Certainty::Open);
}

#[test]
fn a_word_that_is_unknown_is_refused_with_its_line_and_the_words_that_would_be_right() {
    let told = complaints(&with("standard = \"CANCER_31_DAY\"", "standard = \"CANCER_30_DAY\""));
    assert_eq!(
        told,
        ["c.toml:25: `CANCER_30_DAY` is not a word of this place: expected one of CANCER_28_DAY, \
          CANCER_31_DAY, CANCER_62_DAY, DM01"]
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = with("from = \"2006-01-01\"", "from = \"2006-13-01\"");
    let text = text.replacen("at_least = 0.96", "at_least = 1.96", 1);
    let told = complaints(&text);
    assert!(told[0].contains("`2006-13-01` is no day: expected a day such as"), "{told:?}");
    assert!(told[1].contains("from 0 to 1"), "{told:?}");
    assert_eq!(told.len(), 2);
}

#[test]
fn two_limits_for_one_day_are_refused() {
    let text = format!(
        "{}\n[[limit]]\nstandard = \"DM01\"\ntitle = \"t\"\nwithin_days_max = 27\nfrom = \
         \"2027-04-01\"\nsource = \"s\"\ncertainty = \"DESIGN\"\n",
        SHIPPED.1
    );
    let told = complaints(&text);
    assert!(told[0].contains("`DM01` is set twice for the same day"), "{told:?}");
}

#[test]
fn a_target_that_begins_within_a_month_is_refused() {
    let told = complaints(&with("from = \"2026-03-01\"", "from = \"2026-03-15\""));
    assert!(told[0].contains("expected the first day of a month"), "{told:?}");
}

#[test]
fn a_rule_that_is_left_out_or_lacks_its_option_is_refused() {
    let told = complaints(&with("reset_day = \"CANCELLATION\"\n", ""));
    assert!(told[0].contains("`TEST_CANCELLED_BY_PATIENT` lacks `reset_day`"), "{told:?}");
    let told = complaints(&with("id = \"PATIENT_TOLD\"", "id = \"PATIENT_DIED\""));
    assert!(told.iter().any(|one| one.contains("`PATIENT_DIED` is set twice")), "{told:?}");
    assert!(told.iter().any(|one| one.contains("`PATIENT_TOLD` is not there")), "{told:?}");
}

#[test]
fn an_unknown_key_and_a_broken_file_are_refused_with_their_line() {
    let told = complaints("title = \"t\"\nversion = 1\nlimits = 3\n");
    assert!(told[0].starts_with("c.toml:3: unknown field `limits`"), "{told:?}");
    let told = complaints("title = \"t\"\n[[limit]\n");
    assert!(told[0].starts_with("c.toml:2: "), "{told:?}");
}

#[test]
fn a_limit_that_changes_leaves_the_clocks_before_it_alone() {
    let text = with("from = \"2023-10-01\"", "from = \"2023-10-01\"\nto = \"2027-03-31\"");
    let text = format!(
        "{text}\n[[limit]]\nstandard = \"CANCER_28_DAY\"\ntitle = \"t\"\nwithin_days_max = 21\n\
         from = \"2027-04-01\"\nsource = \"s\"\ncertainty = \"DESIGN\"\n"
    );
    let standards = read_standards("c.toml", &text).unwrap();
    let days = |on| standards.limit(Standard::Cancer28Day, day(on)).unwrap().within_days_max;
    assert_eq!((days("2027-03-31"), days("2027-04-01")), (28, 21));
}

#[test]
fn two_targets_of_one_name_are_refused() {
    let told = complaints(&with("id = \"FASTER-DIAGNOSIS-80\"", "id = \"FASTER-DIAGNOSIS-75\""));
    assert!(told[0].contains("`FASTER-DIAGNOSIS-75` stands twice"), "{told:?}");
}
