//! Lists and what fell due, against the pure rules.

use chrono::Duration;
use pathway::{History, clock::ClockPolicy};
use policy::{Packs, State, evaluate};

use super::{at, ledger, pathway, trust, view, visit};
use crate::{Cursor, Days, FellDueAsk, LedgerAsk};

fn town() -> Vec<History> {
    vec![
        pathway(1, &visit("RJ1", "2026-02-02", Some("2026-02-12"))),
        pathway(2, &visit("RJ1", "2026-02-03", Some("2026-02-20"))),
        pathway(3, &visit("RJ1", "2026-02-04", None)),
        pathway(4, &visit("RJZ", "2026-02-02", None)),
        pathway(5, &visit("RJ1", "2026-02-04", None)),
    ]
}

fn ask(accountable: &str, rule: Option<&str>, state: Option<State>, now: &str) -> LedgerAsk {
    let rule = rule.map(|rule| rule.parse().unwrap());
    LedgerAsk {
        accountable: Some(trust(accountable)),
        rule,
        pack: None,
        opened: Days::default(),
        state,
        now: at(now),
        after: None,
        first: 100,
    }
}

fn pathways(ask: &LedgerAsk) -> Vec<u128> {
    let found = view().list(&ledger(&town()), ask).unwrap();
    found.iter().map(|one| one.pathway_id.0.as_u128()).collect()
}

#[test]
fn a_list_holds_what_an_organisation_answers_for_in_a_state_at_a_moment() {
    let broken = |now| ask("RJ1", Some("SEL-2.5c"), Some(State::Breached), now);
    assert_eq!(pathways(&broken("2026-02-14T23:59:59Z")), [2]);
    assert_eq!(pathways(&broken("2026-02-15T00:00:00Z")), [2, 3, 5]);
    assert_eq!(pathways(&broken("2026-02-21T00:00:00Z")), [3, 5]);
    let late = ask("RJ1", Some("SEL-2.5c"), Some(State::MetLate), "2026-02-21T00:00:00Z");
    assert_eq!(pathways(&late), [2]);
    assert_eq!(pathways(&ask("RJZ", Some("SEL-2.5c"), None, "2026-02-21T00:00:00Z")), [4]);
}

#[test]
fn pages_follow_on_without_gap_or_repeat_although_two_obligations_share_a_moment() {
    let (view, conn) = (view(), ledger(&town()));
    let mut whole = ask("RJ1", None, None, "2026-03-01T00:00:00Z");
    let all = view.list(&conn, &whole).unwrap();
    let mut paged = Vec::new();
    whole.first = 1;
    loop {
        let page = view.list(&conn, &whole).unwrap();
        let Some(last) = page.last() else { break };
        whole.after = Some(last.cursor.to_string().parse().unwrap());
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let each = 8; // the wait of 18 and of 52 weeks, 6.1, 6.2, 6.3, 2.5a, 2.5c, the contract's letter
    assert_eq!(all.len(), 4 * each + 2, "and what two of the four letters hold");
}

#[test]
fn a_cursor_that_is_none_is_refused() {
    for bad in ["", "1", "1,2,SEL-2.4", "x,00000000-0000-0000-0000-000000000001,SEL-2.4"] {
        assert!(bad.parse::<Cursor>().is_err(), "{bad}");
    }
}

#[test]
fn the_ledger_and_the_rules_agree_on_every_state_on_every_day() {
    let (view, conn) = (view(), ledger(&town()));
    let judged = town()
        .into_iter()
        .flat_map(|history| evaluate(&history, view.packs(), &ClockPolicy::default()));
    let judged: Vec<_> = judged.filter(|one| one.accountable == Some(trust("RJ1"))).collect();
    for day in 0..70 {
        let now = at("2025-12-30T12:00:00Z") + Duration::days(day);
        for state in State::ALL {
            let asked = LedgerAsk { now, ..ask("RJ1", None, Some(*state), "2026-01-01T00:00:00Z") };
            let listed = view.list(&conn, &asked).unwrap();
            let expected = judged.iter().filter(|one| one.state(now) == *state).count();
            assert_eq!(listed.len(), expected, "{state:?} on {now}");
            assert!(listed.iter().all(|one| one.obligation.state(now) == *state));
        }
    }
}

#[test]
fn what_falls_due_in_a_span_is_found_once_and_only_while_open() {
    let (view, conn) = (view(), ledger(&town()));
    let due = |since: &str, until: &str| -> Vec<(String, u128)> {
        let found = view
            .fell_due(
                &conn,
                &FellDueAsk { since: at(since), until: at(until), after: None, first: 100 },
            )
            .unwrap();
        found
            .iter()
            .map(|one| (one.obligation.rule.to_string(), one.pathway_id.0.as_u128()))
            .collect()
    };
    let night = due("2026-02-14T12:00:00Z", "2026-02-15T12:00:00Z");
    let both = |rule: &str| [(rule.to_owned(), 3), (rule.to_owned(), 5)];
    assert_eq!(night, [both("SEL-2.5a"), both("SEL-2.5c")].concat());
    assert_eq!(due("2026-02-15T00:00:00Z", "2026-02-16T00:00:00Z"), []);
}

#[test]
fn what_falls_due_at_one_moment_is_found_page_by_page_without_a_loss() {
    let (view, conn) = (view(), ledger(&town()));
    let page = |after, first| {
        let (since, until) = (at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
        view.fell_due(&conn, &FellDueAsk { since, until, after, first }).unwrap()
    };
    let whole = page(None, 100);
    let mut paged: Vec<crate::Listed> = Vec::new();
    while let Some(next) = page(paged.last().cloned(), 1).pop() {
        paged.push(next);
    }
    assert!(whole.len() > 3);
    assert_eq!(paged, whole);
}

#[test]
fn a_ledger_of_other_packs_is_told_to_be_rebuilt() {
    let text = include_str!("../../../../schema/policies/nhs-standard-contract.toml");
    let calendar = include_str!("../../../../schema/policies/bank-holidays-england.toml");
    let newer = text.replace("version = 1", "version = 2");
    let packs = Packs::parse(&[("contract.toml", &newer)], ("calendar.toml", calendar)).unwrap();
    let asked = ask("RJ1", None, None, "2026-03-01T00:00:00Z");
    let error = crate::ComplianceView::new(packs, ClockPolicy::default())
        .list(&ledger(&town()), &asked)
        .unwrap_err();
    assert!(error.to_string().ends_with("rebuild the view"), "{error}");
}

#[test]
fn the_list_and_what_fell_due_are_read_through_their_indexes() {
    let conn = ledger(&town());
    let plan = |sql: &str| conn.plan(sql).unwrap().concat();
    let list = plan(include_str!("../queries/list_of_rule.sql"));
    assert!(list.contains("USING INDEX obligation_by_accountable"), "{list}");
    assert!(!list.contains("TEMP B-TREE"), "{list}");
    let due = plan(include_str!("../queries/fell_due.sql"));
    assert!(due.contains("obligation_by_due"), "{due}");
}
