//! What the resolvers reach: the recorder, the views and the directory, behind the caller's rights.

use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use chrono::{DateTime, Utc};
use compliance::ComplianceView;
use directory::{Directory, Freshness};
use event_store::{Position, ReadError};
use interface::Register;
use letters::Templates;
use next_step::DuePolicy;
use pathway::{cancer_and_diagnostics::Standards, clock::ClockPolicy, london};
use policy::{ContactPoints, Outlook, Packs, PublicWaits, ReportingFunctions, SafetyNet, Targets};
use projector::{SqlError, ViewReadError, ViewReader};
use recorder::{PathwayRef, RecordError, Recorder, Target};
use safety_net::Watched;
use steps::{Label, OdsCode, PathwayId};
use tokio::sync::broadcast;
use waiting_times::WaitingTimesView;

use crate::{
    Deliveries, Turns,
    desk::{Asked, Desk},
    identity::Standing,
    schema::scalars::{bad_input, coded, failed},
};

/// How long a query waits for its view to hold what it asks for.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The rules that answers are made with.
#[derive(Clone)]
pub struct Rules {
    /// The RTT clock's settings.
    pub clock: Arc<ClockPolicy>,
    /// When next steps are due.
    pub due: Arc<DuePolicy>,
    /// How old the check of a contact point, and the reading of an inbox, may be.
    pub contact_points: Arc<ContactPoints>,
    /// The packs of promises.
    pub packs: Arc<Packs>,
    /// What was promised of waiting times.
    pub targets: Arc<Targets>,
    /// How treatment functions are folded in the return.
    pub functions: Arc<ReportingFunctions>,
    /// The cancer standards and the diagnostics return.
    pub standards: Arc<Standards>,
    /// What the public is told of waiting times.
    pub public_waits: Arc<PublicWaits>,
    /// What the outlook of a list reckons with.
    pub outlook: Arc<Outlook>,
    /// The letters that can be issued.
    pub letters: Arc<Templates>,
    /// What must follow what, and which feeds are watched.
    pub safety_net: Arc<SafetyNet>,
}

/// Everything a resolver reaches. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// Records steps and reads streams.
    pub recorder: Recorder,
    /// Services, organisations and contact points.
    pub directory: Arc<RwLock<Directory>>,
    /// The next-step view.
    pub next_steps: ViewReader,
    /// The compliance view.
    pub compliance: ViewReader,
    /// The waiting-times view.
    pub waiting: ViewReader,
    /// Its figures, in memory.
    pub waiting_times: Arc<WaitingTimesView>,
    /// The view of cancer and diagnostic clocks.
    pub cancer_and_diagnostics: ViewReader,
    /// The safety-net view.
    pub safety_net: ViewReader,
    /// Closed organisations, feeds and what sources count, as the safety net watches them.
    pub watched: Arc<RwLock<Watched>>,
    /// What sends alerts out; none: they go nowhere.
    pub deliveries: Option<Arc<dyn Deliveries>>,
    /// What reads the ledger of promises.
    pub ledger: Arc<ComplianceView>,
    /// The view of the interface.
    pub interface: ViewReader,
    /// The deaths that persons' own streams tell of.
    pub register: Arc<RwLock<Register>>,
    /// Told of every stream in which something at the interface changed.
    pub interface_changed: broadcast::Sender<PathwayId>,
    /// Told of every pathway whose next step changed.
    pub changed: broadcast::Sender<PathwayId>,
    /// The rules.
    pub rules: Rules,
    /// How many requests that ask much may run at once.
    pub turns: Turns,
    /// The clock of the edge.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// The name of this door, as the source of what it records.
    pub source: Label,
}

impl World {
    /// The moment of the edge.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// Refuses a moment that is still to come: nothing is known of it.
    pub(crate) fn not_to_come(
        &self,
        field: &str,
        moment: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<()> {
        if moment.is_none_or(|moment| moment <= self.now()) {
            return Ok(());
        }
        Err(bad_input(format!("`{field}` is in the future: expected a moment that has passed")))
    }

    /// The directory as it is.
    pub(crate) fn directory(&self) -> RwLockReadGuard<'_, Directory> {
        self.directory.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// An organisation, and the closed ones whose work it has on that day: whose lists are its own.
    pub(crate) fn with_predecessors(&self, code: OdsCode, on: DateTime<Utc>) -> Vec<OdsCode> {
        let directory = self.directory();
        let before: Vec<OdsCode> = directory.predecessors(&code, on).into_iter().cloned().collect();
        std::iter::once(code).chain(before).collect()
    }

    /// How old a check of a contact point may be at a moment: the one reader of that setting.
    pub(crate) fn freshness(&self, on: DateTime<Utc>) -> Freshness {
        let calendar = self.rules.packs.calendar();
        let since = self.rules.contact_points.fresh_since(london::date_of(on), calendar);
        Freshness { verified_since: since.verified, serviced_since: since.serviced }
    }

    /// What the safety net watches, as it is.
    pub(crate) fn watched(&self) -> RwLockReadGuard<'_, Watched> {
        self.watched.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller may write there. Staff may; a patient only to a pathway of their own.
    pub(crate) async fn may_write(
        asked: Asked<'_>,
        desk: &Desk,
        target: &Target,
    ) -> async_graphql::Result<bool> {
        match (asked.principal.standing, target) {
            (Standing::Staff, _) => Ok(true),
            (Standing::Patient, Target::Pathway(PathwayRef::Id(id))) => {
                Ok(desk.stream(asked, *id).await?.is_some())
            }
            (Standing::Patient | Standing::Auditor, _) => Ok(false),
        }
    }

    /// Waits until a view holds `at_least`: read your own writes. A view that is yet to be built is
    /// refused, for what it remembers would answer as if there were nothing.
    pub(crate) async fn wait(
        &self,
        view: &ViewReader,
        at_least: Option<Position>,
    ) -> async_graphql::Result<()> {
        let Some(position) = at_least else { return view.must_be_ready().map_err(unread) };
        if view.position() >= position || view.wait_for(position, WAIT_MAX).await {
            return Ok(());
        }
        Err(coded("NOT_YET", "the view does not hold that position yet: ask again"))
    }
}

/// A failure to read a view, as the caller may see it.
pub(crate) fn unread(error: ViewReadError) -> async_graphql::Error {
    match error {
        ViewReadError::NotReady { .. } => {
            coded("NOT_READY", "the view is being built: ask again shortly")
        }
        away @ ViewReadError::Failed { source: SqlError::Postgres(_), .. } => {
            // Logged with its causes; the caller hears what to do.
            drop(failed(away));
            coded("UNAVAILABLE", "the view cannot be read for now: ask again shortly")
        }
        other @ (ViewReadError::Failed { .. } | ViewReadError::CutShort { .. }) => failed(other),
    }
}

/// A failure to read the log, as the caller may see it.
pub(crate) fn unread_log(error: ReadError) -> async_graphql::Error {
    let may_pass = error.may_pass();
    // Logged with its causes, whatever it is.
    let hidden = failed(error);
    if may_pass {
        return coded("UNAVAILABLE", "the log cannot be read for now: ask again shortly");
    }
    hidden
}

/// A failure to record, as a resolver gives it.
pub(crate) fn unrecorded(error: RecordError) -> async_graphql::Error {
    match error {
        RecordError::Overloaded => {
            coded("OVERLOADED", "too many are waiting: try again with the same command id")
        }
        away @ (RecordError::Log(_) | RecordError::Keys(_)) => {
            // Logged with its causes; the caller hears what to do.
            drop(failed(away));
            coded(
                "UNAVAILABLE",
                "the log cannot be written for now, and the step may or may not be recorded: send it \
                 again with the same command id",
            )
        }
        contended @ RecordError::Contended => {
            // Logged, for it is rare; the caller may send the same again, as after any lost race.
            drop(failed(contended));
            coded(
                "OVERLOADED",
                "others write to the same place all the time: try again with the same command id",
            )
        }
        other @ (RecordError::History(_) | RecordError::Write(_)) => failed(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(error: RecordError) -> String {
        let extensions = unrecorded(error).extensions.unwrap();
        extensions.get("code").unwrap().to_string()
    }

    #[test]
    fn a_log_that_is_away_is_worth_another_try_and_a_damaged_one_is_not() {
        let away = unread_log(ReadError::unavailable("the line was cut"));
        assert_eq!(away.extensions.unwrap().get("code").unwrap().to_string(), "\"UNAVAILABLE\"");
        let damaged = unread_log(ReadError::Damaged { source: "page 7".into() });
        assert_eq!((damaged.message.as_str(), damaged.extensions), ("internal error", None));
    }

    #[test]
    fn whoever_lost_every_race_is_told_to_send_the_same_again() {
        assert_eq!(code(RecordError::Contended), "\"OVERLOADED\"");
        assert_eq!(code(RecordError::Overloaded), "\"OVERLOADED\"");
        assert_eq!(code(RecordError::Log("the line was cut".into())), "\"UNAVAILABLE\"");
    }
}
