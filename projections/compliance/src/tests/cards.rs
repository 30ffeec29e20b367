//! A scorecard and the list beneath it come from one predicate: every figure is the length of a list.

use std::collections::BTreeSet;

use chrono::Duration;
use pathway::{History, Month, clock::ClockPolicy};
use policy::{State, evaluate};
use steps::RuleId;
use testkit::{json, story};

use super::{at, ledger, pathway, trust, view, visit};
use crate::{CardAsk, CardGroup, CardLine, Days, LedgerAsk};

/// Visits in three months at two trusts, kept, kept late, broken and to be told only later.
fn town() -> Vec<History> {
    let unknown = story()
        .on(
            "2026-02-05",
            "referralReceived",
            json!({"commissioner": "72Q", "provider": "RJ1", "referrer": "G85001"}),
        )
        .on("2026-03-03", "dnaRecorded", json!({"appointmentId": "A1", "provider": "RJ1"}));
    vec![
        pathway(1, &visit("RJ1", "2026-01-30", Some("2026-02-12"))),
        pathway(2, &visit("RJ1", "2026-02-03", Some("2026-02-20"))),
        pathway(3, &visit("RJ1", "2026-02-04", None)),
        pathway(4, &visit("RJZ", "2026-02-02", Some("2026-02-28"))),
        pathway(5, &visit("RJ1", "2026-02-28", Some("2026-03-09"))),
        pathway(6, &visit("RJZ", "2026-03-31", None)),
        pathway(7, &unknown),
    ]
}

const EACH: CardGroup = CardGroup { rule: true, accountable: true, month: true };

fn month(raw: &str) -> Month {
    raw.parse().unwrap()
}

fn ask(by: CardGroup, now: &str) -> CardAsk {
    CardAsk {
        first: month("2026-01"),
        last: month("2026-12"),
        pack: None,
        rule: None,
        accountable: None,
        by,
        now: at(now),
    }
}

fn entries(line: &CardLine, state: Option<State>, ask: &CardAsk) -> LedgerAsk {
    let months = line.month.map_or((ask.first, ask.last), |month| (month, month));
    LedgerAsk {
        accountable: line.accountable.clone(),
        rule: line.rule.clone(),
        pack: Some(line.pack.clone()),
        opened: Days::of_months(months.0, months.1),
        state,
        now: ask.now,
        after: None,
        first: 1_000,
    }
}

#[test]
fn every_figure_of_every_line_is_the_length_of_the_list_beneath_it_on_every_day() {
    let (view, conn) = (view(), ledger(&town()));
    for day in (0..100).step_by(4) {
        for by in [EACH, CardGroup { rule: false, ..EACH }, CardGroup { month: false, ..EACH }] {
            let mut ask = ask(by, "2025-12-30T12:00:00Z");
            ask.now += Duration::days(day);
            let lines = view.card(&conn, &ask).unwrap();
            for (line, state) in
                lines.iter().flat_map(|line| State::ALL.iter().map(move |s| (line, s)))
            {
                let listed = view.list(&conn, &entries(line, Some(*state), &ask)).unwrap();
                let told = format!("{state:?} of {line:?} at {}", ask.now);
                assert_eq!(line.figures.count(*state), listed.len() as u64, "{told}");
            }
            let all: u64 = lines.iter().map(|line| line.figures.triggered()).sum();
            let opened = opened_at(&ask);
            assert_eq!(all, opened, "none left over at {}", ask.now);
        }
    }
}

/// How many promises the rules say are open or over at that moment.
fn opened_at(ask: &CardAsk) -> u64 {
    let packs = view().packs().clone();
    let all = town()
        .into_iter()
        .flat_map(move |history| evaluate(&history, &packs, &ClockPolicy::default()));
    let is_opened = |state| !matches!(state, State::NotDue | State::Recorded);
    all.filter(|one| is_opened(one.state(ask.now))).count() as u64
}

fn line<'a>(lines: &'a [CardLine], rule: &str, who: &str, of: &str) -> &'a CardLine {
    let rule: RuleId = rule.parse().unwrap();
    let found = lines.iter().find(|line| {
        line.rule.as_ref() == Some(&rule)
            && line.accountable == Some(trust(who))
            && line.month == Some(month(of))
    });
    found.unwrap()
}

#[test]
fn a_line_counts_a_rule_of_an_organisation_in_a_month_and_says_how_late_half_were_at_most() {
    let (view, conn) = (view(), ledger(&town()));
    let lines = view.card(&conn, &ask(EACH, "2026-03-15T12:00:00Z")).unwrap();
    let letters = &line(&lines, "SEL-2.5c", "RJ1", "2026-02").figures;
    let count = |state| letters.count(state);
    assert_eq!(letters.triggered(), 3);
    assert_eq!((count(State::Met), count(State::MetLate), count(State::Breached)), (1, 1, 1));
    assert_eq!(letters.median_hours_late(), Some(7 * 24), "due on the 13th, sent on the 20th");
    let contract = &line(&lines, "NHS-SC-11.7", "RJ1", "2026-02").figures;
    assert_eq!(contract.count(State::MetLate), 2, "nine days pass one pack and fail the other");
    let calls = &line(&lines, "SEL-2.4", "RJ1", "2026-03").figures;
    assert_eq!((calls.count(State::Unknown), calls.kept()), (1, 0), "shown, never counted as met");
    assert!(!lines.iter().any(|line| line.month > Some(month("2026-03"))));
}

#[test]
fn a_pack_is_the_sum_of_its_rules_and_what_is_not_yet_is_not_counted() {
    let (view, conn) = (view(), ledger(&town()));
    let by_pack = CardGroup { rule: false, accountable: false, month: false };
    let card = |by, now: &str| view.card(&conn, &ask(by, now)).unwrap();
    let sum = |lines: &[CardLine], state| -> u64 {
        lines.iter().map(|line| line.figures.count(state)).sum()
    };
    for now in ["2026-02-10T12:00:00Z", "2026-04-30T12:00:00Z"] {
        let (packs, rules) = (card(by_pack, now), card(EACH, now));
        let named: BTreeSet<&str> = rules.iter().map(|line| line.pack.as_str()).collect();
        let lines: Vec<&str> = packs.iter().map(|line| line.pack.as_str()).collect();
        assert_eq!(lines, named.into_iter().collect::<Vec<_>>(), "one line a pack");
        for state in State::ALL {
            assert_eq!(sum(&packs, *state), sum(&rules, *state), "{state:?}");
        }
    }
    let early = card(by_pack, "2026-02-10T12:00:00Z");
    assert!(sum(&early, State::NotDue) > 0 && sum(&early, State::Pending) > 0);
}

#[test]
fn a_scorecard_is_narrowed_to_months_a_pack_a_rule_or_an_organisation() {
    let (view, conn) = (view(), ledger(&town()));
    let whole = ask(EACH, "2026-04-30T12:00:00Z");
    let of = |ask: &CardAsk| view.card(&conn, ask).unwrap();
    let all = of(&whole);
    let february = CardAsk { first: month("2026-02"), last: month("2026-02"), ..whole.clone() };
    let wanted = |keep: &dyn Fn(&&CardLine) -> bool| -> Vec<CardLine> {
        all.iter().filter(keep).cloned().collect()
    };
    assert_eq!(of(&february), wanted(&|line| line.month == Some(month("2026-02"))));
    let pack: RuleId = "NHS-STD-CONTRACT".parse().unwrap();
    let contract = CardAsk { pack: Some(all[0].pack.clone()), ..whole.clone() };
    assert_eq!(of(&contract), wanted(&|line| line.pack == all[0].pack));
    assert_eq!(all[0].pack, pack, "in the order of the packs' names");
    let rule: RuleId = "SEL-2.5c".parse().unwrap();
    let letters = CardAsk { rule: Some(rule.clone()), ..whole.clone() };
    assert_eq!(of(&letters), wanted(&|line| line.rule.as_ref() == Some(&rule)));
    let trust_alone = CardAsk { accountable: Some(trust("RJZ")), ..whole.clone() };
    assert_eq!(of(&trust_alone), wanted(&|line| line.accountable == Some(trust("RJZ"))));
}

#[test]
fn a_scorecard_reads_what_is_still_in_time_and_settled_later_through_indexes() {
    let conn = ledger(&town());
    let plan = |sql: &str| conn.plan(sql).unwrap().concat();
    let open = plan(include_str!("../queries/still_in_time.sql"));
    assert!(open.contains("INDEX obligation_by_due (due>?)"), "{open}");
    let later = plan(include_str!("../queries/settled_later.sql"));
    assert!(later.contains("INDEX obligation_by_settled (settled>?)"), "{later}");
    let opened = plan(include_str!("../queries/opened_later.sql"));
    assert!(
        opened.contains("obligation_by_accountable (accountable=? AND rule=? AND triggered>?)"),
        "{opened}"
    );
}
