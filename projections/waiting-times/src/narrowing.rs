//! Which intervals a question counts: its conditions in dictionary codes.

use pathway::Month;
use steps::{FunctionCode, OdsCode, UserRef};

use crate::{
    Count, Entered, Left,
    ask::{Ask, NON_ENGLISH},
    intervals::{Dictionary, Interval, Intervals, day_of},
    row::{entered_code, left_code, priority_word},
};

/// The conditions of a question on an interval.
pub(crate) struct Wanted {
    moment: Moment,
    provider: Option<u16>,
    site: Option<u16>,
    function: Option<u16>,
    priority: Option<u16>,
    clinician: Option<u16>,
    not_commissioner: Option<u16>,
    commissioners: Option<Vec<bool>>,
}

/// What is counted, in days and numbers.
#[derive(Clone, Copy)]
enum Moment {
    Waiting(u16),
    WaitingForAdmission(u16),
    Completed((u16, u16), u8),
    Started((u16, u16)),
    Entered((u16, u16), u8),
    Left((u16, u16), u8),
}

/// How an interval is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// In a week band, after so many days.
    After(u16),
    /// With a start that is not known.
    UnknownStart,
    /// With a start that is later than the day.
    LaterStart,
    /// Without bands.
    Once,
}

impl Wanted {
    /// `None` where a word was never met, so that nothing can be found.
    pub(crate) fn of(ask: &Ask, intervals: &Intervals) -> Option<Self> {
        let narrow = &ask.narrow;
        let commissioners = &intervals.commissioners;
        let leave_out = ask.english_only && narrow.commissioners.is_none();
        let priority = narrow.priority.map(priority_word);
        let provider = narrow.provider.as_ref().map(OdsCode::as_str);
        let site = narrow.site.as_ref().map(OdsCode::as_str);
        let function = narrow.function.as_ref().map(FunctionCode::as_str);
        let clinician = narrow.clinician.as_ref().map(UserRef::as_str);
        Some(Self {
            moment: Moment::of(ask.count),
            provider: code(&intervals.providers, provider)?,
            site: code(&intervals.sites, site)?,
            function: code(&intervals.functions, function)?,
            priority: code(&intervals.priorities, priority)?,
            clinician: code(&intervals.clinicians, clinician)?,
            not_commissioner: leave_out.then(|| commissioners.find(NON_ENGLISH)).flatten(),
            commissioners: narrow.commissioners.as_ref().map(|named| {
                let is_named = |word: &str| named.iter().any(|one| one.as_str() == word);
                commissioners.words().iter().map(|word| is_named(word)).collect()
            }),
        })
    }

    /// How the interval is counted; `None`: not at all.
    pub(crate) fn counts(&self, interval: &Interval) -> Option<Counted> {
        let counted = self.moment.counts(interval)?;
        self.takes(interval).then_some(counted)
    }

    /// Whether the interval is of the people asked for, whenever.
    pub(crate) fn takes(&self, interval: &Interval) -> bool {
        let is = |wanted: Option<u16>, code: u16| wanted.is_none_or(|wanted| wanted == code);
        let commissioner = interval.commissioner;
        is(self.provider, interval.provider)
            && is(self.site, interval.site)
            && is(self.function, interval.function())
            && is(self.priority, interval.priority())
            && is(self.clinician, interval.clinician)
            && self.not_commissioner != Some(commissioner)
            && self
                .commissioners
                .as_ref()
                .is_none_or(|named| named.get(usize::from(commissioner)).copied().unwrap_or(false))
    }
}

/// The code of a word that is asked for; outside `None`: it was never met, which ends the search.
#[expect(clippy::option_option, reason = "not asked for, and asked for and not met, differ")]
fn code(words: &Dictionary, word: Option<&str>) -> Option<Option<u16>> {
    match word {
        None => Some(None),
        Some(word) => words.find(word).map(Some),
    }
}

impl Moment {
    fn of(count: Count) -> Self {
        let days = |month: Month| (day_of(month.first()), day_of(month.last()));
        match count {
            Count::Waiting(on) => Self::Waiting(day_of(on)),
            Count::WaitingForAdmission(on) => Self::WaitingForAdmission(day_of(on)),
            Count::Completed { month, admitted } => {
                let left = if admitted { Left::StoppedAdmitted } else { Left::StoppedNonAdmitted };
                Self::Completed(days(month), left_code(left))
            }
            Count::Stopped { from, to, admitted } => {
                let left = if admitted { Left::StoppedAdmitted } else { Left::StoppedNonAdmitted };
                Self::Completed((day_of(from), day_of(to)), left_code(left))
            }
            Count::Started(month) => Self::Started(days(month)),
            Count::Began { from, to } => Self::Started((day_of(from), day_of(to))),
            Count::Entered(month, how) => Self::Entered(days(month), entered_code(how)),
            Count::Left(month, how) => Self::Left(days(month), left_code(how)),
        }
    }

    fn counts(self, interval: &Interval) -> Option<Counted> {
        let once = |counts: bool| counts.then_some(Counted::Once);
        match self {
            Self::Waiting(day) => {
                interval.holds(day).then(|| after(interval, interval.waited(day)))
            }
            Self::WaitingForAdmission(day) => {
                let counts = interval.holds(day) && interval.decided_by(day);
                counts.then(|| after(interval, interval.waited(day)))
            }
            Self::Completed(days, left) => {
                let counts = interval.left() == left && interval.went_within(days);
                counts.then(|| after(interval, interval.waited_in_all()))
            }
            Self::Started(days) => {
                let first = interval.entered() == entered_code(Entered::Started);
                once(first && interval.started_within(days))
            }
            Self::Entered(days, how) => {
                once(interval.entered() == how && interval.came_within(days))
            }
            Self::Left(days, how) => once(interval.left() == how && interval.went_within(days)),
        }
    }
}

fn after(interval: &Interval, days: Option<u16>) -> Counted {
    match days {
        Some(days) => Counted::After(days),
        None if interval.has_start() => Counted::LaterStart,
        None => Counted::UnknownStart,
    }
}
