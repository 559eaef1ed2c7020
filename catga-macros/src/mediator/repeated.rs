//! That what a handler sends from inside of a transaction may be repeated, as the transaction is run again after a
//! conflict: asked of the types of the entries around the two and of the message. It is a warning, and printed as a use of
//! something deprecated that the types choose.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt as _;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::opens::kind;
use super::slot::{Capability, Shape};
use crate::catalogue;
use crate::krate::{hash, ours, respan};
use crate::pipeline::{Entry, reached};

impl Expansion<'_> {
    /// One question for each command that a handler sends and entries may open a store around; `entries` are those whose
    /// words the table has.
    pub(super) fn repeated(&self, entries: &[Entry]) -> Vec<TokenStream> {
        let senders = self.checked.slots.iter().filter(|slot| !slot.is_stub && !slot.slot.may_send_again);
        senders.flat_map(|sender| self.repeated_of(sender, entries)).collect()
    }

    fn repeated_of(&self, sender: &CheckedSlot, entries: &[Entry]) -> Vec<TokenStream> {
        let around = self.openers(sender);
        if around.is_empty() {
            return Vec::new();
        }
        let mut asked: Vec<&Ident> = Vec::new();
        let questions = sender.slot.capabilities.iter().filter_map(|capability| {
            // No stream query, and what is around a handler in a mediator inside of this one is not known here.
            let sent = self.sent(capability).filter(|sent| sent.slot.shape == Shape::Answers)?;
            if asked.contains(&&capability.message) {
                return None;
            }
            asked.push(&capability.message);
            let text = catalogue::repeated_send(format!("`{}`", sender.slot.name), sent.slot.ident.unraw());
            // The entries stand outside of the block in which the warning has its names.
            let found = format_ident!("REPEATED_{}_{}", sender.number, sent.number);
            let is_repeated = self.is_repeated((sender, &around), sent, entries);
            let (p, warning) = (&self.p, self.warning(self.sent_at(sender, capability), &found, &text));
            Some(quote! {
                const #found: #p::core::primitive::bool = {
                    #[allow(unused_imports)]
                    use #p::{Opening as _, OpensNothing as _};
                    #is_repeated
                };
                #warning
            })
        });
        questions.collect()
    }

    /// Whether one of the entries `around` the sender opens a store, and nothing guards what is sent. What opens the same
    /// store is refused each time, which is an error of its own.
    fn is_repeated(
        &self,
        (sender, around): (&CheckedSlot, &[Entry]),
        sent: &CheckedSlot,
        entries: &[Entry],
    ) -> TokenStream {
        let (p, ty, message) = (&self.p, &self.set(sent).own, self.message(sent));
        let hash = hash(&sent.slot.ident.to_string());
        let outside = self.is_guarded(self.set(sent), &sent.slot.without, entries);
        let inner = self.openers(sent);
        let opened = around.iter().map(|outer| {
            let opens = self.opens(sender, outer);
            let nests = inner.iter().map(|inner| self.nests((sender, outer), (sent, inner)));
            quote!((#opens #(&& !#nests)*))
        });
        quote!(#p::repeats_unguarded::<#ty, #message>(#hash, #outside) && (#(#opened)||*))
    }

    /// ```text
    /// opens::<Shop, _M0, Commands, _>(|__this| Opener(Transactional(&__this.db)).opening())
    /// ```
    fn opens(&self, sender: &CheckedSlot, outer: &Entry) -> TokenStream {
        let at = outer.span();
        let this = ours("__this", at);
        let (expr, kind) = (reached(outer, &this), kind(outer));
        let [p, own, from] = [self.p.clone(), self.own(), self.message(sender)].map(|tokens| respan(tokens, at));
        quote_spanned!(at=> #p::opens::<#own, #from, #p::#kind, _>(|#this| #p::Opener(#expr).opening()))
    }

    /// Where a handler of this crate says that it sends the message, and else the field of its set.
    fn sent_at(&self, sender: &CheckedSlot, capability: &Capability) -> Span {
        if self.checked.kept[sender.set] {
            // The user's own token, and not the macro that handed it over.
            capability.message.span().resolved_at(self.checked.mediator.ident.span())
        } else {
            self.set(sender).span()
        }
    }

    fn warning(&self, at: Span, found: &Ident, text: &str) -> TokenStream {
        let p = &self.p;
        let chosen = respan(quote!(#p::Finding::<{ #found }>::repeated_send), at);
        quote! {
            const _: () = {
                #[allow(unused_imports)]
                use #p::NotFound as _;
                #[allow(dead_code, non_upper_case_globals)]
                trait Lint {
                    #[deprecated(note = #text)]
                    const repeated_send: () = ();
                }
                impl Lint for #p::Finding<true> {}
                #chosen
            };
        }
    }
}
