//! Which events of `$all` a reader wants: by the name of the stream or the type of the event.

use fancy_regex::Regex;

use crate::{
    log::Record,
    refusal::{self, Refusal},
    wire::streams::read_req::options::{
        FilterOptions,
        filter_options::{Expression, Filter as By, Window},
    },
};

/// Events looked at in one go where the caller does not say.
const WINDOW: u32 = 32;

#[derive(Debug)]
pub(crate) struct Filter {
    by_stream: bool,
    pattern: Pattern,
    /// So many events lie between two checkpoints.
    pub(crate) checkpoint_every: u64,
}

#[derive(Debug)]
enum Pattern {
    Prefixes(Vec<String>),
    Regex(Box<Regex>),
}

impl Filter {
    /// For a subscription, whose multiplier of the window must not be zero.
    pub(crate) fn of_subscription(told: FilterOptions) -> Result<Self, Refusal> {
        if told.checkpoint_interval_multiplier == 0 {
            return Err(refusal::invalid("checkpointIntervalMultiplier must not be zero"));
        }
        Self::of_read(told)
    }

    pub(crate) fn of_read(told: FilterOptions) -> Result<Self, Refusal> {
        let window = match told.window {
            Some(Window::Max(window)) => window.max(1),
            Some(Window::Count(_)) => WINDOW,
            None => return Err(refusal::missing("window")),
        };
        let (by_stream, expression) = match told.filter {
            Some(By::StreamIdentifier(expression)) => (true, expression),
            Some(By::EventType(expression)) => (false, expression),
            None => return Err(refusal::missing("filter")),
        };
        let checkpoint_every = u64::from(window) * u64::from(told.checkpoint_interval_multiplier);
        Ok(Self { by_stream, pattern: Pattern::read(expression)?, checkpoint_every })
    }

    pub(crate) fn wants(&self, record: &Record) -> bool {
        let name = if self.by_stream { &*record.stream } else { &*record.event.kind };
        match &self.pattern {
            Pattern::Prefixes(prefixes) => prefixes.iter().any(|prefix| name.starts_with(prefix)),
            // A pattern that runs out of steps does not match.
            Pattern::Regex(regex) => regex.is_match(name).unwrap_or(false),
        }
    }
}

impl Pattern {
    fn read(expression: Expression) -> Result<Self, Refusal> {
        if expression.regex.is_empty() {
            return Ok(Self::Prefixes(expression.prefix));
        }
        let regex = Regex::new(&expression.regex);
        let refused = |error: fancy_regex::Error| refusal::invalid(error.to_string());
        regex.map(|regex| Self::Regex(Box::new(regex))).map_err(refused)
    }
}
