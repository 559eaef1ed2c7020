//! What only types and constants can tell: each check is an item of its own, at the user's token.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use crate::krate::{hash, respan};
use crate::pipeline::{Entry, within};

impl Expansion<'_> {
    pub(super) fn evidence(&self) -> TokenStream {
        let (required, doubts) = (self.required(), self.doubts());
        let (within, distinct) = (self.within(), self.distinct());
        let (honoured, sound, layouts) = (self.honoured(), self.sound(), self.layouts());
        quote!(#required #doubts #within #distinct #honoured #sound #layouts)
    }

    /// Whether constants may ask: no parameter may be used in one, and what is reported is enough.
    pub(super) fn is_askable(&self) -> bool {
        self.checked.mediator.generics.params.is_empty() && !self.checked.is_reported
    }

    /// `handles(A)`: one error at `A` where nothing does.
    fn required(&self) -> TokenStream {
        let p = &self.p;
        let ident = &self.checked.mediator.ident;
        let (impl_generics, type_generics, clause) = self.checked.mediator.generics.split_for_impl();
        let required = self.checked.mediator.options.handles.iter().map(|message| {
            let at = message.span();
            let check = respan(quote!(#p::handled::<#ident #type_generics, #message>), at);
            quote_spanned! {at=>
                const _: () = {
                    #[allow(dead_code)]
                    fn handled #impl_generics () #clause {
                        let _: fn() = #check;
                    }
                };
            }
        });
        required.collect()
    }

    /// What a set is said to miss, where nothing is wrong with the handlers that there are.
    fn doubts(&self) -> TokenStream {
        let p = &self.p;
        let doubts = self.checked.doubts.iter().map(|doubt| {
            let (at, ident, text) =
                (self.checked.mediator.sets[doubt.set].span(), &self.checked.mediator.ident, &doubt.text);
            respan(quote!(const _: () = #p::core::assert!(!<#ident as #p::Named>::RIGHT, #text);), at)
        });
        doubts.collect()
    }

    /// That no timeout is longer than a message's bound. A generic mediator cannot ask.
    fn within(&self) -> TokenStream {
        if !self.is_askable() {
            return TokenStream::new();
        }
        let slots = self.checked.slots.iter();
        let checks = slots.flat_map(|slot| {
            let entries: Vec<Entry> =
                self.entries(slot).into_iter().filter(|entry| entry.timeout_ms().is_some()).collect();
            if entries.is_empty() {
                return Vec::new();
            }
            within(&entries, &self.p, &self.message(slot), &slot.slot.ident)
        });
        checks.collect()
    }

    /// That no message says the name of another for the wire, and that two messages of one ident, which a
    /// `key` tells apart here, differ in it too. A generic mediator cannot ask.
    fn distinct(&self) -> TokenStream {
        if !self.is_askable() {
            return TokenStream::new();
        }
        let p = &self.p;
        let ident = &self.checked.mediator.ident;
        let sets = self.checked.mediator.sets.iter().map(|set| &set.own);
        let of_one_ident = self.of_one_ident();
        let keyed = of_one_ident.iter().map(|slot| {
            let (message, name) = (self.message(slot), slot.slot.ident.unraw().to_string());
            let (key, hash) = (hash(&slot.slot.key), hash(&name));
            // Two of one ident: their handlers tell them apart.
            let name = format!("{name}` of `{}", slot.slot.name);
            quote!((#key, #p::number(#hash, <#message as #p::Message>::WIRE), #name))
        });
        let at = ident.span();
        let right = respan(quote!(<#ident as #p::Named>::RIGHT), at);
        let keyed = (!of_one_ident.is_empty()).then(|| quote!(const _: () = #p::distinct(#right, &[&[#(#keyed),*]]);));
        let keyed = keyed.map(|keyed| respan(keyed, at));
        // A set's type keeps its place: what is wrong with it is said there.
        let p = respan(p.clone(), at);
        let all = quote_spanned!(at=> const _: () = #p::distinct(#right, &[#(<#sets as #p::Named>::WIRE),*]););
        quote!(#all #keyed)
    }

    /// That the transport of a contract that another process serves honours what its messages ask for.
    fn honoured(&self) -> TokenStream {
        if !self.is_askable() {
            return TokenStream::new();
        }
        let p = &self.p;
        let remote = self.checked.mediator.sets.iter().zip(&self.checked.remote).filter(|(_, is_remote)| **is_remote);
        let checks = remote.map(|(set, _)| {
            let ty = &set.own;
            respan(
                quote!(const _: () = #p::honoured(<#ty as #p::Calls>::HONOURS, <#ty as #p::Calls>::MEMBERS);),
                set.span(),
            )
        });
        checks.collect()
    }

    /// The slots whose idents other slots have under another key.
    fn of_one_ident(&self) -> Vec<&CheckedSlot> {
        let slots = || self.checked.slots.iter().filter(|slot| slot.slot.arguments.is_empty());
        if slots().all(|slot| slot.slot.ident == slot.slot.key) {
            return Vec::new();
        }
        let has_twin = |slot: &&CheckedSlot| {
            slots().any(|other| other.slot.ident == slot.slot.ident && other.slot.key != slot.slot.key)
        };
        slots().filter(has_twin).collect()
    }
}
