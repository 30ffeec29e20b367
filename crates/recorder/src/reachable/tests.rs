//! What is refused as a way to reach somebody, and what would be right.

use testkit::{json, step};

use super::*;

fn refusal(channel: &str, endpoint: &str, hours: &str) -> Option<(String, String)> {
    let point = json!({"channel": channel, "endpoint": endpoint, "hours": hours,
        "notDigital": null});
    let refused = check_reachable(&step("contactPointPublished", point)).err();
    refused.map(|why| {
        assert_eq!(why.code, "MALFORMED");
        (why.field.rsplit('.').next().unwrap_or_default().to_owned(), why.message)
    })
}

const HOURS: &str = "Monday to Friday 9am to 5pm";

#[test]
fn a_value_fits_its_channel() {
    for (channel, good) in [
        ("EMAIL", "clinic.team@nhs.example"),
        ("TELEPHONE", "020 7946 0001"),
        ("TELEPHONE", "+44 (0)20 7946-0001 ext 12"),
        ("TELEPHONE", "111"),
        ("TEXT_MESSAGE", "07700 900001"),
        ("PORTAL", "https://book.example"),
        ("PORTAL", "https://book.example:8443/a?b=c"),
        ("POST", "Booking office: Ward 3, Hull"),
        ("NHS_APP", "messages in the NHS App"),
        ("VIDEO", "https://video.example/room"),
    ] {
        assert_eq!(refusal(channel, good, HOURS), None, "{channel} {good}");
    }
}

#[test]
fn a_value_that_does_not_is_refused_with_what_would_be_right() {
    for (channel, bad, expected) in [
        ("EMAIL", "javascript:alert(1)", "an email address"),
        ("EMAIL", "two words@nhs.example", "an email address"),
        ("EMAIL", "020 7946 0001", "an email address"),
        ("TELEPHONE", "ring the ward", "a telephone number"),
        ("TELEPHONE", "clinic@nhs.example", "a telephone number"),
        ("TELEPHONE", "1 2", "a telephone number"),
        ("PORTAL", "http://book.example", "https://"),
        ("PORTAL", "https://nowhere", "https://"),
        ("NHS_APP", "javascript:alert(1)", "https://"),
    ] {
        let (field, message) = refusal(channel, bad, HOURS).unwrap();
        assert_eq!(field, "endpoint");
        assert!(message.contains(expected) && !message.contains(bad), "{message}");
    }
}

#[test]
fn hours_are_those_of_a_clock() {
    for good in [
        HOURS,
        "every day 8am to 8pm; at other times ring 111",
        "Monday to Friday 8am to 6.30pm",
        "9 to 5",
        "weekdays, 09:00-17:30",
        "24 hours",
        "00:00 to 24:00",
        "by appointment",
    ] {
        assert_eq!(refusal("TELEPHONE", "020 7946 0001", good), None, "{good}");
    }
    for bad in ["at no time ever 25:99", "13pm", "9:60 to 17:00", "24:30", "whenever"] {
        let (field, message) = refusal("TELEPHONE", "020 7946 0001", bad).unwrap();
        assert_eq!(field, "hours", "{bad}");
        assert!(message.contains("Monday to Friday 9am to 5pm"));
    }
}
