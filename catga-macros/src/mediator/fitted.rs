//! That an entry around many messages fits the first of them, asked once: what is no behavior would be an error of each.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use super::check::KNOWN;
use super::checked::CheckedSlot;
use super::expand::Expansion;
use crate::catalogue;
use crate::krate::respan;
use crate::pipeline::{Entry, fits, known};

impl Expansion<'_> {
    /// The questions.
    pub(super) fn fits(&self) -> TokenStream {
        let (p, own) = (&self.p, self.own());
        let first = self.checked.slots.iter().filter_map(|slot| {
            let (first, entry) = self.first(slot)?;
            (first.number == slot.number).then_some((slot, entry))
        });
        let questions = first.map(|(slot, entry)| {
            let (name, message) = (question(slot), self.message(slot));
            // Of a behavior of the box the types know what a message lacks.
            let is_known = entry.is_field() || KNOWN.contains(&&*entry.name());
            let text = (!is_known).then(|| catalogue::unfit_entry(entry.name(), slot.slot.ident.unraw()));
            let fits = fits(&entry, p, &quote!(#message, #p::Inside<'static, #own>), &own, text);
            let head = respan(quote!(const #name: #p::core::primitive::bool =), entry.span());
            quote!(#[allow(non_upper_case_globals)] #head #fits;)
        });
        questions.collect()
    }

    /// A slot's message where the entry is fitted in: none where it does not fit the first.
    pub(super) fn fitted(&self, slot: &CheckedSlot) -> Option<TokenStream> {
        let (first, _) = self.first(slot)?;
        let (p, name, message) = (&self.p, question(first), self.message(slot));
        Some(quote!(<#message as #p::Checked<{ #name }>>::Message))
    }

    /// The first entry around a slot of which nothing is known, and the first slot that it is around, where there is
    /// another. What is inside of it may be in another scope, and what is for one kind is known by its message alone.
    fn first(&self, slot: &CheckedSlot) -> Option<(&CheckedSlot, Entry)> {
        if !self.is_askable() {
            return None;
        }
        let entry = self.unknown(slot)?;
        let is_around = |other: &&CheckedSlot| self.unknown(other).is_some_and(|unknown| unknown.is_same(&entry));
        let mut around = self.checked.slots.iter().filter(is_around);
        let first = around.next()?;
        around.next()?;
        Some((first, entry))
    }

    fn unknown(&self, slot: &CheckedSlot) -> Option<Entry> {
        let entries = self.entries(slot);
        let known = known(&entries);
        entries.into_iter().nth(known).filter(|entry| entry.kind.is_none() && !slot.is_stub)
    }
}

/// The name of the question of a slot, which is shown where it has no value.
fn question(slot: &CheckedSlot) -> Ident {
    format_ident!("ENTRY_{}_AROUND_{}", slot.number, slot.slot.ident.unraw())
}
