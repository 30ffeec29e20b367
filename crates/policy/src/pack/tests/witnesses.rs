//! What a pack says of a witness: when, by whom, to whom, and what takes it back.

use super::{PACK, parse, refused};
use crate::{Before, Form, Promise};

const SAME: &str = r#"same = "appointmentId" }]"#;

fn promise(text: &str) -> Promise {
    match parse(text).unwrap().rules.remove(0).form {
        Form::Deadline(promise) => promise,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_came_before_the_trigger_counts_only_where_the_rule_says_so() {
    let before = |said: &str| {
        let text = PACK.replacen("due = ", &format!("{said}\ndue = "), 1);
        promise(&text).parts[0].kept_by[0].before
    };
    assert_eq!(before(""), Before::Never);
    assert_eq!(before("counts_before = false"), Before::Never);
    assert_eq!(before(r#"counts_before = "same_day""#), Before::SameDay);
    assert_eq!(before("counts_before = true"), Before::Ever);
    refused("due = ", "counts_before = \"yesterday\"\ndue = ", 21, "`yesterday`", "same_day");
}

#[test]
fn the_fields_by_which_a_witness_is_told_apart_must_exist() {
    let with = |more: &str| format!(r#"same = "appointmentId", {more} }}]"#);
    let ok = with(
        r#"by = "provider", to_practice = "toOrganisation", like = { provider = "provider" }"#,
    );
    let kept = promise(&PACK.replacen(SAME, &ok, 1)).parts[0].kept_by[0].clone();
    assert_eq!(kept.to_practice.unwrap().as_str(), "toOrganisation");
    assert_eq!((kept.like[0].0.as_str(), kept.like[0].1.as_str()), ("provider", "provider"));
    refused(
        SAME,
        &with(r#"to_practice = "practice""#),
        20,
        "`practice` is not a field",
        "toOrganisation",
    );
    refused(SAME, &with(r#"like = { provider = "sender" }"#), 20, "field `sender`", "of a trigger");
    refused(
        SAME,
        &with(r#"like = { sender = "provider" }"#),
        20,
        "`sender` is not a field",
        "provider",
    );
}

#[test]
fn what_takes_a_witness_back_shares_a_field_with_it_and_not_with_the_trigger() {
    let undone = |same: &str| {
        format!(
            r#"same = "appointmentId", undone_by = [{{ step = "DocumentBounced", same = "{same}" }}] }}]"#
        )
    };
    let kept = promise(&PACK.replacen(SAME, &undone("letterId"), 1)).parts[0].kept_by[0].clone();
    assert_eq!(kept.undone_by[0].same.as_ref().unwrap().as_str(), "letterId");
    refused(SAME, &undone("reason"), 20, "`reason` is not a field", "letterId");
}

#[test]
fn what_a_promise_is_about_is_named_by_fields_of_its_trigger() {
    let with = |field: &str| format!(r#"step = "OutpatientAttended", once_per = ["{field}"]"#);
    let step = r#"step = "OutpatientAttended""#;
    let rule = parse(&PACK.replacen(step, &with("appointmentId"), 1)).unwrap().rules.remove(0);
    assert_eq!(rule.triggers[0].once_per[0].as_str(), "appointmentId");
    refused(step, &with("visit"), 19, "`visit` is not a field", "appointmentId");
}

#[test]
fn the_only_part_of_a_rule_is_named_by_the_steps_that_would_keep_it() {
    assert_eq!(promise(PACK).parts[0].name, "Clinic letter sent");
}
