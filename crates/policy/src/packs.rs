//! The packs in force together, and the calendar they count working days by.

use std::fmt::Write as _;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use steps::RuleId;

use crate::{
    Calendar, Form, NamedWord, Pack, PackError, Rule,
    evaluate::{PROVIDER, REFERRER},
};

const SHIPPED: &[(&str, &str)] = &[
    (
        "sel-consensus-2025-08.toml",
        include_str!("../../../schema/policies/sel-consensus-2025-08.toml"),
    ),
    (
        "nhs-standard-contract.toml",
        include_str!("../../../schema/policies/nhs-standard-contract.toml"),
    ),
];
const SHIPPED_CALENDAR: (&str, &str) = (
    "bank-holidays-england.toml",
    include_str!("../../../schema/policies/bank-holidays-england.toml"),
);

/// All packs and versions that may apply, no two versions of one pack on the same day.
#[derive(Debug, Clone, PartialEq)]
pub struct Packs {
    all: Vec<Pack>,
    calendar: Calendar,
    digest: String,
    /// The fields that evaluation asks for, by the first part of their path; sorted.
    asked: Vec<String>,
}

impl Packs {
    /// The packs and the calendar that come with the program.
    #[expect(clippy::expect_used, reason = "the texts are compiled in, and a test reads the same")]
    pub fn shipped() -> Self {
        Self::parse(SHIPPED, SHIPPED_CALENDAR).expect("the shipped packs are well formed")
    }

    /// Reads packs and a calendar, each as file name and text; every mistake is told at once.
    pub fn parse(packs: &[(&str, &str)], calendar: (&str, &str)) -> Result<Self, Vec<PackError>> {
        let mut errors = Vec::new();
        let mut read = Vec::new();
        for (file, text) in packs {
            match Pack::parse(file, text) {
                Ok(pack) => read.push(pack),
                Err(found) => errors.extend(found),
            }
        }
        errors.extend(overlaps(&read));
        errors.extend(strays(&read));
        let dated = Calendar::parse(calendar.0, calendar.1).map_err(|found| errors.extend(found));
        let digest = digest(packs.iter().chain([&calendar]));
        read.sort_by(|a, b| {
            b.precedence
                .cmp(&a.precedence)
                .then_with(|| a.id.cmp(&b.id))
                .then(a.version.cmp(&b.version))
        });
        match dated {
            Ok(calendar) if errors.is_empty() => {
                let asked = asked(&read);
                Ok(Self { all: read, calendar, digest, asked })
            }
            Ok(_) | Err(()) => Err(errors),
        }
    }

    /// The packs, the highest precedence first.
    pub fn all(&self) -> &[Pack] {
        &self.all
    }

    /// The packs of which a version is in force on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> impl Iterator<Item = &Pack> {
        self.all.iter().filter(move |pack| pack.effective.holds_on(day))
    }

    /// The calendar that working days are counted by.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The rule of that pack and version: its title, reading and source.
    pub fn rule(&self, pack: &RuleId, version: u32, rule: &RuleId) -> Option<&Rule> {
        let pack = self.all.iter().find(|one| one.id == *pack && one.version == version)?;
        pack.rules.iter().find(|one| one.id == *rule)
    }

    /// Whether evaluation asks for the field of that name.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.asked.binary_search_by(|asked| asked.as_str().cmp(name)).is_ok()
    }

    /// Whether a rule asks what the RTT clock says of a step: then whatever moves the clock may move
    /// an obligation.
    pub fn ask_the_clock(&self) -> bool {
        self.all.iter().flat_map(|pack| &pack.rules).any(|rule| {
            let ends = match &rule.form {
                Form::Deadline { ends, .. } | Form::Standing { ends, .. } => ends.nullified,
                Form::Precedence { .. } | Form::Presence { .. } => false,
            };
            ends || rule.triggers.iter().any(|trigger| trigger.restarts)
        })
    }

    /// SHA-256, in hexadecimal, over the texts of the packs and the calendar.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every step, and every field of a step, that the packs name.
    pub fn named_words(&self) -> Vec<NamedWord> {
        let mut words: Vec<_> = self.all.iter().flat_map(Pack::named_words).cloned().collect();
        words.sort();
        words.dedup();
        words
    }
}

fn asked(packs: &[Pack]) -> Vec<String> {
    let paths = packs.iter().flat_map(Pack::named_words).filter_map(|word| word.field.as_deref());
    let names = paths.filter_map(|path| path.split('.').next()).chain([PROVIDER, REFERRER]);
    let mut asked: Vec<String> = names.map(str::to_owned).collect();
    asked.sort();
    asked.dedup();
    asked
}

/// Two versions of one pack on the same day, or one version twice.
fn overlaps(packs: &[Pack]) -> Vec<PackError> {
    let mut errors = Vec::new();
    for (place, pack) in packs.iter().enumerate() {
        let earlier = packs.iter().take(place).filter(|other| other.id == pack.id);
        for other in earlier {
            if pack.version == other.version || pack.effective.overlaps(other.effective) {
                let problem = format!(
                    "version {} of `{}` overlaps version {} in `{}`",
                    pack.version, pack.id, other.version, other.place.0
                );
                let expected =
                    "another version number, and one version on each day: end the earlier";
                errors.push(refusal(pack, problem, expected));
            }
        }
    }
    errors
}

/// A rule id that two packs use.
fn strays(packs: &[Pack]) -> Vec<PackError> {
    let mut errors = Vec::new();
    for (place, pack) in packs.iter().enumerate() {
        let others = packs.iter().take(place).filter(|other| other.id != pack.id);
        for rule in others.flat_map(|other| &other.rules) {
            if pack.rules.iter().any(|own| own.id == rule.id) {
                let problem = format!("rule `{}` is another pack's too", rule.id);
                errors.push(refusal(pack, problem, "a rule id of its own"));
            }
        }
    }
    errors
}

fn refusal(pack: &Pack, problem: String, expected: &str) -> PackError {
    let (file, line) = pack.place.clone();
    PackError { file, line, problem, expected: expected.to_owned() }
}

fn digest<'a>(files: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        for part in [name, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok(), "a string takes what is written to it");
        hex
    })
}
