//! The laid-down pathways are the counted ones: in their bands, never after the census.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use steps::StepKind;

use super::*;
use crate::{Parts, Warning, bands::BANDS, directory, read_extract};

fn town() -> Extract {
    let file: &[u8] = include_bytes!("../../fixtures/town-january-2026.csv");
    read_extract(file, None).unwrap()
}

fn date(at: OccurredAt) -> NaiveDate {
    match at {
        OccurredAt::Day(day) => day,
        OccurredAt::Instant(at) => at.date_naive(),
    }
}

fn received(pathway: &LaidPathway) -> (NaiveDate, &steps::advice_and_referral::ReferralReceived) {
    pathway
        .steps
        .iter()
        .find_map(|(at, step)| match step {
            Step::ReferralReceived(step) => Some((date(*at), &**step)),
            _ => None,
        })
        .unwrap()
}

fn has(pathway: &LaidPathway, kind: StepKind) -> bool {
    pathway.steps.iter().any(|(_, step)| step.kind() == kind)
}

#[test]
fn every_count_becomes_a_pathway_of_its_own_in_its_band() {
    let extract = town();
    let mut found: BTreeMap<(String, String, String), Vec<u32>> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for pathway in lay_down(&extract) {
        ids.insert(pathway.pathway_id);
        let (start, step) = received(&pathway);
        let days = u32::try_from((extract.census - start).num_days()).unwrap();
        let band = (0..BANDS).find(|band| days_of_band(*band).contains(&days)).unwrap();
        let commissioner = step.commissioner.as_ref().unwrap().to_string();
        let key = (step.provider.to_string(), commissioner, step.function.to_string());
        found.entry(key).or_insert_with(|| vec![0; BANDS])[band] += 1;
    }
    assert_eq!(ids.len(), 96);
    let expected = extract.rows_of(Part::Incomplete).map(|row| {
        let of = |code: &str| code.to_owned();
        let (p, c, f) = key(row);
        ((of(p), of(c), of(f)), row.bands.clone())
    });
    assert_eq!(found, expected.collect());
}

#[test]
fn nothing_happens_after_the_census_and_every_pathway_is_in_order() {
    let extract = town();
    for pathway in lay_down(&extract) {
        let dates: Vec<_> = pathway.steps.iter().map(|(at, _)| date(*at)).collect();
        assert!(dates.iter().all(|date| *date <= extract.census), "{pathway:?}");
        let referral = &pathway.steps[..2];
        assert_eq!(referral[0].1.kind(), StepKind::ReferralSent);
        assert!(date(referral[0].0) <= date(referral[1].0));
        let received = date(referral[1].0);
        assert!(dates.iter().skip(1).all(|date| *date >= received), "{pathway:?}");
    }
}

#[test]
fn the_share_of_part_2a_has_a_decision_to_admit() {
    let extract = town();
    let listed = lay_down(&extract).filter(|one| has(one, StepKind::AddedToWaitingList));
    let listed: Vec<_> = listed.collect();
    assert_eq!(listed.len(), 6);
    assert!(listed.iter().all(|one| has(one, StepKind::ReferralTriaged)));
}

#[test]
fn the_same_file_gives_the_same_pathways() {
    let (once, again) = (town(), town());
    assert!(lay_down(&once).eq(lay_down(&again)));
    assert_eq!(directory(&once, Parts::All), directory(&again, Parts::All));
}

#[test]
fn every_service_of_a_pathway_has_three_simulated_contact_points() {
    let extract = town();
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let steps = directory(&extract, Parts::All).into_iter().flat_map(|laid| laid.steps);
    for (_, step) in steps {
        if let Step::ContactPointPublished(point) = step {
            assert_eq!(point.simulated, Some(true));
            assert!(point.endpoint.as_str().starts_with("020 7946 0"), "{}", point.endpoint);
            let service = point.service.unwrap().to_string();
            lines.entry(service).or_default().push(format!("{:?}", point.contact_purpose));
        }
    }
    let referred = lay_down(&extract).chain(lay_down_completed(&extract));
    for pathway in referred.filter(|one| has(one, StepKind::ReferralReceived)) {
        let service = received(&pathway).1.service.to_string();
        assert_eq!(lines[&service], ["Questions", "Delay", "Deterioration"], "{service}");
    }
}

#[test]
fn each_completed_wait_stops_in_the_month_after_the_days_of_its_band() {
    let extract = town();
    let mut found: BTreeMap<(String, usize), u32> = BTreeMap::new();
    let laid = lay_down_completed(&extract);
    for pathway in laid.filter(|one| has(one, StepKind::ReferralReceived)) {
        let stopped_on = pathway.steps.iter().map(|(at, _)| date(*at)).max().unwrap();
        assert!(extract.census.with_day(1).unwrap() <= stopped_on && stopped_on <= extract.census);
        let (start, referral) = received(&pathway);
        let days = u32::try_from((stopped_on - start).num_days()).unwrap();
        let band = (0..BANDS).find(|band| days_of_band(*band).contains(&days)).unwrap();
        let part = if has(&pathway, StepKind::PatientAdmitted) { "1A" } else { "1B" };
        *found.entry((format!("{}/{part}", referral.function), band)).or_default() += 1;
    }
    let of = |row: &str, band, count| ((row.to_owned(), band), count);
    let expected =
        [of("C_100/1A", 3, 2), of("C_100/1A", 20, 1), of("X02/1B", 0, 7), of("X02/1B", 5, 2)];
    assert_eq!(found, expected.into());
}

#[test]
fn a_start_that_the_file_does_not_know_is_a_transfer_without_one() {
    let mut extract = town();
    let row = extract.rows.iter_mut().find(|row| row.part == Part::CompletedAdmitted).unwrap();
    row.unknown_start += 3;
    let laid: Vec<_> = lay_down_completed(&extract).collect();
    let without = laid.iter().filter(|one| has(one, StepKind::TransferReceived));
    assert_eq!(without.clone().count(), 4, "one of the fixture, and three more");
    assert!(without.clone().all(|one| has(one, StepKind::PatientAdmitted)));
    let ids: BTreeSet<_> =
        lay_down(&extract).chain(laid.clone()).map(|one| one.pathway_id).collect();
    assert_eq!(ids.len(), 96 + laid.len(), "an id twice");
}

/// The clock starts of the month, counted from the steps of the pathways themselves.
fn begun(extract: &Extract) -> BTreeMap<(String, String), u32> {
    let mut begun = BTreeMap::new();
    let first = extract.census.with_day(1).unwrap();
    for pathway in lay_down(extract).chain(lay_down_completed(extract)) {
        if !has(&pathway, StepKind::ReferralReceived) {
            continue;
        }
        let (start, step) = received(&pathway);
        let key = (step.provider.to_string(), step.function.to_string());
        *begun.entry(key).or_default() += u32::from(start >= first);
    }
    begun
}

#[test]
fn starts_come_as_near_to_the_published_ones_as_the_bands_allow() {
    let extract = town();
    let begun = begun(&extract);
    let surgery = starts_of(&extract).into_iter().find(|one| one.published == 14).unwrap();
    // Eight who wait began in the month, and both who were admitted after four weeks.
    assert_eq!((surgery.laid_down, surgery.function.as_str()), (10, "C_100"));
    for one in starts_of(&extract) {
        let key = (one.provider.to_string(), one.function.to_string());
        let same_key = starts_of(&extract)
            .into_iter()
            .filter(|other| other.provider == one.provider && other.function == one.function);
        assert_eq!(same_key.map(|one| one.laid_down).sum::<u32>(), begun[&key], "{key:?}");
    }
}

#[test]
fn a_part_3_that_asks_for_none_lets_completed_waits_begin_before_the_month() {
    let mut extract = town();
    extract.rows.retain(|row| row.part != Part::NewPeriods && row.part != Part::Incomplete);
    assert!(begun(&extract).values().all(|count| *count == 0), "{:?}", begun(&extract));
    assert!(starts_of(&extract).iter().all(|one| one.laid_down == 0));
}

#[test]
fn south_east_london_is_220_019_pathways_at_163_providers() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/rtt-january-2026-south-east-london/20260131-RTT-January-2026-QKK.csv"
    );
    let Ok(file) = std::fs::File::open(path) else {
        eprintln!("not there, so not tested: {path}");
        return;
    };
    let extract = read_extract(file, None).unwrap();
    assert_eq!(extract.warnings, Vec::<Warning>::new());
    let providers: BTreeSet<_> =
        extract.rows_of(Part::Incomplete).map(|row| &row.provider).collect();
    let (mut pathways, mut steps, mut listed, mut informed) = (0, 0, 0, 0);
    for pathway in lay_down(&extract) {
        pathways += 1;
        steps += pathway.steps.len();
        listed += usize::from(has(&pathway, StepKind::AddedToWaitingList));
        informed += usize::from(has(&pathway, StepKind::PatientInformed));
    }
    assert_eq!((pathways, providers.len(), listed), (220_019, 163, 43_287));
    assert!((950_000..1_050_000).contains(&steps), "{steps} steps");
    assert!(informed * 10 > pathways * 7, "{informed} informed");
    let completed = lay_down_completed(&extract).count() as u64;
    assert_eq!((completed, extract.completed_pathways()), (50_403, 50_403));
    let starts = starts_of(&extract);
    let sum = |of: fn(&Starts) -> u32| starts.iter().map(of).sum::<u32>();
    assert_eq!(sum(|one| one.published), 55_307);
    let apart = starts.iter().filter(|one| one.published != one.laid_down).count();
    eprintln!("Part_3: {} laid down, {apart} rows apart", sum(|one| one.laid_down));
    assert!(apart * 10 < starts.len(), "{apart} of {} apart", starts.len());
}
