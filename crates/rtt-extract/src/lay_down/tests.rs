//! The laid-down pathways are the counted ones: in their bands, never after the census.

use std::collections::{BTreeMap, BTreeSet};

use steps::StepKind;

use super::*;
use crate::{Warning, bands::BANDS, directory, read_extract};

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
    assert_eq!(directory(&once), directory(&again));
}

#[test]
fn every_service_of_a_pathway_has_three_simulated_contact_points() {
    let extract = town();
    let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let steps = directory(&extract).into_iter().flat_map(|laid| laid.steps);
    for (_, step) in steps {
        if let Step::ContactPointPublished(point) = step {
            assert_eq!(point.simulated, Some(true));
            assert!(point.endpoint.as_str().starts_with("020 7946 0"), "{}", point.endpoint);
            let service = point.service.unwrap().to_string();
            lines.entry(service).or_default().push(format!("{:?}", point.contact_purpose));
        }
    }
    for pathway in lay_down(&extract) {
        let service = received(&pathway).1.service.to_string();
        assert_eq!(lines[&service], ["Questions", "Delay", "Deterioration"], "{service}");
    }
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
}
