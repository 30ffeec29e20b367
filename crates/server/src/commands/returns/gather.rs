//! From the waiting lists to the rows of the return: five counts, folded into the return's functions.
//!
//! What has no place in the form (no provider, no commissioner, a function that is not folded, a wait
//! whose start is unknown or later than the day) is raised and counted nowhere: nothing is guessed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use directory::Directory;
use pathway::Month;
use policy::ReportingFunctions;
use rtt_extract::{BANDS, Extract, ExtractRow, OrganisationEntry, Part};
use steps::{FunctionCode, OdsCode};
use waiting_times::{Ask, Count, Group, GroupBy, UNKNOWN};

use super::{
    asked::{Asked, directory_on},
    known::Known,
    raised::Raised,
};

/// The function code of totals.
const TOTAL_FUNCTION: &str = "C_999";

/// The rows of a return, and what has no place in it.
pub(super) struct Gathered {
    pub(super) extract: Extract,
    pub(super) raised: Vec<Raised>,
}

/// What the view counts for a part of the return.
pub(super) const fn count_of(part: Part, month: Month, last: NaiveDate) -> Count {
    match part {
        Part::CompletedAdmitted => Count::Completed { month, admitted: true },
        Part::CompletedNonAdmitted => Count::Completed { month, admitted: false },
        Part::Incomplete => Count::Waiting(last),
        Part::IncompleteWithDecisionToAdmit => Count::WaitingForAdmission(last),
        Part::NewPeriods => Count::Started(month),
    }
}

/// The question about a part.
pub(super) fn ask_of(asked: &Asked, part: Part) -> Ask {
    let count = count_of(part, asked.month, asked.month.last());
    let narrow = asked.narrow.clone();
    Ask { narrow, english_only: false, ..Ask::of(count, GroupBy::Total) }
}

/// The return as the log knew it.
pub(super) fn gather(known: &Known, asked: &Asked) -> Gathered {
    let functions = ReportingFunctions::shipped();
    let mut form = Form { asked, functions: &functions, rows: BTreeMap::new(), raised: Vec::new() };
    for part in Part::ALL {
        for group in known.view.return_rows(&ask_of(asked, part)) {
            form.add(part, &group);
        }
    }
    form.raise_later(known);
    let rows: Vec<_> = form.rows.into_values().collect();
    let organisations = organisations(known, asked, &rows);
    let extract = Extract {
        period: asked.month.first().format("RTT-%B-%Y").to_string(),
        census: asked.month.last(),
        rows,
        organisations,
        warnings: Vec::new(),
    };
    Gathered { extract, raised: form.raised }
}

type Place = (OdsCode, OdsCode, Part, FunctionCode);

struct Form<'a> {
    asked: &'a Asked,
    functions: &'a ReportingFunctions,
    rows: BTreeMap<Place, ExtractRow>,
    raised: Vec<Raised>,
}

impl Form<'_> {
    fn add(&mut self, part: Part, group: &Group) {
        let mut words = group.key.split('/');
        let [provider, commissioner, function] = [(); 3].map(|()| words.next().unwrap_or(UNKNOWN));
        let unbanded = if part.is_completed() { group.unknown_start } else { 0 };
        let counted = group.total + unbanded;
        let place = Raised::at(provider, commissioner, function, part.name());
        if !part.is_completed() {
            self.raise_starts(&place, group);
        }
        if counted == 0 {
            return;
        }
        let folded = self.functions.code_of(function, self.asked.month.last());
        let known = |word: &str| (word != UNKNOWN).then(|| word.parse::<OdsCode>().ok()).flatten();
        let folded = folded.and_then(|code| code.parse::<FunctionCode>().ok());
        match (known(provider), known(commissioner), folded) {
            (None, ..) => {
                self.raised.push(place.with("NO_PROVIDER", counted, "in no row: no provider"));
            }
            (_, None, _) => {
                self.raised.push(place.with(
                    "NO_COMMISSIONER",
                    counted,
                    "in no row: no commissioner",
                ));
            }
            (_, _, None) => {
                let ask = "in no row: the function has no place in the return";
                self.raised.push(place.with("FUNCTION_NOT_FOLDED", counted, ask));
            }
            (Some(provider), Some(commissioner), Some(function)) => {
                let of_all = TOTAL_FUNCTION.parse().ok();
                for function in [Some(function), of_all].into_iter().flatten() {
                    self.count((provider.clone(), commissioner.clone(), part, function), group);
                }
            }
        }
    }

    /// Waits that have no band: the form has no column for them outside the completed parts.
    fn raise_starts(&mut self, place: &Raised, group: &Group) {
        if group.unknown_start > 0 {
            let ask = "in no row: no clock start";
            self.raised.push(place.clone().with("START_NOT_KNOWN", group.unknown_start, ask));
        }
    }

    /// Clocks that start after the month and after the day on which this is known: they are in no part
    /// of it, and no start that has been.
    fn raise_later(&mut self, known: &Known) {
        let Some(from) = known.day.max(self.asked.month.last()).succ_opt() else { return };
        let later = Ask {
            count: Count::Began { from, to: NaiveDate::MAX },
            ..ask_of(self.asked, Part::NewPeriods)
        };
        for group in known.view.return_rows(&later) {
            let mut words = group.key.split('/');
            let [provider, commissioner, function] =
                [(); 3].map(|()| words.next().unwrap_or(UNKNOWN));
            let place = Raised::at(provider, commissioner, function, Part::NewPeriods.name());
            let ask = "in no row: the clock starts after the day on which this is known";
            self.raised.push(place.with("START_AFTER_CENSUS", group.total, ask));
        }
    }

    fn count(&mut self, place: Place, group: &Group) {
        let (provider, commissioner, part, function) = place.clone();
        let row = self.rows.entry(place).or_insert_with(|| ExtractRow {
            line: 0,
            provider,
            commissioner,
            part,
            function,
            function_name: None,
            bands: if part == Part::NewPeriods { Vec::new() } else { vec![0; BANDS] },
            unknown_start: 0,
            total_all: 0,
        });
        row.bands.iter_mut().zip(group.bands).for_each(|(sum, count)| *sum += count);
        let unbanded = if part.is_completed() { group.unknown_start } else { 0 };
        row.unknown_start += unbanded;
        row.total_all += group.total + unbanded;
    }
}

/// Names and parents of everyone in the rows, as the directory has them at the end of the month.
fn organisations(
    known: &Known,
    asked: &Asked,
    rows: &[ExtractRow],
) -> BTreeMap<OdsCode, OrganisationEntry> {
    let mut found = BTreeMap::new();
    for row in rows {
        for code in [&row.provider, &row.commissioner] {
            if let Some(parent) = note(&mut found, &known.directory, known, asked, code) {
                note(&mut found, &known.directory, known, asked, &parent);
            }
        }
    }
    for row in rows {
        if let Some(entry) = found.get_mut(&row.provider) {
            entry.provides = true;
        }
        if let Some(entry) = found.get_mut(&row.commissioner) {
            entry.commissions = true;
        }
    }
    found
}

fn note(
    found: &mut BTreeMap<OdsCode, OrganisationEntry>,
    directory: &Directory,
    known: &Known,
    asked: &Asked,
    code: &OdsCode,
) -> Option<OdsCode> {
    if !found.contains_key(code) {
        let organisation = directory.organisation(code, directory_on(asked.month), known.at)?;
        let (name, parent) = (organisation.name.clone(), organisation.parent.clone());
        let entry = OrganisationEntry { name, parent, provides: false, commissions: false };
        found.insert(code.clone(), entry);
    }
    found.get(code)?.parent.clone()
}
