//! Relative dates: `@-40` is forty days ago, `@-40T09:30` that day at half past nine in London.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use pathway::london;
use serde_json::Value;

/// A date of the town that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadDate(String);

impl std::fmt::Display for BadDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: expected @-40, @+12 or @-40T09:30", self.0)
    }
}

impl std::error::Error for BadDate {}

/// Replaces every relative date in `value`, however deep, by the date it is when today is `today`.
pub(super) fn settle(value: &mut Value, today: NaiveDate) -> Result<(), BadDate> {
    match value {
        Value::String(text) => {
            if let Some(relative) = text.strip_prefix('@') {
                *text = absolute(relative, today).ok_or_else(|| BadDate(text.clone()))?;
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| settle(item, today)),
        Value::Object(fields) => fields.values_mut().try_for_each(|field| settle(field, today)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn absolute(relative: &str, today: NaiveDate) -> Option<String> {
    let (days, time) = match relative.split_once('T') {
        Some((days, time)) => (days, Some(NaiveTime::parse_from_str(time, "%H:%M").ok()?)),
        None => (relative, None),
    };
    let day = match days.split_at_checked(1)? {
        ("-", days) => today.checked_sub_days(Days::new(days.parse().ok()?))?,
        ("+", days) => today.checked_add_days(Days::new(days.parse().ok()?))?,
        _ => return None,
    };
    Some(match time {
        Some(time) => at(day, time).to_rfc3339_opts(SecondsFormat::Secs, true),
        None => day.to_string(),
    })
}

/// Counted back from the end of the day, which is right after two in the morning even on the days on
/// which the clocks change.
fn at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let since_midnight = time.signed_duration_since(NaiveTime::MIN);
    london::end_of(day) - (TimeDelta::days(1) - since_midnight)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settled(mut value: Value, today: &str) -> Result<Value, BadDate> {
        settle(&mut value, today.parse().unwrap()).map(|()| value)
    }

    #[test]
    fn a_day_is_counted_from_today_in_every_field_however_deep() {
        let town = json!({"on": "@-40", "n": 1, "in": [{"due": "@+12"}, "a word, and no @-1"]});
        let expected = json!({"on": "2025-12-22", "n": 1, "in": [{"due": "2026-02-12"}, "a word, and no @-1"]});
        assert_eq!(settled(town, "2026-01-31").unwrap(), expected);
    }

    #[test]
    fn a_time_is_local_in_winter_and_in_summer_and_when_the_clocks_change() {
        let at = |today| settled(json!("@-0T09:30"), today).unwrap();
        assert_eq!(at("2026-01-31"), "2026-01-31T09:30:00Z");
        assert_eq!(at("2026-06-30"), "2026-06-30T08:30:00Z");
        assert_eq!(at("2026-03-29"), "2026-03-29T08:30:00Z");
        assert_eq!(at("2026-10-25"), "2026-10-25T09:30:00Z");
    }

    #[test]
    fn what_is_no_date_is_refused_by_name() {
        for wrong in ["@", "@40", "@-x", "@-4T25:00", "@-4T", "@é"] {
            let refused = settled(json!({"a": wrong}), "2026-01-31").unwrap_err();
            assert!(refused.to_string().contains(wrong), "{wrong}");
        }
    }
}
