//! Whether nothing is wrong with what a mediator is made of, for whoever asks.

use proc_macro2::TokenStream;
use quote::quote;

use super::expand::Expansion;
use crate::handler::kept;

impl Expansion<'_> {
    /// Whether nothing is wrong with how its handlers take their messages, for the mediator itself and for one
    /// around it.
    pub(super) fn named(&self) -> TokenStream {
        let p = &self.p;
        let sets = self.checked.mediator.sets.iter().map(|set| {
            let ty = &set.own;
            quote!(& <#ty as #p::Named>::RIGHT)
        });
        let local = self.checked.mediator.sets.iter().zip(&self.checked.kept).filter(|(_, is_kept)| **is_kept);
        let reads = local.map(|(set, _)| {
            let (set, kept) = (set.without_pointers(), kept(set.span()));
            quote!(<#set>::#kept;)
        });
        let sound = self.sound_when_built();
        let named = quote! {
            type Nothing = ();
            const RIGHT: #p::core::primitive::bool = {
                #(#reads)*
                true #(#sets)*
            };
            const PART: #p::Part = #p::Part::Mediator(<Self as #p::Described>::TABLE);
            #sound
        };
        self.implement(self.checked.mediator.ident.span(), quote!(#p::Named), named)
    }

    /// The same as a type. A generic mediator cannot ask, as no parameter may be used in a constant.
    pub(super) fn names(&self) -> TokenStream {
        let p = &self.p;
        let right = match (self.checked.is_reported, self.is_plain()) {
            (true, _) => quote!(false),
            // The mediator's own constant, or that of the trait where a handler set was not found: rustc says so.
            (false, true) => quote!({
                #[allow(unused_imports)]
                use #p::Unanswered as _;
                Self::__CATGA_RIGHT
            }),
            (false, false) => quote!(true),
        };
        quote!(type Names = #p::Names<#right>;)
    }

    /// What `names` asks for.
    pub(super) fn right(&self) -> Option<TokenStream> {
        let (p, ident) = (&self.p, &self.checked.mediator.ident);
        let right = if self.checked.is_reported { quote!(false) } else { quote!(<Self as #p::Named>::RIGHT) };
        self.is_plain().then(|| {
            quote! {
                #[automatically_derived]
                impl #ident {
                    #[doc(hidden)]
                    const __CATGA_RIGHT: #p::core::primitive::bool = #right;
                }
            }
        })
    }
}
