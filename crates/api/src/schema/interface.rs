//! The interface: concerns, work passed over it, who is turned away without a reason, and the medical
//! examiner's cases.

mod concerns;
mod deaths;
mod live;
mod rates;
mod work;

use ::interface::{Connection, InterfaceError, Months};
use serde::de::DeserializeOwned;
use serde_json::Value;
use steps::OdsCode;

use super::{
    months::months,
    scalars::{LogPosition, bad_input, failed},
};
use crate::{World, world::unread};

pub use self::{
    concerns::{
        ConcernOutcomeCount, ConcernRouteName, ConcernStanding, ConcernsQuery, InterfaceConcern,
        InterfaceConcernCount,
    },
    deaths::{DeathsQuery, ExaminerBasisName, ExaminerCase, ExaminerCaseCount, ExaminerStage},
    live::InterfaceSubscription,
    rates::{LeavingRate, RatesQuery},
    work::{PassedWork, PassedWorkCount, PassedWorkStanding, WorkQuery},
};

/// What a count over the rows of some months is charged as.
const SURVEYS: usize = 1;

/// The reads of the interface.
#[derive(async_graphql::MergedObject, Default)]
pub struct InterfaceQuery(ConcernsQuery, WorkQuery, RatesQuery, DeathsQuery);

/// Reads the view once it holds `at_least`.
pub(super) async fn read<T: Send + 'static>(
    world: &World,
    at_least: Option<LogPosition>,
    ask: impl FnOnce(&Connection) -> Result<T, InterfaceError> + Send + 'static,
) -> async_graphql::Result<T> {
    world.wait(&world.interface, at_least.map(|at| at.0)).await?;
    let read = world.interface.read(move |conn| Ok(ask(conn)));
    read.await.map_err(unread)?.map_err(failed)
}

pub(super) fn span(from: &str, to: Option<&str>) -> async_graphql::Result<Months> {
    months(from, to).map(|(first, last)| Months { first, last })
}

pub(super) fn organisation(
    field: &str,
    raw: Option<String>,
) -> async_graphql::Result<Option<OdsCode>> {
    let code = raw.map(|raw| raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}"))));
    code.transpose()
}

/// A word of a code list, as steps have it.
fn coded<T: DeserializeOwned>(
    field: &str,
    raw: Option<String>,
    expected: &str,
) -> async_graphql::Result<Option<T>> {
    let Some(raw) = raw else { return Ok(None) };
    let read = serde_json::from_value(Value::String(raw)).map(Some);
    read.map_err(|_other| bad_input(format!("`{field}`: expected {expected}")))
}
