//! That no handler inside of a store's transaction sends what opens the same store: asked of the types of the entries
//! around the two, as far as contexts name what is sent.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use crate::catalogue;
use crate::krate::{ours, respan};
use crate::pipeline::{Entry, reached};

impl Expansion<'_> {
    /// One check for each two entries that may open a store, with its place.
    pub(super) fn openings(&self) -> Vec<(Span, TokenStream)> {
        let senders = self.checked.slots.iter().filter(|slot| !slot.is_stub);
        senders.flat_map(|sender| self.openings_of(sender)).collect()
    }

    fn openings_of(&self, sender: &CheckedSlot) -> Vec<(Span, TokenStream)> {
        let around = self.openers(sender);
        if around.is_empty() {
            return Vec::new();
        }
        let sent = sender.slot.capabilities.iter().filter_map(|capability| self.sent(capability));
        let checks = sent.flat_map(|sent| {
            let text = catalogue::nested_transaction(format!("`{}`", sender.slot.name), sent.slot.ident.unraw());
            let inner = self.openers(sent);
            let both = around.iter().flat_map(|outer| inner.iter().map(move |inner| (outer.clone(), inner.clone())));
            both.map(|(outer, inner)| {
                let at = self.set(sender).span();
                let nests = self.nests((sender, &outer), (sent, &inner));
                let p = &self.p;
                (at, respan(quote!(#p::core::assert!(!#nests, #text);), at))
            })
            .collect::<Vec<_>>()
        });
        checks.collect()
    }

    /// The one handler that such a capability's message goes to.
    pub(super) fn sent(&self, capability: &super::slot::Capability) -> Option<&CheckedSlot> {
        // What is enqueued is handled after the commit, and what is sent apart is meant to be.
        let is_sent = capability.word == "sends" || capability.word == "streams";
        let mut slots = self
            .checked
            .slots
            .iter()
            .filter(|slot| is_sent && !slot.slot.is_event() && slot.slot.ident == capability.message);
        slots.next().filter(|slot| !slot.is_stub && slots.next().is_none())
    }

    /// The entries around a slot that may open a store: those that name a field to build over.
    pub(super) fn openers(&self, slot: &CheckedSlot) -> Vec<Entry> {
        self.entries(slot).into_iter().filter(Entry::is_built).collect()
    }

    /// ```text
    /// { use ..; nests::<Shop, _M0, Commands, _M1, Commands, _>(|__this| {
    ///     Pair(Opener(Transactional(&__this.db)).opening(), Opener(Transactional(&__this.db)).opening()).compared()
    /// }) }
    /// ```
    pub(super) fn nests(
        &self,
        (sender, outer): (&CheckedSlot, &Entry),
        (sent, inner): (&CheckedSlot, &Entry),
    ) -> TokenStream {
        let (p, own) = (&self.p, self.own());
        let (from, to) = (self.message(sender), self.message(sent));
        let (outer_kind, inner_kind) = (kind(outer), kind(inner));
        let this = ours("__this", outer.span());
        let (outer, inner) = (reached(outer, &this), reached(inner, &this));
        quote!({
            #[allow(unused_imports)]
            use #p::{Opening as _, OpensNothing as _, PairIsOne as _, PairIsTwo as _};
            #p::nests::<#own, #from, #p::#outer_kind, #to, #p::#inner_kind, _>(|#this| {
                #p::Pair(#p::Opener(#outer).opening(), #p::Opener(#inner).opening()).compared()
            })
        })
    }
}

/// The runtime's type of the kind that an entry is for.
pub(super) fn kind(entry: &Entry) -> TokenStream {
    entry.kind_type().map_or_else(|| quote!(AnyKind), |kind| quote!(#kind))
}
