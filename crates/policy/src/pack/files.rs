//! A pack may stand in several files: one says what it is and names the others, which hold its rules.

use std::collections::BTreeSet;

use super::{
    Pack, PackError,
    raw::{File, Header, Word},
    read::{self, Source, Told},
};

/// The files that could be read, in the order given, and the names of those that could not.
#[derive(Default)]
struct Shelf<'a> {
    read: Vec<(Source<'a>, File)>,
    broken: Vec<&'a str>,
    errors: Vec<PackError>,
}

/// The packs that stand in these files, each as name and text, and every mistake in them.
pub(super) fn packs(files: &[(&str, &str)]) -> (Vec<Pack>, Vec<PackError>) {
    let shelf = Shelf::of(files);
    let (mut packs, mut errors) = (Vec::new(), Vec::new());
    let mut named = BTreeSet::new();
    for (source, file) in &shelf.read {
        let Some(header) = &file.pack else { continue };
        let mut told = vec![(*source, file)];
        let parts = shelf.parts(*source, header, &mut named, &mut errors);
        told.extend(parts);
        match read::pack(*source, header, &told) {
            Ok(pack) => packs.push(pack),
            Err(found) => errors.extend(found),
        }
    }
    errors.extend(shelf.strays(&named));
    errors.extend(shelf.errors);
    (packs, errors)
}

impl<'a> Shelf<'a> {
    fn of(files: &[(&'a str, &'a str)]) -> Self {
        let mut shelf = Self::default();
        for (name, text) in files {
            let source = Source { name, text };
            match source.read("a pack as docs and other packs write it") {
                Ok(file) => shelf.read.push((source, file)),
                Err(error) => {
                    shelf.broken.push(name);
                    shelf.errors.push(error);
                }
            }
        }
        shelf
    }

    /// The files that a header names, each once; one that could not be read was told already.
    fn parts(
        &self,
        head: Source<'_>,
        header: &Header,
        named: &mut BTreeSet<String>,
        errors: &mut Vec<PackError>,
    ) -> Vec<Told<'_>> {
        let mut parts = Vec::new();
        for word in &header.rules_in {
            let name = beside(head.name, word);
            let found = self.read.iter().find(|(source, _)| source.name == name);
            let problem = match found {
                Some((_, file)) if file.pack.is_some() => "is a pack of its own",
                Some(_) if !named.insert(name.clone()) => "is named twice",
                Some((source, file)) => {
                    parts.push((*source, file));
                    continue;
                }
                None if self.broken.contains(&name.as_str()) => continue,
                None => "is not there",
            };
            let problem = format!("`{name}` {problem}");
            let expected = "a file of `[[rule]]`s in the same folder, each once";
            errors.push(head.refuse(word.span().start, problem, expected));
        }
        parts
    }

    /// Files of rules that no pack names. Where a header could not be read, its rules are no strays.
    fn strays(&self, named: &BTreeSet<String>) -> Vec<PackError> {
        let is_stray = |(source, file): &&(Source<'_>, File)| {
            self.broken.is_empty() && file.pack.is_none() && !named.contains(source.name)
        };
        let refuse = |(source, _): &(Source<'_>, File)| {
            let expected = "`[pack]`, or its name in the `rules_in` of a pack in the same folder";
            source.refuse(0, "the file belongs to no pack", expected)
        };
        self.read.iter().filter(is_stray).map(refuse).collect()
    }
}

/// The name of a file in the same folder as the header.
fn beside(head: &str, word: &Word) -> String {
    match head.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{}", word.get_ref()),
        None => word.get_ref().clone(),
    }
}
