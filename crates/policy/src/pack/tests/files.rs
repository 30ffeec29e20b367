//! A pack that stands in several files is read as one, and each mistake told with its own file and line.

use super::CALENDAR;
use crate::{Pack, PackError, Packs};

const HEAD: &str = r#"[pack]
id = "T"
version = 1
title = "T"
source = "S"
precedence = 1
scope = { icb = ["*"], commissioner = ["*"], provider = ["*"], function = ["*"] }
effective = { from = "2025-08-01" }
rules_in = ["second.toml", "first.toml"]
"#;

fn rule(id: &str) -> String {
    format!(
        "# A line before the rule.\n[[rule]]\nid = \"{id}\"\nclass = \"recordable\"\nform = \"record_only\"\n\
         title = \"t\"\nreading = \"r\"\nsource = \"s\"\naccountable = \"provider\"\n\
         owner_role = \"CONSULTANT\"\nseverity = \"variance\"\n\
         trigger = [{{ step = \"OutpatientAttended\" }}]\n"
    )
}

fn errors(files: &[(&str, &str)]) -> Vec<PackError> {
    Pack::parse_all(files).1
}

#[track_caller]
fn one_error(files: &[(&str, &str)], place: (&str, usize), problem: &str) {
    let found = errors(files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].file.as_str(), found[0].line), place, "{}", found[0]);
    assert!(found[0].problem.contains(problem), "{}", found[0]);
}

#[test]
fn the_rules_of_all_files_are_one_pack_in_the_order_in_which_the_header_names_them() {
    let (first, second) = (rule("T-1"), rule("T-2"));
    let own = format!("{HEAD}{}", rule("T-0"));
    let files = [("t/first.toml", &*first), ("t/pack.toml", &*own), ("t/second.toml", &*second)];
    let packs = Packs::parse(&files, CALENDAR).unwrap();
    let [pack] = packs.all() else { panic!("{packs:#?}") };
    let ids: Vec<_> = pack.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["T-0", "T-2", "T-1"]);
    assert_eq!(pack.named_words().len(), 1);
    let reworded = first.replace("title = \"t\"", "title = \"u\"");
    let other = [("t/first.toml", &*reworded), files[1], files[2]];
    assert_ne!(Packs::parse(&other, CALENDAR).unwrap().digest(), packs.digest());
}

#[test]
fn a_mistake_is_told_with_the_file_and_line_in_which_it_stands() {
    let (first, second) = (rule("T-1"), rule("T-2"));
    let with = |first: &str, second: &str| {
        errors(&[("t/pack.toml", HEAD), ("t/first.toml", first), ("t/second.toml", second)])
    };
    let wrong = first.replace("OutpatientAttended", "OutpatientAttnded");
    let found = with(&wrong, &second.replace("class = \"recordable\"", "class = \"sure\""));
    let places: Vec<_> = found.iter().map(|one| (one.file.as_str(), one.line)).collect();
    assert_eq!(places, [("t/first.toml", 12), ("t/second.toml", 4)], "{found:#?}");
    let keyed = first.replace("trigger =", "stands = []\ntrigger =");
    let found = with(&keyed, &second);
    assert_eq!((found[0].file.as_str(), found[0].line), ("t/first.toml", 12), "{found:#?}");
}

#[test]
fn a_rule_that_stands_in_two_files_stands_twice() {
    let first = rule("T-1");
    let files = [("pack.toml", HEAD), ("first.toml", &*first), ("second.toml", &*first)];
    one_error(&files, ("first.toml", 3), "rule `T-1` stands twice");
}

#[test]
fn a_file_that_is_not_there_is_named_twice_or_is_a_pack_of_its_own_is_refused() {
    let (first, second) = (rule("T-1"), rule("T-2"));
    let files = [("t/pack.toml", HEAD), ("t/first.toml", &*first)];
    one_error(&files, ("t/pack.toml", 9), "`t/second.toml` is not there");
    let elsewhere = [("t/pack.toml", HEAD), files[1], ("u/second.toml", &*second)];
    let found = errors(&elsewhere);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!((found[1].file.as_str(), found[1].line), ("u/second.toml", 1));
    assert!(found[1].problem.contains("belongs to no pack"), "{}", found[1]);
    let twice = HEAD.replace("second.toml", "first.toml");
    one_error(&[("t/pack.toml", &twice), files[1]], ("t/pack.toml", 9), "is named twice");
    let other = HEAD.replace("\"T\"", "\"U\"").replace(r#"["second.toml", "first.toml"]"#, "[]");
    let other = format!("{other}{second}");
    let both = [files[0], files[1], ("t/second.toml", &*other)];
    one_error(&both, ("t/pack.toml", 9), "`t/second.toml` is a pack of its own");
}

#[test]
fn a_pack_whose_files_hold_no_rules_has_to_say_why() {
    let files = [("pack.toml", HEAD), ("first.toml", ""), ("second.toml", "")];
    one_error(&files, ("pack.toml", 2), "has no rules and does not say why");
}
