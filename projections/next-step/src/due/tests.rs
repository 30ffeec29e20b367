//! The settings that are shipped, mistakes in settings, and days.

use super::*;

fn read(settings: &str) -> Result<DuePolicy, DuePolicyError> {
    let text = format!("title = \"t\"\nversion = 1\n{settings}");
    DuePolicy::parse("due.toml", &text, Packs::shipped().calendar().clone())
}

fn setting(state: &str, amount: u32, unit: &str) -> String {
    format!("[[due]]\nstate = \"{state}\"\namount = {amount}\nunit = \"{unit}\"\nsource = \"s\"\n")
}

#[test]
fn the_shipped_settings_are_sound_and_name_where_they_come_from() {
    let policy = DuePolicy::shipped();
    assert!(policy.read.due.values().all(|setting| !setting.source.is_empty()));
    assert!(policy.read.due.len() > 40);
}

#[test]
fn a_mistake_is_said_with_its_line_and_what_would_be_right() {
    let said = |settings: &str| read(settings).unwrap_err().to_string();
    assert_eq!(
        said(&setting("LOST", 1, "DAYS")),
        "due.toml:4: `state = \"LOST\"` is not a state: expected a name such as `BOOKED`"
    );
    let twice = said(&(setting("BOOKED", 1, "DAYS") + &setting("BOOKED", 2, "DAYS")));
    assert_eq!(
        twice,
        "due.toml:9: `BOOKED` is set twice for the same case: expected each state and `when` once"
    );
    assert_eq!(
        said(&setting("BOOKED", 4_000, "DAYS")),
        "due.toml:5: `amount` is 4000: expected at most 3660"
    );
    assert!(
        said(&setting("BOOKED", 1, "WEEKS")).starts_with("due.toml:6: unknown variant `WEEKS`")
    );
}

#[test]
fn working_days_skip_easter_and_hours_count_from_the_minute() {
    let policy = read(
        &(setting("SENT_NO_RECEIPT", 2, "WORKING_DAYS")
            + &setting("SUMMARY_NOT_SENT", 24, "HOURS")),
    )
    .unwrap();
    let due = |state, since: &str| {
        policy.due(state, None, since.parse().unwrap(), None).unwrap().0.to_string()
    };
    assert_eq!(due(State::SentNoReceipt, "2026-04-02"), "2026-04-08");
    assert_eq!(due(State::SummaryNotSent, "2026-01-05T15:30:00Z"), "2026-01-06T15:30:00Z");
    assert_eq!(due(State::SummaryNotSent, "2026-01-05"), "2026-01-06");
}
