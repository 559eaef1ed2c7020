//! Chains of handlers, each of which sends to the next: where they are long, their inner ends are laid out
//! first.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::checked::CheckedSlot;
use super::expand::Expansion;

/// So many handlers are laid out at once: what is inside of them is laid out already. Five under many behaviors
/// are the most that rustc takes.
const HANDLERS: usize = 3;

impl Expansion<'_> {
    /// A generic mediator cannot ask.
    pub(super) fn layouts(&self) -> TokenStream {
        if !self.is_askable() {
            return TokenStream::new();
        }
        let mut chains = Chains::of(self.checked.answering().collect());
        let mut ends: Vec<(usize, &CheckedSlot)> = Vec::new();
        for number in 0..chains.slots.len() {
            if let Some(length) = chains.length(number)
                && length % HANDLERS == 0
            {
                ends.push((length, chains.slots[number]));
            }
        }
        ends.sort_by_key(|(length, _)| *length);
        let (p, mediator) = (&self.p, &self.checked.mediator.ident);
        let layouts = ends.into_iter().map(|(_, slot)| {
            let message = self.message(slot);
            quote!(const _: () = #p::lay_out::<#mediator, #message>();)
        });
        layouts.collect()
    }
}

/// Who sends to whom, as far as idents say.
struct Chains<'a> {
    slots: Vec<&'a CheckedSlot>,
    /// The slots of a message.
    handling: HashMap<String, Vec<usize>>,
    /// What was found; nothing where a chain comes back to where it was, and so has no end.
    lengths: Vec<Option<Option<usize>>>,
}

impl<'a> Chains<'a> {
    fn of(slots: Vec<&'a CheckedSlot>) -> Self {
        let mut handling: HashMap<String, Vec<usize>> = HashMap::new();
        if slots.iter().any(|slot| !slot.slot.capabilities.is_empty()) {
            for (number, slot) in slots.iter().enumerate() {
                handling.entry(slot.slot.ident.to_string()).or_default().push(number);
            }
        }
        let lengths = vec![None; slots.len()];
        Self { slots, handling, lengths }
    }

    /// How many handlers the longest chain has that begins at a slot.
    fn length(&mut self, number: usize) -> Option<usize> {
        if let Some(known) = self.lengths[number] {
            return known;
        }
        // Whoever comes here again before it is known, comes round.
        self.lengths[number] = Some(None);
        let mut longest = 0;
        let is_sent = |word: &proc_macro2::Ident| word == "sends" || word == "sends_apart";
        let sent = self.slots[number].slot.capabilities.iter().filter(|capability| is_sent(&capability.word));
        for capability in sent {
            for next in self.handling.get(&capability.message.to_string()).cloned().unwrap_or_default() {
                longest = longest.max(self.length(next)?);
            }
        }
        self.lengths[number] = Some(Some(longest + 1));
        Some(longest + 1)
    }
}
