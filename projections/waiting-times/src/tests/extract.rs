//! Extract, pathways, histories, clocks, rows, groups: the figures are those of the extract.

use std::{collections::BTreeMap, fs::File};

use rtt_extract::{Extract, Part, lay_down, read_extract};
use steps::{OccurredAt, OdsCode};
use testkit::json;

use super::{commit, date, history_of};
use crate::row::{FUNCTION, text_of};
use crate::{Ask, BANDS, Count, Group, GroupBy, Narrow, PercentileMethod, WaitingTimesView};
use projector::View;

const TOWN: &[u8] = include_bytes!("../../../../crates/rtt-extract/fixtures/town-january-2026.csv");

/// A view that holds every pathway of the extract.
fn view_of(extract: &Extract) -> WaitingTimesView {
    let view = WaitingTimesView::default();
    for (no, laid) in (1..).zip(lay_down(extract)) {
        let rows = view.rows(&history_of(&laid));
        commit(&view, no, &[], &rows);
    }
    view
}

/// The bands of the extract, summed by what `key` says of a row.
fn bands_by(
    extract: &Extract,
    key: impl Fn(&rtt_extract::ExtractRow) -> String,
) -> BTreeMap<String, Vec<u32>> {
    let mut summed: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for row in extract.rows_of(Part::Incomplete) {
        let sums = summed.entry(key(row)).or_insert_with(|| vec![0; BANDS]);
        sums.iter_mut().zip(&row.bands).for_each(|(sum, count)| *sum += count);
    }
    summed
}

fn bands_of(groups: Vec<Group>) -> BTreeMap<String, Vec<u32>> {
    groups.into_iter().map(|group| (group.key, group.bands.to_vec())).collect()
}

#[test]
fn the_groups_of_the_fixture_have_the_bands_of_the_file() {
    let extract = read_extract(TOWN, None).unwrap();
    let view = view_of(&extract);
    let by = |group_by| {
        let ask = Ask { english_only: false, ..Ask::english(extract.census, group_by) };
        bands_of(view.waiting_times(&ask))
    };
    assert_eq!(by(GroupBy::TreatmentFunction), bands_by(&extract, |row| row.function.to_string()));
    assert_eq!(by(GroupBy::Provider), bands_by(&extract, |row| row.provider.to_string()));
    assert_eq!(by(GroupBy::Commissioner), bands_by(&extract, |row| row.commissioner.to_string()));
    assert_eq!(by(GroupBy::Total), bands_by(&extract, |_| "TOTAL".to_owned()));
    let priorities = by(GroupBy::Priority);
    let everyone: u32 = priorities.values().flatten().sum();
    assert_eq!((everyone, priorities.len()), (96, 3));
}

#[test]
fn the_measures_of_the_fixture_are_those_of_its_bands() {
    let extract = read_extract(TOWN, None).unwrap();
    let icb = "QT9".parse().unwrap();
    let commissioners = Some(extract.commissioners_of(&icb).into_iter().collect());
    let narrow = Narrow { commissioners, ..Narrow::default() };
    let ask = Ask { narrow, ..Ask::english(extract.census, GroupBy::TreatmentFunction) };
    let groups = view_of(&extract).waiting_times(&ask);
    let surgery = groups.iter().find(|group| group.key == "C_100").unwrap();
    let figures = (surgery.total, surgery.within_18_weeks, surgery.over_52, surgery.over_104);
    assert_eq!(figures, (30, 18, 4, 1));
    assert_eq!((surgery.over_65, surgery.over_78, surgery.share), (3, 2, Some(0.6)));
    // Rank 15 of 30: 12 wait up to 8 weeks, 6 in the band 17 to 18.
    assert_eq!(surgery.median_weeks, Some(17.5));
    // Rank 27.6: 27 wait up to 53 weeks, one in the band 65 to 66.
    assert!((surgery.percentile_92_weeks.unwrap() - 65.6).abs() < 1e-9);
}

#[test]
fn english_figures_leave_out_commissioners_outside_england() {
    let extract = read_extract(TOWN, None).unwrap();
    let view = view_of(&extract);
    let english = Ask::english(extract.census, GroupBy::Total);
    let everyone = Ask { english_only: false, ..english.clone() };
    let wales = OdsCode::clone(&"NONC".parse().unwrap());
    let narrow = Narrow { commissioners: Some([wales].into()), ..Narrow::default() };
    let named = Ask { narrow, ..english.clone() };
    let total = |ask: &Ask| view.waiting_times(ask)[0].total;
    assert_eq!((total(&english), total(&everyone), total(&named)), (93, 96, 3));
}

#[test]
fn a_list_on_an_earlier_day_has_whoever_waited_then() {
    let extract = read_extract(TOWN, None).unwrap();
    let view = view_of(&extract);
    let ask = Ask { english_only: false, ..Ask::english(date("2020-01-01"), GroupBy::Total) };
    assert_eq!(view.waiting_times(&ask)[0].total, 0);
    let year_before = Ask { count: Count::Waiting(date("2025-01-31")), ..ask };
    // The five longest waits of the file began more than a year before its census.
    assert_eq!(view.waiting_times(&year_before)[0].total, 5);
}

#[test]
fn treating_any_one_lowers_its_function_by_one_and_leaves_the_day_before() {
    let extract = read_extract(TOWN, None).unwrap();
    let view = view_of(&extract);
    let everyone = |on| Ask { english_only: false, ..Ask::english(on, GroupBy::TreatmentFunction) };
    let day_before = extract.census.pred_opt().unwrap();
    let (today, yesterday) = (everyone(extract.census), everyone(day_before));
    let (before, before_yesterday) = (view.waiting_times(&today), view.waiting_times(&yesterday));
    for (no, mut laid) in (1..).zip(lay_down(&extract)) {
        let open = view.rows(&history_of(&laid));
        let fields = json!({"firstDefinitive": true, "treatmentSetting": "OUTPATIENT"});
        let treatment = testkit::step("treatmentStarted", fields);
        laid.steps.push((OccurredAt::Day(extract.census), treatment));
        let treated = view.rows(&history_of(&laid));
        commit(&view, no, &open, &treated);
        let function = text_of(&open[0], FUNCTION);
        let after = view.waiting_times(&today).into_iter().map(|group| (group.key, group.total));
        let expected = before
            .iter()
            .map(|group| (group.key.clone(), group.total - u32::from(group.key == function)));
        assert_eq!(after.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        assert_eq!(view.waiting_times(&yesterday), before_yesterday);
        commit(&view, no, &treated, &open);
    }
    assert_eq!(view.waiting_times(&today), before);
}

const OFFICIAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/rtt-january-2026-south-east-london/"
);

fn official(name: &str) -> Option<File> {
    let path = format!("{OFFICIAL}{name}");
    let file = File::open(&path);
    if file.is_err() {
        eprintln!("not there, so not tested: {path}");
    }
    file.ok()
}

/// One row of the published figures, by column.
fn published(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(|line| line.split(','));
    let header: Vec<_> = lines.next().unwrap().map(str::to_owned).collect();
    lines.map(|cells| header.iter().cloned().zip(cells.map(str::to_owned)).collect()).collect()
}

fn assert_published(group: &Group, row: &BTreeMap<String, String>) {
    let count = |column: &str| row[column].parse::<u32>().unwrap();
    let counts = [
        (group.total, "Incomplete_Pathways"),
        (group.within_18_weeks, "Within_18wks"),
        (group.over_52, "Waiters_52plus"),
        (group.over_65, "Waiters_65plus"),
        (group.over_78, "Waiters_78plus"),
    ];
    for (ours, column) in counts {
        assert_eq!(ours, count(column), "{} {column}", group.key);
    }
    let figures = [
        (group.share, "Pct_Within_18wks"),
        (group.median_weeks, "Median_Wait_Wks"),
        (group.percentile_92_weeks, "P92_Wait_Wks"),
    ];
    for (ours, column) in figures {
        let theirs: f64 = row[column].parse().unwrap();
        assert!((ours.unwrap() - theirs).abs() < 1e-6, "{} {column}: {ours:?}", group.key);
    }
}

#[test]
fn all_23_published_rows_of_south_east_london_are_computed_from_pathways() {
    let (Some(extract), Some(figures)) =
        (official("20260131-RTT-January-2026-QKK.csv"), official("published_QKK_2026-01.csv"))
    else {
        return;
    };
    let extract = read_extract(extract, None).unwrap();
    let view = view_of(&extract);
    let icb = "QKK".parse().unwrap();
    let commissioners = Some(extract.commissioners_of(&icb).into_iter().collect());
    let narrow = Narrow { commissioners, ..Narrow::default() };
    let ask = Ask { narrow, ..Ask::english(extract.census, GroupBy::TreatmentFunction) };
    let groups = view.waiting_times(&ask);
    let rows = published(&std::io::read_to_string(figures).unwrap());
    assert_eq!((rows.len(), groups.len()), (23, 23));
    for row in &rows {
        let group = groups.iter().find(|group| group.key == row["TF_Code"]).unwrap();
        assert_published(group, row);
    }
    assert_eq!(groups.iter().map(|group| group.total).sum::<u32>(), 220_019);
    let earlier = Ask { method: PercentileMethod::Rtt2015, ..ask };
    let changed = view.waiting_times(&earlier);
    assert!(changed.iter().zip(&groups).any(|(old, new)| old.median_weeks != new.median_weeks));
}
