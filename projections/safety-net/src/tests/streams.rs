//! Closed organisations and silent feeds, from their own streams.

use pathway::Told;

use super::*;
use crate::Watched;

/// Streams with their own event ids.
fn watched(stories: &[Story]) -> Watched {
    let mut watched = Watched::default();
    for (number, story) in (1_u128..).zip(stories) {
        let told: Vec<Told> =
            pathway(number, story).entries().iter().map(|entry| entry.told.clone()).collect();
        watched.apply(Uuid::from_u128(number), told);
    }
    watched
}

#[test]
fn an_organisation_is_closed_after_its_last_day_with_what_took_its_place() {
    let open = json!({"organisation": "RXX", "name": "Old trust"});
    let closed = json!({"organisation": "RXX", "name": "Old trust", "endsOn": "2026-03-31", "replacedByOrganisation": "RWA"});
    let story = story().on("2020-01-01", "organisationRecorded", open).on(
        "2026-02-01",
        "organisationRecorded",
        closed,
    );
    let watched = watched(&[story]);
    let codes = |now: &str| -> Vec<String> {
        watched.closed(at(now)).iter().map(|one| one.organisation.to_string()).collect()
    };
    assert_eq!(codes("2026-03-31T12:00:00Z"), [""; 0]);
    assert_eq!(codes("2026-04-01T12:00:00Z"), ["RXX"]);
    assert_eq!(watched.closed(at("2026-04-01T12:00:00Z"))[0].replaced_by, Some(&trust("RWA")));
}

#[test]
fn a_silent_feed_stays_until_it_is_settled_and_a_source_tells_its_counts() {
    let silent = json!({"feed": "RWA/result-notices", "receivedCount": 0, "usualCount": 40});
    let story = story()
        .on("2023-07-03", "feedSilent", silent)
        .on("2023-07-04", "reconciliationCompleted", json!({"feed": "RWA/result-notices", "fromDate": "2023-07-03", "toDate": "2023-07-03", "sourceCount": 41, "sentCount": 0}));
    let event = pathway(1, &story).entries()[0].event_id();
    let settled = json!({"eventId": event, "feed": "RWA/result-notices", "alarmOutcome": "LATE"});
    let now = at("2023-10-01T00:00:00Z");
    let open = watched(std::slice::from_ref(&story));
    assert_eq!(open.silent_feeds(now).len(), 1);
    let days = ("2023-07-01".parse().unwrap(), "2023-07-31".parse().unwrap());
    assert_eq!(open.source_counts(None, days, now)[0].said.source_count, 41);
    let settled = watched(&[story.on("2023-09-22", "alarmResolved", settled)]);
    assert_eq!(settled.silent_feeds(now), []);
}
