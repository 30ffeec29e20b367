//! The standards as dated settings: how many days, which share, and which rules apply to what.
//!
//! The text they are read from is `schema/policies/cancer-and-diagnostics.toml`; `policy` reads it.

use chrono::NaiveDate;

use super::Rule;
use crate::{Certainty, Span, Target};

coded! {
    /// What is waited for, and by which standard.
    pub enum Standard {
        /// Faster diagnosis: from the referral to being told, 28 days.
        Cancer28Day = "CANCER_28_DAY",
        /// From the decision to treat cancer to the treatment, 31 days.
        Cancer31Day = "CANCER_31_DAY",
        /// From the referral or upgrade to first treatment for cancer, 62 days.
        Cancer62Day = "CANCER_62_DAY",
        /// The diagnostics return: from the request to the test.
        Dm01 = "DM01",
    }

    /// From which day a test waits again that the patient cancelled.
    pub enum ResetDay {
        /// The day on which the patient cancelled.
        Cancellation = "CANCELLATION",
        /// The day of the appointment that was cancelled.
        Appointment = "APPOINTMENT",
    }
}

/// How many days a standard allows. It judges the clocks that count from a day on which it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Of which standard.
    pub standard: Standard,
    /// Its name in plain English.
    pub title: String,
    /// The most days that are within it: 28, 31, 62, and 41 for the diagnostics return.
    pub within_days_max: u32,
    /// The first day of a long wait, where the standard counts those too (91 for 13 weeks).
    pub long_days_min: Option<u32>,
    /// When it is in force.
    pub span: Span,
    /// Where it stands.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// What a rule leaves to data beside where it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How often a missed first appointment resets a clock.
    pub times_max: u32,
    /// Whether arriving too late to be seen (attendance code 7) is a missed appointment.
    pub arrived_late_is_missed: bool,
    /// Days of notice without which a declined offer changes nothing.
    pub notice_days_min: u32,
    /// From which day a cancelled test waits again.
    pub reset_day: ResetDay,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            times_max: 1,
            arrived_late_is_missed: false,
            notice_days_min: 0,
            reset_day: ResetDay::Cancellation,
        }
    }
}

/// Where a rule applies, from when, and how sure we are of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The rule.
    pub rule: Rule,
    /// The standards whose clocks it moves; none: it is switched off.
    pub applies_to: Vec<Standard>,
    /// When it is in force.
    pub span: Span,
    /// What it leaves open.
    pub options: Options,
    /// Where it stands.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// All of it, dated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standards {
    /// How many days.
    pub limits: Vec<Limit>,
    /// Which share is asked for within a standard of cancer, or over that of the diagnostics return.
    pub targets: Vec<Target<Standard>>,
    /// Which rules.
    pub settings: Vec<Setting>,
}

impl Standards {
    /// What a clock that counts from `start` is judged by.
    pub fn limit(&self, standard: Standard, start: NaiveDate) -> Option<&Limit> {
        let mut limits = self.limits.iter();
        limits.find(|limit| limit.standard == standard && limit.span.holds_on(start))
    }

    /// The targets of figures for `day`; the standard itself and milestones.
    pub fn targets(
        &self,
        standard: Standard,
        day: NaiveDate,
    ) -> impl Iterator<Item = &Target<Standard>> {
        let all = self.targets.iter();
        all.filter(move |target| target.of == standard && target.span.holds_on(day))
    }

    /// The rule as it is in force on `day`.
    pub fn setting(&self, rule: Rule, day: NaiveDate) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.rule == rule && setting.span.holds_on(day))
    }

    /// The rule as it is in force on `day`, or else as it last stood: for saying where it comes from.
    pub fn told(&self, rule: Rule, day: NaiveDate) -> Option<&Setting> {
        let last = || self.settings.iter().rfind(|setting| setting.rule == rule);
        self.setting(rule, day).or_else(last)
    }
}
