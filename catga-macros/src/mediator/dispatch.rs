//! The dispatch of commands and queries: straight to a bare handler, or through the chain around it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::site::Site;
use super::slot::{Nested, Shape};
use crate::krate::{ours, respan};
use crate::pipeline::{chain, picks};

impl Expansion<'_> {
    pub(super) fn handles(&self, slot: &CheckedSlot) -> TokenStream {
        let site = self.site(slot);
        let Site { at, p, message, key, .. } = &site;
        let (way, pipes) = match () {
            () if slot.is_stub => (quote_spanned!(*at=> #p::NoWay), None),
            () if self.is_bare(slot) => {
                let number = slot.set;
                (quote_spanned!(*at=> #p::At<#number>), None)
            }
            () => {
                let number = slot.number;
                (quote_spanned!(*at=> #p::Piped<#number>), Some(self.pipes(slot, &site)))
            }
        };
        let of = quote_spanned!(*at=> #p::Dispatches<#message, #p::Key<#key>>);
        let dispatches = self.implement(*at, of, quote_spanned!(*at=> type Way = #way;));
        quote!(#dispatches #pipes)
    }

    /// Whether a slot is a handler that no behavior is around, in a set that an associated type of the mediator
    /// may name: a private type of a public one may not (E0446). What a handler misses that asks for more than a
    /// mediator has is a shorter error in a function.
    fn is_bare(&self, slot: &CheckedSlot) -> bool {
        let asks_for_more = slot.slot.asks_for_more;
        slot.slot.shape == Shape::Answers
            && !asks_for_more
            && self.set(slot).is_as_visible
            && self.entries(slot).is_empty()
    }

    /// Where the sets with bare handlers are.
    pub(super) fn fields(&self) -> TokenStream {
        let p = &self.p;
        let sets = self.checked.mediator.sets.iter().enumerate();
        let bare = sets.filter(|(number, _)| {
            let mut slots = self.checked.answering();
            slots.any(|slot| slot.set == *number && !slot.is_stub && self.is_bare(slot))
        });
        let asked = self.asked_when_built();
        let fields = bare.map(|(number, set)| {
            let (at, ty, field) = (set.span(), &set.own, &set.field);
            let of = respan(quote!(#p::Holds<<#ty as #p::Named>::Nothing, #number>), at);
            let set = quote! {
                type Set = #ty;
                #[inline]
                fn set(&self) -> &Self::Set { #asked &self.#field }
            };
            self.implement(at, of, respan(set, at))
        });
        fields.collect()
    }

    /// What a generic mediator's constants say, asked where a send is built.
    pub(super) fn asked_when_built(&self) -> Option<TokenStream> {
        let p = &self.p;
        self.is_asked_when_built().then(|| quote!(const { <Self as #p::Named>::SOUND };))
    }

    /// The chain around a slot's handler.
    fn pipes(&self, slot: &CheckedSlot, site: &Site) -> TokenStream {
        let (future, context) = (site.future(), site.context(self.is_plain()));
        let input = ours("__input", site.at);
        let run = self.run(slot, site, &input);
        let Site { at, p, this, cx, message, .. } = site;
        let number = slot.number;
        let asked = self.asked_when_built().map(|asked| respan(asked, *at));
        let body = quote_spanned!(*at=> #asked #run);
        let dispatch = quote_spanned! {*at=>
            #[inline]
            fn dispatch(&#this, #input: <#message as #p::Message>::In<'_>, #cx: #context) -> #future { #body }
        };
        self.implement(*at, quote_spanned!(*at=> #p::Pipes<#message, #number>), dispatch)
    }

    /// A slot's handler with the chain around it; the entries keep their own places.
    pub(super) fn run(&self, slot: &CheckedSlot, site: &Site, input: &Ident) -> TokenStream {
        let Site { at, p, this, cx, message, .. } = site;
        let at = *at;
        let mut field = self.set(slot).field.clone();
        field.set_span(at);
        if slot.is_stub {
            return quote_spanned!(at=> #p::core::future::pending());
        }
        let entries = self.entries(slot);
        // What is asked for beyond that may be missing: a chain says so once, an incremental build of a call twice.
        let may_misfit = slot.slot.asks_for_more || matches!(slot.slot.shape, Shape::Yields | Shape::Nested(..));
        if entries.is_empty() && !may_misfit {
            // In brackets it is at one place, and what is wrong with the call is one error.
            return quote_spanned! {at=>
                #p::Handler::<#message, #p::Inside<'_, Self>>::handle(&(#this.#field), #input, #cx)
            };
        }
        let inner = self.set(slot).inner();
        let end = match slot.slot.shape {
            Shape::Nested(Nested::Answers, extended) => quote!(#p::Nested::<_, #extended>(#inner)),
            Shape::Nested(Nested::Hears, extended) => quote!(#p::NestedEars::<_, #extended>(#inner)),
            Shape::Nested(Nested::Yields, _) => quote!(#p::Open),
            // By a function: into what a type is made of rustc would look, and show what it is given at another place.
            _ => quote!(#p::end(&self.#field)),
        };
        let scope = quote_spanned!(at=> #p::Inside<'_, Self>);
        let asked = self.fitted(slot);
        let chain = chain(&entries, p, message, &scope, at, end, asked.as_ref());
        let picks = respan(picks(p), at);
        quote_spanned!(at=> #picks #p::run::<#message, #scope, _>(#chain, #input, #cx))
    }
}
