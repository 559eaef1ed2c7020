//! The places of a type that are looked at more than once, by the way that leads there. Not by who stands there: a type has
//! no name that is the same in every build, nor has the list of its variants an address of its own.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

/// How often an enum stands within itself where its variants are looked at: what is behind that is known.
const LEVELS: usize = 2;

/// What an enum is told by: the names of its variants.
pub(super) type Variants = &'static [&'static str];

/// The places that were met so far.
#[derive(Default)]
pub(super) struct Sites {
    enums: BTreeMap<u64, Shown>,
    /// A variant of each enum that has nothing of that enum in it: there a type ends that is part of itself.
    ends: BTreeMap<Variants, usize>,
    /// How many samples were refused at a place.
    refused: BTreeMap<u64, usize>,
    /// The enums that were met this time, with what each would have shown next.
    met: Vec<(u64, usize)>,
    /// The variants of which all was seen with this time.
    seen: Vec<(u64, usize)>,
    /// The enums around what is looked at.
    around: Vec<Variants>,
    /// How many of them are known, and not looked at.
    known: usize,
    /// How often an enum was met within itself.
    again: u64,
    /// Whether one of the enums that were met within the innermost has more to show.
    has_more: bool,
    /// The place that got a sample last, and whether there is another for it.
    last: Option<(u64, bool)>,
}

/// What an enum has shown of its variants: each time the next of which not all was seen, around and around.
struct Shown {
    next: usize,
    is_seen: Vec<bool>,
}

impl Shown {
    fn show(&mut self) -> usize {
        let variants = self.is_seen.len().max(1);
        let mut due = (0..variants).map(|step| (self.next + step) % variants);
        let variant = due.find(|variant| self.is_seen.get(*variant) == Some(&false)).unwrap_or(self.next);
        self.next = (variant + 1) % variants;
        variant
    }

    /// Whether all was seen, beside this variant.
    fn is_seen_beside(&self, variant: usize) -> bool {
        self.is_seen.iter().enumerate().all(|(at, is_seen)| *is_seen || at == variant)
    }
}

/// An enum that shows one of its variants.
pub(super) struct Showing {
    pub(super) variant: usize,
    place: u64,
    variants: Variants,
    is_known: bool,
    again: u64,
    /// Whether one before it, in what is around it, has more to show.
    has_more_before: bool,
}

impl Sites {
    /// It is asked once more.
    pub(super) fn begin(&mut self) {
        self.met.clear();
        self.seen.clear();
        self.around.clear();
        (self.known, self.has_more, self.last) = (0, false, None);
    }

    /// The enum of this place shows a variant, until it [ends](Self::leave). There has to be one.
    pub(super) fn enter(&mut self, place: u64, variants: Variants) -> Showing {
        let times = self.around.iter().filter(|around| **around == variants).count();
        // Within itself it begins with another, so that it ends.
        let first = times % variants.len().max(1);
        let is_known = self.known > 0 || times >= LEVELS;
        let variant = if is_known {
            self.known += 1;
            self.ends.get(variants).copied().unwrap_or(first)
        } else {
            let nothing = || Shown { next: first, is_seen: vec![false; variants.len()] };
            let shown = self.enums.entry(place).or_insert_with(nothing);
            self.met.push((place, shown.next));
            shown.show()
        };
        self.again += u64::from(times > 0);
        self.around.push(variants);
        let has_more_before = mem::take(&mut self.has_more);
        Showing { variant, place, variants, is_known, again: self.again, has_more_before }
    }

    /// It has shown it, or as much of it as can be.
    pub(super) fn leave(&mut self, showing: Showing, is_whole: bool) {
        let Showing { variant, place, variants, is_known, again, has_more_before } = showing;
        self.around.pop();
        if is_whole && self.again == again {
            self.ends.entry(variants).or_insert(variant);
        }
        if is_known {
            self.known -= 1;
        } else if !self.has_more {
            self.seen.push((place, variant));
            self.has_more = !self.enums.get(&place).is_some_and(|shown| shown.is_seen_beside(variant));
        }
        self.has_more |= has_more_before;
    }

    /// What is made up for this place; `None` where there is nothing.
    pub(super) fn sample<S: Copy>(&mut self, place: u64, samples: &[S]) -> Option<S> {
        let at = self.refused.get(&place).copied().unwrap_or(0);
        self.last = Some((place, at + 1 < samples.len()));
        samples.get(at).copied()
    }

    /// What was made up last was refused: whether another is tried, as if it had not been asked.
    pub(super) fn tries_another(&mut self) -> bool {
        let Some((place, true)) = self.last else { return false };
        *self.refused.entry(place).or_default() += 1;
        for (place, next) in self.met.drain(..).rev() {
            if let Some(shown) = self.enums.get_mut(&place) {
                shown.next = next;
            }
        }
        self.seen.clear();
        true
    }

    /// It was asked: whether all enums that were met so far have shown all that they have.
    pub(super) fn are_seen(&mut self) -> bool {
        for (place, variant) in self.seen.drain(..) {
            if let Some(is_seen) = self.enums.get_mut(&place).and_then(|shown| shown.is_seen.get_mut(variant)) {
                *is_seen = true;
            }
        }
        self.enums.values().all(|shown| shown.is_seen.iter().all(|is_seen| *is_seen))
    }
}
