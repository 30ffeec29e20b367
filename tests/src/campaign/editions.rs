//! The editions of views that a site has, and which are in use: in files, or in its database.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::Site;

/// What is built: a schema each.
const BUILT: &str = "SELECT string_agg(nspname, ',') FROM pg_catalog.pg_namespace";

/// What is in use.
const IN_USE: &str = "SELECT string_agg(view || '=' || edition, ',') FROM waymark_views.in_use";

/// Where there are none nothing is seen.
#[derive(Default)]
pub(super) struct Editions {
    built: BTreeSet<String>,
    /// Each view, and what names its edition.
    in_use: BTreeMap<String, String>,
}

impl Editions {
    pub(super) fn of(site: &Site) -> Self {
        match &site.ask {
            Some(ask) => Self::in_database(ask),
            None => Self::in_files(site),
        }
    }

    fn in_database(ask: &dyn Fn(&str) -> Option<String>) -> Self {
        let built = ask(BUILT).unwrap_or_default();
        let in_use = ask(IN_USE).unwrap_or_default();
        let pairs = in_use.split(',').filter_map(|pair| pair.split_once('='));
        Self {
            built: built.split(',').map(str::to_owned).collect(),
            in_use: pairs.map(|(view, edition)| (view.to_owned(), edition.to_owned())).collect(),
        }
    }

    fn in_files(site: &Site) -> Self {
        let entries = fs::read_dir(site.data().join("views")).into_iter().flatten().flatten();
        let mut editions = Self::default();
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            match name.rsplit_once('.') {
                Some((view, "current")) => {
                    let names = fs::read_to_string(entry.path()).unwrap_or_default();
                    editions.in_use.insert(view.to_owned(), names);
                }
                Some((_, "db")) => {
                    editions.built.insert(name);
                }
                _ => {}
            }
        }
        editions
    }

    /// Whether something is built that was not there before.
    pub(super) fn has_more_than(&self, before: &Self) -> bool {
        !self.built.is_subset(&before.built)
    }

    /// Whether some view was switched.
    pub(super) fn uses_others_than(&self, before: &Self) -> bool {
        self.in_use != before.in_use
    }

    /// Whether some views were switched and some not.
    pub(super) fn is_half_switched_since(&self, before: &Self) -> bool {
        let stays =
            |(view, edition): &(&String, &String)| before.in_use.get(*view) == Some(*edition);
        let stayed = self.in_use.iter().filter(stays).count();
        (1..self.in_use.len()).contains(&stayed)
    }
}
