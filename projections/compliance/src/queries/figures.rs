//! The figures of a scorecard: how many stand how, and how late.

use std::collections::BTreeMap;

use policy::State;

/// How many promises stand how. Each promise is in one state, so the states add up to all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    states: BTreeMap<State, u64>,
    late: BTreeMap<i64, u64>,
}

impl Figures {
    /// How many stand so.
    pub fn count(&self, state: State) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// How many were opened: all but those whose trigger is still to come, and but items that are only
    /// recorded.
    pub fn triggered(&self) -> u64 {
        let opened = self.states.iter().filter(|(state, _)| is_opened(**state));
        opened.map(|(_, count)| count).sum()
    }

    /// How many were kept, in time or late.
    pub fn kept(&self) -> u64 {
        self.count(State::Met) + self.count(State::MetLate)
    }

    /// How many were kept, kept late or broken: those of which it can be told and that are over.
    pub fn judged(&self) -> u64 {
        self.kept() + self.count(State::Breached)
    }

    /// How many items were recorded that are counted and not judged.
    pub fn recorded(&self) -> u64 {
        self.count(State::Recorded)
    }

    /// By how many hours those kept late were late, of half of them at most; `None` where none was.
    ///
    /// Those that are not kept yet are not in it: their lateness is not over.
    pub fn median_hours_late(&self) -> Option<i64> {
        let all: u64 = self.late.values().sum();
        let middle = all.div_ceil(2);
        let mut seen = 0;
        let at_middle = |(hours, count): (&i64, &u64)| {
            seen += count;
            (middle > 0 && seen >= middle).then_some(*hours)
        };
        self.late.iter().find_map(at_middle)
    }

    pub(super) fn add(&mut self, state: State, hours_late: Option<i64>, count: u64) {
        *self.states.entry(state).or_default() += count;
        if let Some(hours) = hours_late {
            *self.late.entry(hours).or_default() += count;
        }
    }

    /// One that was counted one way stands another way; only what was kept late has a lateness.
    pub(super) fn change(&mut self, was: State, is: State, hours_late: Option<i64>) {
        take_one(&mut self.states, was);
        if let Some(hours) = hours_late {
            take_one(&mut self.late, hours);
        }
        self.add(is, None, 1);
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}

/// Whether a promise that stands so was opened.
fn is_opened(state: State) -> bool {
    !matches!(state, State::NotDue | State::Recorded)
}

/// One less; the last takes the entry away.
fn take_one<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    if let Some(count) = counts.get_mut(&key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(hours: &[i64]) -> Figures {
        let mut figures = Figures::default();
        for hours in hours {
            figures.add(State::MetLate, Some(*hours), 1);
        }
        figures
    }

    #[test]
    fn the_median_is_the_lateness_of_the_one_in_the_middle() {
        assert_eq!(late(&[]).median_hours_late(), None);
        assert_eq!(late(&[24]).median_hours_late(), Some(24));
        assert_eq!(late(&[72, 24, 48]).median_hours_late(), Some(48));
        assert_eq!(late(&[24, 48, 72, 96]).median_hours_late(), Some(48), "the lower of the two");
    }

    #[test]
    fn unknown_is_neither_kept_nor_judged_and_not_due_is_not_triggered() {
        let mut figures = late(&[24]);
        for state in State::ALL {
            figures.add(*state, None, 2);
        }
        assert_eq!((figures.kept(), figures.judged()), (5, 7));
        let all: u64 = State::ALL.iter().map(|state| figures.count(*state)).sum();
        assert_eq!(figures.triggered() + figures.count(State::NotDue) + figures.recorded(), all);
    }
}
