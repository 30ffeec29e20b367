//! What is published as a way to reach somebody can be one: an address, a number or a page as its
//! channel asks, and hours that a clock can show. Refused as it comes in; what was recorded before
//! stays readable.

use steps::{Step, codes::Channel, interface_and_safety::ContactPointPublished};

use crate::IntakeRefusal;

/// Refuses a contact point that nobody could use.
pub(crate) fn check_reachable(step: &Step) -> Result<(), IntakeRefusal> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "one step publishes a contact point")]
    match step {
        Step::ContactPointPublished(point) => check(point, "step"),
        Step::StepCorrected(correction) => match correction.step.as_ref() {
            Step::ContactPointPublished(point) => check(point, "step.step"),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn check(point: &ContactPointPublished, at: &str) -> Result<(), IntakeRefusal> {
    let refused = |field: &str, expected: &str| {
        let field = format!("{at}.contactPointPublished.{field}");
        Err(IntakeRefusal::malformed(&field, expected))
    };
    if let Some(expected) = unfit(point.channel, point.endpoint.as_str()) {
        return refused("endpoint", expected);
    }
    if point.not_digital.as_ref().is_some_and(|other| is_odd_link(other.as_str())) {
        return refused("notDigital", "expected a number to ring or an address to write to");
    }
    if !are_hours(point.hours.as_str()) {
        let expected = "expected days and times of a clock, Monday to Friday 9am to 5pm, or every \
                        day, 24 hours";
        return refused("hours", expected);
    }
    Ok(())
}

/// What would be right, where the value does not fit its channel.
fn unfit(channel: Channel, value: &str) -> Option<&'static str> {
    let (fits, expected) = match channel {
        Channel::Email => (
            is_address(value),
            "expected an email address, clinic@example.org, for the channel EMAIL",
        ),
        Channel::Telephone | Channel::TextMessage => (
            is_number(value),
            "expected a telephone number, 020 7946 0001 or 020 7946 0001 ext 12, for this channel",
        ),
        Channel::Portal => {
            (is_page(value), "expected a page, https://example.org/book, for the channel PORTAL")
        }
        Channel::Letter
        | Channel::NhsApp
        | Channel::InPerson
        | Channel::Video
        | Channel::ElectronicDocument
        | Channel::AdviceService
        | Channel::ClinicalSystemTask
        | Channel::Post
        | Channel::EReferralService
        | Channel::NotRecorded => (
            !is_odd_link(value) || is_page(value),
            "expected an address in words, or a page that begins with https://",
        ),
    };
    (!fits).then_some(expected)
}

fn is_address(value: &str) -> bool {
    let parts = value.split_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && is_host(host) && is_one_word(value))
}

fn is_page(value: &str) -> bool {
    let rest = value.strip_prefix("https://");
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| is_host(host.split(':').next().unwrap_or_default()))
        && is_one_word(value)
}

fn is_host(host: &str) -> bool {
    let labels = host.split('.');
    let ends = |c: char| c.is_alphanumeric() || c == '-';
    host.contains('.') && labels.into_iter().all(|part| !part.is_empty() && part.chars().all(ends))
}

fn is_one_word(value: &str) -> bool {
    !value.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Digits as they are written, and an extension or option after them.
fn is_number(value: &str) -> bool {
    let lower = value.to_lowercase();
    let cut = ["ext", "option", "x", ","].iter().filter_map(|word| lower.find(word)).min();
    let (number, more) = lower.split_at_checked(cut.unwrap_or(lower.len())).unwrap_or_default();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let written = number.chars().all(|c| c.is_ascii_digit() || " +()-".contains(c));
    let more_fits = more.is_empty() || more.chars().any(|c| c.is_ascii_digit());
    (3..=15).contains(&digits) && written && more_fits
}

/// Whether it reads as a link of whatever kind: `javascript:`, `http://`.
fn is_odd_link(value: &str) -> bool {
    let Some((scheme, rest)) = value.trim().split_once(':') else { return false };
    let is_scheme = !scheme.is_empty()
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    is_scheme && !rest.is_empty() && !rest.starts_with(char::is_whitespace)
}

/// Words that say when without a time.
const WHEN: [&str; 7] =
    ["day", "week", "hour", "always", "any time", "appointment", "not recorded"];

/// Whether it says when, and every time in it is one that a clock shows.
fn are_hours(value: &str) -> bool {
    let lower = value.to_lowercase();
    let says_when = lower.contains(|c: char| c.is_ascii_digit())
        || WHEN.iter().any(|word| lower.contains(word));
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '.';
    says_when && lower.split(ends).all(is_no_odd_time)
}

/// `9`, `9am`, `18:30`, `6.30pm`; a word without a time is none.
fn is_no_odd_time(word: &str) -> bool {
    let word = word.trim_matches(['.', ':']);
    let time = word.strip_suffix("am").or_else(|| word.strip_suffix("pm"));
    let (digits, hours_max) = (time.unwrap_or(word), if time.is_some() { 12 } else { 24 });
    let Some((hour, minute)) = digits.split_once([':', '.']) else {
        return time.is_none() || digits.parse().map_or(true, |hour: u32| hour <= hours_max);
    };
    match (hour.parse::<u32>(), minute.parse::<u32>()) {
        (Ok(hour), Ok(minute)) => minute < 60 && hour <= hours_max && (hour < 24 || minute == 0),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
