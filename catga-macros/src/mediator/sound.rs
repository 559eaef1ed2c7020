//! What behaviors say of themselves beside what messages and the mediator's ports are: asked of constants.
//! A generic mediator can ask only when it is built.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::model::Set;
use super::slot::{Nested, Shape};
use crate::krate::{hash, respan};
use crate::pipeline::{Entry, asks, said};

impl Expansion<'_> {
    /// Each check is an item of its own, for `cargo check` to run.
    pub(super) fn sound(&self) -> TokenStream {
        if !self.is_askable() {
            return TokenStream::new();
        }
        let p = &self.p;
        let (table, entries) = (table(), self.used());
        let count = entries.len();
        let said = (count > 0).then(|| {
            let said = self.said(&entries);
            quote!(const #table: [#p::Said; #count] = #said;)
        });
        let checks = self.checks(&entries);
        let checks = checks.into_iter().map(|(at, check)| respan(quote!(const _: () = { #check };), at));
        let repeated = self.repeated(&entries);
        quote!(#said #(#checks)* #(#repeated)*)
    }

    /// All of them as one constant of the mediator's, where its parameters have to be known.
    pub(super) fn sound_when_built(&self) -> Option<TokenStream> {
        if !self.is_asked_when_built() {
            return None;
        }
        let (table, entries) = (table(), self.used());
        let said = (!entries.is_empty()).then(|| {
            let said = self.said(&entries);
            quote!(let #table = #said;)
        });
        let checks = self.checks(&entries).into_iter().map(|(at, check)| respan(check, at));
        Some(quote!(const SOUND: () = { #said #(#checks)* };))
    }

    /// Whether only a build can ask.
    pub(super) fn is_asked_when_built(&self) -> bool {
        !self.checked.mediator.generics.params.is_empty() && !self.checked.is_reported
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
    fn said(&self, entries: &[Entry]) -> TokenStream {
        let (asks, own) = (asks(&self.p), self.own());
        let said = entries.iter().map(|entry| said(entry, &self.p, &own));
        quote!({ #asks [#(#said),*] })
    }

    pub(super) fn own(&self) -> TokenStream {
        let ident = &self.checked.mediator.ident;
        let (_, generics, _) = self.checked.mediator.generics.split_for_impl();
        quote!(#ident #generics)
    }

    /// The checks, with their places.
    fn checks(&self, entries: &[Entry]) -> Vec<(Span, TokenStream)> {
        let ports = entries.iter().enumerate().map(|(i, entry)| (entry.span(), self.ported(i, entry, entries)));
        // A contract that another process serves is guarded there, where its handlers are.
        let is_remote = |i: usize| self.checked.remote.get(i).is_some_and(|is_remote| *is_remote);
        let sets = self.checked.mediator.sets.iter().enumerate().filter(|(i, _)| !is_remote(*i));
        let sound = sets.map(|(i, set)| (set.span(), self.set_is_sound(i, set, entries)));
        ports.chain(self.ids_fit()).chain(sound).chain(self.openings()).collect()
    }

    /// That the layout of its ids fits.
    fn ids_fit(&self) -> Option<(Span, TokenStream)> {
        let p = &self.p;
        let port = self.checked.mediator.options.ports.iter().find(|port| port.name == "ids")?;
        let ty = &port.ty;
        Some((port.field.span(), quote!(#p::ids_fit::<#ty>();)))
    }

    /// That there is a timer where an entry waits, and a clock where it tells time; and that it doubles what it may.
    fn ported(&self, i: usize, entry: &Entry, entries: &[Entry]) -> TokenStream {
        let (p, own, table) = (&self.p, self.own(), table());
        let (behavior, mediator) = (format!("`{}`", entry.name()), self.checked.mediator.ident.unraw().to_string());
        let doubled = self.doubled(i, entries, &table);
        quote!(#p::ported::<#own>(#table[#i], #behavior, #mediator); #doubled)
    }

    /// The same of what is inside a set, and that its critical commands are guarded, within or around it.
    fn set_is_sound(&self, number: usize, set: &Set, entries: &[Entry]) -> TokenStream {
        let (p, own, ty) = (&self.p, self.own(), &set.own);
        let name = self.checked.mediator.ident.unraw().to_string();
        let outside = self.is_guarded(set, &[], entries);
        let slots = self.checked.slots.iter().filter(|slot| slot.set == number);
        let apart = slots.filter(|slot| !slot.slot.without.is_empty() && slot.slot.shape == Shape::Answers);
        let apart = apart.map(|slot: &CheckedSlot| {
            let (hash, outside) =
                (hash(&slot.slot.ident.to_string()), self.is_guarded(set, &slot.slot.without, entries));
            quote!((#hash, #outside))
        });
        let doubled = self.all_doubled(number, set, entries, &table());
        quote! {
            #p::all_ported::<#ty, #own>(#name);
            #p::guarded::<#ty>(#outside, &[#(#apart),*]);
            #doubled
        }
    }

    /// Whether one of the entries around a set's commands declares that they may be repeated.
    pub(super) fn is_guarded(&self, set: &Set, without: &[Ident], entries: &[Entry]) -> TokenStream {
        let table = table();
        let around = set.entries(&self.checked.mediator.pipeline, without);
        let around = around.iter().filter(|entry| entry.is_for_commands());
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
