//! Whether a feed beats as usual: a day against the median of the same weekday, which says nothing of a
//! bank holiday.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use policy::Heartbeat;
use steps::{Label, OdsCode, RuleId};

/// How a feed stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pulse {
    /// Nothing came, where something usually does.
    Silent,
    /// Far less came than usually does.
    Low,
    /// As usual.
    Usual,
    /// Too few weeks are known, too little comes, or it is a bank holiday: nobody can say.
    Unknown,
}

/// A feed of one system of an organisation on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// The feed, as the rules name it.
    pub feed: RuleId,
    /// Who sends it; `None`: no step says it.
    pub organisation: Option<OdsCode>,
    /// The system that sends it; `None`: no envelope says it.
    pub source: Option<Label>,
    /// The day.
    pub day: NaiveDate,
    /// How many came.
    pub received: u32,
    /// The median of the same weekday; `None`: too few weeks are known.
    pub usual: Option<u32>,
    /// The last day on which anything came, up to this one.
    pub last_day: Option<NaiveDate>,
    /// Whether it is a bank holiday; `None`: the calendar does not reach the day, which is judged as
    /// any other.
    pub bank_holiday: Option<bool>,
    /// How it stands.
    pub pulse: Pulse,
}

impl Pulse {
    /// What is left of it on a bank holiday: that little came then tells nothing.
    #[must_use]
    pub(crate) const fn on_a_holiday(self) -> Self {
        match self {
            Self::Silent | Self::Low | Self::Unknown => Self::Unknown,
            Self::Usual => Self::Usual,
        }
    }

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Silent => "SILENT",
            Self::Low => "LOW",
            Self::Usual => "USUAL",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// Whether somebody has to look.
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::Silent | Self::Low)
    }
}

impl Beat {
    /// The name of the organisation's feed: `RWA/result-notices`.
    pub fn name(&self) -> String {
        let organisation = self.organisation.as_ref().map_or("unknown", OdsCode::as_str);
        format!("{organisation}/{}", self.feed)
    }
}

/// The same weekdays before a day that are compared with it, the latest first.
pub(crate) fn days_before(day: NaiveDate, heartbeat: &Heartbeat) -> Vec<NaiveDate> {
    let weeks = 1..=u64::from(heartbeat.weeks);
    weeks.filter_map(|week| day.checked_sub_days(Days::new(7 * week))).collect()
}

/// The median of the same weekdays on which the feed was there already, and how the day stands by it.
///
/// `counts` are those of the day and of the weekdays before it; a day that is not among them had
/// nothing. The median of an even number of days is the lower of the two: it raises fewer alarms.
pub(crate) fn judged(
    day: NaiveDate,
    first: NaiveDate,
    counts: &BTreeMap<NaiveDate, u32>,
    heartbeat: &Heartbeat,
) -> (Option<u32>, Pulse) {
    let known = days_before(day, heartbeat).into_iter().filter(|before| *before >= first);
    let mut known: Vec<u32> =
        known.map(|before| counts.get(&before).copied().unwrap_or_default()).collect();
    known.sort_unstable();
    if u32::try_from(known.len()).unwrap_or(u32::MAX) < heartbeat.weeks_least {
        return (None, Pulse::Unknown);
    }
    let usual = known.get((known.len() - 1) / 2).copied().unwrap_or_default();
    let received = counts.get(&day).copied().unwrap_or_default();
    let share = u64::from(usual) * u64::from(heartbeat.alarm_below_percent);
    let pulse = match received {
        _ if usual < heartbeat.usual_least => Pulse::Unknown,
        0 => Pulse::Silent,
        some if u64::from(some) * 100 < share => Pulse::Low,
        _ => Pulse::Usual,
    };
    (Some(usual), pulse)
}
