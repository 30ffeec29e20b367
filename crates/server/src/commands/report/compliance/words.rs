//! Counts, lateness and states as they stand on the page.

use policy::{ExaminerBasis, State};

use super::super::words;

/// A count with its thousands apart.
pub(super) fn count(number: u64) -> String {
    words::count(u32::try_from(number).unwrap_or(u32::MAX))
}

/// A share of a whole in hundredths; of nothing, "none".
pub(super) fn share(part: u64, whole: u64) -> String {
    words::share(fraction(part, whole))
}

/// A share of a whole from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "counts of promises are far below 2^52")]
pub(super) fn fraction(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How late half of those kept late were at most.
pub(super) fn lateness(hours: Option<i64>) -> String {
    match hours {
        None => "none late".to_owned(),
        Some(1) => "1 hour".to_owned(),
        Some(24) => "1 day".to_owned(),
        Some(hours) if hours % 24 == 0 => format!("{} days", hours / 24),
        Some(hours) => format!("{hours} hours"),
    }
}

/// A state in plain words.
pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::NotDue => "not begun",
        State::Pending => "open, in time",
        State::Met => "kept",
        State::MetLate => "kept late",
        State::Breached => "not kept",
        State::Excused => "excused",
        State::NotApplicable => "does not apply",
        State::Unknown => "cannot be told",
        State::Recorded => "only recorded",
    }
}

/// The standing of the medical examiner's process, in plain words.
pub(super) const fn basis(basis: ExaminerBasis) -> &'static str {
    match basis {
        ExaminerBasis::None => "before there were examiners",
        ExaminerBasis::NonStatutory => "before 9 September 2024, without a duty in law",
        ExaminerBasis::Statutory => "by law",
    }
}

/// A coded word as a reader says it: `WITH_EXAMINER` is "with examiner".
pub(super) fn plain(code: &str) -> String {
    code.to_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_told_in_hours_and_whole_days_in_days() {
        let told = [None, Some(1), Some(5), Some(24), Some(48), Some(168)].map(lateness);
        assert_eq!(told, ["none late", "1 hour", "5 hours", "1 day", "2 days", "7 days"]);
    }

    #[test]
    fn a_code_is_read_as_words() {
        assert_eq!(plain("WITH_EXAMINER"), "with examiner");
    }
}
