//! The arguments of a question about lists, read into one.

use std::collections::{BTreeMap, BTreeSet};

use ::waiting_times::{Ask, Count, Narrow};
use chrono::NaiveDate;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as WordError};
use steps::{BadValue, OdsCode};

use super::{GroupBy, Method};
use crate::{World, schema::scalars::bad_input};

/// The arguments as they came.
pub(super) struct Asked {
    pub(super) icb: Option<String>,
    pub(super) commissioner: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) site: Option<String>,
    pub(super) treatment_function: Option<String>,
    pub(super) priority: Option<String>,
    pub(super) clinician: Option<String>,
    pub(super) group_by: GroupBy,
    pub(super) method: Method,
    pub(super) exact: bool,
}

impl Asked {
    /// The question; functions are folded as they were on `on`.
    pub(super) fn ask(
        self,
        world: &World,
        count: Count,
        on: NaiveDate,
    ) -> async_graphql::Result<Ask> {
        let icb = parsed("icb", self.icb)?;
        let narrow = Narrow {
            provider: parsed("provider", self.provider)?,
            site: parsed("site", self.site)?,
            commissioners: commissioners(
                world,
                icb.as_ref(),
                parsed("commissioner", self.commissioner)?,
            ),
            function: parsed("treatmentFunction", self.treatment_function)?,
            priority: word(
                "priority",
                self.priority,
                "ROUTINE, URGENT or URGENT_SUSPECTED_CANCER",
            )?,
            clinician: parsed("clinician", self.clinician)?,
        };
        Ok(Ask {
            narrow,
            merged: merged(world, self.group_by, on),
            method: self.method.into(),
            exact: self.exact,
            ..Ask::of(count, self.group_by.into())
        })
    }
}

/// The group of each word, where groups are made of several.
fn merged(world: &World, group_by: GroupBy, on: NaiveDate) -> BTreeMap<String, String> {
    match group_by {
        GroupBy::Icb => {
            let directory = world.directory();
            let parents = directory.parents(world.now(), None);
            parents.map(|(child, parent)| (child.as_str().into(), parent.as_str().into())).collect()
        }
        GroupBy::ReportingFunction => {
            let functions = &world.rules.functions;
            let own = functions.names_on(on).map(|(code, _)| (code.into(), code.into()));
            let folded = functions.folded_on(on);
            own.chain(folded.map(|(function, code)| (function.into(), code.into()))).collect()
        }
        GroupBy::Total
        | GroupBy::Provider
        | GroupBy::Site
        | GroupBy::Commissioner
        | GroupBy::TreatmentFunction
        | GroupBy::ProviderAndFunction
        | GroupBy::Priority
        | GroupBy::Clinician => BTreeMap::new(),
    }
}

/// The commissioners of an ICB, of which one may be asked alone.
fn commissioners(
    world: &World,
    icb: Option<&OdsCode>,
    one: Option<OdsCode>,
) -> Option<BTreeSet<OdsCode>> {
    let of_icb = icb.map(|icb| {
        let directory = world.directory();
        let children = directory.children_of(icb, world.now(), None);
        children.into_iter().map(|child| child.organisation.clone()).collect::<BTreeSet<_>>()
    });
    match (of_icb, one) {
        (None, None) => None,
        (Some(all), None) => Some(all),
        (None, Some(one)) => Some(BTreeSet::from([one])),
        (Some(all), Some(one)) => Some(all.into_iter().filter(|code| *code == one).collect()),
    }
}

fn parsed<T: std::str::FromStr<Err = BadValue>>(
    field: &str,
    raw: Option<String>,
) -> async_graphql::Result<Option<T>> {
    let parsed = raw.map(|raw| raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}"))));
    parsed.transpose()
}

fn word<T: DeserializeOwned>(
    field: &str,
    raw: Option<String>,
    expected: &str,
) -> async_graphql::Result<Option<T>> {
    let read = |raw: String| -> async_graphql::Result<T> {
        let read: Result<T, WordError> = T::deserialize(raw.into_deserializer());
        read.map_err(|_unknown| bad_input(format!("`{field}`: expected {expected}")))
    };
    raw.map(read).transpose()
}
