//! The hidden macro by which a handler set tells a mediator what it handles. It takes what the sets
//! before it handed over, adds its own slots, and calls the next one's:
//! `Orders! { [before] (generic arguments) [next] rest }`.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Meta};

use super::model::{HandlerSet, Slot};
use crate::krate::{hash, hidden};

/// Above this many different conditions, the variants of the macro get too many.
pub(super) const CONDITIONS: usize = 6;

pub(super) fn hand_over(set: &HandlerSet) -> TokenStream {
    let own = &set.ident;
    let mut conditions = conditions(set);
    conditions.truncate(CONDITIONS);
    let name = if set.export {
        // Exported macros share one namespace in a crate.
        hidden(format_args!("{own}_{:016x}", hash(&set.original.to_token_stream().to_string())))
    } else {
        hidden(own)
    };
    let (exported, visible) =
        if set.export { (quote!(#[macro_export]), quote!(pub)) } else { (quote!(), quote!(pub(crate))) };
    let kept = (!set.export).then(|| quote!(kept));
    let broken = set.is_broken.then(|| quote!(broken));
    // A condition is decided in this crate, so every combination has a variant of its own.
    let variants = (0..1_usize << conditions.len()).map(|holding| {
        let holds = |condition: &TokenStream| {
            conditions
                .iter()
                .position(|known| known.to_string() == condition.to_string())
                .is_none_or(|i| holding >> i & 1 == 1)
        };
        let slots = set.slots.iter().filter(|slot| condition(&slot.conditions).as_ref().is_none_or(holds));
        let slots = slots.map(|slot| describe(set, slot));
        let gate = gate(&conditions, holding);
        quote! {
            #gate
            #exported
            #[doc(hidden)]
            #[allow(unused_macros)]
            macro_rules! #name {
                ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
                    $next! { [$($before)* { #kept #broken #(#slots)* }] $($rest)* }
                };
            }
        }
    });
    quote! {
        #(#variants)*

        #[doc(hidden)]
        #[allow(unused_imports)]
        #visible use #name as #own;
    }
}

/// `(0 answers PlaceOrder [<..>] "key" "Orders::place" [Retry ?] [(sends ChargeCard [])])`
fn describe(set: &HandlerSet, slot: &Slot) -> TokenStream {
    let index = syn::Index::from(slot.index);
    let word = slot.word();
    let ident = slot.ident();
    let mut arguments = slot.arguments();
    if set.has_parameter_in(&arguments) {
        // What the parameters are is the field's to say.
        arguments.extend(quote!(; $($arguments)*));
    }
    let key = slot.key.as_ref().map_or_else(|| ident.to_string(), syn::LitStr::value);
    let name = set.name(slot);
    // What the impl itself has need not be around it.
    let without = set.without(slot).map(|name| {
        let found = set.pipeline.has(name).then(|| quote!(?));
        quote!(#name #found)
    });
    let capabilities = slot.capabilities().into_iter().map(|capability| {
        let word = proc_macro2::Ident::new(capability.verb, proc_macro2::Span::call_site());
        let (message, arguments) = (capability.message, capability.arguments);
        quote!((#word #message [#arguments]))
    });
    quote!((#index #word #ident [#arguments] #key #name [#(#without)*] [#(#capabilities)*]))
}

/// What `#[cfg(..)]` on a method says, all of them together.
fn condition(attributes: &[Attribute]) -> Option<TokenStream> {
    let mut all = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    });
    let first = all.next()?.clone();
    Some(all.fold(first, |all, next| quote!(all(#all, #next))))
}

/// The different conditions of the methods.
pub(super) fn conditions(set: &HandlerSet) -> Vec<TokenStream> {
    let mut known: Vec<TokenStream> = Vec::new();
    for condition in set.slots.iter().filter_map(|slot| condition(&slot.conditions)) {
        if !known.iter().any(|other| other.to_string() == condition.to_string()) {
            known.push(condition);
        }
    }
    known
}

fn gate(conditions: &[TokenStream], holding: usize) -> Option<TokenStream> {
    if conditions.is_empty() {
        return None;
    }
    let all = conditions
        .iter()
        .enumerate()
        .map(|(i, condition)| if holding >> i & 1 == 1 { quote!(#condition) } else { quote!(not(#condition)) });
    Some(quote!(#[cfg(all(#(#all),*))]))
}
