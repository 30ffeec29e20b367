//! The steps of a history by their kind: a rule asks for a few kinds, and looks at no other step.

use steps::StepKind;

use super::facts::Fact;

/// Where each kind of step stands, in the order of the history.
pub(super) struct ByKind {
    /// Where the places of each kind begin, and after the last kind their end.
    begins: Vec<usize>,
    places: Vec<usize>,
}

impl ByKind {
    pub(super) fn of(all: &[Fact<'_>]) -> Self {
        let mut begins = vec![0; StepKind::ALL.len() + 1];
        for fact in all {
            if let Some(next) = begins.get_mut(usize::from(fact.kind().rank()) + 1) {
                *next += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut places: Vec<usize> = (0..all.len()).collect();
        places.sort_by_key(|place| all.get(*place).map(Fact::kind));
        Self { begins, places }
    }

    /// The places of one kind, in the order of the history.
    pub(super) fn places(&self, kind: StepKind) -> &[usize] {
        let rank = usize::from(kind.rank());
        let span = self.begins.get(rank).zip(self.begins.get(rank + 1));
        span.and_then(|(from, to)| self.places.get(*from..*to)).unwrap_or_default()
    }
}
