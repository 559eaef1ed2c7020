//! The attribute on a method of an impl that has none itself. A mediator does not find the type then, which rustc says, so
//! this is a warning: two errors would be one too many.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{FnArg, ImplItemFn, parse_quote};

use crate::catalogue;

/// The method with the warning, where it is one and the attribute says nothing else.
pub(super) fn warned(arguments: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let mut method = syn::parse2::<ImplItemFn>(item.clone()).ok()?;
    if !arguments.is_empty() || !matches!(method.sig.inputs.first(), Some(FnArg::Receiver(_))) {
        return None;
    }
    let (at, text) = (method.sig.ident.span(), catalogue::belongs_on_the_impl());
    let name = Ident::new("handler", at);
    let warning = quote_spanned! {at=>
        {
            #[deprecated(note = #text)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        }
    };
    let body = &method.block;
    method.block = parse_quote!({ #warning; #body });
    Some(method.into_token_stream())
}
