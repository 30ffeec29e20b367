//! Scorecards: pack or rule × organisation × month.
//!
//! The ledger is not read: a tally of it is, which the projector keeps. It counts what is settled as
//! settled and what is open with a last moment as broken; three short lists then put right what that
//! moment, at `now`, makes of it: what is still in time, settled only later, or opened only later. A
//! test compares the outcome with the list, entry by entry.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use pathway::{Month, london};
use policy::State;
use projector::{Ask, Connection, SqlRow};
use steps::{OdsCode, RuleId};

use super::{ComplianceError, Figures};
use crate::ComplianceView;

const TALLIED: &str = include_str!("tallied.sql");
const STILL_IN_TIME: &str = include_str!("still_in_time.sql");
const SETTLED_LATER: &str = include_str!("settled_later.sql");
const OPENED_LATER: &str = include_str!("opened_later.sql");

// The columns of all four, by place: rows are many, and a name is looked for in each.
const RULE: usize = 0;
const ACCOUNTABLE: usize = 1;
const MONTH: usize = 2;
const WAS: usize = 3;
const STANDS: usize = 4;
const LATE_HOURS: usize = 5;
const COUNT: usize = 6;

/// Which scorecard is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAsk {
    /// The first month of the triggers.
    pub first: Month,
    /// The last.
    pub last: Month,
    /// Of the rules of this pack alone.
    pub pack: Option<RuleId>,
    /// Of this rule alone.
    pub rule: Option<RuleId>,
    /// Of what this organisation answers for alone.
    pub accountable: Option<OdsCode>,
    /// What its lines are divided by.
    pub by: CardGroup,
    /// The moment that is asked.
    pub now: DateTime<Utc>,
}

/// What the lines of a scorecard are divided by, beside their pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardGroup {
    /// Whether each rule has its lines.
    pub rule: bool,
    /// Whether each organisation has.
    pub accountable: bool,
    /// Whether each month has.
    pub month: bool,
}

/// A line of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    /// The pack.
    pub pack: RuleId,
    /// The rule, where each has lines.
    pub rule: Option<RuleId>,
    /// Who answers, where each has lines; `None` there: the steps name nobody.
    pub accountable: Option<OdsCode>,
    /// The month of the triggers, where each has lines.
    pub month: Option<Month>,
    /// Its figures.
    pub figures: Figures,
}

impl ComplianceView {
    /// The lines of a scorecard, in the order of pack, rule, organisation and month.
    pub fn card(&self, conn: &Connection, ask: &CardAsk) -> Result<Vec<CardLine>, ComplianceError> {
        let mut card = Card::of(self, ask);
        let asked = asked(ask);
        let mut all = asked.months();
        card.count(conn, TALLIED, &all)?;
        all.push((":now", &asked.now));
        card.count(conn, STILL_IN_TIME, &all)?;
        card.count(conn, SETTLED_LATER, &all)?;
        if asked.month_of_now <= asked.last {
            all.push((":month_of_now", &asked.month_of_now));
            card.count(conn, OPENED_LATER, &all)?;
        }
        card.lines()
    }
}

/// What a query is told, in the types of SQL.
struct Asked<'a> {
    rule: Option<&'a str>,
    accountable: Option<&'a str>,
    first: i64,
    last: i64,
    now: i64,
    month_of_now: i64,
}

fn asked(ask: &CardAsk) -> Asked<'_> {
    Asked {
        rule: ask.rule.as_ref().map(RuleId::as_str),
        accountable: ask.accountable.as_ref().map(OdsCode::as_str),
        first: ask.first.number(),
        last: ask.last.number(),
        now: ask.now.timestamp_micros(),
        month_of_now: Month::of(london::date_of(ask.now)).number(),
    }
}

impl Asked<'_> {
    fn months(&self) -> Vec<(&'static str, &dyn Ask)> {
        vec![
            (":rule", &self.rule),
            (":accountable", &self.accountable),
            (":first_month", &self.first),
            (":last_month", &self.last),
        ]
    }
}

/// A rule as the card knows it.
struct Known<'a> {
    pack: &'a RuleId,
    rule: &'a RuleId,
}

/// Which line a row belongs to: pack or rule, organisation and month, the first two by place.
type Key = (u32, u32, i64);

/// A scorecard while it is counted.
struct Card<'a> {
    ask: &'a CardAsk,
    rules: HashMap<&'a str, (Known<'a>, Option<u32>)>,
    /// The packs or rules of the lines, by place.
    heads: Vec<(&'a RuleId, Option<&'a RuleId>)>,
    organisations: Vec<Option<OdsCode>>,
    places: HashMap<String, u32>,
    cells: BTreeMap<Key, Figures>,
}

impl<'a> Card<'a> {
    fn of(view: &'a ComplianceView, ask: &'a CardAsk) -> Self {
        let packs = view.packs().all().iter();
        let rules = packs.flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)));
        let rules = rules.map(|(pack, rule)| {
            (rule.id.as_str(), (Known { pack: &pack.id, rule: &rule.id }, None))
        });
        let (organisations, places, cells) = (vec![None], HashMap::new(), BTreeMap::new());
        Self { ask, rules: rules.collect(), heads: Vec::new(), organisations, places, cells }
    }

    /// Takes the rows of one of the four queries, which have the same columns.
    fn count(
        &mut self,
        conn: &Connection,
        sql: &str,
        asked: &[(&str, &dyn Ask)],
    ) -> Result<(), ComplianceError> {
        conn.each(sql, asked, |row| self.take(row))
    }

    fn take(&mut self, row: &SqlRow<'_>) -> Result<(), ComplianceError> {
        let was = word(row, WAS)?.map(state).transpose()?;
        let stands = state(word(row, STANDS)?.ok_or(ComplianceError::Broken)?)?;
        let (late, count) = (row.get(LATE_HOURS)?, row.get::<u32>(COUNT)?.into());
        let Some(figures) = self.cell(row)? else { return Ok(()) };
        match was {
            None => figures.add(stands, late, count),
            Some(was) => figures.change(was, stands, late),
        }
        Ok(())
    }

    /// The figures of the line that a row belongs to; `None`: of another pack.
    fn cell(&mut self, row: &SqlRow<'_>) -> Result<Option<&mut Figures>, ComplianceError> {
        let rule = word(row, RULE)?.ok_or(ComplianceError::Broken)?;
        let (known, place) = self.rules.get_mut(rule).ok_or(ComplianceError::Broken)?;
        if self.ask.pack.as_ref().is_some_and(|pack| pack != known.pack) {
            return Ok(None);
        }
        let head = (known.pack, self.ask.by.rule.then_some(known.rule));
        let head_place = *place.get_or_insert_with(|| place_of(&mut self.heads, head));
        let who = match word(row, ACCOUNTABLE)? {
            Some(code) if self.ask.by.accountable => self.place(code)?,
            Some(_) | None => 0,
        };
        let month = if self.ask.by.month { row.get(MONTH)? } else { 0 };
        Ok(Some(self.cells.entry((head_place, who, month)).or_default()))
    }

    fn place(&mut self, code: &str) -> Result<u32, ComplianceError> {
        if let Some(place) = self.places.get(code) {
            return Ok(*place);
        }
        let organisation = code.parse().map_err(|_unreadable| ComplianceError::Broken)?;
        let place = u32::try_from(self.organisations.len()).unwrap_or(u32::MAX);
        self.organisations.push(Some(organisation));
        self.places.insert(code.to_owned(), place);
        Ok(place)
    }

    fn lines(self) -> Result<Vec<CardLine>, ComplianceError> {
        let mut sorted = BTreeMap::new();
        for ((head, who, month), figures) in self.cells {
            let (pack, rule) = self.heads.get(head as usize).ok_or(ComplianceError::Broken)?;
            let accountable = self.organisations.get(who as usize).cloned().flatten();
            let name = |id: &RuleId| id.as_str().to_owned();
            let order = accountable.as_ref().map(|code| code.as_str().to_owned());
            let key = (name(pack), rule.map(name), order, month);
            let month = self.ask.by.month.then(|| Month::of_number(month)).flatten();
            let (pack, rule) = ((*pack).clone(), rule.cloned());
            if !figures.is_empty() {
                sorted.insert(key, CardLine { pack, rule, accountable, month, figures });
            }
        }
        Ok(sorted.into_values().collect())
    }
}

fn place_of<T: PartialEq>(all: &mut Vec<T>, one: T) -> u32 {
    let found = all.iter().position(|other| *other == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    });
    u32::try_from(found).unwrap_or(u32::MAX)
}

fn state(code: &str) -> Result<State, ComplianceError> {
    State::from_code(code).ok_or(ComplianceError::Broken)
}

fn word<'r>(row: &SqlRow<'r>, column: usize) -> Result<Option<&'r str>, ComplianceError> {
    Ok(row.get(column)?)
}
