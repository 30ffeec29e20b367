//! The shipped rules, and what is refused of others.

use super::*;

fn refused(from: &str, to: &str) -> String {
    assert!(SHIPPED.contains(from), "`{from}` is not in the shipped file");
    let text = SHIPPED.replacen(from, to, 1);
    SafetyNet::parse("net.toml", &text).unwrap_err().to_string()
}

#[test]
fn a_reported_result_expects_its_notice_sooner_the_more_urgent_it_is() {
    let net = SafetyNet::shipped();
    let edition = net.on("2026-01-05".parse().unwrap()).unwrap();
    let rule = edition.expectations.iter().find(|rule| rule.id.as_str() == "NET-RESULT-NOTIFIED");
    let [deadline] = rule.unwrap().deadlines.as_slice() else { panic!("one deadline") };
    let hours = NetPriority::ALL.map(|priority| deadline.hours.of(priority).num_hours());
    assert_eq!(hours, [8, 4, 2, 1]);
    assert_eq!(net.on("2019-12-31".parse().unwrap()), None, "nothing before the first edition");
}

#[test]
fn a_serious_result_is_escalated_to_requester_deputy_director_and_board() {
    use AlarmTo::{Deputy, IntegratedCareBoard, MedicalDirector, Requester};
    let net = SafetyNet::shipped();
    let rule = net.expectation(&"NET-SERIOUS-ACKNOWLEDGED".parse().unwrap()).unwrap();
    let told: Vec<_> =
        rule.deadlines.iter().map(|deadline| (deadline.level, deadline.to)).collect();
    let all = [Requester, Deputy, MedicalDirector, IntegratedCareBoard];
    assert_eq!(told, (1..).zip(all.map(Some)).collect::<Vec<_>>());
}

#[test]
fn a_mistake_is_named_with_its_line_and_what_would_be_right() {
    let unknown = refused(r#"triggers = ["TestPerformed"]"#, r#"triggers = ["TestPreformed"]"#);
    assert!(unknown.starts_with("net.toml:") && unknown.contains("TestPerformed"), "{unknown}");
    let other = refused(r#"triggers = ["TestPerformed"]"#, r#"triggers = ["LetterDrafted"]"#);
    assert!(other.contains("`LetterDrafted` has no `testId`"), "{other}");
    let slow = refused("routine = 8, urgent = 4", "routine = 8, urgent = 9");
    assert!(slow.contains("grow with the urgency"), "{slow}");
    let nought = refused("same_day = 2, critical = 1 }", "same_day = 2, critical = 0 }");
    assert!(nought.contains("nought"), "{nought}");
    let levels = refused(r#"to = "DEPUTY", hours = 6"#, r#"to = "DEPUTY", hours = 2"#);
    assert!(levels.contains("level 2"), "{levels}");
    let twice = refused(r#"id = "NET-ALERT-SENT""#, r#"id = "NET-RESULT-NOTIFIED""#);
    assert!(twice.contains("stands twice"), "{twice}");
    let weeks = refused("weeks_least = 4", "weeks_least = 9");
    assert!(weeks.contains("weeks_least"), "{weeks}");
    let owner = refused(r#"owner = "SENDER""#, r#"owner = "NOBODY""#);
    assert!(owner.contains("NOBODY"), "{owner}");
    let later = format!(
        "{SHIPPED}\n[[edition]]\nversion = 1\nfrom = \"2021-01-01\"\nexpectation = []\nfeed = []\n[edition.heartbeat]\nweeks = 8\nweeks_least = 4\nusual_least = 1\nalarm_below_percent = 50\njudged_after_hours = 6\ntest_message_within_hours = 4\n[edition.result_expected]\nafter_hours = {{ routine = 4, urgent = 3, same_day = 2, critical = 1 }}\n"
    );
    let later = SafetyNet::parse("net.toml", &later).unwrap_err().to_string();
    assert!(later.contains("does not follow"), "{later}");
}
