//! Who pays for a pathway and under which treatment function it stands, as of a day.

use chrono::NaiveDate;
use steps::{FunctionCode, OdsCode, Step};

use crate::{Entry, History};

/// Who pays, and the treatment function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payer {
    /// Who pays; none: no step names one.
    pub commissioner: Option<OdsCode>,
    /// The treatment function; none: no step names one.
    pub function: Option<FunctionCode>,
}

/// As the steps up to the end of `day` say, or all of them.
pub fn payer(history: &History, day: Option<NaiveDate>) -> Payer {
    let mut payer = Payer::default();
    let entries = history.entries().iter();
    for entry in entries.filter(|entry| day.is_none_or(|day| says_from(entry) <= day)) {
        let (commissioner, function) = said(entry.step());
        payer.commissioner = commissioner.cloned().or(payer.commissioner);
        payer.function = function.cloned().or(payer.function);
    }
    payer
}

/// From which day what the step says is so.
fn says_from(entry: &Entry) -> NaiveDate {
    if let Step::PathwayReclassified(step) = entry.step() {
        return step.effective_date;
    }
    entry.date()
}

fn said(step: &Step) -> (Option<&OdsCode>, Option<&FunctionCode>) {
    #[expect(clippy::wildcard_enum_match_arm, reason = "four steps say who pays")]
    match step {
        Step::ReferralReceived(step) => (step.commissioner.as_ref(), Some(&step.function)),
        Step::AdviceConvertedToReferral(step) => {
            (step.commissioner.as_ref(), step.function.as_ref())
        }
        Step::TransferReceived(step) => (step.commissioner.as_ref(), Some(&step.function)),
        Step::PathwayReclassified(step) => (step.commissioner.as_ref(), step.function.as_ref()),
        _ => (None, None),
    }
}
