//! The settings of the clock: what ships, what a later version changes, and mistakes by their line.

use pathway::{
    Clock,
    clock::{ClockPolicy, DnaStopBasis},
};
use testkit::{Story, json, story};

use super::{SHIPPED, parse_clock, shipped_clock};

/// The shipped settings, with more at the end.
fn with(more: &str) -> String {
    format!("{}\n{more}", SHIPPED.1)
}

fn read(more: &str) -> ClockPolicy {
    parse_clock("clock.toml", &with(more)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The mistakes, with the place of each told from the end of the shipped text.
fn mistakes(text: &str) -> Vec<String> {
    let errors = parse_clock("clock.toml", text).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

const FROM_SEPTEMBER: &str = r#"
[[version]]
number = 2
from = "2026-09-01"
[version.dna_discharge_stop_basis]
value = "DNA_DATE"
source = "a meeting of 20 August 2026"
reading = "the example is followed"
"#;

/// Seen, then missed, then discharged with all four safeguards a week later.
fn discharged(missed: &str, discharged: &str) -> Story {
    let guards = json!({"clearlyCommunicated": true, "notAgainstInterest": true,
        "publishedPolicy": true, "policyProtectsVulnerable": true});
    let dna = json!({"appointmentId": "A1", "appointmentDate": missed, "attendanceCode": "DID_NOT_ATTEND"});
    let end = json!({"dnaDecision": "DISCHARGE", "dischargeDate": discharged, "guards": guards});
    story()
        .on("2026-01-05", "referralReceived", json!({"route": "OTHER"}))
        .on("2026-01-20", "outpatientAttended", json!({}))
        .on(missed, "dnaRecorded", dna)
        .on(discharged, "dnaClinicalDecisionMade", end)
}

/// The day the only period stopped.
fn stop(policy: &ClockPolicy, story: &Story) -> String {
    let clock = Clock::of(&story.history(), policy);
    clock.periods[0].end.as_ref().unwrap().date.to_string()
}

#[test]
fn what_ships_is_the_default_of_the_domain() {
    assert_eq!(shipped_clock(), ClockPolicy::default());
}

#[test]
fn a_change_in_september_leaves_august_alone() {
    let policy = read(FROM_SEPTEMBER);
    let august = discharged("2026-08-24", "2026-08-31");
    let september = discharged("2026-08-25", "2026-09-01");
    assert_eq!(stop(&shipped_clock(), &august), "2026-08-31");
    assert_eq!(stop(&policy, &august), "2026-08-31");
    assert_eq!(stop(&shipped_clock(), &september), "2026-09-01");
    assert_eq!(stop(&policy, &september), "2026-08-25");
}

#[test]
fn a_later_version_keeps_what_it_does_not_say() {
    let policy = read(FROM_SEPTEMBER);
    let (august, september) = ("2026-08-31".parse().unwrap(), "2026-09-01".parse().unwrap());
    assert_eq!((policy.version_on(august), policy.version_on(september)), (1, 2));
    assert_eq!(policy.on(september).dna_discharge_stop_basis, DnaStopBasis::DnaDate);
    assert_eq!(policy.on(september).reasonable_notice_days, 21);
    assert_ne!(format!("{policy:?}"), format!("{:?}", shipped_clock()));
}

#[test]
fn a_single_point_of_access_moves_the_start_to_the_request_while_it_runs() {
    let policy = read(
        "[[single_point_of_access]]\nprovider = \"RJ1\"\nservice = \"RJ1.C_330\"\n\
         from = \"2026-07-01\"\nto = \"2026-07-31\"\nsource = \"its web page\"",
    );
    let start = |asked: &str, service: &str| {
        let told = story()
            .on(
                asked,
                "adviceRequested",
                json!({"spoa": false, "provider": "RJ1", "service": service}),
            )
            .on("2026-09-01", "referralReceived", json!({"route": "OTHER"}));
        let clock = Clock::of(&told.history(), &policy);
        (clock.periods[0].start.row.number(), clock.periods[0].start.date.unwrap().to_string())
    };
    assert_eq!(start("2026-07-01", "RJ1.C_330"), (4, "2026-07-01".to_owned()));
    assert_eq!(start("2026-07-31", "RJ1.C_330"), (4, "2026-07-31".to_owned()));
    assert_eq!(start("2026-06-30", "RJ1.C_330"), (5, "2026-09-01".to_owned()));
    assert_eq!(start("2026-08-01", "RJ1.C_330"), (5, "2026-09-01".to_owned()));
    assert_eq!(start("2026-07-01", "RJ1.C_110"), (5, "2026-09-01".to_owned()));
}

#[test]
fn a_single_point_of_a_whole_provider_is_for_each_of_its_services() {
    let policy = read(
        "[[single_point_of_access]]\nprovider = \"RJ1\"\nfrom = \"2026-07-01\"\nsource = \"its web page\"",
    );
    let day = "2027-01-01".parse().unwrap();
    let at = |code: &str, service: &str| {
        policy.has_single_point(Some(&code.parse().unwrap()), &service.parse().unwrap(), day)
    };
    assert!(at("RJ1", "RJ1.C_110") && !at("RJ2", "RJ2.C_110"));
}

#[test]
fn mistakes_are_told_with_their_line_and_what_would_be_right() {
    let line = SHIPPED.1.lines().count() + 1;
    for (more, says) in [
        ("[[version]]\nnumber = 2", "2: a later version has no `from`: expected a day such as"),
        ("[[version]]\nnumber = 1\nfrom = \"2026-09-01\"", "2: the number stands twice: expected"),
        (
            "[[version]]\nnumber = 2\nfrom = \"September\"",
            "3: `September` is no day: expected a day",
        ),
        (
            "[[version]]\nnumber = 2\nfrom = \"2026-09-01\"\nwait_days = 1",
            "4: unknown field `wait_days`",
        ),
        (
            "[[single_point_of_access]]\nprovider = \"RJ1\"\nfrom = \"2026-07-01\"\nto = \"2026-06-30\"\nsource = \"x\"",
            "4: `to` is before `from`",
        ),
        (
            "[[single_point_of_access]]\nprovider = \"R J 1\"\nfrom = \"2026-07-01\"\nsource = \"x\"",
            "2: `provider` is no ODS code",
        ),
    ] {
        let (offset, says) = says.split_once(": ").unwrap();
        let at = line + offset.parse::<usize>().unwrap();
        let told = mistakes(&with(more));
        let expected = format!("clock.toml:{at}: {says}");
        assert!(told.iter().any(|one| one.starts_with(&expected)), "{expected}: {told:#?}");
    }
}

#[test]
fn versions_out_of_order_and_settings_without_a_source_are_refused() {
    let twice = format!("{FROM_SEPTEMBER}{}", FROM_SEPTEMBER.replace("number = 2", "number = 3"));
    let told = mistakes(&with(&twice));
    assert!(told[0].contains("`from` is not after that of the version before"), "{told:#?}");
    let told = mistakes(&with(&FROM_SEPTEMBER.replace("a meeting of 20 August 2026", " ")));
    assert!(told[0].contains("`dna_discharge_stop_basis` lacks its source"), "{told:#?}");
}

#[test]
fn the_first_version_says_everything_and_nothing_is_no_version() {
    let told = mistakes("title = \"T\"\n[[version]]\nnumber = 1\n");
    assert_eq!(told.len(), 11, "{told:#?}");
    assert!(told[0].starts_with("clock.toml:3: the first version does not say `"), "{told:#?}");
    let told = mistakes("title = \"T\"\n");
    assert_eq!(told, ["clock.toml:1: there is no version: expected at least one `[[version]]`"]);
}

#[test]
fn a_value_that_cannot_be_meant_is_refused() {
    for (right, wrong) in [
        ("\"DISCHARGE_DATE\"", "\"BIRTHDAY\""),
        ("value = \"35\"", "value = \"30\""),
        ("value = 21", "value = 21000"),
        ("value = 42", "value = -1"),
    ] {
        let told = mistakes(&SHIPPED.1.replacen(right, wrong, 1));
        assert_eq!(told.len(), 1, "{wrong}: {told:#?}");
    }
}
