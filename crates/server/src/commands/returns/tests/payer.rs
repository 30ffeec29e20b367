//! Under which commissioner a wait is returned.

use super::*;

/// A patient whose commissioner nobody told, but whose practice is known.
fn of_a_practice(pathway: u128) -> String {
    let practice = json!({"gpPractice": "A81001", "effectiveDate": "2026-01-12"});
    let row = json!({"pathway": {"id": Uuid::from_u128(pathway)}, "occurredAt": "2026-01-12",
        "commandId": Uuid::from_u128(100 + pathway), "step": {"pathwayReclassified": practice}});
    [referred(pathway, "110", None), row.to_string()].join("\n")
}

/// Guidance section 10.1.8, case comm-01. Practice, residence and host decide only where NHS England
/// does not commission the care itself, which no step tells: so the sender says who pays, and where
/// nobody said it, it is asked and not worked out.
#[tokio::test]
async fn comm_01_the_commissioner_told_is_returned_and_one_that_nobody_told_is_asked_for() {
    let world = empty();
    let lines = [
        referred(1, "110", Some("71T")),
        referred(2, "110", Some("NONC")),
        of_a_practice(3),
        referred(4, "110", None),
    ];
    assert_eq!(imported(&world.cellar, &lines.join("\n")).await.recorded, 5);
    let made = made(&world.cellar, &args("2026-01")).await.unwrap();
    let waiting = made.extract.rows_of(Part::Incomplete).filter(|row| !row.is_total());
    let waiting: Vec<_> = waiting.map(|row| (row.commissioner.as_str(), row.total_all)).collect();
    assert_eq!(waiting, [("71T", 1), ("NONC", 1)]);
    let asked = made.raised.iter().filter(|one| one.check == "NO_COMMISSIONER");
    let asked: Vec<_> = asked.map(|one| (one.of.as_str(), one.figure)).collect();
    assert_eq!(asked, [("Part_2", 2), ("Part_3", 2)]);

    // A commissioner outside England is in the file and not in the English list.
    let known = Known::at(&world.cellar, None, edge::now()).await.unwrap();
    let month = Month::of("2026-01-31".parse().unwrap());
    let asked = Asked { month, narrow: Narrow::default() };
    let counted = |english_only| {
        let ask = waiting_times::Ask { english_only, ..gather::ask_of(&asked, Part::Incomplete) };
        known.view.return_rows(&ask).iter().map(|group| group.total).sum::<u32>()
    };
    assert_eq!((counted(false), counted(true)), (4, 3));
}
