//! The copy in memory: every interval in 16 bytes, kept row by row with the commits.
//!
//! The slots of a pathway are a chain, and so are the free ones, so that a change costs as much as
//! the pathway has rows, however long the list is.

mod dictionary;

use chrono::NaiveDate;

pub(crate) use self::dictionary::Dictionary;
use crate::row::Listing;

/// No slot: the end of a chain.
const NOWHERE: u32 = u32::MAX;
/// No date: an open end, an unknown start.
pub(crate) const NO_DAY: u16 = u16::MAX;
/// Bits of the function; the two above are the priority.
const FUNCTION_BITS: u32 = 14;

/// One interval, in dictionary codes and days since 1970-01-01.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval {
    clock_start: u16,
    listed_from: u16,
    listed_to: u16,
    pub(crate) provider: u16,
    pub(crate) commissioner: u16,
    function_and_priority: u16,
    next: u32,
}

const _: () = assert!(size_of::<Interval>() <= 16, "an interval takes 16 bytes");

impl Interval {
    const FREE: Self = Self {
        clock_start: NO_DAY,
        listed_from: 0,
        listed_to: 0,
        provider: 0,
        commissioner: 0,
        function_and_priority: 0,
        next: NOWHERE,
    };

    /// Whether it holds the day. A free slot holds none.
    pub(crate) const fn holds(&self, day: u16) -> bool {
        self.listed_from <= day && day < self.listed_to
    }

    /// Days waited on `day`; `None` where the start is unknown or later.
    pub(crate) const fn waited(&self, day: u16) -> Option<u16> {
        if self.clock_start == NO_DAY { None } else { day.checked_sub(self.clock_start) }
    }

    /// The code of the treatment function.
    pub(crate) const fn function(&self) -> u16 {
        self.function_and_priority & ((1 << FUNCTION_BITS) - 1)
    }

    /// The code of the priority.
    pub(crate) const fn priority(&self) -> u16 {
        self.function_and_priority >> FUNCTION_BITS
    }
}

/// Every interval of the view.
#[derive(Debug, Clone)]
pub(crate) struct Intervals {
    slots: Vec<Interval>,
    /// The first slot of each pathway, by the pathway's number.
    heads: Vec<u32>,
    free: u32,
    pub(crate) providers: Dictionary,
    pub(crate) commissioners: Dictionary,
    pub(crate) functions: Dictionary,
    pub(crate) priorities: Dictionary,
}

impl Default for Intervals {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            heads: Vec::new(),
            free: NOWHERE,
            providers: Dictionary::new(u16::MAX),
            commissioners: Dictionary::new(u16::MAX),
            functions: Dictionary::new((1 << FUNCTION_BITS) - 1),
            priorities: Dictionary::new(3),
        }
    }
}

impl Intervals {
    /// Every slot, free ones too: those hold no day.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Interval> {
        self.slots.iter()
    }

    /// Takes the intervals of a pathway away.
    pub(crate) fn clear(&mut self, no: i64) {
        let Some(head) = usize::try_from(no).ok().and_then(|no| self.heads.get_mut(no)) else {
            return;
        };
        let mut place = std::mem::replace(head, NOWHERE);
        while let Some(slot) = self.slots.get_mut(place as usize) {
            let next = slot.next;
            *slot = Interval { next: self.free, ..Interval::FREE };
            self.free = place;
            place = next;
        }
    }

    /// Adds an interval to a pathway.
    pub(crate) fn add(&mut self, no: i64, listing: &Listing<'_>) {
        let Ok(no) = usize::try_from(no) else {
            return;
        };
        if self.heads.len() <= no {
            self.heads.resize(no + 1, NOWHERE);
        }
        let mut interval = self.interval_of(listing);
        let place = self.take_free();
        if let (Some(head), Some(slot)) =
            (self.heads.get_mut(no), self.slots.get_mut(place as usize))
        {
            interval.next = std::mem::replace(head, place);
            *slot = interval;
        }
    }

    fn interval_of(&mut self, listing: &Listing<'_>) -> Interval {
        let function = self.functions.code_of(listing.function);
        let priority = self.priorities.code_of(listing.priority);
        Interval {
            clock_start: listing.clock_start.map_or(NO_DAY, day_of_number),
            listed_from: day_of_number(listing.listed_from),
            listed_to: listing.listed_to.map_or(NO_DAY, day_of_number),
            provider: self.providers.code_of(listing.provider),
            commissioner: self.commissioners.code_of(listing.commissioner),
            function_and_priority: function | (priority << FUNCTION_BITS),
            next: NOWHERE,
        }
    }

    fn take_free(&mut self) -> u32 {
        let place = self.free;
        if let Some(slot) = self.slots.get(place as usize) {
            self.free = slot.next;
            return place;
        }
        self.slots.push(Interval::FREE);
        u32::try_from(self.slots.len() - 1).unwrap_or(NOWHERE)
    }
}

/// The day of a date; dates before 1970 and after 2149 are those years' borders.
pub(crate) fn day_of(date: NaiveDate) -> u16 {
    day_of_number(date.signed_duration_since(NaiveDate::default()).num_days())
}

fn day_of_number(days: i64) -> u16 {
    u16::try_from(days.clamp(0, i64::from(NO_DAY) - 1)).unwrap_or(NO_DAY - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(provider: &str) -> Listing<'_> {
        Listing {
            provider,
            commissioner: "72Q",
            function: "C_100",
            priority: "URGENT",
            clock_start: Some(20_000),
            listed_from: 20_000,
            listed_to: None,
        }
    }

    fn held(intervals: &Intervals) -> usize {
        intervals.iter().filter(|interval| interval.holds(20_001)).count()
    }

    #[test]
    fn slots_are_used_again_so_that_changes_do_not_grow_the_copy() {
        let mut intervals = Intervals::default();
        for round in 0..50 {
            for no in 1..=4 {
                intervals.clear(no);
                intervals.add(no, &listing("RJ1"));
                intervals.add(no, &listing(if round % 2 == 0 { "RJ2" } else { "RJZ" }));
            }
        }
        assert_eq!((intervals.slots.len(), held(&intervals)), (8, 8));
        intervals.clear(2);
        intervals.clear(99);
        assert_eq!((intervals.slots.len(), held(&intervals)), (8, 6));
    }

    #[test]
    fn an_interval_keeps_its_codes_and_days() {
        let mut intervals = Intervals::default();
        intervals.add(1, &listing("RJ1"));
        intervals.add(2, &Listing { clock_start: None, priority: "", ..listing("RJZ") });
        let found: Vec<_> = intervals.iter().map(|one| (one.function(), one.priority())).collect();
        assert_eq!(found, [(1, 1), (1, 0)]);
        let waited: Vec<_> = intervals.iter().map(|one| one.waited(20_007)).collect();
        assert_eq!(waited, [Some(7), None]);
        assert_eq!(intervals.iter().next().unwrap().waited(19_999), None);
    }
}
