//! Lines to PostgreSQL that are cut in the middle of a commit: nobody knows whether it was done, and the
//! same command sent again is answered truthfully.

use std::time::{Duration, Instant};

use postgres_for_tests::Database;
use waymark_tests::{Caller, Campaign, Command, Site, history::Answer};

use crate::between::{Between, Fate};

/// How long a commit may take to come by, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// So often each fate meets the commits of a server under load.
const TURNS: u64 = 4;

fn events(database: &Database) -> String {
    database.run("SELECT count(*) FROM waymark.events").unwrap().unwrap()
}

/// Every commit is cut until the client is told that nobody knows; then the same is sent again.
fn a_commit_whose_answer_never_came(fate: Fate, was_committed: bool) {
    let database = Database::fresh();
    let between = Between::stand(database.tcp());
    let site = Site::over(database.address_at(&between.address));
    let server = site.serve();
    let caller = Caller::of(server.address(), &site.token(), Instant::now());
    let (first, command) = (Command::numbered(1, 1), Command::numbered(1, 2));
    let recorded = Answer::Acknowledged { position: 1, duplicate: false };
    assert_eq!(caller.call(&first).answer, recorded);

    between.commits_are(fate);
    assert_eq!(caller.call(&command).answer, Answer::Unknown);
    assert!(between.cuts() > 1, "the server tries again by itself");
    assert_eq!(events(&database), if was_committed { "2" } else { "1" });

    between.commits_are(Fate::Passed);
    let mut calls = Vec::new();
    let answer = caller.until_answered(&command, &mut calls, |_answer| ());
    assert_eq!(answer, Answer::Acknowledged { position: 2, duplicate: was_committed });
    let again = Answer::Acknowledged { position: 2, duplicate: true };
    assert_eq!(caller.call(&command).answer, again);
    assert_eq!(events(&database), "2");
    server.kill();
    site.check_views();
}

#[test]
fn a_commit_that_never_reached_the_database_is_recorded_by_its_repeat() {
    a_commit_whose_answer_never_came(Fate::LostOnTheWay, false);
}

#[test]
fn a_commit_whose_answer_was_lost_is_found_by_its_repeat() {
    a_commit_whose_answer_never_came(Fate::AnswerLost, true);
}

#[test]
fn eight_clients_whose_commits_are_cut_are_answered_truthfully() {
    let database = Database::fresh();
    let between = Between::stand(database.tcp());
    let site = Site::over(database.address_at(&between.address));
    let mut campaign = Campaign::begin(site, 31, 0);
    campaign.record_during(|answers| {
        for _turn in 0..TURNS {
            for fate in [Fate::AnswerLost, Fate::LostOnTheWay] {
                answers.acknowledged(20);
                let cuts = between.cuts();
                between.commits_are(fate);
                let begun = Instant::now();
                while between.cuts() == cuts {
                    assert!(begun.elapsed() < PATIENCE, "no commit came by");
                    std::thread::sleep(Duration::from_millis(5));
                }
                answers.unsure();
                between.commits_are(Fate::Passed);
            }
        }
        answers.acknowledged(50);
    });
    let tally = campaign.finish();
    println!("{tally}, {} lines cut", between.cuts());
    assert!(tally.counts.unsure >= TURNS, "{tally}");
    assert!(tally.counts.found > 0, "what was committed is found: {tally}");
    assert!(between.cuts() >= 2 * TURNS, "{}", between.cuts());
}
