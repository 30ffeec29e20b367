//! What the guidance leaves open or a meeting can change, as settings of the clock.

use steps::codes::RttStatus;

/// The date a clock stops on when a patient is discharged after a later DNA (row 17): the guidance
/// says one thing in its rule and another in its example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnaStopBasis {
    /// The day of discharge, as the rule says.
    DischargeDate,
    /// The day of the missed appointment, as the example says.
    DnaDate,
}

/// The date a clock stops on when the patient died (row 47).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeathStopBasis {
    /// The day of death.
    DateOfDeath,
    /// The day we were notified.
    DateNotified,
}

/// The settings of the clock. The default is DOMAIN.md's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockPolicy {
    /// The stop date of row 17.
    pub dna_discharge_stop_basis: DnaStopBasis,
    /// Whether arriving too late to be seen (attendance code 7) counts as a DNA that nullifies.
    pub arrived_late_nullifies: bool,
    /// Whether active monitoring may start because the patient chooses to wait (row 30).
    pub active_monitoring_for_choice: bool,
    /// Whether a DNA of the rebooked first appointment nullifies again (a start by row 14).
    pub rebooked_first_dna_nullifies: bool,
    /// Days after a planned date before a new clock starts (row 45).
    pub planned_grace_days: u32,
    /// The stop date of row 47.
    pub death_stop_basis: DeathStopBasis,
    /// The status of a stop by private treatment (row 48): 35 or 34.
    pub private_treatment_status: RttStatus,
    /// Days of notice that make an offer reasonable.
    pub reasonable_notice_days: u32,
    /// Days after the date of the first offer by which the second must be dated.
    pub second_offer_within_days: u32,
    /// Whether a transfer in counts as a new period in Part 3 once more.
    pub part_3_counts_transfers_in: bool,
    /// Whether a start that is nullified later is taken back from Part 3.
    pub part_3_takes_back_nullified: bool,
}

impl Default for ClockPolicy {
    fn default() -> Self {
        Self {
            dna_discharge_stop_basis: DnaStopBasis::DischargeDate,
            arrived_late_nullifies: false,
            active_monitoring_for_choice: true,
            rebooked_first_dna_nullifies: false,
            planned_grace_days: 0,
            death_stop_basis: DeathStopBasis::DateOfDeath,
            private_treatment_status: RttStatus::PatientDeclined,
            reasonable_notice_days: 21,
            second_offer_within_days: 42,
            part_3_counts_transfers_in: false,
            part_3_takes_back_nullified: true,
        }
    }
}
