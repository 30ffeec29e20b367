//! PostgreSQL that goes and comes back under a server that lives on: stopped, and killed as by a power cut.

use postgres_for_tests::Cluster;
use waymark_tests::{Campaign, Site};

/// So often each.
const TURNS: u64 = 3;

#[test]
fn a_database_that_is_stopped_and_killed_under_load_loses_nothing_and_repeats_nothing() {
    let cluster = Cluster::start("");
    let mut campaign = Campaign::begin(Site::over(cluster.address("postgres")), 30, 0);
    campaign.record_during(|answers| {
        for turn in 1..=TURNS {
            answers.acknowledged(10 * turn);
            cluster.stop();
            // It is away for longer than the server has patience, so that a client is told.
            answers.unsure();
            cluster.restart();
            answers.acknowledged(10 * turn);
            cluster.crash();
        }
        answers.acknowledged(50);
    });
    let tally = campaign.finish();
    println!("{tally}");
    assert!(tally.counts.unsure >= TURNS, "{tally}");
    assert!(tally.counts.acknowledged >= 50 + 20 * TURNS, "{tally}");
}
