//! That the messages of a set may run twice where an entry of its own pipelines runs them so, asked at the entry. A set
//! with parameters may not be named in a constant: its mediator asks.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;

use super::model::HandlerSet;
use super::said::{distinct, is_apart};
use crate::krate::{hash, respan};
use crate::pipeline::{Entry, asks, said};

pub(super) fn doubled(set: &HandlerSet, p: &TokenStream) -> Option<TokenStream> {
    if set.is_broken || !set.original.generics.params.is_empty() {
        return None;
    }
    let ty = set.self_type().to_token_stream();
    let check = |entry: &Entry, said: TokenStream, messages: TokenStream, apart: TokenStream| {
        let behavior = format!("`{}`", entry.name());
        respan(quote!(#p::doubled(#said, #behavior, &[#messages], #apart);), entry.span())
    };
    let all = distinct(&set.pipeline.entries).into_iter().enumerate().filter(|(_, entry)| entry.may_double());
    let all = all.map(|(i, entry)| {
        let (wire, apart) = (quote!(<#ty as #p::Named>::WIRE), quote!(<#ty as #p::Named>::APART));
        check(entry, quote!(<#ty as #p::Named>::SAID[#i].1), wire, apart)
    });
    let own = set.slots.iter().flat_map(|slot| {
        let (message, ident) = (slot.checked(), slot.ident().unraw().to_string());
        let (hash, conditions) = (hash(&ident), &slot.conditions);
        let entries = if is_apart(set, slot) { set.entries(slot) } else { slot.pipeline.entries.clone() };
        let checks = distinct(&entries).into_iter().filter(|entry| entry.may_double()).map(|entry| {
            let messages = quote!(&[(#hash, <#message as #p::Message>::WIRE, #ident)]);
            let check = check(entry, said(entry, p, &ty), messages, quote!(&[]));
            quote!(#(#conditions)* { #check })
        });
        checks.collect::<Vec<_>>()
    });
    let checks: Vec<TokenStream> = all.chain(own).collect();
    let asks = asks(p);
    (!checks.is_empty()).then(|| quote!(const _: () = { #asks #(#checks)* };))
}
