//! Concerns: routed by harm, open until closed, answered once who raised them was told.

use policy::ConcernRoute;
use steps::interface_and_safety::{ConcernCategory, ConcernOutcome};
use testkit::{Story, json, story};

use super::{at, code, file, months};
use crate::{Concern, ConcernAsk, Listed, Standing, concern_counts, concerns};

fn raised(id: &str, on: &str, harm: &str) -> Story {
    story().on(
        on,
        "interfaceConcernRaised",
        json!({"concernId": id, "concernCategory": "POINTS_OF_CONTACT", "harmLevel": harm,
            "raisedBy": "PRACTICE", "fromOrganisation": "G85001", "toOrganisation": "RJ1",
            "details": "secret"}),
    )
}

pub(super) fn closed_with_an_answer() -> Story {
    raised("C1", "2026-02-03T10:00:00Z", "MODERATE")
        .on(
            "2026-02-03T16:00:00Z",
            "interfaceConcernEscalated",
            json!({"concernId": "C1", "escalationLevel": "INTERFACE_LEADS"}),
        )
        .on(
            "2026-02-20",
            "interfaceConcernClosed",
            json!({"concernId": "C1", "concernOutcome": "PROCESS_CHANGED", "toldAt": "2026-02-21"}),
        )
}

fn ask() -> ConcernAsk {
    ConcernAsk {
        months: months("2026-01", "2026-12"),
        organisation: None,
        category: None,
        route: None,
        standing: None,
        after: None,
        first: 100,
    }
}

fn told(streams: &[Story], ask: &ConcernAsk) -> Vec<Listed<Concern>> {
    concerns(&file(streams), ask).unwrap()
}

#[test]
fn harm_goes_to_the_leads_by_the_end_of_the_same_day_and_none_is_only_counted() {
    let all = told(
        &[raised("C1", "2026-02-03T10:00:00Z", "LOW"), raised("C2", "2026-02-04", "NONE")],
        &ask(),
    );
    let routes: Vec<_> = all.iter().map(|one| one.item.routed.unwrap()).collect();
    assert_eq!(
        (routes[0].to, routes[0].by),
        (ConcernRoute::InterfaceLeads, Some("2026-02-03".parse().unwrap()))
    );
    assert_eq!((routes[1].to, routes[1].by), (ConcernRoute::MonthlyCount, None));
    let is_late = |place: usize, now: &str| all[place].item.is_late_with_leads(at(now));
    assert!(!is_late(0, "2026-02-03T23:59:59Z"), "the day is not over");
    assert!(is_late(0, "2026-02-04T00:00:00Z"), "it is");
    assert!(!is_late(1, "2026-03-04T00:00:00Z"), "nobody is to have it");
}

#[test]
fn leads_who_had_it_the_same_day_had_it_in_time_and_a_day_later_had_not() {
    let escalated = |on: &str| {
        let story = raised("C1", "2026-02-03T10:00:00Z", "SEVERE").on(
            on,
            "interfaceConcernEscalated",
            json!({"concernId": "C1", "escalationLevel": "INTERFACE_LEADS"}),
        );
        told(&[story], &ask())[0].item.is_late_with_leads(at("2026-06-01T00:00:00Z"))
    };
    assert!(!escalated("2026-02-03T23:59:00Z"));
    assert!(escalated("2026-02-04T00:01:00Z"));
}

#[test]
fn an_open_concern_has_an_age_and_a_closed_one_an_answer() {
    let all = told(&[raised("C9", "2026-02-01", "NONE"), closed_with_an_answer()], &ask());
    let (open, closed) = (&all[0].item, &all[1].item);
    assert_eq!(
        (open.standing(), open.open_days(at("2026-02-11T09:00:00Z"))),
        (Standing::Open, Some(10))
    );
    assert_eq!(
        (closed.standing(), closed.open_days(at("2026-03-01T09:00:00Z"))),
        (Standing::Answered, None)
    );
    assert_eq!(closed.closed.map(|(_, outcome, _)| outcome), Some(ConcernOutcome::ProcessChanged));
    assert_eq!(closed.told_at, Some("2026-02-21".parse().unwrap()));
}

#[test]
fn a_concern_closed_without_word_to_who_raised_it_is_not_answered() {
    let story = raised("C1", "2026-02-03", "NONE").on(
        "2026-02-05",
        "interfaceConcernClosed",
        json!({"concernId": "C1", "concernOutcome": "NO_ACTION", "toldAt": null}),
    );
    assert_eq!(told(&[story], &ask())[0].item.standing(), Standing::NotToldYet);
}

#[test]
fn what_closes_a_concern_that_was_never_raised_is_no_concern() {
    let story = story().on("2026-02-05", "interfaceConcernClosed", json!({"concernId": "C1"}));
    assert_eq!(told(&[story], &ask()), []);
}

#[test]
fn counts_are_the_lengths_of_the_lists_beneath_them() {
    let streams = [
        closed_with_an_answer(),
        raised("C2", "2026-02-10", "NONE"),
        raised("C3", "2026-03-01", "DEATH"),
    ];
    let conn = file(&streams);
    let later = at("2026-12-01T00:00:00Z");
    let lines = concern_counts(&conn, months("2026-01", "2026-12"), None, later).unwrap();
    let (february, march) = (&lines[0], &lines[1]);
    assert_eq!((february.raised, february.with_harm, march.raised), (2, 1, 1));
    assert_eq!(february.outcomes.get(&ConcernOutcome::ProcessChanged), Some(&1));
    assert_eq!(february.organisation, Some(code("RJ1")));
    for line in &lines {
        let of = |standing| {
            let asked = ConcernAsk {
                months: crate::Months { first: line.month, last: line.month },
                category: Some(line.category),
                standing,
                ..ask()
            };
            concerns(&conn, &asked).unwrap().len() as u64
        };
        assert_eq!(of(None), line.raised);
        for standing in [Standing::Open, Standing::NotToldYet, Standing::Answered] {
            assert_eq!(of(Some(standing)), line.standing.get(&standing).copied().unwrap_or(0));
        }
    }
    let theirs = concern_counts(&conn, months("2026-01", "2026-12"), Some(&code("G85001")), later);
    assert_eq!(theirs.unwrap(), lines, "raised by it");
    let strangers = concern_counts(&conn, months("2026-01", "2026-12"), Some(&code("RJZ")), later);
    assert_eq!(strangers.unwrap(), []);
}

#[test]
fn a_concern_with_harm_that_the_leads_had_not_the_same_day_is_counted_late_on_a_pathway_or_on_none()
{
    let sent_on = |id: &str, at: &str| {
        raised(id, "2026-02-03T10:00:00Z", "MODERATE").on(
            at,
            "interfaceConcernEscalated",
            json!({"concernId": id, "escalationLevel": "INTERFACE_LEADS"}),
        )
    };
    let on_a_pathway =
        story().on("2026-01-05", "referralReceived", json!({"commissioner": "72Q"})).on(
            "2026-02-03T11:00:00Z",
            "interfaceConcernRaised",
            json!({"concernId": "C4", "concernCategory": "ONWARD_REFERRAL", "harmLevel": "LOW",
                "raisedBy": "PRACTICE", "fromOrganisation": "G85001", "toOrganisation": "RJ1"}),
        );
    let conn = file(&[
        sent_on("C1", "2026-02-03T16:00:00Z"),
        sent_on("C2", "2026-02-04T09:00:00Z"),
        raised("C3", "2026-02-03", "NONE"),
        on_a_pathway,
    ]);
    let late = |now: &str| {
        let lines = concern_counts(&conn, months("2026-02", "2026-02"), None, at(now)).unwrap();
        let sum = |of: fn(&crate::ConcernCount) -> u64| lines.iter().map(of).sum::<u64>();
        (sum(|one| one.raised), sum(|one| one.for_leads), sum(|one| one.late_with_leads))
    };
    assert_eq!(
        late("2026-02-03T23:59:59Z"),
        (4, 3, 1),
        "the leads had one too late, whenever asked"
    );
    assert_eq!(
        late("2026-02-04T00:00:00Z"),
        (4, 3, 2),
        "and one is with nobody by the end of the day"
    );
}

#[test]
fn a_list_is_narrowed_and_paged_without_gap_or_repeat() {
    let streams: Vec<Story> =
        (1..=5).map(|n| raised(&format!("C{n}"), "2026-02-03", "NONE")).collect();
    let conn = file(&streams);
    let whole = concerns(&conn, &ask()).unwrap();
    assert_eq!(whole.len(), 5);
    let mut paged = Vec::new();
    loop {
        let after = paged.last().map(|last: &Listed<Concern>| last.cursor);
        let page = concerns(&conn, &ConcernAsk { after, first: 2, ..ask() }).unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, whole);
    let none = ConcernAsk { category: Some(ConcernCategory::Conduct), ..ask() };
    assert_eq!(concerns(&conn, &none).unwrap(), []);
    let none = ConcernAsk { route: Some(ConcernRoute::InterfaceLeads), ..ask() };
    assert_eq!(concerns(&conn, &none).unwrap(), []);
}

#[test]
fn a_concern_that_was_closed_by_a_clock_before_its_raising_is_closed() {
    let closed = raised("C1", "2026-02-03T10:00:00Z", "NONE").on(
        "2026-02-03T09:50:00Z",
        "interfaceConcernClosed",
        json!({"concernId": "C1", "concernOutcome": "PROCESS_CHANGED", "toldAt": "2026-02-04"}),
    );
    let all = told(&[closed], &ask());
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].item.standing(), Standing::Answered);
    assert_eq!(all[0].item.open_days(at("2026-12-01T00:00:00Z")), None);
}
