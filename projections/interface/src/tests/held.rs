//! Letters held back: whose they are, page by page.

use testkit::{Story, json, story};
use uuid::Uuid;

use super::{code, file, months};
use crate::{HeldAsk, held};

pub(super) fn held_on(day: &str, sender: &str) -> Story {
    story().on(
        day,
        "letterSuppressed",
        json!({"letterId": format!("L-{day}"), "fromOrganisation": sender, "toPatient": true,
            "suppressionReason": "PATIENT_DIED"}),
    )
}

fn ask(after: Option<crate::Cursor>) -> HeldAsk {
    HeldAsk { months: months("2026-02", "2026-02"), sender: code("RJ1"), after, first: 2 }
}

#[test]
fn what_an_organisation_held_back_is_listed_page_by_page_and_nobody_elses() {
    let streams = [
        held_on("2026-02-03", "RJ1"),
        held_on("2026-02-04", "RJZ"),
        held_on("2026-02-02", "RJ1"),
        held_on("2026-03-01", "RJ1"),
        held_on("2026-02-28", "RJ1"),
    ];
    let conn = file(&streams);
    let first = held(&conn, &ask(None)).unwrap();
    let letters = |page: &[crate::Listed<crate::Held>]| {
        page.iter().map(|one| one.item.letter_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(letters(&first), ["L-2026-02-02", "L-2026-02-03"]);
    assert_eq!(first[0].stream.0, Uuid::from_u128(3));
    assert_eq!(first[0].item.sender, Some(code("RJ1")));
    let cursor = first.last().unwrap().cursor.to_string().parse().unwrap();
    assert_eq!(letters(&held(&conn, &ask(Some(cursor))).unwrap()), ["L-2026-02-28"]);
}

#[test]
fn a_letter_that_was_held_back_in_error_is_in_no_list() {
    let event = Story::event(1);
    let withdrawn = held_on("2026-02-03", "RJ1").on(
        "2026-02-05",
        "stepEnteredInError",
        json!({"eventId": event}),
    );
    let rows = projector::View::rows(&super::view(), &withdrawn.history());
    assert_eq!(rows, []);
}
