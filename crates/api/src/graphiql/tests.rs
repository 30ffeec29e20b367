//! The page holds what it is given, safely, and loads only what it names.

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::*;

const READY: &[(&str, &str)] = &[
    ("Whom do I contact?", "{ whoToContact(pathwayId: \"p\") { ownerPlain } }"),
    ("A waiting list", "{ waitingTimes(on: \"2026-01-31\") { groups { total } } }"),
];

#[test]
fn every_ready_query_is_on_the_page_under_its_title() {
    let page = page(READY);
    for (title, query) in READY {
        assert!(page.contains(&format!(">{}</h2>", escape(title))), "no title `{title}`");
        assert!(page.contains(&format!("\n{}</textarea>", escape(query))), "no query `{query}`");
    }
}

#[test]
fn markup_in_a_title_or_a_query_stays_text() {
    let hostile = "</textarea><script>alert('&')</script><!--script-->";
    let page = page(&[(hostile, hostile)]);
    assert!(!page.contains("<script>alert"), "markup came through");
    assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"));
    assert_eq!(page.matches("</textarea>").count(), 1);
    assert_eq!(page.matches(SCRIPT).count(), 1);
}

#[test]
fn no_place_to_fill_is_left_empty() {
    let page = page(READY);
    assert!(!page.contains("<!--"), "a mark of the template was left unfilled");
}

#[test]
fn whatever_comes_from_elsewhere_has_a_hash_and_is_in_the_policy() {
    let elsewhere: Vec<&str> = TEMPLATE.lines().filter(|line| line.contains("https://")).collect();
    assert_eq!(elsewhere.len(), 4, "two libraries, GraphiQL and its style");
    for line in elsewhere {
        let address = line.split('"').find(|part| part.starts_with("https://")).unwrap();
        assert!(CONTENT_SECURITY_POLICY.contains(address), "the policy stops `{address}`");
        assert!(line.contains("integrity=\"sha384-"), "no hash for `{address}`");
        assert!(line.contains("crossorigin=\"anonymous\""), "no hash is checked for `{address}`");
    }
}

#[test]
fn the_policy_lets_the_pages_own_script_run() {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(SCRIPT));
    let allowed = format!("'sha256-{hash}'");
    assert!(CONTENT_SECURITY_POLICY.contains(&allowed), "the policy should say {allowed}");
}
