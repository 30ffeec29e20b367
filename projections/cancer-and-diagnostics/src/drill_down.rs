//! From a figure to the pathways it counts: the same SQL that counts them lists them.

use chrono::{NaiveDate, TimeDelta};
use pathway::cancer_and_diagnostics::Standard;
use projector::{Connection, SqlRow, named_params, params};
use steps::{EventId, OdsCode, PathwayId};

use crate::queries::{CancerAsk, DiagnosticAsk, FiguresError, day_number};

/// Most clocks in one page.
const PAGE_MAX: u32 = 1_000;

/// Which of the clocks that stopped are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Those that a standard judges.
    Judged,
    /// Those of them within it.
    Within,
    /// Those of them that took longer.
    Over,
    /// Those that none judges.
    Unjudged,
}

impl Stopped {
    const fn word(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Within => "within",
            Self::Over => "over",
            Self::Unjudged => "unjudged",
        }
    }
}

/// Which of the tests of a group are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitedFor {
    /// All of them.
    Waiting,
    /// Those waited for six weeks or more: 42 days.
    SixWeeksOrMore,
    /// Those waited for thirteen weeks or more: 91 days.
    ThirteenWeeksOrMore,
}

impl WaitedFor {
    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::SixWeeksOrMore => "six weeks or more",
            Self::ThirteenWeeksOrMore => "thirteen weeks or more",
        }
    }
}

/// Where a page begins and how long it may be.
#[derive(Debug, Clone, Copy)]
pub struct PageOf {
    /// Behind this clock of the page before; one of a pathway that is not there gives an empty page.
    pub after: Option<(PathwayId, u32)>,
    /// How many, at most 1,000.
    pub first: u32,
}

/// A step that moved a clock, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedBy {
    /// The code of the rule.
    pub rule: String,
    /// The step.
    pub event: EventId,
}

/// Whose a clock is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The pathway.
    pub pathway_id: PathwayId,
    /// Which of its clocks, or of the stretches of its tests; with the pathway, the cursor after which
    /// the next page begins.
    pub clock: u32,
    /// What kind of treatment or test, as the steps write it.
    pub modality: Option<String>,
    /// Who reports it.
    pub provider: Option<String>,
    /// Who pays.
    pub commissioner: Option<String>,
    /// The treatment function.
    pub function: Option<String>,
    /// The date it counts from.
    pub start: NaiveDate,
    /// What started it.
    pub started_by: MovedBy,
    /// The days from that date to the stop, less those taken off; of a test, to the day asked. None
    /// where the stop lies before the start.
    pub days: Option<u32>,
}

/// A cancer clock that stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppedClock {
    /// Whose it is.
    pub listed: Listed,
    /// The standard.
    pub standard: Standard,
    /// A route, `CONSULTANT_UPGRADE`, `FIRST_TREATMENT` or `SUBSEQUENT_TREATMENT`.
    pub part: String,
    /// The day it stopped.
    pub stop: NaiveDate,
    /// What stopped it.
    pub stopped_by: MovedBy,
    /// The most days that are within the standard; none where none was in force.
    pub within_days_max: Option<u32>,
}

/// A test that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitedTest {
    /// Whose it is.
    pub listed: Listed,
    /// Which of the fifteen tests, as the steps write it.
    pub test: Option<String>,
    /// The first day on which it no longer waits from that date; none while it does.
    pub listed_to: Option<NaiveDate>,
}

impl StoppedClock {
    /// Whether it stopped within the standard; none where no standard judges it.
    pub fn is_within(&self) -> Option<bool> {
        self.within_days_max.map(|most| self.listed.days.is_some_and(|days| days <= most))
    }
}

impl CancerAsk {
    /// The clocks that one of [`Self::figures`] counts, of one part or of all, in the order of the
    /// view's numbers. `conn` reads the view's file.
    pub fn clocks(
        &self,
        conn: &Connection,
        (part, which): (Option<&str>, Stopped),
        page: PageOf,
    ) -> Result<Vec<StoppedClock>, FiguresError> {
        let Some((after_no, after_seq)) = page.begins(conn)? else { return Ok(Vec::new()) };
        let sql =
            concat!(include_str!("queries/stopped.sql"), include_str!("queries/list_stopped.sql"));
        let asked = named_params! {
            ":from": day_number(self.month.first()),
            ":until": day_number(self.month.next().first()),
            ":provider": self.provider.as_ref().map(OdsCode::as_str),
            ":standard": self.standard.map(Standard::code),
            ":part": part,
            ":which": which.word(),
            ":after_no": after_no,
            ":after_seq": after_seq,
            ":most": page.most(),
        };
        conn.all(sql, asked, stopped_clock)
    }
}

impl DiagnosticAsk {
    /// The tests that one of [`Self::figures`] counts, of the group of that key, in the order of the
    /// view's numbers. `conn` reads the view's file.
    pub fn tests(
        &self,
        conn: &Connection,
        (key, which): (&str, WaitedFor),
        page: PageOf,
    ) -> Result<Vec<WaitedTest>, FiguresError> {
        let Some((after_no, after_seq)) = page.begins(conn)? else { return Ok(Vec::new()) };
        let sql = concat!(
            include_str!("queries/waited_for.sql"),
            include_str!("queries/list_waiting.sql")
        );
        let asked = named_params! {
            ":day": day_number(self.on),
            ":provider": self.provider.as_ref().map(OdsCode::as_str),
            ":group_by": self.group_by.column(),
            ":key": key,
            ":which": which.word(),
            ":after_no": after_no,
            ":after_seq": after_seq,
            ":most": page.most(),
        };
        conn.all(sql, asked, waited_test)
    }
}

impl PageOf {
    /// The number and place behind which it begins; `None` behind a pathway that is not there.
    fn begins(self, conn: &Connection) -> Result<Option<(i64, i64)>, FiguresError> {
        let Some((pathway, clock)) = self.after else { return Ok(Some((-1, -1))) };
        let sql = include_str!("queries/number_of.sql");
        let number = conn.first(sql, params![pathway.0], |row| row.get::<i64>(0))?;
        Ok(number.map(|number| (number, i64::from(clock))))
    }

    fn most(self) -> u32 {
        self.first.min(PAGE_MAX)
    }
}

fn stopped_clock(row: &SqlRow<'_>) -> Result<StoppedClock, FiguresError> {
    let code: String = row.get("standard")?;
    Ok(StoppedClock {
        listed: listed(row)?,
        standard: Standard::from_code(&code).ok_or(FiguresError::Broken)?,
        part: row.get("part")?,
        stop: day_of(row.get("stop")?)?,
        stopped_by: MovedBy { rule: row.get("stop_rule")?, event: event_of(row, "stop_event")? },
        within_days_max: row.get("within_days_max")?,
    })
}

fn waited_test(row: &SqlRow<'_>) -> Result<WaitedTest, FiguresError> {
    let listed_to: Option<i64> = row.get("listed_to")?;
    Ok(WaitedTest {
        listed: listed(row)?,
        test: row.get("test")?,
        listed_to: listed_to.map(day_of).transpose()?,
    })
}

fn listed(row: &SqlRow<'_>) -> Result<Listed, FiguresError> {
    Ok(Listed {
        pathway_id: PathwayId(row.get("id")?),
        clock: row.get("seq")?,
        modality: row.get("modality")?,
        provider: row.get("provider")?,
        commissioner: row.get("commissioner")?,
        function: row.get("function")?,
        start: day_of(row.get("start")?)?,
        started_by: MovedBy { rule: row.get("start_rule")?, event: event_of(row, "start_event")? },
        days: row.get("days")?,
    })
}

fn event_of(row: &SqlRow<'_>, column: &str) -> Result<EventId, FiguresError> {
    Ok(EventId(row.get(column)?))
}

fn day_of(days: i64) -> Result<NaiveDate, FiguresError> {
    let since = TimeDelta::try_days(days);
    let day = since.and_then(|since| NaiveDate::default().checked_add_signed(since));
    day.ok_or(FiguresError::Broken)
}
