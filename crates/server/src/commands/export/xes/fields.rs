//! The fields of a step as attributes of an XES event.

use chrono::DateTime;
use serde_json::{Map, Value};

/// Fields that lead to a person, or to a pathway in another system.
const HELD_BACK: [&str; 6] =
    ["subjectRef", "identifierValue", "ubrn", "firstUbrn", "ppid", "messageRef"];

/// What stands where a personal value is sealed.
const SEALED: &str = "sealed";

/// Every field of a step, `waymark.<field>`; one within another with a dot between.
pub(super) fn of_step(payload: &Value) -> String {
    let mut text = String::new();
    if let Value::Object(fields) = payload {
        object("waymark", fields, &mut text);
    }
    text
}

fn object(before: &str, fields: &Map<String, Value>, text: &mut String) {
    for (name, value) in fields {
        if !HELD_BACK.contains(&name.as_str()) {
            field(&format!("{before}.{name}"), value, text);
        }
    }
}

fn field(key: &str, value: &Value, text: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(yes) => *text += &attribute("boolean", key, &yes.to_string()),
        Value::Number(number) if number.is_f64() => {
            *text += &attribute("float", key, &number.to_string());
        }
        Value::Number(number) => *text += &attribute("int", key, &number.to_string()),
        Value::String(word) => {
            let kind = if DateTime::parse_from_rfc3339(word).is_ok() { "date" } else { "string" };
            *text += &attribute(kind, key, word);
        }
        Value::Object(fields) if fields.len() == 1 && fields.contains_key(SEALED) => {
            *text += &attribute("boolean", &format!("{key}.given"), "true");
        }
        Value::Object(fields) => object(key, fields, text),
        Value::Array(all) => list(key, all, text),
    }
}

/// Words one behind the other; of anything else, how many.
fn list(key: &str, all: &[Value], text: &mut String) {
    let words: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
    match words {
        Some(words) if !words.is_empty() => *text += &attribute("string", key, &words.join(" ")),
        Some(_) | None => {
            *text += &attribute("int", &format!("{key}.count"), &all.len().to_string());
        }
    }
}

/// One attribute on a line of its own.
pub(super) fn attribute(kind: &str, key: &str, value: &str) -> String {
    format!("<{kind} key=\"{}\" value=\"{}\"/>\n", escaped(key), escaped(value))
}

/// Text within an attribute: nothing in it is taken for markup, and what XML cannot hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push_str("&#9;"),
            other if other.is_control() => {}
            '\u{fffe}' | '\u{ffff}' => {}
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_told_by_its_kind_and_a_sealed_one_only_that_it_was_given() {
        let told = of_step(&json!({
            "appointmentId": "A<1>", "startsAt": "2026-02-03T09:00:00Z", "onDay": "2026-02-03",
            "count": 3, "told": true, "none": null, "reason": {"sealed": 0},
            "consent": {"basis": "BEST_INTERESTS"}, "reasons": ["A", "B"], "actions": [{"id": 1}],
            "subjectRef": "00000000-0000-0000-0000-000000000001", "ubrn": "000000000042",
        }));
        let mut lines: Vec<&str> = told.lines().collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                "<boolean key=\"waymark.reason.given\" value=\"true\"/>",
                "<boolean key=\"waymark.told\" value=\"true\"/>",
                "<date key=\"waymark.startsAt\" value=\"2026-02-03T09:00:00Z\"/>",
                "<int key=\"waymark.actions.count\" value=\"1\"/>",
                "<int key=\"waymark.count\" value=\"3\"/>",
                "<string key=\"waymark.appointmentId\" value=\"A&lt;1&gt;\"/>",
                "<string key=\"waymark.consent.basis\" value=\"BEST_INTERESTS\"/>",
                "<string key=\"waymark.onDay\" value=\"2026-02-03\"/>",
                "<string key=\"waymark.reasons\" value=\"A B\"/>",
            ]
        );
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(escaped("a\u{1}b\u{fffe}\n\"&"), "ab&#10;&quot;&amp;");
    }
}
