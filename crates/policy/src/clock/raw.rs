//! The settings as the file writes them.

use std::ops::Range;

use pathway::clock::{ClockSettings, DeathStopBasis, DnaStopBasis};
use serde::Deserialize;
use steps::codes::RttStatus;
use toml::Spanned;

/// More days than any setting has: a figure with a nought too many is refused.
const DAYS_MAX: u32 = 3_660;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) title: String,
    #[serde(default)]
    pub(super) version: Vec<VersionText>,
    #[serde(default)]
    pub(super) single_point_of_access: Vec<PointText>,
}

/// A single point of access.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PointText {
    pub(super) provider: Spanned<String>,
    pub(super) service: Option<Spanned<String>>,
    pub(super) from: Spanned<String>,
    pub(super) to: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
}

/// A value with where it stands and how that is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting<T> {
    value: T,
    source: String,
    reading: String,
}

/// A setting that a version says.
pub(super) struct Said<'a> {
    pub(super) name: &'static str,
    pub(super) at: Range<usize>,
    pub(super) source: &'a str,
    pub(super) reading: &'a str,
}

macro_rules! settings {
    ($( $name:ident: $text:ty; )+) => {
        /// One version: its number, its first day, and what it says.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct VersionText {
            pub(super) number: Spanned<u32>,
            pub(super) from: Option<Spanned<String>>,
            $( $name: Option<Spanned<Setting<$text>>>, )+
        }

        impl VersionText {
            /// The settings that it does not say.
            pub(super) fn missing(&self) -> Vec<&'static str> {
                let all = [ $( (stringify!($name), self.$name.is_some()) ),+ ];
                all.into_iter().filter(|(_, is_said)| !is_said).map(|(name, _)| name).collect()
            }

            /// What it says, over what was said before.
            pub(super) fn over(&self, mut settings: ClockSettings) -> ClockSettings {
                $( if let Some(said) = &self.$name {
                    settings.$name = said.get_ref().value.into();
                } )+
                settings
            }

            /// Each setting that it says.
            pub(super) fn said(&self) -> Vec<Said<'_>> {
                let all = [ $( self.$name.as_ref().map(|said| Said {
                    name: stringify!($name),
                    at: said.span(),
                    source: &said.get_ref().source,
                    reading: &said.get_ref().reading,
                }) ),+ ];
                all.into_iter().flatten().collect()
            }
        }
    };
}

settings! {
    dna_discharge_stop_basis: DnaBasisText;
    arrived_late_nullifies: bool;
    active_monitoring_for_choice: bool;
    rebooked_first_dna_nullifies: bool;
    planned_grace_days: DaysText;
    death_stop_basis: DeathBasisText;
    private_treatment_status: PrivateText;
    reasonable_notice_days: DaysText;
    second_offer_within_days: DaysText;
    part_3_counts_transfers_in: bool;
    part_3_takes_back_nullified: bool;
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DnaBasisText {
    DischargeDate,
    DnaDate,
}

impl From<DnaBasisText> for DnaStopBasis {
    fn from(text: DnaBasisText) -> Self {
        match text {
            DnaBasisText::DischargeDate => Self::DischargeDate,
            DnaBasisText::DnaDate => Self::DnaDate,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeathBasisText {
    DateOfDeath,
    DateNotified,
}

impl From<DeathBasisText> for DeathStopBasis {
    fn from(text: DeathBasisText) -> Self {
        match text {
            DeathBasisText::DateOfDeath => Self::DateOfDeath,
            DeathBasisText::DateNotified => Self::DateNotified,
        }
    }
}

/// The two codes that can be meant.
#[derive(Clone, Copy, Deserialize)]
enum PrivateText {
    #[serde(rename = "34")]
    DecisionNotToTreat,
    #[serde(rename = "35")]
    PatientDeclined,
}

impl From<PrivateText> for RttStatus {
    fn from(text: PrivateText) -> Self {
        match text {
            PrivateText::DecisionNotToTreat => Self::DecisionNotToTreat,
            PrivateText::PatientDeclined => Self::PatientDeclined,
        }
    }
}

/// A number of days that can be meant.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
struct DaysText(u32);

impl TryFrom<u32> for DaysText {
    type Error = String;

    fn try_from(days: u32) -> Result<Self, Self::Error> {
        if days > DAYS_MAX {
            return Err(format!("{days} days are more than {DAYS_MAX}"));
        }
        Ok(Self(days))
    }
}

impl From<DaysText> for u32 {
    fn from(days: DaysText) -> Self {
        days.0
    }
}
