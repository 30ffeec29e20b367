//! Which setting holds, and mistakes in settings.

use policy::Packs;

use super::*;
use crate::DuePolicy;

fn read(settings: &str) -> Result<DuePolicy, DuePolicyError> {
    let text = format!("title = \"t\"\nversion = 1\ndue = []\n{settings}");
    DuePolicy::parse("due.toml", &text, Packs::shipped().calendar().clone())
}

fn setting(more: &str) -> String {
    format!("[[hand_over]]\nsource = \"s\"\n{more}\n")
}

fn on(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

#[test]
fn the_setting_of_the_category_on_the_day_of_asking_holds_before_that_of_all() {
    let policy = read(
        &[
            setting("counts = \"ACCEPTED\"\nfrom = \"2020-01-01\""),
            setting("work_category = \"PRESCRIBE\"\ncounts = \"DELIVERED\"\nfrom = \"2026-02-01\""),
            setting(
                "work_category = \"PRESCRIBE\"\ncounts = \"NOT_RETURNED\"\namount = 10\nunit = \"WORKING_DAYS\"\nfrom = \"2026-03-01\"",
            ),
        ]
        .concat(),
    )
    .unwrap();
    let prescribe = Some(WorkCategory::Prescribe);
    assert_eq!(policy.hand_over(prescribe, on("2026-01-31")), Counts::Accepted);
    assert_eq!(policy.hand_over(prescribe, on("2026-02-01")), Counts::Delivered);
    let silence = Counts::NotReturned { amount: 10, unit: Unit::WorkingDays };
    assert_eq!(policy.hand_over(prescribe, on("2026-03-01")), silence);
    assert_eq!(policy.hand_over(Some(WorkCategory::Other), on("2026-03-01")), Counts::Accepted);
    assert_eq!(policy.hand_over(None, on("2026-03-01")), Counts::Accepted);
}

#[test]
fn without_a_setting_and_as_shipped_only_acceptance_counts() {
    let bare = read("").unwrap();
    for category in WorkCategory::ALL {
        assert_eq!(bare.hand_over(Some(*category), on("2026-03-01")), Counts::Accepted);
        let shipped = DuePolicy::shipped();
        assert_eq!(shipped.hand_over(Some(*category), on("2026-03-01")), Counts::Accepted);
    }
}

#[test]
fn a_mistake_is_said_with_its_line_and_what_would_be_right() {
    let said = |settings: &str| read(settings).unwrap_err().to_string();
    let from = "from = \"2026-01-01\"";
    assert_eq!(
        said(&setting(&format!("counts = \"NOT_RETURNED\"\n{from}"))),
        "due.toml:4: `NOT_RETURNED` without `amount` and `unit`: expected how long silence lasts before it counts"
    );
    let timed = setting(&format!("counts = \"DELIVERED\"\namount = 1\nunit = \"DAYS\"\n{from}"));
    assert!(said(&timed).contains("expected them with `NOT_RETURNED` alone"));
    let once = setting(&format!("counts = \"ACCEPTED\"\n{from}"));
    assert!(said(&(once.clone() + &once)).starts_with("due.toml:8: two settings of one category"));
    let unknown = setting(&format!("work_category = \"KNITTING\"\ncounts = \"ACCEPTED\"\n{from}"));
    assert!(
        said(&unknown).starts_with("due.toml:6: unknown variant `KNITTING`"),
        "{}",
        said(&unknown)
    );
    let far = format!("counts = \"NOT_RETURNED\"\namount = 4000\nunit = \"DAYS\"\n{from}");
    assert!(said(&setting(&far)).contains("expected at most 3660"));
}
