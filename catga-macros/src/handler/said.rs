//! What the behaviors of a handler set say of themselves, for mediators to ask.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

use super::model::{HandlerSet, Shape, Slot};
use crate::krate::hash;
use crate::pipeline::{self, Entry, asks};

/// The rows of the impl's own entries are for all its messages; those of a method are its message's, and all
/// that are left around one that does without some.
pub(super) fn said(set: &HandlerSet, p: &TokenStream) -> Option<TokenStream> {
    let owns = |slot: &Slot| !slot.pipeline.entries.is_empty() || is_apart(set, slot) || !slot.batches.is_empty();
    if set.is_broken || set.pipeline.entries.is_empty() && !set.slots.iter().any(owns) {
        return None;
    }
    let row = |number: u64, entry: &Entry| {
        let said = pipeline::said(entry, p, &quote!(Self));
        quote!((#number, #said))
    };
    // What answers in a handler's place is around no message.
    let batch = |field: &Ident| {
        let field = Ident::new(&field.to_string(), field.span());
        quote!((1, #p::said::<Self, _>(|__this| #p::Probe(&__this.#field).ask()).only(0)))
    };
    let all = distinct(&set.pipeline.entries).into_iter().map(|entry| row(0, entry));
    let own = set.slots.iter().filter(|slot| owns(slot)).flat_map(|slot| {
        let conditions = &slot.conditions;
        let entries = if is_apart(set, slot) { set.entries(slot) } else { slot.pipeline.entries.clone() };
        let rows: Vec<TokenStream> = distinct(&entries)
            .into_iter()
            .map(|entry| row(number(set, slot), entry))
            .chain(slot.batches.iter().map(batch))
            .collect();
        rows.into_iter().map(move |row| quote!(#(#conditions)* #row))
    });
    let rows = all.chain(own);
    let apart = set.slots.iter().filter(|slot| is_apart(set, slot)).map(|slot| {
        let (hash, conditions) = (hash(&slot.ident().unraw().to_string()), &slot.conditions);
        quote!(#(#conditions)* #hash)
    });
    let apart: Vec<TokenStream> = apart.collect();
    let apart = (!apart.is_empty()).then(|| {
        quote! {
            const APART: &'static [#p::core::primitive::u64] = &[#(#apart),*];
        }
    });
    let asks = asks(p);
    Some(quote! {
        const SAID: &'static [(#p::core::primitive::u64, #p::Said)] = {
            #asks
            &[#(#rows),*]
        };
        #apart
    })
}

/// Whether a method does without some of the impl's entries.
pub(super) fn is_apart(set: &HandlerSet, slot: &Slot) -> bool {
    set.pipeline.kept(&slot.pipeline.without).len() < set.pipeline.entries.len()
}

/// The hash of a slot's message, or 1 where another slot's has it too, or where it is no command: what is
/// around it then counts for nothing but what it needs.
fn number(set: &HandlerSet, slot: &Slot) -> u64 {
    let is_twin = set.slots.iter().any(|other| other.index != slot.index && other.ident() == slot.ident());
    let is_command = matches!(slot.shape, Shape::Async | Shape::Sync);
    if is_twin || !is_command { 1 } else { hash(&slot.ident().unraw().to_string()) }
}

pub(super) fn distinct(entries: &[Entry]) -> Vec<&Entry> {
    let mut distinct: Vec<&Entry> = Vec::new();
    for entry in entries {
        if !distinct.iter().any(|other| other.is_same(entry)) {
            distinct.push(entry);
        }
    }
    distinct
}
