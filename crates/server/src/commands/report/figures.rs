//! What a report tells, asked of the view.

use std::collections::BTreeSet;

use api::World;
use chrono::NaiveDate;
use pathway::{Bound, Month};
use policy::{ListTarget, Measure, TargetScope};
use steps::{FunctionCode, OdsCode};
use waiting_times::{Ask, Closing, Count, Group, GroupBy, Narrow, UNKNOWN};

/// Months in the trend.
const TREND_MONTHS: usize = 12;

/// Of whom a report is.
#[derive(Debug, Clone, Default)]
pub(super) struct Whom {
    pub(super) provider: Option<OdsCode>,
    pub(super) icb: Option<OdsCode>,
    pub(super) function: Option<FunctionCode>,
}

/// All that the page tells.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) on: NaiveDate,
    /// Of whom, in words.
    pub(super) whom: String,
    /// The list whole.
    pub(super) whole: Group,
    /// By reporting function: its name and figures.
    pub(super) functions: Vec<(String, Group)>,
    /// The targets of the day, each with the figure of the whole.
    pub(super) targets: Vec<Beside>,
    /// The list at the end of each of the last months, the oldest first.
    pub(super) trend: Vec<(NaiveDate, Group)>,
    /// The account of the last whole month, with that month.
    pub(super) account: Option<(Month, Closing)>,
    /// The method of the percentiles.
    pub(super) method: &'static str,
    /// Up to where in the log.
    pub(super) position: String,
}

/// A target beside its figure.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) target: ListTarget,
    pub(super) figure: f64,
}

impl Figures {
    /// The figures of a day; `None` where nobody waits.
    pub(super) fn of(world: &World, whom: Whom, on: NaiveDate, position: String) -> Option<Self> {
        let view = &world.waiting_times;
        let narrow = narrow(world, &whom);
        let ask = |count, group_by| Ask { narrow: narrow.clone(), ..Ask::of(count, group_by) };
        let total_on = |day| {
            let groups = view.waiting_times(&ask(Count::Waiting(day), GroupBy::Total));
            groups.into_iter().next().filter(|group| group.total + group.unknown_start > 0)
        };
        let whole = total_on(on)?;
        let of_functions =
            by_function(world, ask(Count::Waiting(on), GroupBy::ReportingFunction), on);
        let month = last_whole_month(on);
        let account = view.closing(&ask(Count::Started(month), GroupBy::Total), month);
        Some(Self {
            on,
            targets: targets(world, &whom, &whole, on),
            functions: of_functions,
            trend: last_months(on).filter_map(|day| Some((day, total_on(day)?))).collect(),
            account: account.into_iter().next().map(|account| (month, account)),
            method: ask(Count::Waiting(on), GroupBy::Total).method.name(),
            whom: in_words(world, &whom),
            whole,
            position,
        })
    }
}

fn narrow(world: &World, whom: &Whom) -> Narrow {
    let commissioners = whom.icb.as_ref().map(|icb| {
        let directory = read(world);
        let children = directory.children_of(icb, (world.now)(), None);
        children.into_iter().map(|child| child.organisation.clone()).collect::<BTreeSet<_>>()
    });
    Narrow {
        provider: whom.provider.clone(),
        commissioners,
        function: whom.function.clone(),
        ..Narrow::default()
    }
}

fn read(world: &World) -> std::sync::RwLockReadGuard<'_, directory::Directory> {
    world.directory.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn by_function(world: &World, ask: Ask, on: NaiveDate) -> Vec<(String, Group)> {
    let functions = &world.rules.functions;
    let own = functions.names_on(on).map(|(code, _)| (code.to_owned(), code.to_owned()));
    let folded = functions.folded_on(on);
    let folded = folded.map(|(function, code)| (function.to_owned(), code.to_owned()));
    let ask = Ask { merged: own.chain(folded).collect(), ..ask };
    let name = |key: &str| {
        let named = functions.names_on(on).find(|(code, _)| *code == key);
        let unknown = if key == UNKNOWN { "Function not known" } else { key };
        named.map_or_else(|| unknown.to_owned(), |(_, name)| name.to_owned())
    };
    let groups = world.waiting_times.waiting_times(&ask).into_iter();
    groups.map(|group| (name(&group.key), group)).collect()
}

fn targets(world: &World, whom: &Whom, whole: &Group, on: NaiveDate) -> Vec<Beside> {
    let is_national = whom.provider.is_none() && whom.icb.is_none() && whom.function.is_none();
    let is_provider = whom.provider.is_some() && whom.icb.is_none() && whom.function.is_none();
    let concerns = |target: &&ListTarget| match target.of.scope {
        TargetScope::Everybody => true,
        TargetScope::National => is_national,
        TargetScope::Provider => is_provider,
    };
    let share = |count: u32| f64::from(count) / f64::from(whole.total.max(1));
    let targets = world.rules.targets.on(on).filter(concerns);
    let beside = targets.map(|target| Beside {
        figure: match target.of.measure {
            Measure::Within18WeeksShare => share(whole.within_18_weeks),
            Measure::Over52WeeksShare => share(whole.over_52),
            Measure::Over52Weeks => f64::from(whole.over_52),
        },
        target: target.clone(),
    });
    beside.collect()
}

impl Beside {
    /// Whether the figure keeps the promise.
    pub(super) fn is_met(&self) -> bool {
        self.target.bound.is_kept_by(self.figure)
    }

    /// The share within 18 weeks that is promised, where it is of that.
    pub(super) fn share_within_18_weeks(&self) -> Option<f64> {
        match (self.target.of.measure, self.target.bound) {
            (Measure::Within18WeeksShare, Bound::AtLeast(share)) => Some(share),
            (_, Bound::AtLeast(_) | Bound::AtMost(_)) => None,
        }
    }
}

fn last_whole_month(on: NaiveDate) -> Month {
    let month = Month::of(on);
    if month.last() == on { month } else { month.before() }
}

/// The last days of the last months up to a day, the oldest first.
fn last_months(on: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = last_whole_month(on);
    let back = std::iter::successors(Some(first), |month| Some(month.before()));
    let mut days: Vec<_> = back.take(TREND_MONTHS).map(Month::last).collect();
    days.reverse();
    days.into_iter()
}

fn in_words(world: &World, whom: &Whom) -> String {
    let name = |code: &OdsCode| {
        let directory = read(world);
        let known = directory.organisation(code, (world.now)(), None);
        known.map_or_else(|| code.to_string(), |known| format!("{} ({code})", known.name))
    };
    let provider = whom.provider.as_ref().map(|code| format!("at {}", name(code)));
    let icb = whom.icb.as_ref().map(|code| format!("commissioned in {}", name(code)));
    let function = whom.function.as_ref().map(|code| format!("for treatment function {code}"));
    let parts: Vec<_> = [provider, icb, function].into_iter().flatten().collect();
    if parts.is_empty() {
        return "everybody whose steps are held here".to_owned();
    }
    format!("people waiting {}", parts.join(", "))
}
