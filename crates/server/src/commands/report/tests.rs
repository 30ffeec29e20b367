//! Tests of the page and its charts.

use waiting_times::{BANDS, Entered, Left};

use super::{chart, words};

#[test]
fn numbers_stand_as_readers_know_them() {
    let counts = [0, 7, 999, 1_000, 7_155_958].map(words::count);
    assert_eq!(counts, ["0", "7", "999", "1,000", "7,155,958"]);
    assert_eq!((words::share(Some(0.6149)), words::share(None)), ("61.5%".into(), "none".into()));
    assert_eq!(words::weeks(None, false), "too few");
    assert_eq!(
        (words::weeks(Some(104.0), true), words::weeks(Some(9.04), false)),
        ("104+".into(), "9.0".into())
    );
}

#[test]
fn text_is_never_taken_for_markup() {
    assert_eq!(
        words::escaped("<b title='x'>A&E \"1\""),
        "&lt;b title=&#39;x&#39;&gt;A&amp;E &quot;1&quot;"
    );
}

#[test]
fn a_scale_ends_at_a_round_number_that_holds_the_most() {
    let ends = [0.0, 1.0, 3.0, 12.0, 50.0, 51.0, 220_019.0].map(chart::ceiling);
    assert_eq!(ends.map(|end| end.to_string()), ["1", "1", "5", "20", "50", "100", "500000"]);
}

#[test]
fn every_band_with_people_has_a_bar_whose_fill_tells_how_long_they_wait() {
    let mut bands = [0; BANDS];
    for band in [0, 17, 18, 51, 52, 104] {
        bands[band] = 10;
    }
    let svg = chart::bands(&bands, "six bands");
    let with = |fill: &str| svg.matches(&format!("fill=\"{fill}\"")).count();
    assert_eq!((with("#003087"), with("url(#striped)"), with("url(#dotted)")), (2, 2, 2));
    assert!(
        svg.contains("<title id=\"bands-title\">") && svg.contains("six bands</desc>"),
        "{svg}"
    );
}

#[test]
fn every_way_in_and_out_has_words_of_its_own() {
    use steps::named_by_rules::RemovalReason;
    use waiting_times::Line;
    let ways =
        [Entered::Started, Entered::TransferredIn, Entered::ReclassifiedIn, Entered::Returned];
    let out = [
        Left::StoppedAdmitted,
        Left::StoppedNonAdmitted,
        Left::TransferredOut,
        Left::ReclassifiedOut,
    ];
    let removed = RemovalReason::ALL.iter().map(|reason| Line::Left(Left::Removed(*reason)));
    let all = ways.map(Line::Entered).into_iter().chain(out.map(Line::Left)).chain(removed);
    let words: Vec<_> = all.map(words::line).collect();
    let distinct: std::collections::BTreeSet<_> = words.iter().collect();
    assert_eq!(distinct.len(), words.len(), "{words:?}");
}
