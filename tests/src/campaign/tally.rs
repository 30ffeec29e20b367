//! What a campaign came to.

use std::{collections::BTreeMap, fmt, iter::Sum};

use super::Stage;
use crate::history::Counts;

/// Numbers of a campaign, or of several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    kills: BTreeMap<Stage, u64>,
    /// Kills of a server that said that its views were behind the log.
    pub behind: u64,
    /// Kills of a rebuild that had switched some views and not yet all.
    pub half_switched: u64,
    /// What the commands came to.
    pub counts: Counts,
    /// Events in the log at the end.
    pub events: u64,
}

impl Tally {
    /// Kills that met a living process.
    pub fn kills(&self) -> u64 {
        self.kills.values().sum()
    }

    /// Those of one stage.
    pub fn of(&self, stage: Stage) -> u64 {
        self.kills.get(&stage).copied().unwrap_or_default()
    }

    pub(super) fn killed(&mut self, stage: Stage) {
        *self.kills.entry(stage).or_default() += 1;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            for (stage, kills) in one.kills {
                *sum.kills.entry(stage).or_default() += kills;
            }
            sum.behind += one.behind;
            sum.half_switched += one.half_switched;
            sum.counts.acknowledged += one.counts.acknowledged;
            sum.counts.refused += one.counts.refused;
            sum.counts.unsure += one.counts.unsure;
            sum.counts.found += one.counts.found;
            sum.events += one.events;
            sum
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kills() > 0 {
            write!(f, "{} kills (", self.kills())?;
            for (stage, kills) in &self.kills {
                write!(f, "{stage:?} {kills}, ")?;
            }
            let Self { behind, half_switched, .. } = self;
            write!(f, "{behind} with views behind, {half_switched} half switched), ")?;
        }
        let counts = self.counts;
        write!(
            f,
            "{} acknowledged, {} refused, {} unsure, {} found by a repeat, {} events",
            counts.acknowledged, counts.refused, counts.unsure, counts.found, self.events
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_are_added_by_stage() {
        let of = |stage| {
            let mut tally = Tally { events: 5, behind: 1, ..Tally::default() };
            tally.killed(stage);
            tally
        };
        let all: Tally =
            [of(Stage::Append), of(Stage::Switch), of(Stage::Append)].into_iter().sum();
        assert_eq!((all.kills(), all.of(Stage::Append), all.of(Stage::Rebuild)), (3, 2, 0));
        let told = "3 kills (Append 2, Switch 1, 3 with views behind, 0 half switched), 0 ack";
        assert!(all.to_string().starts_with(told), "{all}");
    }
}
