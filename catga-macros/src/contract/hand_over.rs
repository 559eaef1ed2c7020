//! The hidden macro by which a contract tells a mediator what its `Remote` handles; as that of a handler
//! set.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::Visibility;
use syn::ext::IdentExt as _;

use super::model::{Contract, Way};
use crate::krate::{hash, hidden, place};

pub(super) fn hand_over(contract: &Contract) -> TokenStream {
    let own = &contract.ident;
    let contract_name = own.unraw().to_string();
    let slots = contract.members.iter().enumerate().filter_map(|(at, member)| {
        let index = syn::Index::from(at);
        let word = match member.way {
            Way::Asked => "answers",
            Way::Told => "hears",
            Way::Rowed => "yields",
        };
        let word = Ident::new(word, Span::call_site());
        let (ident, arguments) = (member.ident()?, member.arguments());
        let (key, name) = (ident.to_string(), format!("{contract_name}::{}", ident.unraw()));
        Some(quote!((#index #word #ident [#arguments] #key #name [] [])))
    });
    let slots: Vec<TokenStream> = slots.collect();
    // Who can name it can call it, in other crates too; exported macros share one namespace in a crate.
    let is_public = matches!(contract.visibility, Visibility::Public(_));
    let (name, exported, visible) = if is_public {
        let paths: TokenStream = contract.members.iter().map(|member| member.path.to_token_stream()).collect();
        let place = place(own.span());
        let name = hidden(format_args!("{own}_{:016x}", hash(&format!("{paths} {place}"))));
        (name, quote!(#[macro_export]), quote!(pub))
    } else {
        (hidden(own), quote!(), quote!(pub(crate)))
    };
    let broken = contract.is_broken.then(|| quote!(broken));
    quote! {
        #exported
        #[doc(hidden)]
        #[allow(unused_macros)]
        macro_rules! #name {
            (remote [$($before:tt)*] [$next:path] $($rest:tt)*) => {
                $next! { [$($before)* { remote #broken #(#slots)* }] $($rest)* }
            };
            ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
                $next! { [$($before)* { remote #broken #(#slots)* }] $($rest)* }
            };
            (= $($own:tt)*) => { $($own)* };
        }

        #[doc(hidden)]
        #[allow(unused_imports)]
        #visible use #name as #own;
    }
}
