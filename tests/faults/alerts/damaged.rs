//! A row of the file of alerts that somebody damaged: told of, and in nobody's way.

use super::*;
use crate::full_disk::health;

#[test]
fn a_damaged_row_of_an_alert_to_send_again_is_logged_once_counted_and_told_by_the_health() {
    let place = Place::new();
    let desk = Desk::open(vec![Mood::Refusing, Mood::Refusing, Mood::Well]);
    settings(&place, &desk.address, 86_400);
    let server = Server::of(&place, ticking(&place));
    let client = server.staff(&place);
    report(&client, 1..=1);
    raised(&client, 2);
    until("the list", || {
        let answer = client.ask(LISTED, &json!({}));
        answer["data"]["undeliveredAlerts"].as_array().filter(|all| all.len() == 2).map(drop)
    });
    let shelf = rusqlite::Connection::open(place.data().join("alerts.db")).unwrap();
    shelf.busy_timeout(Duration::from_secs(60)).unwrap();
    let oldest = "(SELECT min(position) FROM dead)";
    shelf.execute(&format!("UPDATE dead SET id = 'x' WHERE position = {oldest}"), []).unwrap();
    client.ask("mutation { retryAlerts }", &json!({}));
    desk.ids(1);
    // It is looked again before each page of new alerts, and at least once a second.
    for pathway in 2..=4 {
        report(&client, pathway..=pathway);
        desk.ids(2);
    }
    let log = fs::read_to_string(place.path().join("log")).unwrap();
    assert_eq!(log.matches("an alert to send again is unreadable").count(), 1, "{log}");
    let unreadable = "waymark_webhooks_total{endpoint=\"desk\",outcome=\"unreadable\"}";
    let metrics = ureq::get(format!("{}/metrics", server.url)).call().unwrap();
    let metrics = metrics.into_body().read_to_string().unwrap();
    for counted in [&format!("{unreadable} 1"), "waymark_trouble{part=\"alerts\"} 1"] {
        assert!(metrics.lines().any(|line| line == counted), "{counted} is not in {metrics}");
    }
    let (status, told) = health(&server);
    assert_eq!((status, &told["alerts"]["healthy"]), (503, &json!(false)), "{told}");
}
