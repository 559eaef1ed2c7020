//! The handlers of events: each by its number, and joined event by event.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::site::Site;
use crate::krate::{hash, ours, own_impls, respan};

impl Expansion<'_> {
    /// The handlers of each event, numbered, and joined event by event.
    pub(super) fn hears(&self) -> TokenStream {
        let mut events: Vec<(&CheckedSlot, Vec<usize>)> = Vec::new();
        let mut ears = TokenStream::new();
        for (number, slot) in self.checked.hearing().enumerate() {
            ears.extend(self.ear(number, slot));
            match events.iter_mut().find(|(first, _)| first.slot.same_message(&slot.slot)) {
                Some((_, numbers)) => numbers.push(number),
                None => events.push((slot, vec![number])),
            }
        }
        let events = events.into_iter().map(|(slot, numbers)| {
            let at = self.place(slot);
            let p = &self.p;
            self.hears_event(at, &self.message(slot), &self.key(slot), &audience(&numbers, p))
        });
        let events: TokenStream = events.collect();
        quote!(#ears #events)
    }

    fn ear(&self, number: usize, slot: &CheckedSlot) -> TokenStream {
        let site = self.site(slot);
        let (future, context) = (site.future(), site.context(self.is_plain()));
        let event = ours("__event", site.at);
        let body = self.run(slot, &site, &event);
        let Site { at, p, this, cx, message, .. } = &site;
        let name = &slot.slot.name;
        let hear = quote_spanned! {*at=>
            const NAME: &'static #p::core::primitive::str = #name;

            #[inline]
            fn hear(&#this, #event: <#message as #p::Message>::In<'_>, #cx: #context) -> #future { #body }
        };
        self.implement(*at, quote_spanned!(*at=> #p::Ear<#message, #number>), hear)
    }

    fn hears_event(&self, at: Span, message: &TokenStream, key: &TokenStream, audience: &TokenStream) -> TokenStream {
        let p = &self.p;
        let of = respan(quote!(#p::Tells<#message, #key>), at);
        self.implement(at, of, respan(quote!(type Audience = #audience;), at))
    }

    /// `unheard(E)`: published into the void.
    pub(super) fn unheard(&self) -> TokenStream {
        let p = &self.p;
        let events = self.checked.mediator.options.unheard.iter().map(|event| {
            let key = event.segments.last().map_or(0, |last| hash(&last.ident.to_string()));
            own_impls(self.hears_event(event.span(), &quote!(#event), &quote!(#p::Key<#key>), &quote!(#p::Nobody)))
        });
        events.collect()
    }
}

/// The handlers of an event as a type, in order: a tree, as a list would be as deep as it is long.
fn audience(numbers: &[usize], p: &TokenStream) -> TokenStream {
    match numbers {
        [] => quote!(#p::Nobody),
        [number] => quote!(#p::One<#number>),
        _ => {
            let (left, right) = numbers.split_at(numbers.len().div_ceil(2));
            let (left, right) = (audience(left, p), audience(right, p));
            quote!(#p::Both<#left, #right>)
        }
    }
}
