//! What the report tells, asked of the views: the same questions that `scorecard`, `obligations` and the
//! queries of the interface ask.

use std::sync::PoisonError;

use anyhow::Context;
use api::World;
use chrono::{DateTime, Utc};
use compliance::{CardAsk, CardGroup, CardLine, Days, LedgerAsk, Listed};
use interface::{
    CaseCount, Concern, ConcernAsk, ConcernCount, LeavingCount, Months, Standing, WorkCount,
};
use pathway::Month;
use policy::State;
use projector::Connection;
use steps::OdsCode;

/// Months in the trend.
const TREND_MONTHS: usize = 12;

/// Entries listed of what needs a look, in all.
const ENTRIES_MAX: usize = 100;

/// States whose entries need a look.
const TO_LOOK_AT: [State; 2] = [State::Breached, State::Unknown];

/// All that the page tells.
pub(super) struct Figures {
    pub(super) month: Month,
    pub(super) now: DateTime<Utc>,
    /// Of whom, in words.
    pub(super) whom: String,
    /// Each rule, by pack.
    pub(super) rules: Vec<(String, CardLine)>,
    /// Each pack and organisation.
    pub(super) organisations: Vec<(String, CardLine)>,
    /// Each pack over the last months, the oldest first: its title and lines.
    pub(super) trend: Vec<(String, Vec<CardLine>)>,
    /// Entries that are broken or cannot be told; more may be.
    pub(super) entries: Vec<Listed>,
    pub(super) leavings: Vec<LeavingCount>,
    pub(super) concerns: Vec<ConcernCount>,
    /// Concerns that are open, whenever they were raised, the oldest first.
    pub(super) open_concerns: Vec<Concern>,
    pub(super) work: Vec<WorkCount>,
    pub(super) deaths: Vec<CaseCount>,
    /// Up to where in the log.
    pub(super) position: String,
}

impl Figures {
    /// The figures of a month, of one organisation or of all.
    pub(super) fn of(
        world: &World,
        month: Month,
        who: Option<&OdsCode>,
        position: String,
    ) -> anyhow::Result<Self> {
        let asked = Asked { world, month, who, now: (world.now)() };
        let ledger = world.compliance.with(|conn| Ok(asked.ledger(conn)));
        let (rules, organisations, trend, entries) =
            ledger.context("compliance is not ready")??;
        let interface = world.interface.with(|conn| Ok(asked.interface(conn)));
        let told = interface.context("the view of the interface is not ready")??;
        Ok(Self {
            month,
            now: asked.now,
            whom: asked.in_words(),
            rules: asked.titled(rules),
            organisations: asked.titled(organisations),
            trend: asked.by_pack(trend),
            entries,
            leavings: told.leavings,
            concerns: told.concerns,
            open_concerns: told.open,
            work: told.work,
            deaths: told.deaths,
            position,
        })
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
            && self.leavings.is_empty()
            && self.concerns.is_empty()
            && self.work.is_empty()
            && self.deaths.is_empty()
    }
}

/// What is told at the interface.
struct Told {
    leavings: Vec<LeavingCount>,
    concerns: Vec<ConcernCount>,
    open: Vec<Concern>,
    work: Vec<WorkCount>,
    deaths: Vec<CaseCount>,
}

type Ledger = (Vec<CardLine>, Vec<CardLine>, Vec<CardLine>, Vec<Listed>);

struct Asked<'a> {
    world: &'a World,
    month: Month,
    who: Option<&'a OdsCode>,
    now: DateTime<Utc>,
}

impl Asked<'_> {
    fn ledger(&self, conn: &Connection) -> anyhow::Result<Ledger> {
        let by = |rule, accountable, month| CardGroup { rule, accountable, month };
        let rules = self.card(conn, self.month, by(true, false, false))?;
        let organisations = self.card(conn, self.month, by(false, true, false))?;
        let trend = self.card(conn, self.first_of_trend(), by(false, false, true))?;
        let each = self.card(conn, self.month, by(true, true, false))?;
        Ok((rules, organisations, trend, self.entries(conn, &each)?))
    }

    fn card(
        &self,
        conn: &Connection,
        first: Month,
        by: CardGroup,
    ) -> anyhow::Result<Vec<CardLine>> {
        let ask = CardAsk {
            first,
            last: self.month,
            pack: None,
            rule: None,
            accountable: self.who.cloned(),
            by,
            now: self.now,
        };
        Ok(self.world.ledger.card(conn, &ask)?)
    }

    fn first_of_trend(&self) -> Month {
        let back = std::iter::successors(Some(self.month), |month| Some(month.before()));
        back.take(TREND_MONTHS).last().unwrap_or(self.month)
    }

    /// What is broken or cannot be told, line by line of the scorecard.
    fn entries(&self, conn: &Connection, lines: &[CardLine]) -> anyhow::Result<Vec<Listed>> {
        let mut found = Vec::new();
        let to_look_at = lines.iter().flat_map(|line| TO_LOOK_AT.map(|state| (line, state)));
        for (line, state) in to_look_at.filter(|(line, state)| line.figures.count(*state) > 0) {
            let left = ENTRIES_MAX.saturating_sub(found.len());
            if left == 0 {
                break;
            }
            let ask = LedgerAsk {
                accountable: line.accountable.clone(),
                rule: line.rule.clone(),
                pack: None,
                opened: Days::of_months(self.month, self.month),
                state: Some(state),
                now: self.now,
                after: None,
                first: u32::try_from(left).unwrap_or(u32::MAX),
            };
            found.extend(self.world.ledger.list(conn, &ask)?);
        }
        Ok(found)
    }

    fn interface(&self, conn: &Connection) -> anyhow::Result<Told> {
        let months = Months { first: self.month, last: self.month };
        let register = self.world.register.read().unwrap_or_else(PoisonError::into_inner);
        Ok(Told {
            leavings: interface::leaving_counts(conn, months, self.who)?,
            concerns: interface::concern_counts(conn, months, self.who, self.now)?,
            open: self.open_concerns(conn)?,
            work: interface::work_counts(conn, months, self.who)?,
            deaths: interface::case_counts(conn, &register, months, self.who)?,
        })
    }

    /// Open ones are told of whenever they were raised: an old one is the worst.
    fn open_concerns(&self, conn: &Connection) -> anyhow::Result<Vec<Concern>> {
        let first = Month::of_number(self.month.number() - 120).unwrap_or(self.month);
        let ask = ConcernAsk {
            months: Months { first, last: self.month },
            organisation: self.who.cloned(),
            category: None,
            route: None,
            standing: Some(Standing::Open),
            after: None,
            first: u32::try_from(ENTRIES_MAX).unwrap_or(u32::MAX),
        };
        Ok(interface::concerns(conn, &ask)?.into_iter().map(|listed| listed.item).collect())
    }

    fn in_words(&self) -> String {
        let Some(code) = self.who else {
            return "every organisation that answers for a promise".to_owned();
        };
        let directory = self.world.directory.read().unwrap_or_else(PoisonError::into_inner);
        let known = directory.organisation(code, self.now, None);
        known.map_or_else(|| code.to_string(), |known| format!("{} ({code})", known.name))
    }

    /// Each line with the title of its rule, or of its pack.
    fn titled(&self, lines: Vec<CardLine>) -> Vec<(String, CardLine)> {
        lines.into_iter().map(|line| (self.title(&line), line)).collect()
    }

    fn title(&self, line: &CardLine) -> String {
        let mut packs = self.world.rules.packs.all().iter().filter(|pack| pack.id == line.pack);
        let title = match &line.rule {
            None => packs.next_back().map(|pack| &pack.title),
            Some(rule) => {
                let mut rules = packs.flat_map(|pack| &pack.rules);
                rules.rfind(|one| one.id == *rule).map(|one| &one.title)
            }
        };
        title.cloned().unwrap_or_default()
    }

    /// The lines of each pack, the packs in their order.
    fn by_pack(&self, lines: Vec<CardLine>) -> Vec<(String, Vec<CardLine>)> {
        let mut packs: Vec<(String, Vec<CardLine>)> = Vec::new();
        for line in lines {
            match packs.last_mut() {
                Some((_, held)) if held.last().is_some_and(|last| last.pack == line.pack) => {
                    held.push(line);
                }
                Some(_) | None => packs.push((self.title(&line), vec![line])),
            }
        }
        packs
    }
}
