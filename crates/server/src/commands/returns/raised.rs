//! Queries as people and machines read them.

use comfy_table::Table;
use rtt_extract::Query;
use serde::Serialize;

/// Something to ask the provider: which check, of whom, the figure, and what it stands beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Raised {
    pub(super) check: String,
    pub(super) provider: String,
    pub(super) commissioner: Option<String>,
    pub(super) function: Option<String>,
    /// The part, or what else the figure is of.
    pub(super) of: String,
    pub(super) figure: u32,
    /// Last month's figure, or the other figure of this month.
    pub(super) against: Option<u32>,
    pub(super) ask: String,
}

impl Raised {
    /// A place in the return about which nothing is asked yet.
    pub(super) fn at(provider: &str, commissioner: &str, function: &str, of: &str) -> Self {
        Self {
            check: String::new(),
            provider: provider.to_owned(),
            commissioner: Some(commissioner.to_owned()),
            function: Some(function.to_owned()),
            of: of.to_owned(),
            figure: 0,
            against: None,
            ask: String::new(),
        }
    }

    /// The same place, with what is asked.
    pub(super) fn with(self, check: &str, figure: u32, ask: &str) -> Self {
        Self { check: check.to_owned(), figure, ask: ask.to_owned(), ..self }
    }
}

impl From<Query> for Raised {
    fn from(query: Query) -> Self {
        let (commissioner, function) = query.row.unzip();
        Self {
            check: query.check.name().to_owned(),
            provider: query.provider.to_string(),
            commissioner: commissioner.map(|code| code.to_string()),
            function: function.filter(|code| !code.is_empty()),
            of: query.of,
            figure: query.figure,
            against: query.against,
            ask: query.ask,
        }
    }
}

/// As JSON: a list of queries.
pub(super) fn json(raised: &[Raised]) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(raised)?)
}

/// As a table, or one sentence where there are none.
pub(super) fn table(raised: &[Raised]) -> String {
    if raised.is_empty() {
        return "no queries".to_owned();
    }
    let mut table = Table::new();
    table.set_header([
        "check",
        "provider",
        "commissioner",
        "function",
        "of",
        "figure",
        "beside",
        "query",
    ]);
    for one in raised {
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        table.add_row([
            one.check.clone(),
            one.provider.clone(),
            word(&one.commissioner),
            word(&one.function),
            one.of.clone(),
            one.figure.to_string(),
            one.against.map_or_else(String::new, |number| number.to_string()),
            one.ask.clone(),
        ]);
    }
    format!("{table}\n{} queries", raised.len())
}
