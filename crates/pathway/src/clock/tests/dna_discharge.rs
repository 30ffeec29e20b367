//! Rows 17 and 18: discharge after a later missed appointment.

use testkit::json;

use super::{
    dna::{discharged, missed_later},
    language::{clock_of, clock_under, referred},
};
use crate::clock::{ClockSettings, ClockState, DnaStopBasis};

#[test]
fn row_17_a_guarded_discharge_after_a_later_dna_stops_the_clock() {
    clock_of(discharged(missed_later(), true))
        .last("2026-02-17 row 17 stopped 34")
        .periods(&["2026-01-05 to 2026-02-17 34"])
        .is(ClockState::Stopped);
}

#[test]
fn row_17_stops_on_the_day_of_the_dna_where_policy_says_so() {
    let policy = ClockSettings {
        dna_discharge_stop_basis: DnaStopBasis::DnaDate,
        ..ClockSettings::default()
    };
    clock_under(&policy, discharged(missed_later(), true))
        .periods(&["2026-01-05 to 2026-02-10 34"]);
}

#[test]
fn row_18_a_discharge_without_all_four_safeguards_stops_nothing() {
    clock_of(discharged(missed_later(), false))
        .last("2026-02-17 row 18 rejected SafeguardMissing 20")
        .periods(&["2026-01-05 to open"]);
    clock_of(missed_later().on(
        "2026-02-15",
        "dnaClinicalDecisionMade",
        json!({"dnaDecision": "DISCHARGE"}),
    ))
    .last("2026-02-15 row 18 rejected SafeguardMissing 20");
    clock_of(discharged(referred(), true)).last("2026-02-17 row 18 rejected NothingWasMissed 20");
}
