//! SIGKILL at moments of chance: a server while eight clients record, while it brings its views up and
//! while it starts; a rebuild at any moment and while it switches. On both stores.

use postgres_for_tests::Database;
use waymark_tests::{Campaign, Site, Stage, Tally};

/// So many kills in the short form; `tests/soak` has the long one. On PostgreSQL a killed server's leases
/// run out first, which takes seconds.
const ON_SQLITE: u64 = 20;
const ON_POSTGRES: u64 = 10;

/// Pathways that are there before, so that a rebuild takes its time.
const PATHWAYS: u64 = 60;

fn killed_over_and_over(site: Site, seed: u64, kills: u64) {
    println!("seed {seed}");
    let mut campaign = Campaign::begin(site, seed, PATHWAYS);
    campaign.kill(kills);
    let tally = campaign.finish();
    println!("{tally}");
    assert_eq!(tally.kills(), kills);
    was_worth_it(&tally);
}

/// The run has done what it is there for.
fn was_worth_it(tally: &Tally) {
    for stage in [Stage::Append, Stage::Projection, Stage::Start] {
        assert!(tally.of(stage) > 0, "no {stage:?} was killed: {tally}");
    }
    assert!(tally.of(Stage::Rebuild) + tally.of(Stage::Switch) > 0, "{tally}");
    assert!(tally.counts.acknowledged > 100, "{tally}");
    assert!(tally.counts.refused > 0, "{tally}");
    // Every killed server leaves its clients without an answer.
    assert!(tally.counts.unsure > 0, "{tally}");
}

#[test]
fn a_site_on_sqlite_that_is_killed_over_and_over_keeps_its_log_and_its_views() {
    killed_over_and_over(Site::on_sqlite(), 20, ON_SQLITE);
}

#[test]
fn a_site_on_postgres_that_is_killed_over_and_over_keeps_its_log_and_its_views() {
    let database = Database::fresh();
    let site = Site::over(database.address()).asking(move |sql| database.run(sql).ok().flatten());
    killed_over_and_over(site, 21, ON_POSTGRES);
}
