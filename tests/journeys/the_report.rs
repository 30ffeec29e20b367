//! The report for people, read in a real browser where there is one.
//!
//! `tests/run` installs Chromium; without it these tests read the page as text and say so.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use waymark_tests::{Server, Who, waymark};

use crate::real_figures::fixture;

pub(crate) fn run(data: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(waymark());
    command.args(arguments).arg("--data-dir").arg(data).stdin(Stdio::null());
    let done = command.output().unwrap();
    (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
}

fn town() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let csv = fixture("town-january-2026.csv");
    let done = run(data.path(), &["import", "--rtt", csv.to_str().unwrap()]);
    assert!(done.0, "{}", done.1);
    data
}

fn report(data: &Path, more: &[&str]) -> (bool, String, PathBuf) {
    let out = data.join("report.html");
    let start = ["report", "waiting-list", "--on", "2026-01-31", "--out", out.to_str().unwrap()];
    let (ended_well, said) = run(data, &[&start, more].concat());
    (ended_well, said, out)
}

/// What a browser makes of a page, and all it says meanwhile; `None` where there is no browser.
pub(crate) fn opened(page: &Path) -> Option<(String, String, String)> {
    let profile = tempfile::tempdir().unwrap();
    let log = profile.path().join("net.json");
    let done = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", page.display()))
        .output();
    let Ok(done) = done else {
        println!("NOT proved: the report in a browser (no chromium)");
        return None;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let asked = std::fs::read_to_string(log).unwrap_or_default();
    Some((text(&done.stdout), text(&done.stderr), asked))
}

/// The addresses that were asked for, but for the calls home that the browser makes by itself.
pub(crate) fn asked_of(net_log: &str) -> Vec<&str> {
    let urls = net_log.split("\"url\":\"http").skip(1).map(|rest| rest.split('"').next().unwrap());
    let host =
        |url: &&str| url.split('/').nth(2).is_some_and(|host| !host.ends_with(".google.com"));
    urls.filter(host).collect()
}

/// The cells of the row of a function.
pub(crate) fn cells(page: &str, code: &str) -> Vec<String> {
    let (_, row) = page.split_once(&format!("<tr data-code=\"{code}\">")).unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    let cells = row.split("<td>").skip(1);
    cells.map(|cell| cell.split_once("</td>").unwrap().0.to_owned()).collect()
}

fn list(data: &Path) -> Vec<Value> {
    let server = Server::over(data);
    let token = server.token(Who::Staff("CLINICIAN", "RJ1"));
    let query = "{ each: waitingTimes(on: \"2026-01-31\", groupBy: REPORTING_FUNCTION) { groups { ...g } }
        whole: waitingTimes(on: \"2026-01-31\") { groups { ...g } } }
        fragment g on WaitingGroup { key total within18Weeks within18WeeksShare medianWeeks
            percentile92Weeks percentile92IsOpen over52Weeks over65Weeks over78Weeks over104Weeks }";
    let answer = server.ask(token.as_deref(), query, json!({}));
    let groups = |part: &str| answer["data"][part]["groups"].as_array().unwrap().clone();
    [groups("each"), groups("whole")].concat()
}

/// A count below a million, its thousands apart.
fn parted(number: &Value) -> String {
    let number = number.as_u64().unwrap();
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", number / 1_000, number % 1_000)
    }
}

/// The row as the page writes it.
fn written(group: &Value) -> Vec<String> {
    let weeks = |field: &str, open: &str| match group[field].as_f64() {
        None => "too few".to_owned(),
        Some(weeks) if group[open] == true => format!("{weeks:.0}+"),
        Some(weeks) => format!("{weeks:.1}"),
    };
    let share = group["within18WeeksShare"].as_f64().map(|share| format!("{:.1}%", share * 100.0));
    let counts = ["over52Weeks", "over65Weeks", "over78Weeks", "over104Weeks"];
    let mut row = vec![
        parted(&group["total"]),
        parted(&group["within18Weeks"]),
        share.unwrap_or_else(|| "none".to_owned()),
        weeks("medianWeeks", ""),
        weeks("percentile92Weeks", "percentile92IsOpen"),
    ];
    row.extend(counts.map(|field| parted(&group[field])));
    row
}

#[test]
fn the_page_tells_the_figures_of_the_list_and_asks_nothing_of_any_network() {
    let data = town();
    let (ended_well, said, out) = report(data.path(), &[]);
    assert!(ended_well, "{said}");
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    let groups = list(data.path());
    assert!(groups.len() > 2);
    let seen = opened(&out);
    for group in &groups {
        let code = group["key"].as_str().unwrap();
        assert_eq!(cells(&page, code), written(group), "{code}");
        if let Some((dom, _, _)) = &seen {
            assert_eq!(cells(dom, code), written(group), "{code}");
        }
    }
    if let Some((dom, said, asked)) = seen {
        assert!(!said.contains("CONSOLE"), "{said}");
        assert_eq!(
            dom.matches("<svg class=\"chart\"").count(),
            page.matches("<svg class=\"chart\"").count()
        );
        assert_eq!(asked_of(&asked), [""; 0], "the page asked the network");
        assert!(asked.contains("constants"), "the browser kept a log of what it asked");
    }
}

#[test]
fn a_report_of_nobody_of_the_future_or_of_nothing_says_so() {
    let data = town();
    let (ended_well, said, out) = report(data.path(), &["--provider", "ZZ9"]);
    assert!(
        !ended_well && said.contains("nobody of those asked for was waiting on 2026-01-31"),
        "{said}"
    );
    assert!(!out.exists());
    let later = ["report", "waiting-list", "--on", "2999-01-01", "--out", out.to_str().unwrap()];
    let (ended_well, said) = run(data.path(), &later);
    assert!(!ended_well && said.contains("--on is 2999-01-01, which is in the future"), "{said}");
    let empty = tempfile::tempdir().unwrap();
    let (ended_well, said, _) = report(empty.path(), &[]);
    assert!(!ended_well && said.contains("there is no event log in"), "{said}");
}
