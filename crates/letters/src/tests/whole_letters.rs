//! Each letter whole, as it is sent: `schema/letters/examples/`. A change of a word is seen there.

use std::path::PathBuf;

use super::{facts, shipped};
use crate::Print;

const UPDATE: &str =
    "UPDATE_CONTRACTS=1 cargo test -p letters every_letter_is_the_one_that_is_kept";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schema/letters/examples")
}

#[test]
fn every_letter_is_the_one_that_is_kept() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how a developer accepts a change of the contract"
    )]
    let update = std::env::var("UPDATE_CONTRACTS").is_ok();
    for template in shipped().all() {
        let letter = template.write(&facts(template), Print::Ordinary).unwrap();
        let id = format!("{}.v{}", template.id, template.version);
        for (file, written) in
            [(format!("{id}.txt"), &letter.text), (format!("{id}.html"), &letter.html)]
        {
            let path = folder().join(&file);
            if update {
                std::fs::create_dir_all(folder()).unwrap();
                std::fs::write(&path, written).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            let differs = kept.lines().zip(written.lines()).find(|(kept, written)| kept != written);
            assert!(
                kept == *written,
                "{file} differs, first at {differs:?}: if it is meant, {UPDATE}"
            );
        }
    }
}

#[test]
fn the_page_about_letters_shows_one_as_it_is() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/letters.md");
    let page = std::fs::read_to_string(page).unwrap();
    let template = shipped().get("workload-return").unwrap().clone();
    let letter = template.write(&facts(&template), Print::Ordinary).unwrap();
    assert!(page.contains(&format!("```text\n{}```", letter.text)));
    for template in shipped().all() {
        assert!(page.contains(&format!("| `{}` |", template.id)), "{}", template.id);
    }
}

#[test]
fn no_example_is_kept_of_a_letter_that_is_not_there() {
    let ids: Vec<String> =
        shipped().all().iter().map(|it| format!("{}.v{}", it.id, it.version)).collect();
    for file in std::fs::read_dir(folder()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let id = name.trim_end_matches(".txt").trim_end_matches(".html").to_owned();
        assert!(ids.contains(&id), "{name}");
    }
}

#[test]
fn the_html_can_be_read_without_a_style_sheet_and_by_a_screen_reader() {
    for template in shipped().all() {
        let html = template.write(&facts(template), Print::Ordinary).unwrap().html;
        let tags: Vec<&str> =
            html.split('<').skip(1).map(|tag| tag.split(['>', ' ']).next().unwrap()).collect();
        let count = |tag: &str| tags.iter().filter(|one| **one == tag).count();
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "{}", template.id);
        assert_eq!((count("title"), count("main"), count("h1")), (1, 1, 1), "{}", template.id);
        assert!(count("h2") >= 1 && count("h3") == 0, "{}", template.id);
        for tag in ["dl", "dt", "dd", "p", "ul", "li", "h1", "h2", "main", "body", "html"] {
            assert_eq!(count(tag), count(&format!("/{tag}")), "{}: {tag}", template.id);
        }
        for absent in ["script", "link", "style", "img", "table", "div"] {
            assert_eq!(count(absent), 0, "{}: {absent}", template.id);
        }
    }
}

#[test]
fn text_and_html_say_the_same() {
    for template in shipped().all() {
        let letter = template.write(&facts(template), Print::Ordinary).unwrap();
        let body = letter.html.split("<h1>").nth(1).unwrap();
        let mut shown = String::new();
        let mut is_tag = false;
        for c in body.chars() {
            match c {
                '<' => {
                    is_tag = true;
                    shown.push(' ');
                }
                '>' => is_tag = false,
                _ if !is_tag => shown.push(c),
                _ => {}
            }
        }
        let shown = shown.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2f;", "/");
        let words = |text: &str| -> Vec<String> {
            let lines =
                text.lines().filter(|line| !line.starts_with("---") && !line.starts_with("==="));
            let words = lines.flat_map(str::split_whitespace).filter(|word| *word != "-");
            words.map(|word| word.trim_end_matches(':').to_owned()).collect()
        };
        assert_eq!(words(&shown), words(&letter.text), "{}", template.id);
    }
}
