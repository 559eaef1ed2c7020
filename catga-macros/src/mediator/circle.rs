//! Handlers that wait for each other in a circle, each in the future of the one before: no future holds itself. What is
//! seen here is one error of ours; rustc finds the rest (E0733), and shows every call of the circle.

use proc_macro2::Span;

use super::checked::CheckedSlot;
use super::model::Mediator;
use super::slot::Shape;
use crate::catalogue;
use crate::errors::Errors;

/// Reports each circle once, at a send, and cuts it there.
pub(super) fn mark(mediator: &Mediator, slots: &mut [CheckedSlot], kept: &[bool], errors: &Errors) {
    if slots.iter().all(|slot| slot.slot.holds.is_empty()) {
        return;
    }
    for first in 0..slots.len() {
        let Some(circle) = (Circles { mediator, slots }).from(first) else { continue };
        let sends = circle.iter().map(|(from, sent)| format!("`{}` sends `{sent}`", slots[*from].slot.name));
        let text = catalogue::circle(sends.collect::<Vec<_>>().join(", "));
        let (_, sent) = circle[0];
        if kept[slots[first].set] {
            // The user's own token, and not the macro that handed it over.
            let at: Span = sent.span().resolved_at(mediator.ident.span());
            errors.push(syn::Error::new(at, text));
        } else {
            errors.at(&mediator.sets[slots[first].set].ty, text);
        }
        slots[first].is_stub = true;
    }
}

/// Who holds whom.
struct Circles<'a> {
    mediator: &'a Mediator,
    slots: &'a [CheckedSlot],
}

/// A handler, and what it sends to the next.
type Hop<'a> = (usize, &'a syn::Ident);

impl<'a> Circles<'a> {
    /// The shortest way from a handler back to it.
    fn from(&self, first: usize) -> Option<Vec<Hop<'a>>> {
        // By whom each was reached.
        let mut reached: Vec<Option<Hop<'a>>> = vec![None; self.slots.len()];
        let mut ends = vec![first];
        while !ends.is_empty() {
            let mut next = Vec::new();
            for from in ends {
                for sent in &self.slots[from].slot.holds {
                    let Some(to) = self.handler(sent) else { continue };
                    if reached[to].is_none() {
                        reached[to] = Some((from, sent));
                        next.push(to);
                    }
                }
            }
            if reached[first].is_some() {
                return Some(way(&reached, first));
            }
            ends = next;
        }
        None
    }

    /// The one handler of a message, where nothing is around it: a behavior may put it on the heap.
    fn handler(&self, message: &syn::Ident) -> Option<usize> {
        let mut found = self.slots.iter().enumerate().filter(|(_, slot)| slot.slot.ident == *message);
        let (number, slot) = found.next().filter(|_| found.next().is_none())?;
        let entries = self.mediator.sets[slot.set].entries(&self.mediator.pipeline, &slot.slot.without);
        (slot.slot.shape == Shape::Answers && !slot.is_stub && entries.is_empty()).then_some(number)
    }
}

/// The hops to a handler that was reached, from itself.
fn way<'a>(reached: &[Option<Hop<'a>>], to: usize) -> Vec<Hop<'a>> {
    let mut way = Vec::new();
    let mut at = to;
    while let Some(hop) = reached[at] {
        way.push(hop);
        at = hop.0;
        if at == to {
            break;
        }
    }
    way.reverse();
    way
}
