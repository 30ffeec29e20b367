//! When a step is due where the step itself does not say: the settings of `next-step-due.toml`.

use std::collections::HashMap;

use chrono::Datelike;
use chrono::{Days, Duration, NaiveDate, Weekday};
use pathway::london;
use policy::{Calendar, Packs};
use serde::Deserialize;
use steps::{
    OccurredAt,
    clock_and_list::ClinicalPriority,
    codes::{Priority, Urgency},
};

use crate::State;

const SHIPPED: &str = include_str!("../../../schema/policies/next-step-due.toml");
const AMOUNT_MAX: u32 = 3_660;

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

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DuePolicyError {
    /// The file is not of the expected form.
    #[error("{file}: {problem}")]
    Malformed {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A setting names a state that is not there.
    #[error("{file}: `state = \"{state}\"` is not a state: expected a name such as `{}`", State::Booked.code())]
    UnknownState {
        /// The file.
        file: String,
        /// The name given.
        state: String,
    },
    /// Two settings are for the same case.
    #[error(
        "{file}: `{state}` is set twice for the same case: expected each state and `when` once"
    )]
    Twice {
        /// The file.
        file: String,
        /// The state.
        state: &'static str,
    },
    /// A setting reaches too far.
    #[error("{file}: `amount` of `{state}` is {amount}: expected at most {AMOUNT_MAX}")]
    TooFar {
        /// The file.
        file: String,
        /// The state.
        state: &'static str,
        /// The amount given.
        amount: u32,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    version: u32,
    due: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    state: String,
    when: Option<When>,
    amount: u32,
    unit: Unit,
    #[serde(default)]
    from: Anchor,
    source: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Unit {
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
    title: String,
    version: u32,
    settings: HashMap<(State, Option<When>), Setting>,
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

    /// Reads settings, or says what is wrong with them.
    pub fn parse(file: &str, text: &str, calendar: Calendar) -> Result<Self, DuePolicyError> {
        let raw: File = toml::from_str(text).map_err(|error| DuePolicyError::Malformed {
            file: file.to_owned(),
            problem: error.to_string().trim().to_owned(),
        })?;
        let mut settings = HashMap::new();
        for entry in raw.due {
            let state = State::from_code(&entry.state).ok_or_else(|| {
                DuePolicyError::UnknownState { file: file.to_owned(), state: entry.state.clone() }
            })?;
            if entry.amount > AMOUNT_MAX {
                let (file, amount) = (file.to_owned(), entry.amount);
                return Err(DuePolicyError::TooFar { file, state: state.code(), amount });
            }
            let Entry { amount, unit, from, source, when, .. } = entry;
            let setting = Setting { amount, unit, from, source };
            if settings.insert((state, when), setting).is_some() {
                return Err(DuePolicyError::Twice { file: file.to_owned(), state: state.code() });
            }
        }
        let digest = digest(text, &calendar);
        Ok(Self { title: raw.title, version: raw.version, settings, calendar, digest })
    }

    /// Name, version and a digest of the content, for the identity of the view that reads it.
    pub fn identity(&self) -> String {
        format!("{} v{} {:016x}", self.title, self.version, self.digest)
    }

    /// When the state is due that began at `since`, on a referral received at `referral`.
    pub(crate) fn due(
        &self,
        state: State,
        when: Option<When>,
        since: OccurredAt,
        referral: Option<OccurredAt>,
    ) -> Option<(OccurredAt, &str)> {
        let by_kind = when.and_then(|when| self.settings.get(&(state, Some(when))));
        let setting = by_kind.or_else(|| self.settings.get(&(state, None)))?;
        let anchor = match setting.from {
            Anchor::Step => since,
            Anchor::Referral => referral.unwrap_or(since),
        };
        let at = self.after(anchor, setting.amount, setting.unit);
        Some((at, &setting.source))
    }

    fn after(&self, anchor: OccurredAt, amount: u32, unit: Unit) -> OccurredAt {
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
