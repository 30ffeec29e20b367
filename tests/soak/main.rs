//! The soak: campaigns of kills over both stores, as many as are asked for. The tests run the short form
//! of the same; this is run by hand, and what it found stands in `docs/reliability.md`.
//!
//! ```text
//! cargo run --package waymark-tests --example soak -- --kills 1000 --seed 1
//! ```
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program for a person to watch")]

use std::time::{Duration, Instant};

use postgres_for_tests::Database;
use waymark_tests::{Campaign, Chance, Site, Tally};

/// Kills of one campaign, over a log of its own.
const CAMPAIGN: u64 = 50;

/// Pathways that are there before, of five steps each: a few, and so many that a server whose views are
/// not there builds them beside its work and switches to them.
const FEW: u64 = 60;
const MANY: u64 = 2_100;

/// Of so many campaigns one is over many pathways.
const MANY_EVERY: u64 = 4;

/// What was asked for.
struct Asked {
    kills: u64,
    seed: u64,
    /// No campaign begins later than this.
    within: Duration,
}

impl Asked {
    fn read() -> Self {
        let mut asked = Self { kills: 1_000, seed: 1, within: Duration::MAX };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().and_then(|value| value.parse().ok());
            let value = value.expect("--kills N, --seed S and --minutes M take a number");
            match word.as_str() {
                "--kills" => asked.kills = value,
                "--seed" => asked.seed = value,
                "--minutes" => asked.within = Duration::from_secs(60 * value),
                other => refuse(other),
            }
        }
        asked
    }
}

fn refuse(word: &str) {
    println!("`{word}`: expected --kills N, --seed S or --minutes M");
    std::process::exit(2);
}

/// One campaign, by turns on SQLite and on PostgreSQL.
fn campaign(number: u64, seed: u64, kills: u64) -> (&'static str, Tally) {
    let pathways = if (number / 2) % MANY_EVERY == MANY_EVERY - 1 { MANY } else { FEW };
    let on_postgres = !number.is_multiple_of(2);
    let site = if on_postgres { on_a_database_of_its_own() } else { Site::on_sqlite() };
    let mut campaign = Campaign::begin(site, seed, pathways);
    campaign.kill(kills);
    (if on_postgres { "postgres" } else { "sqlite" }, campaign.finish())
}

fn on_a_database_of_its_own() -> Site {
    let database = Database::fresh();
    Site::over(database.address()).asking(move |sql| database.run(sql).ok().flatten())
}

fn main() {
    let asked = Asked::read();
    let began = Instant::now();
    let mut chance = Chance(asked.seed);
    let (mut tallies, mut done) = (Vec::new(), 0);
    for number in 0.. {
        if done == asked.kills || began.elapsed() > asked.within {
            break;
        }
        let seed = chance.below(u64::from(u32::MAX));
        println!("campaign {number}, seed {seed}");
        let (store, tally) = campaign(number, seed, CAMPAIGN.min(asked.kills - done));
        done += tally.kills();
        println!("  {store}: {tally}");
        println!("  {done} of {} kills, {} s", asked.kills, began.elapsed().as_secs());
        tallies.push((store, tally));
    }
    for store in ["sqlite", "postgres"] {
        let of_it = tallies.iter().filter(|(on, _)| *on == store);
        println!("{store}: {}", of_it.map(|(_, tally)| tally.clone()).sum::<Tally>());
    }
    let all: Tally = tallies.into_iter().map(|(_, tally)| tally).sum();
    println!("in all: {all}; lost 0, twice 0, moved 0, views that differ 0");
    println!("seed {}, {} minutes", asked.seed, began.elapsed().as_secs() / 60);
}
