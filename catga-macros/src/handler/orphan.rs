//! A handler set that no mediator has: rustc's own dead-code lint says so, with our text as the name of
//! what nobody reads. A set for other crates is theirs to use.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::model::HandlerSet;
use crate::krate::at;

/// What only a mediator reads.
const KEPT: &str = "CATGA047_no_mediator_has_this_handler_set_as_a_field";

/// Its name, at a place.
pub(crate) fn kept(at: Span) -> Ident {
    Ident::new(KEPT, at)
}

pub(super) fn orphan(set: &HandlerSet) -> Option<TokenStream> {
    if set.export {
        return None;
    }
    let at = at(set.ident.span());
    let kept = kept(at);
    let (impl_generics, _, clause) = set.original.generics.split_for_impl();
    let self_type = set.self_type();
    let silenced = set.original.attrs.iter().filter(|attribute| attribute.path().is_ident("allow"));
    let constant = quote_spanned! {at=>
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        pub(crate) const #kept: () = ();
    };
    Some(quote! {
        #(#silenced)*
        #[automatically_derived]
        impl #impl_generics #self_type #clause { #constant }
    })
}
