//! Tests of what is told and what is kept back.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn settings(smallest_count: u32, band_edges: &[u32]) -> PublicSettings {
    PublicSettings {
        from: NaiveDate::default(),
        smallest_count,
        band_edges: band_edges.to_vec(),
        weeks_rounded_to: 1,
        max_age_seconds: 60,
    }
}

#[test]
fn the_shipped_settings_withhold_nineteen_and_tell_the_band_of_twenty() {
    let shipped = PublicWaits::shipped();
    let settings = shipped.on("2026-01-31".parse().unwrap()).unwrap();
    assert_eq!(settings.band(19), None);
    assert_eq!(settings.band(20), Some(CountBand { from: 20, below: Some(50) }));
    assert_eq!(settings.band(49), Some(CountBand { from: 20, below: Some(50) }));
    assert_eq!(settings.band(50), Some(CountBand { from: 50, below: Some(100) }));
    assert_eq!(settings.band(u32::MAX), Some(CountBand { from: 100_000, below: None }));
}

#[test]
fn weeks_are_rounded_to_the_nearest_multiple() {
    let by_two = PublicSettings { weeks_rounded_to: 2, ..settings(4, &[4]) };
    let told = [0.9, 1.0, 2.99, 3.0, 104.0].map(|weeks| by_two.told(4, Some(weeks)));
    assert_eq!(told, [0.0, 2.0, 2.0, 4.0, 104.0].map(Some));
    let within = [0.9, 2.0, 2.01].map(|weeks| by_two.told_within(4, Some(weeks)));
    assert_eq!(within, [2.0, 2.0, 4.0].map(Some));
    let of_few = (by_two.told(3, Some(3.0)), by_two.told_within(3, Some(3.0)));
    assert_eq!(of_few, (None, None), "three are too few");
}

#[test]
fn a_small_group_is_withheld_and_so_is_the_one_that_would_give_it_away() {
    let settings = settings(20, &[20, 50, 100]);
    // 24 in all, of whom 21 in one group: whoever sees both bands knows that at most 29 are hidden,
    // which says nothing.
    assert_eq!(settings.withheld(&[3, 21]), [true, false]);
    // 45 in all and two groups told of: at most 49 - 40 = 9 are hidden.
    assert_eq!(settings.withheld(&[3, 21, 21]), [true, true, false]);
    assert_eq!(settings.withheld(&[0, 21, 24]), [true, true, false], "nobody is as a few");
    assert_eq!(settings.withheld(&[21, 24]), [false, false], "nothing is withheld");
    assert_eq!(settings.withheld(&[9, 10]), [true, true]);
    assert_eq!(settings.withheld(&[]), [false; 0]);
}

/// What a reader sees: the band of the whole, and of each group that is not withheld.
type Seen = (Option<CountBand>, Vec<Option<CountBand>>);

fn seen(settings: &PublicSettings, counts: &[u32]) -> Seen {
    let withheld = settings.withheld(counts);
    let bands = counts.iter().zip(&withheld);
    let bands = bands.map(|(count, hidden)| settings.band(*count).filter(|_| !hidden));
    (settings.band(counts.iter().sum()), bands.collect())
}

/// Every world of three groups is laid out; worlds that look alike are put together. Whoever knows the
/// rule as well as the answer must not be able to name the count of a small group.
#[test]
fn nobody_can_name_the_count_of_a_withheld_group_even_knowing_the_rule() {
    for (smallest, edges) in [(4, vec![4, 8, 16]), (5, vec![5, 7, 9, 20]), (3, vec![3, 4, 5, 6])] {
        let settings = settings(smallest, &edges);
        let mut alike: BTreeMap<String, Vec<[u32; 3]>> = BTreeMap::new();
        for world in 0..22_u32.pow(3) {
            let counts = [world % 22, world / 22 % 22, world / 484];
            alike.entry(format!("{:?}", seen(&settings, &counts))).or_default().push(counts);
        }
        for (told, worlds) in alike {
            for place in 0..3 {
                let counts: BTreeSet<u32> = worlds.iter().map(|world| world[place]).collect();
                let small = counts.iter().any(|count| (1..smallest).contains(count));
                assert!(
                    !small || counts.len() >= smallest as usize,
                    "{edges:?}: {told} leaves only {counts:?}"
                );
            }
        }
    }
}

#[test]
fn settings_that_would_tell_of_one_person_or_have_no_bands_are_named_with_their_line() {
    let parse = |smallest: u32, edges: &str| {
        let text = format!(
            "title = \"t\"\nsource = \"s\"\n[[edition]]\nfrom = \"2025-04-01\"\n\
             smallest_count = {smallest}\nband_edges = {edges}\nweeks_rounded_to = 1\n\
             max_age_seconds = 60\n"
        );
        PublicWaits::parse("mine.toml", &text).map_err(|error| (error.line, error.problem))
    };
    assert!(parse(20, "[20, 50]").is_ok());
    assert_eq!(parse(1, "[1]"), Err((4, "`smallest_count` is 1".to_owned())));
    assert_eq!(parse(20, "[]"), Err((4, "`band_edges` is []".to_owned())));
    assert_eq!(parse(20, "[10, 20]"), Err((4, "`band_edges` is [10, 20]".to_owned())));
    assert_eq!(parse(20, "[20, 20]"), Err((4, "`band_edges` is [20, 20]".to_owned())));
}
