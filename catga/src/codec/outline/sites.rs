//! The places of a type that are looked at more than once, by the way that leads there. Not by who stands there: a type has
//! no name that is the same in every build, nor has the list of its variants an address of its own.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The places that were met so far.
#[derive(Default)]
pub(super) struct Sites {
    enums: BTreeMap<u64, Shown>,
    /// How many samples were refused at a place.
    refused: BTreeMap<u64, usize>,
    /// The enums that were met this time.
    met: Vec<u64>,
    /// The place that got a sample last, and whether there is another for it.
    last: Option<(u64, bool)>,
}

/// What an enum has shown of its variants: each time the next, around and around, so that what lies within is shown too.
struct Shown {
    first: usize,
    times: usize,
    variants: usize,
}

impl Sites {
    /// It is asked once more.
    pub(super) fn begin(&mut self) {
        self.met.clear();
        self.last = None;
    }

    /// The variant that the enum of this place shows, beginning with `first`. There has to be one.
    pub(super) fn variant(&mut self, place: u64, variants: usize, first: usize) -> usize {
        let shown = self.enums.entry(place).or_insert(Shown { first, times: 0, variants });
        let variant = (shown.first + shown.times) % shown.variants.max(1);
        shown.times += 1;
        self.met.push(place);
        variant
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
        for place in self.met.drain(..) {
            if let Some(shown) = self.enums.get_mut(&place) {
                shown.times -= 1;
            }
        }
        true
    }

    /// Whether all enums that were met have shown all of their variants.
    pub(super) fn are_seen(&self) -> bool {
        self.enums.values().all(|shown| shown.times >= shown.variants)
    }
}
