//! When a step is due where the step itself does not say: the settings of `next-step-due.toml`.

use chrono::{Datelike, Days, Duration, NaiveDate, Weekday};
use pathway::london;
use policy::{Calendar, Packs};
use serde::Deserialize;
use steps::{
    OccurredAt,
    clock_and_list::ClinicalPriority,
    codes::{Priority, Urgency},
    interface_and_safety::WorkCategory,
};

use self::settings::Settings;
use crate::{
    State,
    hand_over::{self, Counts},
};

mod settings;

pub use settings::DuePolicyError;
pub(crate) use settings::Source;

const SHIPPED: &str = include_str!("../../../schema/policies/next-step-due.toml");

/// Of which kind a thread is, where that changes when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum When {
    /// Routine.
    Routine,
    /// Urgent.
    Urgent,
    /// Urgent suspected cancer.
    UrgentSuspectedCancer,
    /// Within hours.
    Critical,
    /// Clinical priority P1a or P1b.
    P1,
    /// Clinical priority P2.
    P2,
    /// Clinical priority P3.
    P3,
    /// Active monitoring because the patient wants to delay.
    Delay,
}

impl From<Priority> for When {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Routine => Self::Routine,
            Priority::Urgent => Self::Urgent,
            Priority::UrgentSuspectedCancer => Self::UrgentSuspectedCancer,
        }
    }
}

impl From<Urgency> for When {
    fn from(urgency: Urgency) -> Self {
        match urgency {
            Urgency::Routine => Self::Routine,
            Urgency::Urgent => Self::Urgent,
            Urgency::SameDay | Urgency::Critical => Self::Critical,
        }
    }
}

impl When {
    /// The surgical priority, where it sets a date of its own.
    pub(crate) fn of_surgery(priority: ClinicalPriority) -> Option<Self> {
        match priority {
            ClinicalPriority::P1a | ClinicalPriority::P1b => Some(Self::P1),
            ClinicalPriority::P2 => Some(Self::P2),
            ClinicalPriority::P3 => Some(Self::P3),
            ClinicalPriority::P4 | ClinicalPriority::P5 | ClinicalPriority::P6 => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Unit {
    Hours,
    Days,
    WorkingDays,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Anchor {
    /// The step that led to the state.
    #[default]
    Step,
    /// The day the referral was received.
    Referral,
}

#[derive(Debug)]
struct Setting {
    amount: u32,
    unit: Unit,
    from: Anchor,
    source: String,
}

/// When steps are due.
#[derive(Debug)]
pub struct DuePolicy {
    read: Settings,
    calendar: Calendar,
    digest: u64,
}

impl DuePolicy {
    /// The settings that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        let calendar = Packs::shipped().calendar().clone();
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("next-step-due.toml", SHIPPED, calendar)
            .expect("the shipped settings are sound")
    }

    /// Reads settings, or says in which line what is wrong, and what would be right.
    pub fn parse(file: &str, text: &str, calendar: Calendar) -> Result<Self, DuePolicyError> {
        let read = settings::read(file, text)?;
        let digest = digest(text, &calendar);
        Ok(Self { read, calendar, digest })
    }

    /// When work of that category, asked on that day, counts as handed over.
    pub(crate) fn hand_over(&self, category: Option<WorkCategory>, on: NaiveDate) -> Counts {
        hand_over::counts(&self.read.hand_over, category, on)
    }

    /// Name, version and a digest of the content, for the identity of the view that reads it.
    pub fn identity(&self) -> String {
        format!("{} v{} {:016x}", self.read.title, self.read.version, self.digest)
    }

    /// When the state is due that began at `since`, on a referral received at `referral`.
    pub(crate) fn due(
        &self,
        state: State,
        when: Option<When>,
        since: OccurredAt,
        referral: Option<OccurredAt>,
    ) -> Option<(OccurredAt, &str)> {
        let by_kind = when.and_then(|when| self.read.due.get(&(state, Some(when))));
        let setting = by_kind.or_else(|| self.read.due.get(&(state, None)))?;
        let anchor = match setting.from {
            Anchor::Step => since,
            Anchor::Referral => referral.unwrap_or(since),
        };
        let at = self.after(anchor, setting.amount, setting.unit);
        Some((at, &setting.source))
    }

    pub(crate) fn after(&self, anchor: OccurredAt, amount: u32, unit: Unit) -> OccurredAt {
        let day = london::date(anchor);
        let later =
            |days: u64| OccurredAt::Day(day.checked_add_days(Days::new(days)).unwrap_or(day));
        match (unit, anchor) {
            (Unit::Days, _) => later(amount.into()),
            (Unit::WorkingDays, _) => OccurredAt::Day(self.working_day(day, amount)),
            (Unit::Hours, OccurredAt::Instant(at)) => {
                OccurredAt::Instant(at + Duration::hours(amount.into()))
            }
            // Known only to the day: whoever acts is not late before the day's last hour plus these.
            (Unit::Hours, OccurredAt::Day(_)) => later(amount.div_ceil(24).into()),
        }
    }

    /// Outside the calendar no bank holiday is known, and Monday to Friday must do.
    fn working_day(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let known = self.calendar.working_days_after(day, count);
        known.unwrap_or_else(|| {
            let weekdays = day.iter_days().skip(1).filter(|day| !is_weekend(*day));
            weekdays.take(count as usize).last().unwrap_or(day)
        })
    }
}

/// FNV-1a over the settings and the calendar: the same on every machine. It tells editions apart; it
/// guards against nobody.
fn digest(text: &str, calendar: &Calendar) -> u64 {
    let bytes = text.bytes().chain(format!("{calendar:?}").into_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests;
