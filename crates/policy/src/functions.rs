//! Into which function of the RTT return a treatment function is folded, as dated data
//! (RTT guidance v5.0, 10.1.4).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    editions::{Editions, File, Written},
    pack::{PackError, Source},
};

const SHIPPED: &str = include_str!("../../../schema/policies/treatment-functions.toml");

/// The groupings of treatment functions, by the day from which each is in force. A day before every
/// edition is answered by the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportingFunctions {
    editions: Editions<Edition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Edition {
    /// The reporting code of each treatment function.
    code_of: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    from: Spanned<NaiveDate>,
    groups: Vec<GroupText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupText {
    code: String,
    name: String,
    functions: Vec<Spanned<String>>,
}

impl Written for EditionText {
    fn from(&self) -> &Spanned<NaiveDate> {
        &self.from
    }
}

impl ReportingFunctions {
    /// The groupings that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("treatment-functions.toml", SHIPPED).expect("the shipped functions are sound")
    }

    /// Reads the groupings, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File<EditionText> = source.read("editions with `from` and `groups`")?;
        let editions = Editions::read(source, raw.edition, |edition| {
            let codes = codes_of(&edition.groups);
            codes.map_err(|(at, problem, expected)| source.refuse(at, problem, expected))
        })?;
        Ok(Self { editions })
    }

    /// The reporting code of a function on a day; `None` where it has no place in the return. A
    /// reporting code is its own.
    pub fn code_of(&self, function: &str, on: NaiveDate) -> Option<&str> {
        let edition = self.editions.on_or_first(on)?;
        let own = edition.names.get_key_value(function).map(|(code, _)| code);
        own.or_else(|| edition.code_of.get(function)).map(String::as_str)
    }

    /// The reporting functions in force on a day, each with its name, in order of code.
    pub fn names_on(&self, on: NaiveDate) -> impl Iterator<Item = (&str, &str)> {
        let names = self.editions.on_or_first(on).map(|edition| &edition.names);
        names.into_iter().flatten().map(|(code, name)| (code.as_str(), name.as_str()))
    }

    /// Every function that is folded on a day, with its reporting code.
    pub fn folded_on(&self, on: NaiveDate) -> impl Iterator<Item = (&str, &str)> {
        let edition = self.editions.on_or_first(on);
        let folded = edition.into_iter().flat_map(|edition| &edition.code_of);
        folded.map(|(function, code)| (function.as_str(), code.as_str()))
    }
}

type Mistake = (usize, String, &'static str);

fn codes_of(groups: &[GroupText]) -> Result<Edition, Mistake> {
    let (mut code_of, mut names) = (BTreeMap::new(), BTreeMap::new());
    for group in groups {
        names.insert(group.code.clone(), group.name.clone());
        for span in &group.functions {
            let at = span.span().start;
            let expected = "a code of three digits, or a span such as \"711-713\"";
            let codes = span_of(span.get_ref())
                .ok_or_else(|| (at, format!("`{}` is no function", span.get_ref()), expected))?;
            for code in codes {
                if let Some(other) = code_of.insert(code.clone(), group.code.clone()) {
                    let problem = format!("{code} is in {other} and in {}", group.code);
                    return Err((at, problem, "each function in one group"));
                }
            }
        }
    }
    Ok(Edition { code_of, names })
}

/// The codes of a span.
fn span_of(raw: &str) -> Option<Vec<String>> {
    let (first, last) = raw.split_once('-').unwrap_or((raw, raw));
    let number = |code: &str| {
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| code.parse::<u16>().ok()).flatten()
    };
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then(|| (first..=last).map(|code| format!("{code:03}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    #[test]
    fn the_shipped_functions_are_the_23_of_the_return() {
        let functions = ReportingFunctions::shipped();
        assert_eq!(functions.names_on(day("2026-01-31")).count(), 23);
        let code = |function: &str| functions.code_of(function, day("2026-01-31"));
        assert_eq!(
            (code("110"), code("108"), code("173")),
            (Some("C_110"), Some("C_110"), Some("C_170"))
        );
        assert_eq!(
            (code("C_100"), code("X02"), code("712")),
            (Some("C_100"), Some("X02"), Some("X03"))
        );
    }

    /// The reporting codes of functions in January 2026.
    fn folded(functions: &[&str]) -> Vec<Option<String>> {
        let shipped = ReportingFunctions::shipped();
        let code = |one: &&str| shipped.code_of(one, day("2026-01-31")).map(str::to_owned);
        functions.iter().map(code).collect()
    }

    /// Guidance section 10.1.4, case tfc-01.
    #[test]
    fn tfc_01_spinal_orthopaedic_and_trauma_functions_are_reported_as_110() {
        assert_eq!(folded(&["108", "111", "115"]), vec![Some("C_110".to_owned()); 3]);
    }

    /// Guidance section 10.1.4, case tfc-03: they may be aggregated, and are.
    #[test]
    fn tfc_03_cardiac_and_thoracic_surgery_are_aggregated_as_170() {
        assert_eq!(folded(&["172", "173"]), vec![Some("C_170".to_owned()); 2]);
    }

    #[test]
    fn a_function_that_has_no_place_is_not_put_with_the_others() {
        let functions = ReportingFunctions::shipped();
        assert_eq!(functions.code_of("312", day("2026-01-31")), None);
        assert_eq!(functions.code_of("999", day("2026-01-31")), None);
    }

    #[test]
    fn an_edition_counts_from_its_day() {
        let text = "title = \"t\"\nsource = \"s\"\n\
            [[edition]]\nfrom = \"2021-04-01\"\ngroups = [{ code = \"X01\", name = \"Other\", functions = [\"180\"] }]\n\
            [[edition]]\nfrom = \"2022-04-01\"\ngroups = [{ code = \"X02\", name = \"Medical\", functions = [\"180\"] }]\n";
        let functions = ReportingFunctions::parse("f.toml", text).unwrap();
        let code = |on: &str| functions.code_of("180", day(on));
        assert_eq!((code("2022-03-31"), code("2022-04-01")), (Some("X01"), Some("X02")));
    }

    #[test]
    fn a_function_in_two_groups_or_none_at_all_is_named_with_its_line() {
        let with = |functions: &str| {
            let text = format!(
                "title = \"t\"\nsource = \"s\"\n[[edition]]\nfrom = \"2021-04-01\"\n\
                 groups = [{{ code = \"X02\", name = \"Medical\", functions = [\"180\"] }},\n\
                 {{ code = \"X05\", name = \"Surgical\", functions = [{functions}] }}]\n"
            );
            ReportingFunctions::parse("f.toml", &text).unwrap_err().to_string()
        };
        let twice = with("\"179-181\"");
        assert!(twice.contains("f.toml") && twice.contains('6'), "{twice}");
        assert!(twice.contains("180 is in X02 and in X05"), "{twice}");
        assert!(with("\"18\"").contains("`18` is no function"));
        assert!(with("\"190-180\"").contains("`190-180` is no function"));
    }
}
