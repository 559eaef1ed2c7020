//! That what runs handlers twice, at once, is around what may run so: asked of the constants of behaviors and messages.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::model::Set;
use crate::krate::hash;
use crate::pipeline::Entry;

impl Expansion<'_> {
    /// Of one entry: that the messages inside of it may run twice, and that nothing around it lets them run but once.
    pub(super) fn doubled(&self, i: usize, entries: &[Entry], table: &Ident) -> TokenStream {
        let entry = &entries[i];
        if !entry.may_double() {
            return TokenStream::new();
        }
        let (p, behavior) = (&self.p, format!("`{}`", entry.name()));
        let sets = self.checked.mediator.sets.iter().enumerate();
        let around: Vec<(usize, &Set)> = sets.filter(|(_, set)| self.position(set, &[], entry).is_some()).collect();
        let types = around.iter().map(|(_, set)| &set.own);
        let is_inside = |slot: &&CheckedSlot| around.iter().any(|(number, _)| *number == slot.set);
        let apart = self.apart().filter(is_inside).filter(|slot| {
            let set = self.set(slot);
            self.position(set, &slot.slot.without, entry).is_none()
        });
        let apart = apart.map(|slot| hash(&slot.slot.ident.unraw().to_string()));
        let outer = self.outer(entry, &around).into_iter().filter_map(|outer| {
            let j = entries.iter().position(|other| other.is_same(&outer))?;
            Some(quote!(| #table[#j].alone()))
        });
        quote! {
            #p::doubled(#table[#i], #behavior, &[#(<#types as #p::Named>::WIRE),*], &[#(#apart),*]);
            #p::twinned(#table[#i], #behavior, 0 #(#outer)*);
        }
    }

    /// Of the behaviors in a set's own pipelines: the same.
    pub(super) fn all_doubled(&self, number: usize, set: &Set, entries: &[Entry], table: &Ident) -> TokenStream {
        let chain = set.entries(&self.checked.mediator.pipeline, &[]);
        let outer: Vec<TokenStream> = chain
            .iter()
            .filter(|entry| entry.may_double())
            .filter_map(|outer| {
                let j = entries.iter().position(|other| other.is_same(outer))?;
                Some(quote!(| #table[#j].alone()))
            })
            .collect();
        // A set with parameters could not ask of its messages.
        let is_open = !set.arguments.is_empty();
        if outer.is_empty() && !is_open {
            return TokenStream::new();
        }
        let (p, ty) = (&self.p, &set.own);
        let apart = self.apart().filter(|slot| slot.set == number);
        let apart = apart.map(|slot| hash(&slot.slot.ident.unraw().to_string()));
        quote!(#p::all_doubled::<#ty>(#is_open, 0 #(#outer)*, &[#(#apart),*]);)
    }

    /// The handlers that do without something.
    fn apart(&self) -> impl Iterator<Item = &CheckedSlot> {
        self.checked.slots.iter().filter(|slot| !slot.slot.without.is_empty())
    }

    /// Where an entry stands in the chain of a set's handler.
    fn position(&self, set: &Set, without: &[Ident], entry: &Entry) -> Option<usize> {
        let chain = set.entries(&self.checked.mediator.pipeline, without);
        chain.iter().position(|other| other.is_same(entry) && other.kind == entry.kind)
    }

    /// What is around an entry in one of the sets, and for messages that it is for.
    fn outer(&self, entry: &Entry, around: &[(usize, &Set)]) -> Vec<Entry> {
        let mut outer: Vec<Entry> = Vec::new();
        for (number, set) in around {
            let base: &[Ident] = &[];
            let apart = self.apart().filter(|slot| slot.set == *number).map(|slot| &slot.slot.without[..]);
            let of_set = self.checked.slots.iter().filter(|slot| slot.set == *number);
            let is_base = of_set.clone().any(|slot| slot.slot.without.is_empty());
            for without in apart.chain(is_base.then_some(base)) {
                let Some(at) = self.position(set, without, entry) else { continue };
                let chain = set.entries(&self.checked.mediator.pipeline, without);
                let may = |other: &&Entry| {
                    let meets = other.kind.is_none() || entry.kind.is_none() || other.kind == entry.kind;
                    meets && other.may_double()
                };
                outer.extend(chain.iter().take(at).filter(may).cloned());
            }
        }
        outer
    }
}
