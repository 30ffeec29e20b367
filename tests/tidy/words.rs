//! What the packs and the pages name stands in the catalogue.

use std::path::Path;

use policy::{Pack, Packs};
use serde_json::Value;
use steps::StepKind;

use crate::tree::{files, read};

/// The packs in `schema/policies/`. In the folder itself a file without `[pack]` is no pack's; one in a
/// folder of its own is.
fn packs() -> Vec<Pack> {
    let policies = Path::new("schema/policies");
    let paths = files(&["toml"]).into_iter().filter(|path| path.starts_with(policies));
    let has_pack = |text: &str| text.parse::<toml::Table>().unwrap().contains_key("pack");
    let texts = paths
        .map(|path| (path.parent() == Some(policies), path.display().to_string(), read(&path)));
    let texts: Vec<_> = texts.filter(|(is_bare, _, text)| !is_bare || has_pack(text)).collect();
    let texts: Vec<_> =
        texts.iter().map(|(_, name, text)| (name.as_str(), text.as_str())).collect();
    let (packs, errors) = Pack::parse_all(&texts);
    assert!(errors.is_empty() && !packs.is_empty(), "{errors:#?}");
    packs
}

/// The schema behind references and behind what may be left out.
fn resolved<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolved(root.pointer(reference.trim_start_matches('#')).unwrap(), root);
    }
    let choices = schema["anyOf"].as_array();
    choices.and_then(|all| all.first()).map_or(schema, |first| resolved(first, root))
}

/// Whether the step has a field of that path, `guards.communicated`.
fn has_field(kind: StepKind, path: &str) -> bool {
    let root = kind.schema().to_value();
    let end = path.split('.').try_fold(&root, |record, name| {
        resolved(record, &root).get("properties").and_then(|fields| fields.get(name))
    });
    end.is_some()
}

/// The words of `line` between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether `word` is written as steps are: `ReferralSent`, not `RTT`, `ubrn` or `30`.
fn is_like_a_step(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.contains(|letter: char| letter.is_ascii_lowercase())
        && word.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

#[test]
fn every_step_and_field_that_a_pack_names_is_in_the_catalogue() {
    for pack in packs() {
        let name = &pack.id;
        let is_empty = pack.empty_because.is_some();
        assert_eq!(pack.named_words().is_empty(), is_empty, "{name} names no step");
        for word in pack.named_words() {
            let kind = StepKind::from_name(&word.step);
            let kind = kind.unwrap_or_else(|| panic!("{name}: `{}` is not a step", word.step));
            if let Some(field) = &word.field {
                assert!(has_field(kind, field), "{name}: `{}` has no `{field}`", word.step);
            }
        }
    }
}

#[test]
fn every_pack_in_the_folder_is_shipped() {
    let shipped = Packs::shipped();
    for pack in packs() {
        let is_it = |other: &Pack| other.id == pack.id && other.version == pack.version;
        assert!(shipped.all().iter().any(is_it), "{} is not shipped", pack.id);
    }
}

#[test]
fn every_step_in_the_rows_of_the_rtt_mapping_is_in_the_catalogue() {
    let page = read("docs/rtt-mapping.md");
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let named: Vec<&str> = rows.flat_map(quoted).filter(|word| is_like_a_step(word)).collect();
    assert!(named.contains(&"ReferralReceived"), "no steps were found: {named:?}");
    for word in named {
        assert!(StepKind::from_name(word).is_some(), "docs/rtt-mapping.md: `{word}` is not a step");
    }
}

#[test]
fn no_file_rests_on_a_document_that_is_not_in_the_tree() {
    // Written in halves, for this file is read too.
    let absent = [["DOM", "AIN"], ["DESIGN", ".md"], ["USERS", ".md"], ["STORES", ".md"]];
    for path in files(&["rs", "toml", "md", "sql", "graphql", "json"]) {
        let text = read(&path);
        for word in absent.map(|halves| halves.concat()) {
            assert!(!text.contains(&word), "{} names `{word}`", path.display());
        }
    }
}
