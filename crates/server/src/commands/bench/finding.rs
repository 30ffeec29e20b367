//! Finding: what was measured, what was promised, whether it was kept, and how it was measured.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// One measure.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) name: &'static str,
    pub(super) measured: f64,
    pub(super) unit: &'static str,
    pub(super) promise: Promise,
    pub(super) how: String,
}

/// What was promised of a measure.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Promise {
    AtLeast(f64),
    AtMost(f64),
    /// Told for what it explains.
    Nothing,
}

impl Finding {
    fn is_met(&self) -> Option<bool> {
        match self.promise {
            Promise::AtLeast(bound) => Some(self.measured >= bound),
            Promise::AtMost(bound) => Some(self.measured <= bound),
            Promise::Nothing => None,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        }
    }

    fn promised(&self) -> String {
        match self.promise {
            Promise::AtLeast(bound) => format!("at least {}", in_unit(bound, self.unit)),
            Promise::AtMost(bound) => format!("at most {}", in_unit(bound, self.unit)),
            Promise::Nothing => String::new(),
        }
    }
}

fn in_unit(number: f64, unit: &str) -> String {
    let digits = if number >= 100.0 { 0 } else { 2 };
    format!("{number:.digits$} {unit}")
}

/// For people.
pub(super) fn table(findings: &[Finding]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["what", "measured", "promise", "", "how"]);
    for one in findings {
        let measured = in_unit(one.measured, one.unit);
        table.add_row([one.name, &measured, &one.promised(), one.verdict(), &one.how]);
    }
    table.to_string()
}

/// For programs.
pub(super) fn json(findings: &[Finding]) -> anyhow::Result<String> {
    let all = findings.iter().map(|one| {
        let mut value = serde_json::to_value(one)?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("met".to_owned(), serde_json::to_value(one.is_met())?);
        }
        Ok(value)
    });
    let all = all.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(serde_json::to_string_pretty(&all)?)
}

/// A count as a number to divide.
#[expect(clippy::cast_precision_loss, reason = "a figure for people to read")]
pub(super) const fn real(count: u64) -> f64 {
    count as f64
}

/// The value below which a share of the values lies; the values are sorted by it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a list"
)]
pub(super) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(measured: f64, promise: Promise) -> Finding {
        Finding { name: "rate", measured, unit: "x", promise, how: "by hand".to_owned() }
    }

    #[test]
    fn a_promise_is_met_at_its_bound_and_missed_beyond_it() {
        assert_eq!(finding(5.0, Promise::AtLeast(5.0)).is_met(), Some(true));
        assert_eq!(finding(4.9, Promise::AtLeast(5.0)).is_met(), Some(false));
        assert_eq!(finding(5.1, Promise::AtMost(5.0)).is_met(), Some(false));
        assert_eq!(finding(5.1, Promise::Nothing).is_met(), None);
    }

    #[test]
    fn a_finding_that_misses_says_so_to_people_and_programs() {
        let findings = [finding(4.9, Promise::AtLeast(5.0))];
        assert!(
            table(&findings).contains("| rate | 4.90 x   | at least 5.00 x | missed | by hand |")
        );
        let read: serde_json::Value = serde_json::from_str(&json(&findings).unwrap()).unwrap();
        assert_eq!(read[0]["met"], false);
        assert_eq!(read[0]["promise"]["atLeast"], 5.0);
    }

    #[test]
    fn the_median_of_five_is_the_third_and_of_none_is_no_number() {
        assert!((percentile(&mut [5.0, 1.0, 4.0, 2.0, 3.0], 0.5) - 3.0).abs() < f64::EPSILON);
        assert!(percentile(&mut [], 0.5).is_nan());
    }
}
