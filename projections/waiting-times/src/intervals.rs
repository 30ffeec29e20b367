//! The copy in memory: every interval in 24 bytes, kept row by row with the commits
//! (docs/adr/0007-intervals-of-24-bytes.md).
//!
//! The slots of a pathway are a chain, and so are the free ones, so that a change costs as much as
//! the pathway has rows, however long the list is.

mod dictionary;

use chrono::NaiveDate;

pub(crate) use self::dictionary::Dictionary;
use crate::row::{Listing, entered_code, left_code};

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
    decided: u16,
    pub(crate) provider: u16,
    pub(crate) site: u16,
    pub(crate) commissioner: u16,
    pub(crate) clinician: u16,
    function_and_priority: u16,
    entered: u8,
    left: u8,
    next: u32,
}

const _: () = assert!(size_of::<Interval>() <= 24, "an interval takes 24 bytes");

impl Interval {
    const FREE: Self = Self {
        clock_start: NO_DAY,
        listed_from: NO_DAY,
        listed_to: NO_DAY,
        decided: NO_DAY,
        provider: 0,
        site: 0,
        commissioner: 0,
        clinician: 0,
        function_and_priority: 0,
        entered: 0,
        left: 0,
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

    /// Days waited until it left the list; `None` where the start is unknown.
    pub(crate) const fn waited_in_all(&self) -> Option<u16> {
        self.waited(self.listed_to)
    }

    /// Whether its start is known.
    pub(crate) const fn has_start(&self) -> bool {
        self.clock_start != NO_DAY
    }

    /// Whether admission had been decided by the end of `day`.
    pub(crate) const fn decided_by(&self, day: u16) -> bool {
        self.decided <= day
    }

    /// Whether it came to the list in these days. A free slot never did.
    pub(crate) const fn came_within(&self, days: (u16, u16)) -> bool {
        self.listed_from != NO_DAY && days.0 <= self.listed_from && self.listed_from <= days.1
    }

    /// Whether it left the list in these days.
    pub(crate) const fn went_within(&self, days: (u16, u16)) -> bool {
        self.listed_to != NO_DAY && days.0 <= self.listed_to && self.listed_to <= days.1
    }

    /// Whether the clock started in these days.
    pub(crate) const fn started_within(&self, days: (u16, u16)) -> bool {
        self.clock_start != NO_DAY && days.0 <= self.clock_start && self.clock_start <= days.1
    }

    /// How it came to the list, by number.
    pub(crate) const fn entered(&self) -> u8 {
        self.entered
    }

    /// How it left the list, by number; 0 where it did not.
    pub(crate) const fn left(&self) -> u8 {
        self.left
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
    pub(crate) sites: Dictionary,
    pub(crate) clinicians: Dictionary,
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
            sites: Dictionary::new(u16::MAX),
            clinicians: Dictionary::new(u16::MAX),
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
        self.providers.code_of(listing.provider);
        self.sites.code_of(listing.site);
        self.commissioners.code_of(listing.commissioner);
        self.functions.code_of(listing.function);
        self.priorities.code_of(listing.priority);
        self.clinicians.code_of(listing.clinician);
        self.known(listing)
    }

    /// The interval of a listing, its words as far as they were met.
    pub(crate) fn known(&self, listing: &Listing<'_>) -> Interval {
        let code = |words: &Dictionary, word: &str| words.find(word).unwrap_or(0);
        let function = code(&self.functions, listing.function);
        let priority = code(&self.priorities, listing.priority);
        Interval {
            clock_start: listing.clock_start.map_or(NO_DAY, day_of_number),
            listed_from: day_of_number(listing.listed_from),
            listed_to: listing.listed_to.map_or(NO_DAY, day_of_number),
            decided: listing.decision_to_admit.map_or(NO_DAY, day_of_number),
            provider: code(&self.providers, listing.provider),
            site: code(&self.sites, listing.site),
            commissioner: code(&self.commissioners, listing.commissioner),
            clinician: code(&self.clinicians, listing.clinician),
            function_and_priority: function | (priority << FUNCTION_BITS),
            entered: entered_code(listing.entered),
            left: listing.left.map_or(0, left_code),
            next: NOWHERE,
        }
    }

    /// The pathways after `after` (by number) with an interval that `takes` likes, in order, at most
    /// `most` of them.
    pub(crate) fn pathways_after(
        &self,
        after: Option<i64>,
        most: usize,
        mut takes: impl FnMut(&Interval) -> bool,
    ) -> Vec<i64> {
        let first = after.map_or(0, |after| usize::try_from(after + 1).unwrap_or(usize::MAX));
        let heads = self.heads.iter().enumerate().skip(first);
        let found = heads.filter(|(_, head)| self.chain(**head).any(&mut takes));
        found.take(most).filter_map(|(no, _)| i64::try_from(no).ok()).collect()
    }

    /// The intervals of one pathway.
    fn chain(&self, head: u32) -> impl Iterator<Item = &Interval> {
        let slot = |place: u32| self.slots.get(place as usize);
        std::iter::successors(slot(head), move |interval| slot(interval.next))
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
mod tests;
