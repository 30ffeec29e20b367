//! Scorecards: pack or rule × organisation × month. Each line says by which arguments `obligations`
//! lists what it counts.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use compliance::{CardAsk, CardGroup, CardLine, ComplianceView, Figures};
use policy::{Packs, State};
use steps::{OdsCode, RuleId};

use super::{known_pack, known_rule, organisation};
use crate::{
    World, desk, identity,
    schema::{
        months::months,
        scalars::{Date, LogPosition, failed},
    },
    world::unread,
};

/// What a scorecard is charged as before it is counted.
const SURVEYS: usize = 10;

/// What the lines of a scorecard are divided by, beside their pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ScorecardGroup {
    /// Each rule of a pack has lines.
    Rule,
    /// Each organisation that answers has lines.
    Accountable,
    /// Each month has lines.
    Month,
}

/// What became of the promises that were opened in some months.
#[derive(SimpleObject)]
pub struct Scorecard {
    /// The first day of the months.
    first_day: Date,
    /// Their last day.
    last_day: Date,
    /// The moment at which its states were told.
    as_at: DateTime<Utc>,
    /// The lines, in the order of pack, rule, organisation and month.
    lines: Vec<ScorecardLine>,
}

/// The figures of a pack or rule, of one organisation or all, in one month or all of them.
pub struct ScorecardLine {
    line: CardLine,
    title: Option<String>,
    first_day: NaiveDate,
    last_day: NaiveDate,
}

impl ScorecardLine {
    fn of(packs: &Packs, ask: &CardAsk, line: CardLine) -> Self {
        let months = line.month.map_or((ask.first, ask.last), |month| (month, month));
        let title = line.rule.as_ref().map_or_else(
            || packs.all().iter().find(|pack| pack.id == line.pack).map(|pack| &pack.title),
            |rule| title_of(packs, rule),
        );
        let title = title.cloned();
        Self { title, first_day: months.0.first(), last_day: months.1.last(), line }
    }

    fn figures(&self) -> &Figures {
        &self.line.figures
    }
}

/// The title that the newest version of its pack gives a rule.
fn title_of<'a>(packs: &'a Packs, rule: &RuleId) -> Option<&'a String> {
    let mut rules = packs.all().iter().flat_map(|pack| &pack.rules);
    rules.rfind(|one| one.id == *rule).map(|one| &one.title)
}

/// The figures of a pack or rule, of one organisation or all, in one month or all of them. The promises
/// themselves: `obligations` with its pack or rule, organisation, first and last day, and a state.
#[Object]
impl ScorecardLine {
    /// The pack.
    async fn pack(&self) -> &str {
        self.line.pack.as_str()
    }
    /// The rule; null: all rules of the pack.
    async fn rule(&self) -> Option<&str> {
        self.line.rule.as_ref().map(RuleId::as_str)
    }
    /// The title of the rule, or of the pack.
    async fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
    /// Who answers; null: everybody, or, where each organisation has lines, nobody whom the steps name.
    async fn accountable(&self) -> Option<&str> {
        self.line.accountable.as_ref().map(OdsCode::as_str)
    }
    /// The first day on which its promises were opened, for `obligations(openedFrom:)`.
    async fn first_day(&self) -> Date {
        Date(self.first_day)
    }
    /// The last day, for `obligations(openedTo:)`.
    async fn last_day(&self) -> Date {
        Date(self.last_day)
    }
    /// How many promises were opened: the states without NOT_DUE add up to it.
    async fn triggered(&self) -> u64 {
        self.figures().triggered()
    }
    /// Kept in time.
    async fn met(&self) -> u64 {
        self.figures().count(State::Met)
    }
    /// Kept late.
    async fn met_late(&self) -> u64 {
        self.figures().count(State::MetLate)
    }
    /// Not kept in time.
    async fn breached(&self) -> u64 {
        self.figures().count(State::Breached)
    }
    /// Not kept, for a reason that the rule allows.
    async fn excused(&self) -> u64 {
        self.figures().count(State::Excused)
    }
    /// Cannot be told; never counted as met.
    async fn unknown(&self) -> u64 {
        self.figures().count(State::Unknown)
    }
    /// Open, and in time.
    async fn pending(&self) -> u64 {
        self.figures().count(State::Pending)
    }
    /// The trigger is still to come, by the clock of its source.
    async fn not_due(&self) -> u64 {
        self.figures().count(State::NotDue)
    }
    /// Does not apply.
    async fn not_applicable(&self) -> u64 {
        self.figures().count(State::NotApplicable)
    }
    /// Items that are recorded and counted, and not judged.
    async fn recorded(&self) -> u64 {
        self.figures().recorded()
    }
    /// Of those met, met late or breached the share met in time; null where there are none. UNKNOWN is in
    /// neither.
    async fn met_share(&self) -> Option<f64> {
        share(self.figures().count(State::Met), self.figures().judged())
    }
    /// Half of those kept late were at most so many hours late: after a last day whole days of 24
    /// hours, after a time of day begun hours, beyond 48 begun days. Null where none was kept late.
    async fn median_hours_late(&self) -> Option<i64> {
        self.figures().median_hours_late()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of promises are far below 2^52")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The reads of scorecards.
#[derive(Default)]
pub struct ScorecardQuery;

#[Object]
impl ScorecardQuery {
    /// How the promises that were opened in some months stand: by pack, and as `by` says by rule,
    /// organisation and month. At most 60 months. For staff and auditors.
    async fn scorecard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        pack: Option<String>,
        rule: Option<String>,
        accountable: Option<String>,
        #[graphql(default_with = "vec![ScorecardGroup::Accountable, ScorecardGroup::Month]")]
        by: Vec<ScorecardGroup>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Scorecard> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let (first, last) = months(&from, to.as_deref())?;
        let ask = CardAsk {
            first,
            last,
            pack: pack.map(|id| known_pack(&world.rules.packs, &id)).transpose()?,
            rule: rule.map(|id| known_rule(&world.rules.packs, &id)).transpose()?,
            accountable: accountable.map(|code| organisation("accountable", &code)).transpose()?,
            by: group(&by),
            now: world.now(),
        };
        world.wait(&world.compliance, at_least.map(|at| at.0)).await?;
        desk::charge_survey(ctx, SURVEYS).await?;
        let (ledger, asked) = (world.ledger.clone(), ask.clone());
        let read =
            world.compliance.read(move |conn| Ok(ComplianceView::card(&ledger, conn, &asked)));
        let lines = read.await.map_err(unread)?.map_err(failed)?;
        desk::charge(ctx, lines.len()).await?;
        let packs = &world.rules.packs;
        let lines = lines.into_iter().map(|line| ScorecardLine::of(packs, &ask, line)).collect();
        let (first_day, last_day) = (Date(first.first()), Date(last.last()));
        Ok(Scorecard { first_day, last_day, as_at: ask.now, lines })
    }
}

fn group(by: &[ScorecardGroup]) -> CardGroup {
    CardGroup {
        rule: by.contains(&ScorecardGroup::Rule),
        accountable: by.contains(&ScorecardGroup::Accountable),
        month: by.contains(&ScorecardGroup::Month),
    }
}
