//! What is to be expected of a list, and what is said where too little is known.

use serde_json::json;
use waymark_tests::Who;

use crate::real_figures::{fixture, imported};

const OUTLOOK: &str = "query($provider: String!, $function: String!, $weeks: Int) {
    waitOutlook(provider: $provider, treatmentFunction: $function, weeks: $weeks) { asOf noForecastBecause
        settings { from targetWeeks factor reliefWeeks rateMonths source reading certainty }
        ended { count shareWithin noShareBecause } listSize { value } within18WeeksShare { value }
        load { months queue demandWeekly capacityWeekly targetQueue reliefCapacityWeekly clearanceWeeks } } }";

#[test]
fn a_list_without_ended_waits_has_no_share_and_never_clears() {
    let town = imported(&fixture("town-january-2026.csv"));
    let told =
        town.ask(OUTLOOK, json!({"provider": "RT1", "function": "C_100"}))["waitOutlook"].clone();
    assert!(told["ended"]["shareWithin"].is_null(), "{told:#}");
    let ended = told["ended"]["count"].as_u64().unwrap();
    assert_eq!(told["ended"]["noShareBecause"], format!("{ended} waits ended, and 20 are needed"));
    let settings = &told["settings"];
    let numbers =
        ["targetWeeks", "factor", "reliefWeeks", "rateMonths"].map(|name| &settings[name]);
    assert_eq!(numbers, [&json!(18), &json!(4.0), &json!(26), &json!(12)]);
    assert!(!settings["source"].as_str().unwrap().is_empty(), "{settings:#}");
    let load = &told["load"];
    assert_eq!(load["queue"], 33, "the fixture has 33 of them: {told:#}");
    let (demand, relief) =
        (load["demandWeekly"].as_f64().unwrap(), load["reliefCapacityWeekly"].as_f64());
    let target = load["targetQueue"].as_f64().unwrap();
    assert!((target - demand * 4.5).abs() < 1e-9, "{load:#}");
    assert!(
        (relief.unwrap() - (demand + (33.0 - target).max(0.0) / 26.0)).abs() < 1e-9,
        "{load:#}"
    );
}

#[test]
fn a_list_that_nobody_is_on_gives_reasons_and_no_figures() {
    let town = imported(&fixture("town-january-2026.csv"));
    let told =
        town.ask(OUTLOOK, json!({"provider": "ZZ9", "function": "C_100"}))["waitOutlook"].clone();
    assert!(told["load"].is_null() && told["ended"]["shareWithin"].is_null(), "{told:#}");
    assert_eq!((&told["listSize"], &told["within18WeeksShare"]), (&json!([]), &json!([])));
    assert_eq!(told["noForecastBecause"], "not enough months: 0 are known and 15 are needed");
}

#[test]
fn it_is_for_those_who_run_lists_and_refuses_what_is_no_number_of_weeks() {
    let town = imported(&fixture("town-january-2026.csv"));
    let asked = json!({"provider": "RT1", "function": "C_100", "weeks": 0});
    assert_eq!(
        town.answer(OUTLOOK, asked.clone())["errors"][0]["message"],
        "`weeks`: expected 1 to 104"
    );
    let patient = town.token(Who::Patient("00000000-0000-4000-8000-0000000000aa"));
    for (token, code) in [(patient, "FORBIDDEN"), (None, "UNAUTHENTICATED")] {
        let answer = town.asked_by(token.as_deref(), OUTLOOK, asked.clone());
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer:#}");
    }
}
