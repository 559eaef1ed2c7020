//! What arrives as bytes: the dispatch of all that a mediator handles, where it says `serves`, and the
//! evidence that it handles all of a contract.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::slot::{Nested, Shape};
use crate::contract::{Arm, Way, default_codec, default_compression, include, table, wired};
use crate::krate::respan;

impl Expansion<'_> {
    pub(super) fn served(&self) -> TokenStream {
        let (all, contracts) = (self.all(), self.contracts());
        let serves = self.checked.mediator.options.serves.as_ref();
        let all = serves.map(|serves| wired(&quote!(#all), "`serves`", &self.p, serves.span()));
        quote!(#all #contracts)
    }

    /// `serves`
    fn all(&self) -> Option<TokenStream> {
        let mediator = &self.checked.mediator;
        mediator.options.serves.as_ref().filter(|_| !self.checked.is_reported)?;
        let (p, ident, name) = (&self.p, &mediator.ident, mediator.ident.unraw().to_string());
        let codec = default_codec(mediator.options.codec.as_ref(), p);
        let compression = default_compression(mediator.options.compress.as_ref(), p);
        let arms: Vec<Arm> = self.distinct_messages().into_iter().map(|slot| self.arm(slot)).collect();
        let included = arms.iter().map(|arm| respan(include(p, ident, arm, &TokenStream::new()), arm.at));
        let members =
            arms.iter().map(|Arm { message, at, .. }| respan(quote!(#p::Member::of::<#message, Self>()), *at));
        let table = table(p, &quote!(#ident), &quote!(#ident), &arms);
        let apart = respan(quote!(const _: () = #p::apart(<#ident as #p::Contract>::MEMBERS);), ident.span());
        Some(quote! {
            #[automatically_derived]
            impl #p::Contract for #ident {
                const NAME: &'static #p::core::primitive::str = #name;
                const DEFAULT_ENDPOINT: &'static #p::core::primitive::str = #name;
                type DefaultCodec = #codec;
                type DefaultCompression = #compression;
                const MEMBERS: &'static [#p::Member] = &[#(#members),*];
                const WIRE: &'static [(#p::core::primitive::u64, #p::core::primitive::u64, &'static #p::core::primitive::str)] = &[];
                const PART: #p::Part = <Self as #p::Named>::PART;
            }

            #(#included)*

            #[automatically_derived]
            impl #p::Serves<#ident> for #ident {
                #table
            }

            #apart
        })
    }

    /// One slot of each message: an event may have many.
    fn distinct_messages(&self) -> Vec<&CheckedSlot> {
        let mut slots: Vec<&CheckedSlot> = Vec::new();
        for slot in &self.checked.slots {
            if !slots
                .iter()
                .any(|known| known.slot.is_event() == slot.slot.is_event() && known.slot.same_message(&slot.slot))
            {
                slots.push(slot);
            }
        }
        slots
    }

    fn arm(&self, slot: &CheckedSlot) -> Arm {
        let way = match slot.slot.shape {
            Shape::Answers | Shape::Nested(Nested::Answers, _) => Way::Asked,
            Shape::Hears | Shape::Nested(Nested::Hears, _) => Way::Told,
            Shape::Yields | Shape::Nested(Nested::Yields, _) => Way::Rowed,
        };
        Arm { message: self.message(slot), key: Some(self.key(slot)), way, at: self.set(slot).span() }
    }

    /// `serves(PaymentsApi)`: one error at `PaymentsApi` for what it does not handle.
    fn contracts(&self) -> TokenStream {
        let ident = &self.checked.mediator.ident;
        let (impl_generics, type_generics, clause) = self.checked.mediator.generics.split_for_impl();
        let contracts = self.checked.mediator.options.serves_contracts.iter().map(|contract| {
            let at = contract.span();
            let check = respan(quote!(#contract::served_by::<#ident #type_generics>), at);
            quote_spanned! {at=>
                const _: () = {
                    #[allow(dead_code)]
                    fn serves #impl_generics () #clause {
                        let _: fn() = #check;
                    }
                };
            }
        });
        contracts.collect()
    }
}
