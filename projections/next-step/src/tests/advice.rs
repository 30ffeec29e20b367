//! The advice that a practice asked for, as it sees it.

use pathway::clock::ClockPolicy;
use steps::{OdsCode, codes::Role};
use testkit::{Story, json, story};

use super::rows::file;
use crate::{AdviceStanding, AskedAdvice, AskedBy, DuePolicy, asked_advice, asked_by};

fn asked() -> Story {
    let fields = json!({"provider": "RJ1", "referrer": "G81001", "service": "derm"});
    story().on("2026-01-05", "adviceRequested", fields)
}

fn advice(told: &Story) -> Vec<AskedAdvice> {
    asked_advice(&told.history(), &DuePolicy::shipped(), &ClockPolicy::default())
}

/// Where the last request stands, who owes what, and by when.
fn stands(told: &Story) -> (AdviceStanding, Option<(String, Role)>, Option<String>) {
    let last = advice(told).pop().unwrap();
    let owner = last.owner.map(|owner| (owner.organisation.unwrap().to_string(), owner.role));
    (last.standing, owner, last.due.map(|due| due.at.to_string()))
}

fn at(code: &str, role: Role) -> (String, Role) {
    (code.to_owned(), role)
}

#[test]
fn each_turn_of_the_conversation_says_who_owes_what_by_when() {
    let day = |raw: &str| Some(raw.to_owned());
    let specialist = Some(at("RJ1", Role::AdviceResponder));
    let practice = || Some(at("G81001", Role::GeneralPractitioner));
    assert_eq!(stands(&asked()), (AdviceStanding::Asked, specialist, day("2026-01-12")));
    let more =
        asked().on("2026-01-06", "adviceFurtherInformationRequested", json!({"due": "2026-01-09"}));
    assert_eq!(stands(&more), (AdviceStanding::NeedsInformation, practice(), day("2026-01-09")));
    let given =
        more.on("2026-01-07", "adviceGiven", json!({"recommendation": "REFERRAL_RECOMMENDED"}));
    assert_eq!(stands(&given), (AdviceStanding::Answered, practice(), day("2026-01-14")));
    let settled = |name, fields| stands(&given.clone().on("2026-01-08", name, fields));
    assert_eq!(settled("adviceClosed", json!({})), (AdviceStanding::Closed, None, None));
    let converted = json!({"provider": "RJ1"});
    assert_eq!(
        settled("adviceConvertedToReferral", converted),
        (AdviceStanding::Converted, None, None)
    );
    let referred = json!({"provider": "RJ1", "referrer": "G81001"});
    assert_eq!(settled("referralSent", referred), (AdviceStanding::Referred, None, None));
    let last = advice(&given).pop().unwrap();
    assert_eq!(last.answered_on, Some("2026-01-07".parse().unwrap()));
}

#[test]
fn a_second_question_is_a_request_of_its_own() {
    let again = json!({"provider": "RJ1", "referrer": "G81001", "service": "cardio"});
    let told = asked()
        .on("2026-01-07", "adviceGiven", json!({}))
        .on("2026-01-08", "adviceClosed", json!({}))
        .on("2026-02-02", "adviceRequested", again);
    let standings: Vec<AdviceStanding> = advice(&told).iter().map(|one| one.standing).collect();
    assert_eq!(standings, [AdviceStanding::Closed, AdviceStanding::Asked]);
}

#[test]
fn a_practice_finds_what_it_asked_the_most_pressing_first_and_what_is_settled_last() {
    let closed = asked().on("2026-01-08", "adviceClosed", json!({}));
    let given = asked().on("2026-01-06", "adviceGiven", json!({"recommendation": "OTHER"}));
    let elsewhere = json!({"provider": "RJ1", "referrer": "G81002", "service": "derm"});
    let other = story().on("2026-01-05", "adviceRequested", elsewhere);
    let stories = [closed, given.clone(), other, asked()];
    let conn = file(&stories);
    let practice: OdsCode = "G81001".parse().unwrap();
    let page = |standing, after, first| {
        asked_by(&conn, &AskedBy { referrer: &practice, standing, after, first }).unwrap()
    };
    let all = page(None, None, 10);
    let standings: Vec<AdviceStanding> = all.iter().map(|row| row.advice.standing).collect();
    assert_eq!(
        standings,
        [AdviceStanding::Asked, AdviceStanding::Answered, AdviceStanding::Closed]
    );
    let rest = page(None, Some(all[0].cursor), 10);
    assert_eq!(rest, all[1..]);
    let answered = page(Some(AdviceStanding::Answered), None, 10);
    assert_eq!(answered, all[1..2]);
    assert_eq!(answered[0].advice, advice(&given)[0]);
}
