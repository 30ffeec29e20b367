//! The names of the catalogue.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_step_is_found_by_its_name() {
    for kind in StepKind::ALL {
        assert_eq!(StepKind::from_name(kind.name()), Some(*kind));
    }
    assert_eq!(StepKind::from_name("referralSent"), None);
}

#[test]
fn the_field_name_of_a_step_is_the_one_serde_and_the_schema_use() {
    let schema = schemars::schema_for!(Step).to_value();
    let forms = schema["oneOf"].as_array().unwrap().iter();
    let written: Vec<String> =
        forms.flat_map(|form| form["properties"].as_object().unwrap().keys().cloned()).collect();
    let ours: Vec<String> = StepKind::ALL.iter().map(|kind| kind.field_name()).collect();
    assert_eq!(ours, written);
    for kind in StepKind::ALL {
        let input = format!("{{\"{}\": 7}}", kind.field_name());
        let refused = crate::decode_input(input.as_bytes()).unwrap_err().to_string();
        assert!(refused.contains(&format!("struct {}", kind.name())), "{refused}");
    }
}

#[test]
fn names_are_used_once_and_ranks_follow_the_catalogue() {
    let names: BTreeSet<&str> = StepKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), StepKind::ALL.len());
    for (place, kind) in StepKind::ALL.iter().enumerate() {
        assert_eq!(usize::from(kind.rank()), place, "{}", kind.name());
    }
}

#[test]
fn titles_read_as_plain_english_and_keep_abbreviations() {
    assert_eq!(StepKind::ReferralSent.title(), "Referral sent");
    assert_eq!(StepKind::DnaRecorded.title(), "DNA recorded");
    assert_eq!(StepKind::RttClockCorrected.title(), "RTT clock corrected");
    assert_eq!(StepKind::PifuStarted.title(), "PIFU started");
}
