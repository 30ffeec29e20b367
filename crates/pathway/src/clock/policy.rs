//! What the guidance leaves open or a meeting can change, as dated settings of the clock.
//!
//! The values stand in `schema/policies/rtt-clock.toml`, each with its source and reading; the room
//! `policy` reads them. A step is judged by the version in force on the day on which it counts, so
//! that a change in September leaves August alone.

use chrono::NaiveDate;
use steps::{OdsCode, ServiceId, codes::RttStatus};
use uuid::Uuid;

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

/// The settings of the clock in one version. The default is that of the first version of `rtt-clock.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the policy file")]
pub struct ClockSettings {
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

impl Default for ClockSettings {
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

/// The settings from a day on, until the next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockVersion {
    /// The number of the version.
    pub number: u32,
    /// Its first day.
    pub from: NaiveDate,
    /// What it says.
    pub settings: ClockSettings,
}

/// A single point of access: advice asked there starts the clock, once it becomes a referral, on the
/// day that it had the request (row 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinglePoint {
    /// The provider that runs it.
    pub provider: OdsCode,
    /// The service that it is for; none: every service of the provider.
    pub service: Option<ServiceId>,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day; none: it still runs.
    pub to: Option<NaiveDate>,
}

/// All versions of the settings, and the single points of access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockPolicy {
    /// The first version, which judges whatever was before it too, and its number.
    first: (u32, ClockSettings),
    /// The later versions, by their first day.
    later: Vec<ClockVersion>,
    single_points: Vec<SinglePoint>,
}

impl Default for ClockPolicy {
    fn default() -> Self {
        Self::always(ClockSettings::default())
    }
}

impl ClockPolicy {
    /// One version for every day, with no single point of access.
    pub const fn always(settings: ClockSettings) -> Self {
        Self { first: (1, settings), later: Vec::new(), single_points: Vec::new() }
    }

    /// A first version by number, later ones in any order, and single points of access.
    pub fn dated(
        first: (u32, ClockSettings),
        mut later: Vec<ClockVersion>,
        single_points: Vec<SinglePoint>,
    ) -> Self {
        later.sort_by_key(|version| version.from);
        Self { first, later, single_points }
    }

    /// What tells these settings from others: a view that reads them is another view under others.
    pub fn digest(&self) -> String {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{self:?}").as_bytes()).to_string()
    }

    /// The settings in force on `day`.
    pub fn on(&self, day: NaiveDate) -> &ClockSettings {
        self.in_force(day).map_or(&self.first.1, |version| &version.settings)
    }

    /// The number of the version in force on `day`.
    pub fn version_on(&self, day: NaiveDate) -> u32 {
        self.in_force(day).map_or(self.first.0, |version| version.number)
    }

    /// Whether the service that is asked for advice on `day` is a single point of access.
    pub fn has_single_point(
        &self,
        provider: Option<&OdsCode>,
        service: &ServiceId,
        day: NaiveDate,
    ) -> bool {
        self.single_points.iter().any(|point| {
            let is_named = point.service.as_ref() == Some(service);
            let is_theirs = provider.is_none_or(|provider| *provider == point.provider);
            let is_whole = point.service.is_none() && provider == Some(&point.provider);
            let runs = point.from <= day && point.to.is_none_or(|to| day <= to);
            runs && (is_whole || is_named && is_theirs)
        })
    }

    fn in_force(&self, day: NaiveDate) -> Option<&ClockVersion> {
        self.later.iter().rev().find(|version| version.from <= day)
    }
}
