//! The copy in memory: chains, slots and codes.

use super::*;
use crate::Entered;

fn listing(provider: &str) -> Listing<'_> {
    Listing {
        provider,
        site: "",
        commissioner: "72Q",
        function: "C_100",
        priority: "URGENT",
        clinician: "",
        clock_start: Some(20_000),
        listed_from: 20_000,
        listed_to: None,
        decision_to_admit: None,
        entered: Entered::Started,
        left: None,
    }
}

#[test]
fn the_pathways_of_a_kind_come_in_order_and_a_page_at_a_time() {
    let mut intervals = Intervals::default();
    for no in [7, 2, 9, 4] {
        intervals.add(no, &listing(if no == 4 { "RJZ" } else { "RJ1" }));
    }
    let ours = intervals.providers.find("RJ1");
    let page =
        |after, most| intervals.pathways_after(after, most, |one| Some(one.provider) == ours);
    assert_eq!(page(None, 2), [2, 7]);
    assert_eq!(page(Some(7), 2), [9]);
    assert_eq!(page(Some(9), 2), [0_i64; 0]);
}

fn held(intervals: &Intervals) -> usize {
    intervals.iter().filter(|interval| interval.holds(20_001)).count()
}

#[test]
fn slots_are_used_again_so_that_changes_do_not_grow_the_copy() {
    let mut intervals = Intervals::default();
    for round in 0..50 {
        for no in 1..=4 {
            intervals.clear(no);
            intervals.add(no, &listing("RJ1"));
            intervals.add(no, &listing(if round % 2 == 0 { "RJ2" } else { "RJZ" }));
        }
    }
    assert_eq!((intervals.slots.len(), held(&intervals)), (8, 8));
    intervals.clear(2);
    intervals.clear(99);
    assert_eq!((intervals.slots.len(), held(&intervals)), (8, 6));
}

#[test]
fn an_interval_keeps_its_codes_and_days() {
    let mut intervals = Intervals::default();
    intervals.add(1, &listing("RJ1"));
    intervals.add(2, &Listing { clock_start: None, priority: "", ..listing("RJZ") });
    let found: Vec<_> = intervals.iter().map(|one| (one.function(), one.priority())).collect();
    assert_eq!(found, [(1, 1), (1, 0)]);
    let waited: Vec<_> = intervals.iter().map(|one| one.waited(20_007)).collect();
    assert_eq!(waited, [Some(7), None]);
    assert_eq!(intervals.iter().next().unwrap().waited(19_999), None);
}
