//! What behaviors say of themselves beside what messages and the mediator's ports are: asked of constants. A
//! generic mediator cannot ask.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

use super::check::CheckedSlot;
use super::expand::Expansion;
use super::model::Set;
use super::slot::{Nested, Shape};
use crate::krate::{hash, respan};
use crate::pipeline::{Entry, asks, is_for_commands, said};

impl Expansion<'_> {
    pub(super) fn sound(&self) -> TokenStream {
        if !self.is_askable() {
            return TokenStream::new();
        }
        let entries = self.used();
        let table = self.table(&entries);
        let ports = entries.iter().enumerate().map(|(i, entry)| self.ported(i, entry));
        let sets = self.checked.mediator.sets.iter().enumerate().map(|(i, set)| self.set_is_sound(i, set, &entries));
        quote!(#table #(#ports)* #(#sets)*)
    }

    /// The entries of the mediator and of its fields that are around something, each once.
    fn used(&self) -> Vec<Entry> {
        let mut used: Vec<Entry> = Vec::new();
        for slot in &self.checked.slots {
            for entry in self.entries(slot) {
                if is_around(&entry, slot.slot.shape) && !used.iter().any(|other| other.is_same(&entry)) {
                    used.push(entry);
                }
            }
        }
        used
    }

    /// What each of them says.
    fn table(&self, entries: &[Entry]) -> Option<TokenStream> {
        if entries.is_empty() {
            return None;
        }
        let p = &self.p;
        let ident = &self.checked.mediator.ident;
        let (table, count, asks) = (table(), entries.len(), asks(p));
        let said = entries.iter().map(|entry| said(entry, p, &quote!(#ident)));
        Some(quote! {
            const #table: [#p::Said; #count] = {
                #asks
                [#(#said),*]
            };
        })
    }

    /// That there is a timer where an entry waits, and a clock where it tells time.
    fn ported(&self, i: usize, entry: &Entry) -> TokenStream {
        let (p, ident, table) = (&self.p, &self.checked.mediator.ident, table());
        let (behavior, mediator) = (format!("`{}`", entry.name()), ident.unraw().to_string());
        let check = quote!(const _: () = #p::ported::<#ident>(#table[#i], #behavior, #mediator););
        respan(check, entry.span())
    }

    /// The same of what is inside a set, and that its critical commands are guarded, within or around it.
    fn set_is_sound(&self, number: usize, set: &Set, entries: &[Entry]) -> TokenStream {
        let (p, ident, ty) = (&self.p, &self.checked.mediator.ident, &set.ty);
        let name = ident.unraw().to_string();
        let outside = self.is_guarded(set, &[], entries);
        let slots = self.checked.slots.iter().filter(|slot| slot.set == number);
        let apart = slots.filter(|slot| !slot.slot.without.is_empty() && slot.slot.shape == Shape::Answers);
        let apart = apart.map(|slot: &CheckedSlot| {
            let (hash, outside) =
                (hash(&slot.slot.ident.to_string()), self.is_guarded(set, &slot.slot.without, entries));
            quote!((#hash, #outside))
        });
        let check = quote! {
            const _: () = {
                #p::all_ported::<#ty, #ident>(#name);
                #p::guarded::<#ty>(#outside, &[#(#apart),*]);
            };
        };
        respan(check, set.span())
    }

    /// Whether one of the entries around a set's commands declares that they may be repeated.
    fn is_guarded(&self, set: &Set, without: &[Ident], entries: &[Entry]) -> TokenStream {
        let table = table();
        let around = set.entries(&self.checked.mediator.pipeline, without);
        let around = around.iter().filter(|entry| is_for_commands(entry));
        let said = around.filter_map(|entry| {
            let i = entries.iter().position(|other| other.is_same(entry))?;
            Some(quote!(| #table[#i].idempotent))
        });
        quote!(false #(#said)*)
    }
}

/// Whether an entry is around messages of such a handler, as far as the shape shows it.
fn is_around(entry: &Entry, shape: Shape) -> bool {
    let Some(kind) = &entry.kind else { return true };
    match shape {
        Shape::Answers | Shape::Nested(Nested::Answers, _) => kind == "commands" || kind == "queries",
        Shape::Hears | Shape::Nested(Nested::Hears, _) => kind == "events",
        Shape::Yields | Shape::Nested(Nested::Yields, _) => kind == "streams",
    }
}

/// The name of the table, which no constant of the user's has.
fn table() -> Ident {
    Ident::new("__CATGA_SAID", Span::call_site())
}
