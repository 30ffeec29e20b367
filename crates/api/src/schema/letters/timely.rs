//! Whether a letter comes at its time: after what it is about, not in the future, and not of work that
//! was given back already. The preview and the letter itself are asked alike.

use letters::{Act, Basis, day_in_words};
use pathway::{decide::check_time, london};
use steps::OccurredAt;

use super::{Refusal, asked::Wanted};

pub(super) fn check(wanted: &Wanted<'_>, rests_on: &Basis) -> Result<(), Refusal> {
    check_moment(wanted, rests_on)?;
    match &rests_on.returned {
        Some((by, at)) if wanted.template.act == Some(Act::WorkloadReturn) => {
            let message = format!(
                "this work was returned by {by} on {}: expected work that is not returned yet, by \
                 its id in `about`",
                day_in_words(london::date(*at))
            );
            Err(Refusal::new("ALREADY_RETURNED", "about", message))
        }
        _ => Ok(()),
    }
}

fn check_moment(wanted: &Wanted<'_>, rests_on: &Basis) -> Result<(), Refusal> {
    possible("occurredAt", wanted.occurred_at, wanted)?;
    if let Some(told) = wanted.patient_told_at {
        possible("patientToldAt", told, wanted)?;
    }
    let Some(about) = rests_on.about_at.filter(|_| rests_on.is_before(wanted.occurred_at)) else {
        return Ok(());
    };
    let message = format!(
        "`occurredAt` is before what the letter is about, of {}: expected that day or a later one",
        day_in_words(london::date(about))
    );
    Err(Refusal::new("BEFORE_ITS_SUBJECT", "occurredAt", message))
}

/// As the log itself would refuse it.
fn possible(field: &'static str, at: OccurredAt, wanted: &Wanted<'_>) -> Result<(), Refusal> {
    check_time(field, at, wanted.now)
        .map_err(|refusal| Refusal::new(refusal.code(), field, refusal.to_string()))
}
