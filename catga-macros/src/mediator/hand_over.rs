//! The hidden macro by which a mediator is a field of another; as that of a handler set.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::parse_quote;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::slot::{Nested, Shape};
use crate::krate::{hash, hidden, place};

impl Expansion<'_> {
    /// What it hands over as a field of another mediator.
    pub(super) fn nested(&self) -> TokenStream {
        let mediator = &self.checked.mediator;
        let own = &mediator.ident;
        let mut slots = TokenStream::new();
        if !mediator.options.is_nested() {
            slots.extend(quote!(closed));
        }
        if self.checked.is_reported {
            slots.extend(quote!(broken));
        }
        let prefix = if mediator.options.extension.is_some() { "extended" } else { "nested" };
        for (index, slot) in self.offered().into_iter().enumerate() {
            let word = match slot.slot.shape {
                Shape::Answers | Shape::Nested(Nested::Answers, _) => "answers",
                Shape::Hears | Shape::Nested(Nested::Hears, _) => "hears",
                Shape::Yields | Shape::Nested(Nested::Yields, _) => "yields",
            };
            let word = format_ident!("{prefix}_{word}");
            let (ident, arguments, key) = (&slot.slot.ident, &slot.slot.arguments, &slot.slot.key);
            let name = own.to_string();
            let literal = syn::Index::from(index);
            slots.extend(quote!((#literal #word #ident [#arguments] #key #name [] [])));
        }
        let name = if mediator.options.export {
            hidden(format_args!("{own}_{:016x}", self.fingerprint()))
        } else {
            hidden(own)
        };
        let (exported, visible) = if mediator.options.export {
            (quote!(#[macro_export]), quote!(pub))
        } else {
            (quote!(), quote!(pub(crate)))
        };
        quote! {
            #exported
            #[doc(hidden)]
            #[allow(unused_macros)]
            macro_rules! #name {
                ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
                    $next! { [$($before)* { #slots }] $($rest)* }
                };
                (= $($own:tt)*) => { $($own)* };
                (remote [$($before:tt)*] [$next:path] $($rest:tt)*) => {
                    $next! { [$($before)* { no_contract }] $($rest)* }
                };
            }

            #[doc(hidden)]
            #[allow(unused_imports)]
            #visible use #name as #own;
        }
    }

    /// The commands and queries that it answers, and of the events those that it says.
    fn offered(&self) -> Vec<&CheckedSlot> {
        let options = &self.checked.mediator.options;
        if !options.is_nested() {
            return Vec::new();
        }
        let hears = options.hears.iter().filter_map(|path| path.segments.last());
        let hears: Vec<String> = hears.map(|last| last.ident.to_string()).collect();
        let mut heard: Vec<String> = Vec::new();
        let slots = self.checked.slots.iter().filter(|slot| {
            let ident = slot.slot.ident.to_string();
            let first = !heard.contains(&ident);
            if slot.slot.is_event() {
                heard.push(ident.clone());
            }
            !slot.slot.is_event() || first && hears.contains(&ident)
        });
        slots.collect()
    }

    /// The messages of what it offers, by their numbers.
    pub(super) fn numbers(&self) -> TokenStream {
        self.offered().into_iter().enumerate().map(|(index, slot)| self.number(index, slot)).collect()
    }

    fn number(&self, index: usize, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let ident = &self.checked.mediator.ident;
        let (_, type_generics, _) = self.checked.mediator.generics.split_for_impl();
        let mut generics = self.shared();
        generics.params.push(parse_quote!(__CatgaTag: ?#p::core::marker::Sized));
        let (impl_generics, _, clause) = generics.split_for_impl();
        // By way of the tag, the outer mediator: a type of the outer crate, or coherence does not look
        // through the projection; nor does it through the question of the set, and there may be a twin out there.
        let (ty, of) = (&self.set(slot).ty, &slot.slot.index);
        let message = quote!(<#ty as #p::Slot<__CatgaTag, #of>>::Message);
        quote! {
            #[automatically_derived]
            impl #impl_generics #p::Slot<__CatgaTag, #index> for #ident #type_generics #clause {
                type Message = #message;
            }
        }
    }

    /// Tells two exported mediators of one ident apart.
    fn fingerprint(&self) -> u64 {
        let mediator = &self.checked.mediator;
        let sets = mediator.sets.iter().map(|set| format!("{} {};", set.field, set.ty.to_token_stream()));
        hash(&format!("{} {} {}", mediator.ident, sets.collect::<String>(), place(mediator.ident.span())))
    }
}
