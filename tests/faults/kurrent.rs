//! A log on KurrentDB on bad days: the stand-in breaks as clusters do under a server that lives on, or the
//! server is killed. Nothing that was acknowledged is lost, nothing stands twice, and the views are those
//! that the same log gives on SQLite.

use kurrent_stand_in::{Cluster, Loss, Settings};
use postgres_for_tests::Database;
use waymark_tests::{Answers, Campaign, Site, Tally, fresh_log, named_kurrentdb};

/// So often each fault.
const TURNS: u64 = 3;

/// Commands that are acknowledged between two faults.
const BETWEEN: u64 = 20;

fn cluster(nodes: usize) -> Cluster {
    Cluster::start(Settings { nodes, ..Settings::default() }).unwrap()
}

/// The site is well, and so is its log on SQLite: with the same digest of each view.
fn ends_well(campaign: Campaign) -> Tally {
    let (tally, site) = campaign.finish_at();
    println!("{tally}");
    let here = Site::on_sqlite();
    here.run(&["import", "--archive", site.archived().to_str().unwrap()]);
    assert_eq!(here.check_views(), site.check_views(), "other views than on SQLite");
    tally
}

/// Records while `break_it` breaks the cluster, again and again.
fn recorded_while(cluster: &Cluster, seed: u64, break_it: impl Fn(&Cluster, &Answers)) -> Tally {
    let mut campaign = Campaign::begin(Site::over(cluster.address()), seed, 0);
    campaign.record_during(|answers| {
        for _turn in 0..TURNS {
            answers.acknowledged(BETWEEN);
            break_it(cluster, answers);
        }
        answers.acknowledged(BETWEEN);
    });
    let tally = ends_well(campaign);
    assert!(tally.counts.acknowledged >= BETWEEN * (TURNS + 1), "{tally}");
    tally
}

#[test]
fn a_leader_that_is_killed_under_load_and_comes_back_loses_nothing_and_repeats_nothing() {
    let cluster = cluster(3);
    recorded_while(&cluster, 40, |cluster, answers| {
        let leader = cluster.leader().unwrap();
        cluster.node(leader).kill().unwrap();
        answers.acknowledged(BETWEEN);
        cluster.node(leader).revive().unwrap();
    });
}

#[test]
fn another_leader_under_load_is_found() {
    let cluster = cluster(3);
    recorded_while(&cluster, 41, |cluster, _answers| {
        let next = (cluster.leader().unwrap() + 1) % 3;
        cluster.lead(next);
    });
}

#[test]
fn a_node_that_hangs_under_load_is_left_for_another() {
    let cluster = cluster(3);
    recorded_while(&cluster, 42, |cluster, answers| {
        let leader = cluster.leader().unwrap();
        cluster.node(leader).freeze().unwrap();
        cluster.lead((leader + 1) % 3);
        answers.acknowledged(BETWEEN);
        cluster.node(leader).thaw().unwrap();
    });
}

#[test]
fn a_cluster_that_is_away_for_longer_than_patience_leaves_a_client_unsure_and_loses_nothing() {
    let cluster = cluster(1);
    let tally = recorded_while(&cluster, 43, |cluster, answers| {
        cluster.node(0).kill().unwrap();
        answers.unsure();
        cluster.node(0).revive().unwrap();
    });
    assert!(tally.counts.unsure >= 1, "{tally}");
}

#[test]
fn subscriptions_that_end_are_cut_or_fall_behind_are_taken_up_where_they_were() {
    let cluster = cluster(1);
    recorded_while(&cluster, 44, |cluster, answers| {
        cluster.chaos().cut_subscriptions();
        answers.acknowledged(BETWEEN);
        cluster.chaos().end_subscriptions();
        answers.acknowledged(BETWEEN);
        cluster.chaos().fall_behind();
    });
}

#[test]
fn events_that_are_delivered_twice_are_taken_once() {
    let cluster = cluster(1);
    recorded_while(&cluster, 45, |cluster, _answers| cluster.chaos().duplicate(50));
}

#[test]
fn answers_that_are_lost_after_the_write_lead_to_one_event_each() {
    let cluster = cluster(1);
    recorded_while(&cluster, 46, |cluster, answers| {
        cluster.chaos().lose_answers(4, Loss::WithError);
        answers.acknowledged(BETWEEN);
        cluster.chaos().lose_appends(4, Loss::WithError);
        answers.acknowledged(BETWEEN);
        cluster.chaos().cut_batches();
        answers.acknowledged(BETWEEN);
        cluster.chaos().end_batches();
        answers.acknowledged(BETWEEN);
        cluster.chaos().lose_answers(2, Loss::Silently);
    });
}

/// The server that is named for such tests, or the stand-in; and a name that no log had before.
fn given() -> (Option<Cluster>, Site) {
    let named = named_kurrentdb();
    let stand_in = named.is_none().then(|| cluster(1));
    let address = stand_in.as_ref().map(Cluster::address).or(named).unwrap();
    (stand_in, Site::over(address).told("WAYMARK_STORE_LOG", &fresh_log()))
}

#[test]
fn a_server_that_is_killed_over_and_over_keeps_its_log_and_its_views() {
    let (_cluster, site) = given();
    let mut campaign = Campaign::begin(site, 47, 30);
    campaign.kill(10);
    let tally = ends_well(campaign);
    assert_eq!(tally.kills(), 10);
    assert!(tally.counts.unsure > 0, "{tally}");
}

#[test]
fn with_views_in_postgres_it_is_the_same() {
    let (_cluster, site) = given();
    let views = Database::fresh();
    let mut campaign = Campaign::begin(site.told("WAYMARK_VIEWS", &views.address()), 48, 0);
    campaign.record_during(|answers| {
        answers.acknowledged(BETWEEN);
        views.send_all_away();
        answers.acknowledged(BETWEEN);
    });
    ends_well(campaign);
}
