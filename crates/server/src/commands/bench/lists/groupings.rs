//! Groupings: each as the view is asked for it, and as columns of the bare table.

use std::collections::BTreeMap;

use policy::ReportingFunctions;
use rtt_extract::Extract;
use waiting_times::GroupBy;

/// One way to divide a list.
#[derive(Clone, Copy)]
pub(super) struct Grouping {
    pub(super) group_by: GroupBy,
    /// What is measured, by name.
    pub(super) list: &'static str,
    pub(super) ratio: &'static str,
    /// The columns of the bare table; of merged groups those that are merged.
    pub(super) columns: &'static str,
}

const fn by(
    group_by: GroupBy,
    list: &'static str,
    ratio: &'static str,
    columns: &'static str,
) -> Grouping {
    Grouping { group_by, list, ratio, columns }
}

/// Every grouping that a list can be asked by.
pub(super) const ALL: [Grouping; 10] = [
    by(GroupBy::Total, "list, total", "list, total, to a bare query", ""),
    by(GroupBy::Provider, "list by provider", "list by provider, to a bare query", "provider, "),
    by(GroupBy::Site, "list by site", "list by site, to a bare query", "site, "),
    by(
        GroupBy::Commissioner,
        "list by commissioner",
        "list by commissioner, to a bare query",
        "commissioner, ",
    ),
    by(GroupBy::Icb, "list by ICB", "list by ICB, to a bare query", "commissioner, "),
    by(
        GroupBy::TreatmentFunction,
        "list by treatment function",
        "list by treatment function, to a bare query",
        "function, ",
    ),
    by(
        GroupBy::ReportingFunction,
        "list by reporting function",
        "list by reporting function, to a bare query",
        "function, ",
    ),
    by(
        GroupBy::ProviderAndFunction,
        "list by provider and function",
        "list by provider and function, to a bare query",
        "provider, function, ",
    ),
    by(GroupBy::Priority, "list by priority", "list by priority, to a bare query", "priority, "),
    by(
        GroupBy::Clinician,
        "list by clinician",
        "list by clinician, to a bare query",
        "clinician, ",
    ),
];

impl Grouping {
    /// The group of each commissioner or function that is merged into one.
    pub(super) fn merged(self, extract: &Extract) -> BTreeMap<String, String> {
        if self.group_by == GroupBy::Icb {
            let parents = extract.organisations.iter().filter_map(|(code, entry)| {
                Some((code.as_str().to_owned(), entry.parent.as_ref()?.as_str().to_owned()))
            });
            return parents.collect();
        }
        if self.group_by == GroupBy::ReportingFunction {
            let functions = ReportingFunctions::shipped();
            let names = functions.names_on(extract.census);
            return names.map(|(code, _)| (code.to_owned(), code.to_owned())).collect();
        }
        BTreeMap::new()
    }
}
